"""Follows the chain to its newest final block: rows and cursor in one transaction, a bounded step at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from ledger.domain.blocks import Block, BlockPlace
from ledger.index.apply import apply, rows_of
from ledger.index.book import Book
from ledger.index.errors import HeadBehind, ReorgDetected
from ledger.index.seals import GENESIS_ROLLING, SealChain
from ledger.index.source import EventSource
from ledger.store.engine import Store
from ledger.store.projections import CURSOR, PROJECTIONS

STEP_ROWS: Final = 20_000
STEP_BLOCKS: Final = 1_000
"""A step ends at the first block to reach one of these: its memory and its transaction are bounded."""

_CURSOR_ID: Final = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the index is: the last block read, the newest final one, and the events read since the first block."""

    block_number: int
    head: int
    events: int


@dataclass(frozen=True, slots=True)
class _Cursor:
    """The end of what was read; before the first block `block_hash` is empty."""

    block_number: int
    block_hash: bytes
    sequence: int
    rolling: bytes
    events: int


class Index:
    """The one writer of the projections of one ledger."""

    def __init__(
        self, store: Store, source: EventSource, *, step_rows: int = STEP_ROWS, step_blocks: int = STEP_BLOCKS
    ) -> None:
        self.store, self._source = store, source
        self._step_rows, self._step_blocks = step_rows, step_blocks

    def catch_up(self) -> Progress:
        """Read up to the newest final block.

        Raises `ReorgDetected`, `HeadBehind`, `SealBroken` or `RowMissing`; what earlier steps wrote stays.
        """
        progress = None
        for step in self.steps():
            progress = step
        if progress is not None:
            return progress
        with self.store.read() as connection:
            cursor = self._cursor(connection)
        return Progress(cursor.block_number, cursor.block_number, cursor.events)

    def steps(self) -> Iterator[Progress]:
        """As `catch_up`, with word of each step; nothing if there is no new block."""
        head = self._source.head()
        with self.store.read() as connection:
            cursor = self._cursor(connection)
        _check_head(head, cursor)
        gathered: list[Block] = []
        rows = 0
        for block in self._source.blocks(cursor.block_number + 1, head.number, rolling=cursor.rolling):
            gathered.append(block)
            rows += rows_of(block)
            if rows >= self._step_rows or len(gathered) >= self._step_blocks:
                yield self._write(gathered, head)
                gathered, rows = [], 0
        if gathered:
            yield self._write(gathered, head)

    def rebuild(self) -> Progress:
        """Empty the projections and read the chain from its first block; operations and accounts stay."""
        with self.store.write() as connection:
            for table in reversed(PROJECTIONS):
                connection.execute(delete(table))
        return self.catch_up()

    def _write(self, blocks: Sequence[Block], head: BlockPlace) -> Progress:
        with self.store.write() as connection:
            cursor = self._cursor(connection)
            # Another index may have been here since the step began.
            blocks = [block for block in blocks if block.number > cursor.block_number]
            _check_parents(blocks, cursor)
            book, seals = Book(connection, cursor.events), SealChain(cursor.sequence, cursor.rolling)
            apply(book, seals, blocks)
            book.flush()
            last = blocks[-1] if blocks else BlockPlace(cursor.block_number, cursor.block_hash)
            self._move(connection, _Cursor(last.number, last.hash, seals.sequence, seals.rolling, book.events))
        return Progress(last.number, head.number, book.events)

    def _cursor(self, connection: Connection) -> _Cursor:
        row = connection.execute(select(CURSOR)).mappings().one_or_none()
        if row is None:
            return _Cursor(self._source.first_block - 1, b"", 0, GENESIS_ROLLING, 0)
        return _Cursor(**{name: value for name, value in row.items() if name != "id"})

    def _move(self, connection: Connection, cursor: _Cursor) -> None:
        values = {
            "block_number": cursor.block_number,
            "block_hash": cursor.block_hash,
            "sequence": cursor.sequence,
            "rolling": cursor.rolling,
            "events": cursor.events,
        }
        if connection.execute(update(CURSOR).values(values)).rowcount == 0:
            connection.execute(insert(CURSOR).values(id=_CURSOR_ID, **values))


def _check_head(head: BlockPlace, cursor: _Cursor) -> None:
    if not cursor.block_hash:
        return
    if head.number < cursor.block_number:
        raise HeadBehind(head.number, cursor.block_number)
    if head.number == cursor.block_number and head.hash != cursor.block_hash:
        raise ReorgDetected(head.number, cursor.block_hash, head.hash)


def _check_parents(blocks: Sequence[Block], cursor: _Cursor) -> None:
    """Each block stands on the one before it, the first on the cursor's, and its logs are its own."""
    number, before = cursor.block_number, cursor.block_hash
    for block in blocks:
        if before and block.parent_hash != before:
            raise ReorgDetected(number, before, block.parent_hash)
        for occurrence in block.occurrences:
            if occurrence.block_hash != block.hash:
                raise ReorgDetected(block.number, block.hash, occurrence.block_hash)
        number, before = block.number, block.hash
