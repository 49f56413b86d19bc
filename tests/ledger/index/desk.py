"""What tests of the index open: stores, and indexes over a life's chain."""

from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping, Table, select

from ledger.index import Index
from ledger.index.source import EventSource
from ledger.store.engine import Store, open_sqlite
from ledger.store.migrate import migrate


def new_store(path: Path) -> Store:
    """An empty, migrated store."""
    store = open_sqlite(path)
    migrate(store)
    return store


def indexed(path: Path, source: EventSource, **steps: int) -> Store:
    """A new store caught up with a source."""
    store = new_store(path)
    Index(store, source, **steps).catch_up()
    return store


def rows(store: Store, table: Table, *conditions: Any) -> list[RowMapping]:
    """Rows in the order of their key."""
    with store.read() as connection:
        query = select(table).where(*conditions).order_by(*table.primary_key.columns)
        return list(connection.execute(query).mappings())
