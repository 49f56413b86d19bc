"""The trie of one contract's storage: all changes of a block are made in memory and each node is hashed once.

py-evm's own trie hashes and writes the whole way to the root for each slot; with it, tries took half of a block's time.
"""

from eth.abc import DatabaseAPI
from eth.constants import BLANK_ROOT_HASH
from eth_hash.auto import keccak
from eth_typing import Hash32

from ledger.chain.embedded.cache import RecentlyUsed
from ledger.chain.embedded.nodes import Branch, Child, Extension, Leaf, Node, decode_node, encode_node, path_of
from ledger.chain.errors import StateMissing

HASH_BYTES = 32
"""A node whose RLP is shorter than its hash would be stands within its parent."""


class StorageTrie:
    """A mapping from 32-byte keys to non-empty values; an absent key holds the empty value.

    Nodes never change: a change makes new ones along its way, which `root_hash` writes into the database. So every
    earlier root stays readable, and nodes may be shared through the cache.
    """

    def __init__(self, database: DatabaseAPI, root_hash: bytes, nodes: RecentlyUsed[bytes, Node]) -> None:
        self._database = database
        self._nodes = nodes
        self._root: Child | None = None if root_hash == BLANK_ROOT_HASH else root_hash

    def __getitem__(self, key: bytes) -> bytes:
        path, child = path_of(key), self._root
        while child is not None:
            node = self._load(child)
            if isinstance(node, Branch):
                child, path = node.children[path[0]], path[1:]
            elif isinstance(node, Leaf):
                return node.value if node.path == path else b""
            elif path.startswith(node.path):
                child, path = node.child, path[len(node.path) :]
            else:
                return b""
        return b""

    def __setitem__(self, key: bytes, value: bytes) -> None:
        if value:
            self._root = self._put(self._root, path_of(key), value)
        else:
            del self[key]

    def __delitem__(self, key: bytes) -> None:
        if self[key]:
            self._root = None if self._root is None else self._without(self._root, path_of(key))

    def __contains__(self, key: bytes) -> bool:
        return self[key] != b""

    @property
    def root_hash(self) -> Hash32:
        """The root's hash, once all nodes of the trie are in the database."""
        if self._root is None:
            return BLANK_ROOT_HASH
        if not isinstance(self._root, bytes):
            self._root = self._write(*self._settled(self._root))
        return Hash32(self._root)

    def _load(self, child: Child) -> Node:
        if not isinstance(child, bytes):
            return child
        node = self._nodes.get(child)
        if node is None:
            try:
                node = decode_node(self._database[child])
            except KeyError as error:
                # A plain KeyError would be taken by py-evm for an empty slot.
                raise StateMissing(f"trie node 0x{child.hex()}") from error
            self._nodes.put(child, node)
        return node

    def _put(self, child: Child | None, path: bytes, value: bytes) -> Node:
        if child is None:
            return Leaf(path, value)
        node = self._load(child)
        if isinstance(node, Branch):
            return _with_child(node, path[0], self._put(node.children[path[0]], path[1:], value))
        shared = _shared_length(node.path, path)
        if shared < len(node.path):
            return _forked(node, path, value, shared=shared)
        if isinstance(node, Leaf):
            return Leaf(path, value)
        return Extension(node.path, self._put(node.child, path[shared:], value))

    def _without(self, child: Child, path: bytes) -> Node | None:
        """The node without a key that is known to be below it."""
        node = self._load(child)
        if isinstance(node, Leaf):
            return None
        if isinstance(node, Extension):
            below = self._without(node.child, path[len(node.path) :])
            return None if below is None else self._prefixed(node.path, below)
        next_child = node.children[path[0]]
        below = None if next_child is None else self._without(next_child, path[1:])
        left = _with_child(node, path[0], below)
        ways = [way for way, other in enumerate(left.children) if other is not None]
        if len(ways) > 1:
            return left
        last = left.children[ways[0]]
        return None if last is None else self._prefixed(bytes([ways[0]]), last)

    def _prefixed(self, path: bytes, child: Child) -> Node:
        """A node below a path of its own, joined into one where that is possible."""
        node = self._load(child)
        if isinstance(node, Leaf):
            return Leaf(path + node.path, node.value)
        if isinstance(node, Extension):
            return Extension(path + node.path, node.child)
        return Extension(path, child)

    def _settled(self, node: Node) -> tuple[Node, bytes]:
        """A new node, referring by hash to what is below it, which is written; and its own RLP, which is not."""
        if isinstance(node, Branch):
            node = Branch(tuple(self._settled_child(child) for child in node.children))
        elif isinstance(node, Extension):
            node = Extension(node.path, self._settled_child(node.child) or node.child)
        return node, encode_node(node)

    def _settled_child(self, child: Child | None) -> Child | None:
        if child is None or isinstance(child, bytes):
            return child
        node, encoded = self._settled(child)
        return node if len(encoded) < HASH_BYTES else self._write(node, encoded)

    def _write(self, node: Node, encoded: bytes) -> bytes:
        name = keccak(encoded)
        self._database[name] = encoded
        self._nodes.put(name, node)
        return name


def _with_child(branch: Branch, way: int, child: Child | None) -> Branch:
    children = list(branch.children)
    children[way] = child
    return Branch(children)


def _shared_length(one: bytes, other: bytes) -> int:
    return next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))


def _forked(node: Leaf | Extension, path: bytes, value: bytes, *, shared: int) -> Node:
    """A branch where a new key leaves the way of a node, below the way they share."""
    ways: list[Child | None] = [None] * 16
    ways[path[shared]] = Leaf(path[shared + 1 :], value)
    rest = node.path[shared + 1 :]
    if isinstance(node, Leaf):
        ways[node.path[shared]] = Leaf(rest, node.value)
    else:
        ways[node.path[shared]] = Extension(rest, node.child) if rest else node.child
    branch = Branch(ways)
    return Extension(path[:shared], branch) if shared else branch
