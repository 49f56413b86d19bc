"""The EVM's key-value database: writes gather in memory until their block is committed; reads are cached, bounded."""

from collections.abc import Iterator
from contextlib import contextmanager

from eth.abc import AtomicWriteBatchAPI
from eth.db.atomic import AtomicDBWriteBatch
from eth.db.backends.base import BaseAtomicDB

from ledger.chain.embedded.store import Store

CACHED_NODES = 200_000
"""Nodes kept in memory, of some 100 to 600 bytes each: about 100 MB at most."""


class BlockBufferedDatabase(BaseAtomicDB):
    """What py-evm reads and writes; only `pending` of a block that is committed ever reaches the store.

    The cache has two generations: when the young one is full the old one is forgotten, so that nodes in use stay.
    """

    def __init__(self, store: Store, *, cached_nodes: int = CACHED_NODES) -> None:
        self._store = store
        self._half = cached_nodes // 2
        self._young: dict[bytes, bytes] = {}
        self._old: dict[bytes, bytes] = {}
        self._pending: dict[bytes, bytes] = {}

    def __getitem__(self, key: bytes) -> bytes:
        value = self._pending.get(key)
        if value is None:
            value = self._young.get(key)
        if value is None:
            value = self._old.get(key)
            if value is None:
                value = self._store.node(key)
            if value is None:
                raise KeyError(key)
            self._remember(key, value)
        return value

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self._pending[key] = value

    def __delitem__(self, key: bytes) -> None:
        # Every past state stays readable: nodes of the state, all named by their hash, are never deleted.
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
            self._remember(key, value)
        self._pending = {}

    def drop(self) -> None:
        """The block in hand was given up: forget what it wrote."""
        self._pending = {}

    def _remember(self, key: bytes, value: bytes) -> None:
        if len(self._young) >= self._half:
            self._old = self._young
            self._young = {}
        self._young[key] = value
