"""The storage trie gives the roots, and writes the nodes, that py-evm's own trie gives and can read."""

import pytest
from eth.db.backends.memory import MemoryDB
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st
from trie.hexary import HexaryTrie

from ledger.chain.embedded.cache import RecentlyUsed
from ledger.chain.embedded.nodes import Node, decode_node, encode_node
from ledger.chain.embedded.storage_trie import StorageTrie
from ledger.chain.errors import StateMissing

EMPTY_ROOT = keccak(b"\x80")

# Short keys share much of their way and make nodes short enough to stand in their parents; long ones are the real case.
SHORT_KEYS = st.binary(min_size=2, max_size=2).map(lambda key: bytes([key[0] & 0x11, key[1] & 0x33]))
LONG_KEYS = st.integers(0, 40).map(lambda number: keccak(bytes([number])))
VALUES = st.one_of(st.just(b""), st.binary(max_size=3), st.binary(min_size=30, max_size=70))


def batches(keys: st.SearchStrategy[bytes]) -> st.SearchStrategy[list[list[tuple[bytes, bytes]]]]:
    """Several blocks of writes; an empty value deletes."""
    return st.lists(st.lists(st.tuples(keys, VALUES), max_size=30), max_size=6)


def check(writes: list[list[tuple[bytes, bytes]]], *, cached_nodes: int) -> None:
    """Make all writes in both tries, block by block, and compare them after each, and all earlier states at the end."""
    database, nodes = MemoryDB(), RecentlyUsed[bytes, Node](cached_nodes)
    reference = HexaryTrie({})
    root, expected = EMPTY_ROOT, dict[bytes, bytes]()
    history = []
    for block in writes:
        trie = StorageTrie(database, root, nodes)
        for key, value in block:
            trie[key] = value
            reference[key] = value
            expected[key] = value
            assert trie[key] == value
            assert (key in trie) == bool(value)
        assert all(trie[key] == value for key, value in expected.items())
        root = bytes(trie.root_hash)
        assert root == trie.root_hash == reference.root_hash
        history.append((root, dict(expected)))
    for past_root, state in history:
        ours = StorageTrie(database, past_root, RecentlyUsed(1))
        theirs = HexaryTrie(database, past_root)
        for key, value in state.items():
            assert ours[key] == theirs[key] == value


@given(batches(SHORT_KEYS), st.sampled_from([1, 1_000]))
def test_keys_that_share_their_way_give_the_same_roots(
    writes: list[list[tuple[bytes, bytes]]], cached_nodes: int
) -> None:
    check(writes, cached_nodes=cached_nodes)


@given(batches(LONG_KEYS), st.sampled_from([1, 1_000]))
def test_hashed_keys_give_the_same_roots(writes: list[list[tuple[bytes, bytes]]], cached_nodes: int) -> None:
    check(writes, cached_nodes=cached_nodes)


def test_a_large_trie_gives_the_same_root_and_every_node_reads_back() -> None:
    database, nodes = MemoryDB(), RecentlyUsed[bytes, Node](50)
    trie, reference = StorageTrie(database, EMPTY_ROOT, nodes), HexaryTrie({})
    for number in range(3_000):
        key, value = keccak(number.to_bytes(4, "big")), number.to_bytes(2 + number % 33, "big")
        trie[key] = reference[key] = value
        if number % 7 == 0:
            gone = keccak((number // 2).to_bytes(4, "big"))
            trie[gone] = reference[gone] = b""
    assert trie.root_hash == reference.root_hash
    for name, encoded in database.kv_store.items():
        assert keccak(encoded) == name
        assert encode_node(decode_node(encoded)) == encoded


def test_deleting_what_is_not_there_changes_nothing() -> None:
    trie = StorageTrie(MemoryDB(), EMPTY_ROOT, RecentlyUsed(10))
    del trie[bytes(32)]
    assert trie.root_hash == EMPTY_ROOT
    trie[bytes(32)] = b"one"
    root = trie.root_hash
    del trie[b"\1" * 32]
    assert trie.root_hash == root
    trie[bytes(32)] = b""
    assert trie.root_hash == EMPTY_ROOT


def test_a_missing_node_is_a_named_error_and_not_an_empty_slot() -> None:
    database = MemoryDB()
    trie = StorageTrie(database, EMPTY_ROOT, RecentlyUsed(10))
    trie[bytes(32)] = b"one"
    root = trie.root_hash
    del database[root]
    with pytest.raises(StateMissing) as raised:
        StorageTrie(database, root, RecentlyUsed(10))[bytes(32)]
    assert root.hex() in raised.value.part


def test_what_is_used_stays_remembered_and_the_memory_is_bounded() -> None:
    memory = RecentlyUsed[int, int](100)
    memory.put(0, 1)
    for number in range(1, 10_000):
        memory.put(number, number + 1)
        assert memory.get(0) == 1
        assert len(memory) <= 100
    assert memory.get(9_999) == 10_000
    assert memory.get(5_000) is None
