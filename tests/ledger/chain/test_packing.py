"""Packed records, against their documented layout."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.packing import (
    ISSUE_RECORD_BYTES,
    RECRUIT_RECORD_BYTES,
    REDEEM_RECORD_BYTES,
    issue_records,
    recruit_record,
    redeem_record,
)


@given(
    wallet=st.binary(min_size=20, max_size=20),
    deadline=st.integers(0, 2**40 - 1),
    signature=st.binary(min_size=64, max_size=64),
)
def test_a_consumer_to_register(wallet: bytes, deadline: int, signature: bytes) -> None:
    record = recruit_record(wallet, deadline, signature)
    assert len(record) == RECRUIT_RECORD_BYTES
    assert (record[:20], int.from_bytes(record[20:25], "big")) == (wallet, deadline)
    assert (record[25:32], record[32:]) == (bytes(7), signature)


@given(st.lists(st.tuples(st.integers(1, 2**32 - 1), st.integers(1, 1_000)), max_size=20))
def test_coupons_for_consumers(consumers: list[tuple[int, int]]) -> None:
    packed = issue_records(consumers)
    records = [packed[at : at + ISSUE_RECORD_BYTES] for at in range(0, len(packed), ISSUE_RECORD_BYTES)]
    read = [(int.from_bytes(record[:4], "big"), record[4]) for record in records]
    assert all(count > 0 for _, count in read), "the contract refuses a record of no coupon"
    holders = [consumer for consumer, count in read for _ in range(count)]
    assert holders == [consumer for consumer, count in consumers for _ in range(count)]


def test_a_count_beyond_one_byte_is_written_as_several_records() -> None:
    assert issue_records([(7, 255)]) == bytes.fromhex("00000007ff")
    assert issue_records([(7, 256)]) == bytes.fromhex("00000007ff0000000701")
    assert issue_records([(7, 510)]) == bytes.fromhex("00000007ff00000007ff")


@given(
    coupon=st.integers(0, 2**72 - 1),
    lot=st.integers(0, 2**32 - 1),
    order=st.integers(0, 2**48 - 1),
    maximum_order=st.integers(0, 2**48 - 1),
    deadline=st.integers(0, 2**32 - 1),
    version=st.integers(0, 2**16 - 1),
    signature=st.binary(min_size=64, max_size=64),
)
def test_a_presented_coupon(
    coupon: int, lot: int, order: int, maximum_order: int, deadline: int, version: int, signature: bytes
) -> None:
    record = redeem_record(
        coupon=coupon,
        lot=lot,
        order=order,
        maximum_order=maximum_order,
        deadline=deadline,
        version=version,
        signature=signature,
    )
    assert len(record) == REDEEM_RECORD_BYTES
    cuts = (0, 9, 13, 19, 25, 29, 31, 32)
    numbers = [int.from_bytes(record[a:b], "big") for a, b in pairwise(cuts)]
    assert numbers == [coupon, lot, order, maximum_order, deadline, version, 0]
    assert record[32:] == signature
