"""Checking the chain file against itself: every row that answers questions must follow from the block hashes."""

from collections.abc import Sequence

from eth.constants import BLANK_ROOT_HASH
from eth.db.trie import make_trie_root_and_nodes
from eth.exceptions import HeaderNotFound
from eth_utils.crypto import keccak
from trie.exceptions import MissingTrieNode

from ledger.chain.embedded.database import BlockBufferedDatabase
from ledger.chain.embedded.encoding import encode
from ledger.chain.embedded.machine import Machine
from ledger.chain.embedded.rows import block_row, log_rows, receipt_rows
from ledger.chain.embedded.store import Row, Store
from ledger.chain.embedded.tries import StoredBlock, read_block
from ledger.chain.errors import ChainFileDamaged


def verify_block(store: Store, database: BlockBufferedDatabase, machine: Machine, *, number: int) -> None:
    """Raise `ChainFileDamaged` unless a block's header, parent, contents, rows and state agree; some ms a block."""
    rows = store.rows("SELECT * FROM blocks WHERE number IN (?, ?) ORDER BY number", (number - 1, number))
    if len(rows) != min(number + 1, 2):
        raise ChainFileDamaged(number, "number of rows", len(rows), min(number + 1, 2))
    stored = _read(database, machine, number=number, block_hash=rows[-1][1])
    header = stored.header
    _same(number, "header's hash", keccak(encode(header)), rows[-1][1])
    _same(number, "header", rows[-1], block_row(header))
    if number > 0:
        _same(number, "parent", header.parent_hash, rows[0][1])
    _same(number, "transactions", make_trie_root_and_nodes(stored.transactions)[0], header.transaction_root)
    _same(number, "receipts", make_trie_root_and_nodes(stored.receipts)[0], header.receipt_root)
    found = _rows_of(store, "receipts", "transaction_index", number=number)
    _same(number, "receipt rows", found, receipt_rows(header, stored.transactions, stored.receipts))
    found = _rows_of(store, "logs", "log_index", number=number)
    _same(number, "log rows", found, log_rows(header, stored.receipts))
    if header.state_root != BLANK_ROOT_HASH:
        _same(number, "state root", keccak(database.get(header.state_root) or b""), header.state_root)


def _read(database: BlockBufferedDatabase, machine: Machine, *, number: int, block_hash: bytes) -> StoredBlock:
    try:
        return read_block(database, machine, machine.header(block_hash))
    except (HeaderNotFound, MissingTrieNode) as error:
        raise ChainFileDamaged(number, "content", "incomplete", str(error)) from error


def _rows_of(store: Store, table: str, order: str, *, number: int) -> Sequence[Row]:
    return store.rows(f"SELECT * FROM {table} WHERE block_number=? ORDER BY {order}", (number,))


def _same(number: int, part: str, found: object, expected: object) -> None:
    if found != expected:
        raise ChainFileDamaged(number, part, found, expected)
