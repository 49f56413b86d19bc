"""Nodes of a Merkle Patricia trie whose keys all have one length, and their RLP."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

Nested = list["bytes | Nested"]
"""An RLP list as it is read."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """The end of a path (half a byte in each byte) and what stands there."""

    path: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Extension:
    """A part of the way that several keys share, and the branch it leads to."""

    path: bytes
    child: "Child"


@dataclass(frozen=True, slots=True)
class Branch:
    """Sixteen ways on; no key ends here, for all are of one length."""

    children: Sequence["Child | None"]


Node = Leaf | Extension | Branch
Child = bytes | Node
"""A node's hash, or the node itself: one not written yet, or one so short that it stands within its parent."""


def path_of(key: bytes) -> bytes:
    """A key as a path."""
    return bytes(half for byte in key for half in (byte >> 4, byte & 15))


def encode_node(node: Node) -> bytes:
    """The RLP of a node, in which children that are nodes stand in full."""
    if isinstance(node, Branch):
        return _list(b"".join(map(_reference, node.children)) + b"\x80")
    if isinstance(node, Leaf):
        return _list(_string(_packed(node.path, 0x20)) + _string(node.value))
    return _list(_string(_packed(node.path, 0x00)) + _reference(node.child))


def _reference(child: Child | None) -> bytes:
    if child is None:
        return b"\x80"
    return b"\xa0" + child if isinstance(child, bytes) else encode_node(child)


def _packed(path: bytes, kind: int) -> bytes:
    mark = [(kind >> 4) + 1] if len(path) % 2 else [kind >> 4, 0]
    halves = bytes(mark) + path
    return bytes(high << 4 | low for high, low in zip(halves[::2], halves[1::2], strict=True))


def _string(data: bytes) -> bytes:
    if len(data) == 1 and data[0] < 0x80:
        return data
    return _header(0x80, len(data)) + data


def _list(payload: bytes) -> bytes:
    return _header(0xC0, len(payload)) + payload


def _header(kind: int, length: int) -> bytes:
    if length < 56:
        return bytes([kind + length])
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([kind + 55 + len(size)]) + size


def decode_node(encoded: bytes) -> Node:
    """The node of its RLP, which came from a hash that was checked or from our own writing."""
    item, _ = _item(encoded, 0)
    return _node(cast(Nested, item))


def _node(items: Nested) -> Node:
    if len(items) == 17:
        return Branch(tuple(_child(item) for item in items[:16]))
    packed, rest = cast(bytes, items[0]), items[1]
    halves = path_of(packed)
    path = halves[1:] if halves[0] & 1 else halves[2:]
    if halves[0] & 2:
        return Leaf(path, cast(bytes, rest))
    return Extension(path, cast(Child, _child(rest)))


def _child(item: bytes | Nested) -> Child | None:
    if isinstance(item, bytes):
        return item or None
    return _node(item)


def _item(data: bytes, place: int) -> tuple[bytes | Nested, int]:
    """The item at a place, and the place after it."""
    kind = data[place]
    if kind < 0x80:
        return data[place : place + 1], place + 1
    is_list = kind >= 0xC0
    length = kind - (0xC0 if is_list else 0x80)
    start = place + 1
    if length > 55:
        start += length - 55
        length = int.from_bytes(data[place + 1 : start], "big")
    end = start + length
    if not is_list:
        return data[start:end], end
    items: Nested = []
    while start < end:
        item, start = _item(data, start)
        items.append(item)
    return items, end
