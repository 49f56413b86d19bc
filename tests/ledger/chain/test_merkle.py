"""The tree over purchase lines."""

from dataclasses import replace

import pytest
from eth_hash.auto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.merkle import PurchaseLine, climb, leaf_of, path_of, root_of

LINE = PurchaseLine(b"\x11" * 32, 7, -1_234, 1_700_000_000, "r-1")
LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70, unique=True)


def test_a_leaf_is_the_double_hash_of_the_packed_line() -> None:
    """By hand: salt, recruiter 4, amount 8 in two's complement, time 5, reference."""
    packed = b"\x11" * 32 + bytes.fromhex("00000007 fffffffffffffb2e 006553f100") + b"r-1"
    assert leaf_of(LINE) == keccak(keccak(packed))


def test_every_field_changes_the_leaf() -> None:
    changed = [
        replace(LINE, salt=bytes(32)),
        replace(LINE, recruiter=8),
        replace(LINE, amount=1_234),
        replace(LINE, occurred_at=1),
        replace(LINE, reference="r-2"),
    ]
    assert len({leaf_of(each) for each in [LINE, *changed]}) == 6


@given(leaves=LEAVES)
def test_every_leaf_climbs_to_the_root(leaves: list[bytes]) -> None:
    root = root_of(leaves)
    for leaf in leaves:
        path = path_of(leaves, leaf)
        assert climb(leaf, path) == root
        assert len(path) <= (len(leaves) - 1).bit_length()


@given(leaves=LEAVES, other=st.binary(min_size=32, max_size=32))
def test_no_other_leaf_climbs_by_a_path_that_is_not_its_own(leaves: list[bytes], other: bytes) -> None:
    if other not in leaves:
        assert climb(other, path_of(leaves, leaves[0])) != root_of(leaves)


@given(leaves=LEAVES)
def test_the_order_in_which_lines_come_does_not_matter(leaves: list[bytes]) -> None:
    assert root_of(leaves) == root_of(leaves[::-1])


def test_small_trees_by_hand() -> None:
    one, two, three = sorted(keccak(bytes([each])) for each in range(3))
    pair = keccak(one + two)
    assert root_of([three, one, two]) == keccak(min(pair, three) + max(pair, three))
    assert path_of([one, two, three], three) == (pair,)
    assert root_of([one]) == one


def test_a_stranger_has_no_path() -> None:
    with pytest.raises(ValueError, match="not in list"):
        path_of([bytes(32)], b"\1" * 32)
