"""py-evm's state with our own trie under each contract's storage."""

from typing import cast

from eth.abc import AccountStorageDatabaseAPI, AtomicDatabaseAPI, DatabaseAPI
from eth.constants import BLANK_ROOT_HASH
from eth.db.account import AccountDB
from eth.db.batch import BatchDB
from eth.db.cache import CacheDB
from eth.db.journal import JournalDB
from eth.db.storage import AccountStorageDB, StorageLookup
from eth.vm.forks.prague import PragueVM
from eth.vm.forks.prague.state import PragueState
from eth_typing import Address, Hash32
from trie.hexary import HexaryTrie

from ledger.chain.embedded.cache import RecentlyUsed
from ledger.chain.embedded.database import CACHED_NODES, BlockBufferedDatabase
from ledger.chain.embedded.interpreter import Computation
from ledger.chain.embedded.nodes import Node
from ledger.chain.embedded.storage_trie import StorageTrie


class Lookup(StorageLookup):
    """Storage slots in our trie, which offers as much of py-evm's trie as is asked of it here."""

    def __init__(
        self, database: DatabaseAPI, storage_root: Hash32, address: Address, nodes: RecentlyUsed[bytes, Node]
    ) -> None:
        super().__init__(database, storage_root, address)
        self._nodes = nodes

    def _get_write_trie(self) -> HexaryTrie:
        if self._trie_nodes_batch is None:
            self._trie_nodes_batch = BatchDB(self._db, read_through_deletes=True)
        if self._write_trie is None:
            self._write_trie = self._trie(self._trie_nodes_batch)
        return self._write_trie

    def _get_read_trie(self) -> HexaryTrie:
        return self._write_trie if self._write_trie is not None else self._trie(self._db)

    def _trie(self, database: DatabaseAPI) -> HexaryTrie:
        return cast(HexaryTrie, StorageTrie(database, self._starting_root_hash, self._nodes))


class AccountStorage(AccountStorageDB):
    """One contract's storage, with py-evm's journal on top of that lookup."""

    def __init__(
        self, database: AtomicDatabaseAPI, storage_root: Hash32, address: Address, nodes: RecentlyUsed[bytes, Node]
    ) -> None:
        super().__init__(database, storage_root, address)
        self._storage_lookup = Lookup(database, storage_root, address, nodes)
        self._storage_cache = CacheDB(self._storage_lookup)
        self._locked_changes = JournalDB(self._storage_cache)
        self._journal_storage = JournalDB(self._locked_changes)


class Accounts(AccountDB):
    """All accounts of a state."""

    def __init__(self, database: AtomicDatabaseAPI, state_root: Hash32 = BLANK_ROOT_HASH) -> None:
        super().__init__(database, state_root)
        self._database = database
        # Nodes are named by their hash, so that chains and states may share them; a bare database has none to share.
        self._nodes: RecentlyUsed[bytes, Node] = (
            database.nodes if isinstance(database, BlockBufferedDatabase) else RecentlyUsed(CACHED_NODES)
        )

    def _get_address_store(self, address: Address) -> AccountStorageDatabaseAPI:
        store = self._account_stores.get(address)
        if store is None:
            store = AccountStorage(self._database, self._get_storage_root(address), address, self._nodes)
            self._account_stores[address] = store
        return store


class State(PragueState):
    """Prague's state with such accounts, executing as our interpreter does."""

    computation_class = Computation
    account_db_class = Accounts


class VirtualMachine(PragueVM):
    """Prague's rules with such a state.

    Receipts are not checked against the bloom filter that was just made from them.
    """

    _state_class = State

    @classmethod
    def validate_receipt(cls, receipt: object) -> None:
        """Nothing: see the class."""
