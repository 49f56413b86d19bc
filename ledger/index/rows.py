"""A table's rows that a step reads and changes, read in bulk and written back at its end."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Delete, Insert, Table, Update, bindparam, delete, insert, select, update

from ledger.index.errors import RowMissing

Key = tuple[Any, ...]
Row = dict[str, Any]

_KEYS_AT_ONCE: Final = 5_000
"""A database limits the parameters of a statement, SQLite to 32,766."""


def write_many(connection: Connection, statement: Insert | Update | Delete, rows: Sequence[Row]) -> None:
    """Run a statement for each of many rows, which have the same columns.

    The rows go to the driver as they are: our columns need no conversion, and the detour through the statement's own
    parameters costs as much as the writing.
    """
    if rows:
        compiled = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))
        names = compiled.positiontup
        connection.exec_driver_sql(
            compiled.string, list(rows) if names is None else [tuple(row[name] for name in names) for row in rows]
        )


class Rows:
    """Rows by primary key, as dictionaries; nothing is written before `flush`."""

    def __init__(self, connection: Connection, table: Table, *, mutable: Iterable[str]) -> None:
        """`mutable` names the columns that ever change: only they are written again."""
        self._connection, self._table, self._mutable = connection, table, tuple(mutable)
        self._key = tuple(table.primary_key.columns)
        self._names = tuple(column.name for column in self._key)
        self._rows: dict[Key, Row | None] = {}
        self._stored: set[Key] = set()
        self._touched: dict[Key, None] = {}
        self._renewed: set[Key] = set()

    def prefetch(self, keys: Iterable[Key]) -> None:
        """Read the rows of these keys, as far as they are not known, in few statements."""
        wanted: dict[Key, list[Any]] = defaultdict(list)
        for key in keys:
            if key not in self._rows:
                self._rows[key] = None
                wanted[key[:-1]].append(key[-1])
        for prefix, lasts in wanted.items():
            for start in range(0, len(lasts), _KEYS_AT_ONCE):
                self._read(prefix, lasts[start : start + _KEYS_AT_ONCE])

    def find(self, *key: Any) -> Row | None:
        """A row, None if there is none."""
        if key not in self._rows:
            self.prefetch((key,))
        return self._rows[key]

    def get(self, *key: Any) -> Row:
        """A row to read; raises `RowMissing`."""
        row = self.find(*key)
        if row is None:
            raise RowMissing(self._table.name, key)
        return row

    def change(self, *key: Any) -> Row:
        """A row to change in its mutable columns; raises `RowMissing`."""
        self._touched[key] = None
        return self.get(*key)

    def renew(self, *key: Any) -> Row:
        """A row to change in a column that no two rows have the same in: it is taken out and put in again, so that
        another one may get in the same step what it had. Raises `RowMissing`."""
        self._renewed.add(key)
        return self.change(*key)

    def add(self, row: Row) -> None:
        """A row of a key that the table has not."""
        key = tuple(row[name] for name in self._names)
        self._rows[key] = row
        self._touched[key] = None

    def put(self, row: Row) -> None:
        """A row in the place of one that may be there."""
        self.find(*(row[name] for name in self._names))
        self.add(row)

    def remove(self, *key: Any) -> None:
        """Take a row out, if it is there."""
        if self.find(*key) is not None:
            self._rows[key] = None
            self._touched[key] = None

    def flush(self) -> None:
        """Write what was added, changed and removed."""
        added, changed, removed = [], [], []
        for key in self._touched:
            row, stored = self._rows[key], key in self._stored
            renewed = stored and key in self._renewed
            if row is not None and (renewed or not stored):
                added.append(row)
            elif row is not None:
                changed.append(self._named(key) | {name: row[name] for name in self._mutable})
            if stored and (row is None or renewed):
                removed.append(self._named(key))
        here = [column == bindparam(f"key_{column.name}") for column in self._key]
        write_many(self._connection, delete(self._table).where(*here), removed)
        write_many(self._connection, update(self._table).where(*here), changed)
        write_many(self._connection, insert(self._table), added)

    def _read(self, prefix: Key, lasts: list[Any]) -> None:
        here = [column == value for column, value in zip(self._key, prefix, strict=False)]
        query = select(self._table).where(*here, self._key[-1].in_(lasts))
        for found in self._connection.execute(query).mappings():
            key = tuple(found[name] for name in self._names)
            self._rows[key] = dict(found)
            self._stored.add(key)

    def _named(self, key: Key) -> Row:
        return {f"key_{name}": value for name, value in zip(self._names, key, strict=True)}
