"""The rows of the store that follow from a block's transactions and receipts, and from nothing else."""

from collections.abc import Sequence

from eth.abc import BlockHeaderAPI, ReceiptAPI, SignedTransactionAPI
from eth_utils.crypto import keccak

from ledger.chain.embedded.encoding import encode
from ledger.chain.embedded.store import Row

SUCCEEDED = b"\x01"


def block_row(header: BlockHeaderAPI) -> Row:
    """A row of `blocks`."""
    return (
        header.block_number,
        header.hash,
        header.parent_hash,
        header.timestamp,
        header.state_root,
        header.transaction_root,
        header.receipt_root,
        header.gas_used,
        header.gas_limit,
        header.base_fee_per_gas,
    )


def receipt_rows(
    header: BlockHeaderAPI, transactions: Sequence[SignedTransactionAPI], receipts: Sequence[ReceiptAPI]
) -> list[Row]:
    """Rows of `receipts`, in the transactions' order."""
    before = [0, *(receipt.gas_used for receipt in receipts)]
    return [
        (
            header.block_number,
            position,
            transaction.hash,
            transaction.sender,
            transaction.to or None,
            None if transaction.to else contract_address(transaction.sender, transaction.nonce),
            int(receipt.state_root == SUCCEEDED),
            receipt.gas_used - before[position],
            receipt.gas_used,
            # The base fee is 0 (see limits), so what is paid is the tip.
            min(transaction.max_fee_per_gas, transaction.max_priority_fee_per_gas).to_bytes(32, "big"),
        )
        for position, (transaction, receipt) in enumerate(zip(transactions, receipts, strict=True))
    ]


def log_rows(header: BlockHeaderAPI, receipts: Sequence[ReceiptAPI]) -> list[Row]:
    """Rows of `logs`, numbered through the block."""
    rows: list[Row] = []
    for position, receipt in enumerate(receipts):
        for log in receipt.logs:
            topics = [topic.to_bytes(32, "big") for topic in log.topics]
            absent = [None] * (4 - len(topics))
            rows.append((header.block_number, len(rows), position, log.address, *topics, *absent, log.data))
    return rows


def contract_address(sender: bytes, nonce: int) -> bytes:
    """Where a transaction of this sender and nonce deploys its contract."""
    return keccak(encode([sender, nonce]))[12:]
