"""A block's transactions and receipts read back from the tries that its hash vouches for."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from eth.abc import BlockHeaderAPI, ReceiptAPI, SignedTransactionAPI
from eth_typing import Hash32
from trie.hexary import HexaryTrie

from ledger.chain.embedded.database import BlockBufferedDatabase
from ledger.chain.embedded.encoding import encode
from ledger.chain.embedded.machine import Machine


@dataclass(frozen=True, slots=True)
class StoredBlock:
    """One block in full, as py-evm's objects."""

    header: BlockHeaderAPI
    transactions: tuple[SignedTransactionAPI, ...]
    receipts: tuple[ReceiptAPI, ...]


def read_block(database: BlockBufferedDatabase, machine: Machine, header: BlockHeaderAPI) -> StoredBlock:
    """A block's contents, in order."""
    transactions = _items(database, header.transaction_root)
    receipts = _items(database, header.receipt_root)
    return StoredBlock(
        header,
        tuple(machine.transactions.decode(raw) for raw in transactions),
        tuple(machine.receipts.decode(raw) for raw in receipts),
    )


def _items(database: BlockBufferedDatabase, root: Hash32) -> Iterator[bytes]:
    trie = HexaryTrie(database, root)
    for position in count():
        item = trie[encode(position)]
        if not item:
            return
        yield item
