"""A Merkle tree over purchase lines: pairs are hashed in sorted order, so that a path needs no sides.

A leaf is the double Keccak-256 of a salted line: the salt hides lines that could be guessed, the second hash keeps a
leaf from being taken for a pair. Solidity's usual verifiers (OpenZeppelin's `MerkleProof`) take the same paths.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from eth_hash.auto import keccak

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """What a leaf says: amount in minor units, negative for a return; time in Unix seconds."""

    salt: bytes
    recruiter: int
    amount: int
    occurred_at: int
    reference: str


def leaf_of(line: PurchaseLine) -> bytes:
    """The hash of a line: salt 32, recruiter 4, amount 8 (two's complement), time 5, then the reference in UTF-8."""
    packed = (
        line.salt
        + line.recruiter.to_bytes(4, "big")
        + line.amount.to_bytes(8, "big", signed=True)
        + line.occurred_at.to_bytes(5, "big")
        + line.reference.encode()
    )
    return keccak(keccak(packed))


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves, in whatever order they come; at least one."""
    return _levels(leaves)[-1][0]


def path_of(leaves: Sequence[bytes], leaf: bytes) -> tuple[bytes, ...]:
    """The hashes that lead from a leaf to the root."""
    levels = _levels(leaves)
    place = levels[0].index(leaf)
    path: list[bytes] = []
    for level in levels[:-1]:
        beside = place ^ 1
        if beside < len(level):
            path.append(level[beside])
        place //= 2
    return tuple(path)


def climb(leaf: bytes, path: Sequence[bytes]) -> bytes:
    """The root that a path leads to."""
    for beside in path:
        leaf = _pair(leaf, beside)
    return leaf


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """From the leaves, sorted, to the root; the last of an odd level goes up as it is."""
    levels = [sorted(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [_pair(*below[place : place + 2]) for place in range(0, len(below) - 1, 2)]
        levels.append(pairs + below[len(below) - len(below) % 2 :])
    return levels


def _pair(one: bytes, other: bytes) -> bytes:
    return keccak(one + other if one < other else other + one)
