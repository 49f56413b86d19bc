"""Where the index gets events from."""

from collections.abc import Iterator
from typing import Protocol

from ledger.domain.blocks import Block, BlockPlace


class EventSource(Protocol):
    """A chain as the index sees it: final blocks in order, with the ledger's events decoded."""

    @property
    def first_block(self) -> int:
        """The number of the block with the ledger's first event."""

    def head(self) -> BlockPlace:
        """The newest final block."""

    def blocks(self, first: int, last: int, *, rolling: bytes) -> Iterator[Block]:
        """Blocks from `first` to `last`, empty ones too; `rolling` is that of the last seal before them (24 bytes)."""
