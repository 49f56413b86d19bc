"""Blocks as whoever follows the chain reads them: each with the ledger's events in it."""

from dataclasses import dataclass

from ledger.domain.events import Event


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """A block by number and hash."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event with the place it stands at on the chain; `timestamp` is its block's, Unix seconds."""

    event: Event
    block_number: int
    block_hash: bytes
    transaction_hash: bytes
    log_index: int
    timestamp: int


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
