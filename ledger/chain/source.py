"""The ledger's events out of a chain, block by block, with the chain of seals recomputed from the logs."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from ledger.chain.events import decode, roll
from ledger.chain.protocol import Chain, Log
from ledger.domain.blocks import Block, BlockPlace, Occurrence
from ledger.domain.events import RoleGranted, RoleRevoked, Sealed

_RUN_BLOCKS: Final = 100
"""Blocks whose logs are asked for at once: nodes cap the range and the number of logs."""

_SEAL_BYTES: Final = 24


class ChainSource:
    """Events of the ledger at one address; an `EventSource` of the index."""

    def __init__(self, chain: Chain, ledger: bytes, first_block: int) -> None:
        """`first_block` is the one with the ledger's first log."""
        self._chain, self._ledger, self.first_block = chain, ledger, first_block

    def head(self) -> BlockPlace:
        """The newest final block."""
        header = self._chain.finalized()
        return BlockPlace(header.number, header.hash)

    def blocks(self, first: int, last: int, *, rolling: bytes) -> Iterator[Block]:
        """Blocks from `first` to `last`, empty ones too; `rolling` is that of the last seal before them (24 bytes).

        Raises `LogUnknown` for an event that this program is too old for.
        """
        link = _opened(rolling)
        for start in range(first, last + 1, _RUN_BLOCKS):
            end = min(start + _RUN_BLOCKS - 1, last)
            logs = self._chain.logs(start, end, address=self._ledger)
            found = {number: list(each) for number, each in groupby(logs, key=lambda log: log.block_number)}
            for number in range(start, end + 1):
                block, link = self._block(number, found.get(number, ()), link)
                yield block

    def _block(self, number: int, logs: Sequence[Log], link: bytes) -> tuple[Block, bytes]:
        header = self._chain.block(number)
        occurrences, rolled = [], []
        for log in logs:
            event = decode(log)
            occurrences.append(
                Occurrence(event, number, log.block_hash, log.transaction_hash, log.log_index, header.timestamp)
            )
            if isinstance(event, Sealed):
                rolled.append(link[:_SEAL_BYTES])
                link = _opened(link[:_SEAL_BYTES])
            elif not isinstance(event, RoleGranted | RoleRevoked):
                # Those two are OpenZeppelin's own logs, which no seal covers.
                link = roll(link, log)
        return Block(number, header.hash, header.parent_hash, tuple(occurrences), tuple(rolled)), link


def _opened(rolling: bytes) -> bytes:
    """A transaction's first link, out of the 24 bytes that the last seal kept."""
    return rolling + bytes(32 - _SEAL_BYTES)
