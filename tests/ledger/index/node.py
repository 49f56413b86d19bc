"""A node that leaves out or changes logs, and says nothing of it."""

from collections.abc import Callable
from typing import Any

from ledger.chain.protocol import BlockHeader, Chain, Log


class FaultyNode:
    """A chain whose logs go through `tamper`, which may change a log or leave it out; all else is the chain's own."""

    def __init__(self, chain: Chain, tamper: Callable[[Log], Log | None]) -> None:
        self._chain, self._tamper = chain, tamper

    def logs(self, from_block: int, to_block: int, **filters: Any) -> list[Log]:
        """The logs, tampered with."""
        found = (self._tamper(log) for log in self._chain.logs(from_block, to_block, **filters))
        return [log for log in found if log is not None]

    def block(self, number: int) -> BlockHeader:
        """A header."""
        return self._chain.block(number)

    def finalized(self) -> BlockHeader:
        """The newest header."""
        return self._chain.finalized()
