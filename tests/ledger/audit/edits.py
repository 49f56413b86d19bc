"""Somebody changes a row of the database by hand, past the program."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from sqlite3 import Connection, connect

from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table

from ledger.audit.checks import Key, Mismatch


@dataclass(frozen=True, slots=True)
class Edit:
    """One cell that was changed: the row's key before and after."""

    table: str
    column: str
    key: Key
    key_after: Key
    before: object
    after: object

    def is_among(self, found: list[Mismatch]) -> bool:
        """Whether the cell is named, or the row, where it is the key that was changed."""
        mine = [each for each in found if each.table == self.table]
        if self.key != self.key_after:
            missing, extra = (self.key, "missing"), (self.key_after, "present")
            return {missing, extra} <= {(each.key, each.found) for each in mine if each.column == "row"}
        return any(
            (each.key, each.column, each.expected, each.found) == (self.key, self.column, self.before, self.after)
            for each in mine
        )


def edit_at_random(
    database: Path, tables: Sequence[Table], *, count: int, random: Random, column: str | None = None
) -> list[Edit]:
    """Change so many cells of different rows, of one column if it is named, with a connection that checks no keys."""
    connection = connect(database)
    edits: list[Edit] = []
    used: set[tuple[str, Key]] = set()
    while len(edits) < count:
        table = random.choice(tables)
        edit = _edit(connection, table, random, column)
        if edit is None or {(edit.table, edit.key), (edit.table, edit.key_after)} & used:
            continue
        if _write(connection, table, edit):
            used |= {(edit.table, edit.key), (edit.table, edit.key_after)}
            edits.append(edit)
    connection.commit()
    connection.close()
    return edits


def _edit(connection: Connection, table: Table, random: Random, column: str | None) -> Edit | None:
    rows = connection.execute(f'SELECT * FROM "{table.name}" ORDER BY {", ".join(_key(table))}').fetchall()
    if not rows:
        return None
    row = dict(zip([each.name for each in table.columns], random.choice(rows), strict=True))
    changing = table.columns[column] if column else random.choice(list(table.columns))
    before, after = row[changing.name], _changed(changing, row[changing.name], random)
    changed = row | {changing.name: after}
    names = [each.name for each in table.primary_key.columns]
    old, new = tuple(row[name] for name in names), tuple(changed[name] for name in names)
    return Edit(table.name, changing.name, old, new, before, after)


def _write(connection: Connection, table: Table, edit: Edit) -> bool:
    """Whether it could be done: some columns must be unique, and the database sees to that."""
    here = " AND ".join(f"{name} = ?" for name in _key(table))
    update = f'UPDATE OR IGNORE "{edit.table}" SET "{edit.column}" = ? WHERE {here}'
    return connection.execute(update, (edit.after, *edit.key)).rowcount == 1


def _key(table: Table) -> list[str]:
    return [f'"{column.name}"' for column in table.primary_key.columns]


def _changed(column: Column[object], value: object, random: Random) -> object:
    kind = column.type
    if isinstance(kind, Boolean):
        return random.choice([each for each in (0, 1, 2) if each != value])
    if isinstance(kind, Integer):
        change = random.choice([-1, 1, 1_000, 2**33])
        return change if value is None else int(str(value)) + change
    if isinstance(kind, LargeBinary) and isinstance(value, bytes):
        place = random.randrange(len(value))
        return value[:place] + bytes([value[place] ^ random.randint(1, 255)]) + value[place + 1 :]
    return random.choice([f"{value}x", str(value)[1:], str(value).upper() + " "])
