"""The one SQLite file of a chain: state nodes, blocks, receipts and logs, committed together block by block."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.chain.errors import ChainClosed, ChainFileForeign, ChainFileInUse, ChainStorageFailed

APPLICATION_ID = 0x43504C43
"""Marks the file as ours ("CPLC"), so that another program's database is never written into."""

LAYOUT = 1

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS nodes(key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blocks(
  number INTEGER PRIMARY KEY, hash BLOB NOT NULL, parent_hash BLOB NOT NULL, timestamp INTEGER NOT NULL,
  state_root BLOB NOT NULL, transactions_root BLOB NOT NULL, receipts_root BLOB NOT NULL,
  gas_used INTEGER NOT NULL, gas_limit INTEGER NOT NULL, base_fee_per_gas INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS receipts(
  block_number INTEGER NOT NULL, transaction_index INTEGER NOT NULL, hash BLOB NOT NULL, sender BLOB NOT NULL,
  recipient BLOB, contract_address BLOB, succeeded INTEGER NOT NULL, gas_used INTEGER NOT NULL,
  cumulative_gas_used INTEGER NOT NULL, effective_gas_price BLOB NOT NULL,
  PRIMARY KEY(block_number, transaction_index)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS receipts_hash ON receipts(hash);
CREATE TABLE IF NOT EXISTS logs(
  block_number INTEGER NOT NULL, log_index INTEGER NOT NULL, transaction_index INTEGER NOT NULL, address BLOB NOT NULL,
  topic0 BLOB, topic1 BLOB, topic2 BLOB, topic3 BLOB, data BLOB NOT NULL,
  PRIMARY KEY(block_number, log_index)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS logs_topic0 ON logs(topic0, block_number) WHERE topic0 IS NOT NULL;
CREATE INDEX IF NOT EXISTS logs_topic1 ON logs(topic1, block_number) WHERE topic1 IS NOT NULL;
CREATE INDEX IF NOT EXISTS logs_topic2 ON logs(topic2, block_number) WHERE topic2 IS NOT NULL;
CREATE INDEX IF NOT EXISTS logs_topic3 ON logs(topic3, block_number) WHERE topic3 IS NOT NULL;
"""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class BlockWrite:
    """All that one block adds to the file; the rows in the column order of their tables."""

    nodes: Mapping[bytes, bytes]
    block: Row
    receipts: Sequence[Row]
    logs: Sequence[Row]


class Store:
    """One open chain file; not thread-safe by itself, the chain's lock guards it.

    It is held exclusively, so a second process is refused instead of mining a second history into it.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path or Path(":memory:")
        self._closed = False
        # A file path made absolute keeps a name such as ":memory:" or "file:x" from meaning something to SQLite.
        name = ":memory:" if path is None else str(path.absolute())
        with self._named_errors():
            self._sql = sqlite3.connect(name, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            self._prepare()
        except BaseException:
            self._sql.close()
            raise

    def _prepare(self) -> None:
        with self._named_errors():
            self._sql.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._refuse_foreign()
            self._sql.execute("PRAGMA journal_mode=WAL")
            self._sql.execute("PRAGMA synchronous=FULL")
            self._sql.execute("PRAGMA fullfsync=1")
            self._sql.execute("PRAGMA cache_size=-65536")
            self._sql.execute(f"PRAGMA application_id={APPLICATION_ID}")
            self._sql.execute(f"PRAGMA user_version={LAYOUT}")
            self._sql.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")

    def _refuse_foreign(self) -> None:
        application = self._sql.execute("PRAGMA application_id").fetchone()[0]
        layout = self._sql.execute("PRAGMA user_version").fetchone()[0]
        tables = self._sql.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and application != APPLICATION_ID:
            raise ChainFileForeign(self._path, "another program's database", str(LAYOUT))
        if tables and layout != LAYOUT:
            raise ChainFileForeign(self._path, f"layout {layout}", str(LAYOUT))

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        if self._closed:
            raise ChainClosed
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise ChainFileInUse(self._path) from error
            raise ChainStorageFailed(self._path, str(error)) from error
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
                raise ChainFileForeign(self._path, "no SQLite database", str(LAYOUT)) from error
            raise ChainStorageFailed(self._path, str(error)) from error

    def node(self, key: bytes) -> bytes | None:
        """The value of one key of the EVM's database, if it has it."""
        row = self._one("SELECT value FROM nodes WHERE key=?", (key,))
        return row[0] if row else None

    def meta(self, key: str) -> str | None:
        """One fact about the chain as a whole, such as its id."""
        row = self._one("SELECT value FROM meta WHERE key=?", (key,))
        return row[0] if row else None

    def _one(self, query: str, values: Sequence[object]) -> Row | None:
        with self._named_errors():
            row: Row | None = self._sql.execute(query, values).fetchone()
            return row

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows of a query over blocks, receipts and logs."""
        with self._named_errors():
            return self._sql.execute(query, values).fetchall()

    def commit(self, write: BlockWrite, *, meta: Mapping[str, str] | None = None) -> None:
        """Put one block on disk, whole or not at all; it is durable when this returns."""
        with self._named_errors():
            self._sql.execute("BEGIN IMMEDIATE")
            try:
                self._insert("nodes", 2, write.nodes.items())
                self._insert("blocks", 10, [write.block])
                self._insert("receipts", 10, write.receipts)
                self._insert("logs", 9, write.logs)
                self._insert("meta", 2, (meta or {}).items())
                self._sql.execute("COMMIT")
            except BaseException:
                # A failed COMMIT on a full disk may have rolled back already.
                if self._sql.in_transaction:
                    self._sql.execute("ROLLBACK")
                raise

    def _insert(self, table: str, columns: int, rows: Iterable[Row]) -> None:
        # Nodes are named by their hash, so writing one again writes the same; all other rows are new by their key.
        verb = "INSERT OR IGNORE" if table == "nodes" else "INSERT"
        self._sql.executemany(f"{verb} INTO {table} VALUES({','.join('?' * columns)})", rows)

    def size_bytes(self) -> int:
        """What the file takes, once all that was committed is in it."""
        (pages,), (page,) = self.rows("PRAGMA page_count")[0], self.rows("PRAGMA page_size")[0]
        return int(pages) * int(page)

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        self._closed = True
        self._sql.close()
