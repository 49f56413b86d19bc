"""Building one block: transactions are executed one after the other, then the block is sealed for the store."""

from dataclasses import dataclass

from eth.abc import BlockHeaderAPI, ReceiptAPI, SignedTransactionAPI
from eth.db.trie import make_trie_root_and_nodes

from ledger.chain.embedded.admission import check_sender
from ledger.chain.embedded.database import BlockBufferedDatabase
from ledger.chain.embedded.encoding import encode
from ledger.chain.embedded.limits import BLOCK_GAS
from ledger.chain.embedded.machine import Machine
from ledger.chain.embedded.rows import block_row, log_rows, receipt_rows
from ledger.chain.embedded.store import BlockWrite, Row


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

    def add(self, transaction: SignedTransactionAPI) -> None:
        """Execute a transaction, or raise `Refused`, which leaves the block as it was."""
        check_sender(transaction, self._machine.state)
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
        return seal(
            self._database,
            header,
            receipts=receipt_rows(header, self._transactions, self._receipts),
            logs=log_rows(header, self._receipts),
        )


def seal(
    database: BlockBufferedDatabase, header: BlockHeaderAPI, *, receipts: list[Row], logs: list[Row]
) -> SealedBlock:
    """The pending writes and a header as one write."""
    database[header.hash] = encode(header)
    return SealedBlock(header, BlockWrite(database.pending, block_row(header), receipts, logs))
