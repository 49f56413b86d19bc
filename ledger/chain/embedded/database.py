"""The EVM's key-value database: writes gather in memory until their block is committed; reads are cached, bounded."""

from collections.abc import Iterator
from contextlib import contextmanager

from eth.abc import AtomicWriteBatchAPI
from eth.db.atomic import AtomicDBWriteBatch
from eth.db.backends.base import BaseAtomicDB

from ledger.chain.embedded.cache import RecentlyUsed
from ledger.chain.embedded.nodes import Node
from ledger.chain.embedded.store import Store

CACHED_VALUES = 100_000
"""Values kept in memory, of some 100 to 600 bytes each: about 50 MB at most."""

CACHED_NODES = 20_000
"""Nodes of storage tries kept decoded, of up to 1.3 kB each: about 25 MB at most."""


class BlockBufferedDatabase(BaseAtomicDB):
    """What py-evm reads and writes; only what is `pending` for a block that is committed ever reaches the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cache: RecentlyUsed[bytes, bytes] = RecentlyUsed(CACHED_VALUES)
        self._pending: dict[bytes, bytes] = {}
        self.nodes: RecentlyUsed[bytes, Node] = RecentlyUsed(CACHED_NODES)

    def __getitem__(self, key: bytes) -> bytes:
        value = self._pending.get(key)
        if value is None:
            value = self._cache.get(key)
        if value is None:
            value = self._store.node(key)
            if value is None:
                raise KeyError(key)
            self._cache.put(key, value)
        return value

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self._pending[key] = value

    def __delitem__(self, key: bytes) -> None:
        # Every past state stays readable: what the store has, all named by its hash, is never deleted.
        self._pending.pop(key, None)

    def _exists(self, key: bytes) -> bool:
        try:
            self[key]
        except KeyError:
            return False
        return True

    @contextmanager
    def atomic_batch(self) -> Iterator[AtomicWriteBatchAPI]:
        """A batch as py-evm wants it; it ends in the pending writes."""
        with AtomicDBWriteBatch._commit_unless_raises(self) as batch:
            yield batch

    @property
    def pending(self) -> dict[bytes, bytes]:
        """What the block in hand has written so far."""
        return self._pending

    def keep(self) -> None:
        """The block in hand was committed: what it wrote is now known to be in the store."""
        for key, value in self._pending.items():
            self._cache.put(key, value)
        self._pending = {}

    def drop(self) -> None:
        """The block in hand was given up: forget what it wrote."""
        self._pending = {}
