"""Blocks as whoever follows the chain reads them: each with the ledger's events in it."""

from dataclasses import dataclass

from ledger.domain.events import Occurrence


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """A block by number and hash."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Block:
    """A block and its events in order of their logs.

    `rolled` holds, for each `Sealed` among the events, the rolling hash (24 bytes) as it follows from the logs read.
    """

    number: int
    hash: bytes
    parent_hash: bytes
    occurrences: tuple[Occurrence, ...]
    rolled: tuple[bytes, ...]
