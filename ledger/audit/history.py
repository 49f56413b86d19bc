"""The tables held against a second index, made in a file of its own from the same chain: every row, every column.

The state of the chain does not hold what is past: amounts of redemptions, flows, places of events. Its logs do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Boolean, Connection, Integer, Row, Table, event, select, tuple_, type_coerce

from ledger.audit.checks import Checked, Key, Mismatch
from ledger.domain.blocks import Block, BlockPlace
from ledger.index import Index
from ledger.index.seals import GENESIS_ROLLING
from ledger.index.source import EventSource
from ledger.store.engine import Store, open_sqlite
from ledger.store.metadata import METADATA
from ledger.store.outbox import ACCOUNTS, CUSTODY_KEYS, SETTINGS
from ledger.store.projections import PROJECTIONS

ROWS_AT_ONCE: Final = 10_000

_Row = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class _Until:
    """A source that ends at a block: where the tables end."""

    source: EventSource
    last: BlockPlace

    @property
    def first_block(self) -> int:
        return self.source.first_block

    def head(self) -> BlockPlace:
        return self.last

    def blocks(self, first: int, last: int, *, rolling: bytes) -> Iterator[Block]:
        return self.source.blocks(first, last, rolling=rolling)


class SecondIndex:
    """An index in a file of its own, up to the block the tables are at."""

    def __init__(self, source: EventSource, file: Path) -> None:
        """`file` may hold what an earlier, unfinished verification made of the same chain."""
        self._source, self._store = source, _open_unsafe(file)
        with self._store.write() as connection:
            # Names of parties follow their wallets; here there are none.
            METADATA.create_all(connection, tables=[*PROJECTIONS, ACCOUNTS, CUSTODY_KEYS, SETTINGS])

    def follow(self, block_number: int) -> Iterator[int]:
        """Read the chain up to a block; yields the events read so far."""
        place = next(self._source.blocks(block_number, block_number, rolling=GENESIS_ROLLING))
        until = _Until(self._source, BlockPlace(block_number, place.hash))
        for step in Index(self._store, until).steps():
            yield step.events

    def compare(
        self, connection: Connection, table: Table, *, start: Checked | None = None
    ) -> Iterator[Mismatch | Checked]:
        """Mismatches of one table, and now and then how far it is; goes on after `start`."""
        after, begin = (start.key, start.count) if start else ((), 0)
        count = begin
        with self._store.read() as made:
            both = _pairs(table, _rows(made, table, after), _rows(connection, table, after))
            for count, (key, expected, found) in enumerate(both, start=begin + 1):
                after = key
                if expected != found:
                    yield from _differences(table, key, expected, found)
                if count % ROWS_AT_ONCE == 0:
                    yield Checked("history", table.name, after, count)
        yield Checked("history", table.name, after, count)

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()


def _open_unsafe(file: Path) -> Store:
    """What a crash loses is made again: no waiting for the disk, no keys to check."""
    store = open_sqlite(file)

    @event.listens_for(store.engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        for pragma in ("synchronous=OFF", "foreign_keys=OFF"):
            connection.execute(f"PRAGMA {pragma}")

    return store


def _rows(connection: Connection, table: Table, after: Key) -> Iterator[_Row]:
    # Raw numbers instead of booleans: a 2 in the place of a 1 is a changed row too.
    columns = [type_coerce(each, Integer) if isinstance(each.type, Boolean) else each for each in table.columns]
    key = table.primary_key.columns
    query = select(*columns).order_by(*key)
    if after:
        query = query.where(tuple_(*key) > after)
    return iter(connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE)))


def _pairs(table: Table, made: Iterator[_Row], kept: Iterator[_Row]) -> Iterator[tuple[Key, _Row | None, _Row | None]]:
    """(key, row as it should be, row as it is) in the order of keys; None where there is none."""
    places = [list(table.columns).index(column) for column in table.primary_key.columns]
    expected, found = next(made, None), next(kept, None)
    while expected is not None or found is not None:
        should, does = _key(expected, places), _key(found, places)
        if should == does:
            yield should, expected, found
            expected, found = next(made, None), next(kept, None)
        elif found is None or (expected is not None and _ranked(should) < _ranked(does)):
            yield should, expected, None
            expected = next(made, None)
        else:
            yield does, None, found
            found = next(kept, None)


def _differences(table: Table, key: Key, expected: _Row | None, found: _Row | None) -> Iterator[Mismatch]:
    if expected is None or found is None:
        present, missing = "present", "missing"
        should, does = (missing, present) if expected is None else (present, missing)
        yield Mismatch(table.name, key, "row", expected=should, found=does)
        return
    for column, should, does in zip(table.columns, expected, found, strict=True):
        if should != does:
            yield Mismatch(table.name, key, column.name, expected=should, found=does)


def _key(row: _Row | None, places: Sequence[int]) -> Key:
    return () if row is None else tuple(row[place] for place in places)


def _ranked(key: Key) -> tuple[tuple[int, Any], ...]:
    """As the database orders values: numbers, then text, then bytes; a changed key may be of another kind."""
    return tuple((1 if isinstance(part, str) else 2 if isinstance(part, bytes) else 0, part) for part in key)
