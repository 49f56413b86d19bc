"""Connections: SQLite in write-ahead mode with full synchronisation, one writer at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

from ledger.store.errors import DatabaseKindUnknown

_BUSY_MS = 30_000


class Store:
    """A database with our tables; `read` and `write` give a connection in a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection whose reads are of one moment; nothing is kept of what it writes."""
        with self.engine.connect() as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection that commits at the end, or changes nothing if an error leaves it."""
        with self.engine.connect().execution_options(ledger_write=True) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def open_sqlite(path: Path) -> Store:
    """The store in one SQLite file; made if it is not there. Tables are made by `migrate`."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _BUSY_MS / 1000})
    _set_up_sqlite(engine)
    return Store(engine)


def open_url(url: str) -> Store:
    """The store at a database URL; raises `DatabaseKindUnknown` for a kind that is not supported."""
    if not url.startswith("sqlite:///"):
        raise DatabaseKindUnknown(url.split(":", 1)[0], ("sqlite",))
    return open_sqlite(Path(url.removeprefix("sqlite:///")))


def _set_up_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        # The driver must not begin transactions by itself: it would begin deferred ones, and two such writers that
        # both read first refuse each other.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("ledger_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
