"""Blocks, receipts and logs read back from the store's tables, at a cost that does not grow with the chain's height."""

from collections.abc import Sequence

from ledger.chain.embedded.store import Row, Store
from ledger.chain.protocol import BlockHeader, Log, Receipt, TopicFilter

BLOCK = """SELECT number, hash, parent_hash, timestamp, state_root, transactions_root, receipts_root,
 gas_used, gas_limit, base_fee_per_gas FROM blocks"""

RECEIPT = """SELECT r.hash, r.transaction_index, r.block_number, b.hash, r.sender, r.recipient, r.contract_address,
 r.succeeded, r.gas_used, r.cumulative_gas_used, r.effective_gas_price
 FROM receipts r JOIN blocks b ON b.number = r.block_number"""

LOG = """SELECT l.block_number, b.hash, r.hash, l.transaction_index, l.log_index, l.address,
 l.topic0, l.topic1, l.topic2, l.topic3, l.data
 FROM logs l {index} CROSS JOIN blocks b ON b.number = l.block_number
 CROSS JOIN receipts r ON r.block_number = l.block_number AND r.transaction_index = l.transaction_index"""

LOG_ORDER = " ORDER BY l.block_number, l.log_index"


def head(store: Store) -> BlockHeader | None:
    """The newest block; None in a file that has none yet."""
    rows = store.rows(f"{BLOCK} ORDER BY number DESC LIMIT 1")
    return BlockHeader(*rows[0]) if rows else None


def block(store: Store, number: int) -> BlockHeader | None:
    """The block of a number."""
    rows = store.rows(f"{BLOCK} WHERE number=?", (number,))
    return BlockHeader(*rows[0]) if rows else None


def receipt(store: Store, transaction_hash: bytes) -> Receipt | None:
    """The receipt of a transaction, with its logs."""
    rows = store.rows(f"{RECEIPT} WHERE r.hash=?", (transaction_hash,))
    return _receipt(store, rows[0]) if rows else None


def is_known(store: Store, transaction_hash: bytes) -> bool:
    """Whether a transaction is in a block."""
    return bool(store.rows("SELECT 1 FROM receipts WHERE hash=?", (transaction_hash,)))


def logs(store: Store, from_block: int, to_block: int, *, addresses: Sequence[bytes], topics: TopicFilter) -> list[Log]:
    """Logs of a run of blocks, both ends included; no addresses means any."""
    conditions = ["l.block_number BETWEEN ? AND ?"]
    values: list[object] = [from_block, to_block]
    if addresses:
        conditions.append(f"l.address IN ({_marks(addresses)})")
        values.extend(addresses)
    index = ""
    for position, wanted in enumerate(topics[:4]):
        choices = [wanted] if isinstance(wanted, bytes) else wanted
        if choices:
            conditions.append(f"l.topic{position} IN ({_marks(choices)})")
            values.extend(choices)
            # SQLite has no statistics here; a later topic is an event's argument and picks fewer than its name does.
            index = f"INDEXED BY logs_topic{position}"
    # A filter longer than four topics matches nothing, for no log has so many.
    if any(topics[4:]):
        return []
    query = f"{LOG.format(index=index)} WHERE {' AND '.join(conditions)}{LOG_ORDER}"
    return [_log(row) for row in store.rows(query, values)]


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _receipt(store: Store, row: Row) -> Receipt:
    query = f"{LOG.format(index='')} WHERE l.block_number=? AND l.transaction_index=?{LOG_ORDER}"
    found = store.rows(query, (row[2], row[1]))
    return Receipt(
        transaction_hash=row[0],
        transaction_index=row[1],
        block_number=row[2],
        block_hash=row[3],
        sender=row[4],
        to=row[5],
        contract_address=row[6],
        succeeded=bool(row[7]),
        gas_used=row[8],
        cumulative_gas_used=row[9],
        effective_gas_price=int.from_bytes(row[10], "big"),
        logs=tuple(_log(log) for log in found),
    )


def _log(row: Row) -> Log:
    return Log(
        block_number=row[0],
        block_hash=row[1],
        transaction_hash=row[2],
        transaction_index=row[3],
        log_index=row[4],
        address=row[5],
        topics=tuple(topic for topic in row[6:10] if topic is not None),
        data=row[10],
    )
