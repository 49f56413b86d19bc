"""Building one block: transactions are executed one after the other, then the block is sealed for the store."""

from dataclasses import dataclass

from eth.abc import BlockHeaderAPI, ReceiptAPI, SignedTransactionAPI
from eth.db.trie import make_trie_root_and_nodes
from eth_utils.crypto import keccak

from ledger.chain.embedded.admission import check
from ledger.chain.embedded.database import BlockBufferedDatabase
from ledger.chain.embedded.encoding import encode
from ledger.chain.embedded.limits import BLOCK_GAS
from ledger.chain.embedded.machine import Machine
from ledger.chain.embedded.store import BlockWrite, Row

SUCCEEDED = b"\x01"


@dataclass(frozen=True, slots=True)
class SealedBlock:
    """A finished block: its header and all that must be committed for it."""

    header: BlockHeaderAPI
    write: BlockWrite


class BlockInHand:
    """One block while it is being filled; given up, all it leaves are pending writes to drop."""

    def __init__(self, machine: Machine, database: BlockBufferedDatabase, header: BlockHeaderAPI) -> None:
        self._database = database
        self._machine = machine.at(header)
        self._header = header
        self._transactions: list[SignedTransactionAPI] = []
        self._receipts: list[ReceiptAPI] = []

    def has_room_for(self, transaction: SignedTransactionAPI) -> bool:
        """Whether the block's gas still allows all that the transaction may use."""
        return self._header.gas_used + transaction.gas <= BLOCK_GAS

    @property
    def is_empty(self) -> bool:
        """Whether it holds no transaction yet."""
        return not self._transactions

    def holds(self, transaction_hash: bytes) -> bool:
        """Whether a transaction is in it."""
        return any(transaction.hash == transaction_hash for transaction in self._transactions)

    def add(self, transaction: SignedTransactionAPI, *, chain_id: int) -> None:
        """Execute a transaction, or raise `Refused`, which leaves the block as it was."""
        check(transaction, state=self._machine.state, chain_id=chain_id)
        receipt, _ = self._machine.apply_transaction(self._header, transaction)
        self._header = self._machine.add_receipt_to_header(self._header, receipt)
        self._transactions.append(transaction)
        self._receipts.append(receipt)

    def seal(self) -> SealedBlock:
        """Finish the block: state, tries and header, with the rows that answer receipts and logs.

        py-evm would now derive all of it again to check its own work; what is derived here is not derived twice.
        """
        self._machine.state.persist()
        transactions_root, transaction_nodes = make_trie_root_and_nodes(self._transactions)
        receipts_root, receipt_nodes = make_trie_root_and_nodes(self._receipts)
        header = self._header.copy(
            state_root=self._machine.state.state_root,
            transaction_root=transactions_root,
            receipt_root=receipts_root,
        )
        for key, value in [*transaction_nodes.items(), *receipt_nodes.items()]:
            self._database[key] = value
        return seal(self._database, header, receipts=self._receipt_rows(), logs=self._log_rows())

    def _receipt_rows(self) -> list[Row]:
        rows: list[Row] = []
        before = 0
        for index, (transaction, receipt) in enumerate(zip(self._transactions, self._receipts, strict=True)):
            created = None if transaction.to else contract_address(transaction.sender, transaction.nonce)
            # The base fee is 0 (see limits), so what is paid is the tip.
            price = min(transaction.max_fee_per_gas, transaction.max_priority_fee_per_gas)
            rows.append(
                (
                    self._header.block_number,
                    index,
                    transaction.hash,
                    transaction.sender,
                    transaction.to or None,
                    created,
                    receipt.state_root == SUCCEEDED,
                    receipt.gas_used - before,
                    receipt.gas_used,
                    price.to_bytes(32, "big"),
                )
            )
            before = receipt.gas_used
        return rows

    def _log_rows(self) -> list[Row]:
        rows: list[Row] = []
        for index, receipt in enumerate(self._receipts):
            for log in receipt.logs:
                topics = [topic.to_bytes(32, "big") for topic in log.topics]
                absent = [None] * (4 - len(topics))
                rows.append((self._header.block_number, len(rows), index, log.address, *topics, *absent, log.data))
        return rows


def seal(
    database: BlockBufferedDatabase, header: BlockHeaderAPI, *, receipts: list[Row], logs: list[Row]
) -> SealedBlock:
    """The pending writes and a header as one write."""
    database[header.hash] = encode(header)
    row = (
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
    return SealedBlock(header, BlockWrite(database.pending, row, receipts, logs))


def contract_address(sender: bytes, nonce: int) -> bytes:
    """Where a transaction of this sender and nonce deploys its contract."""
    return keccak(encode([sender, nonce]))[12:]
