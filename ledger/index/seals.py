"""The chain of seals: every transaction's logs are all there and unchanged."""

from ledger.domain.blocks import Block
from ledger.domain.events import RoleGranted, RoleRevoked, Sealed
from ledger.index.errors import SealBroken

GENESIS_ROLLING = bytes(24)


class SealChain:
    """Follows seals from the last one known."""

    def __init__(self, sequence: int, rolling: bytes) -> None:
        self.sequence, self.rolling = sequence, rolling

    def follow(self, block: Block) -> None:
        """Check a block's seals; raises `SealBroken` with what was expected and what was found."""
        rolled = iter(block.rolled)
        unsealed: bytes | None = None
        for occurrence in block.occurrences:
            event = occurrence.event
            if isinstance(event, RoleGranted | RoleRevoked):
                continue
            if unsealed not in (None, occurrence.transaction_hash):
                break
            unsealed = occurrence.transaction_hash
            if isinstance(event, Sealed):
                self._advance(event, next(rolled), block.number)
                unsealed = None
        if unsealed is not None:
            raise SealBroken("seal", block.number, expected="one after the logs", found=f"none in 0x{unsealed.hex()}")

    def _advance(self, event: Sealed, rolled: bytes, block_number: int) -> None:
        if event.sequence != self.sequence + 1:
            raise SealBroken("sequence", block_number, expected=self.sequence + 1, found=event.sequence)
        if event.rolling != rolled:
            raise SealBroken("rolling hash", block_number, expected=rolled, found=event.rolling)
        self.sequence, self.rolling = event.sequence, event.rolling
