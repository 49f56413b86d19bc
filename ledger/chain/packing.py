"""Packed records inside intents: what the contract reads with three loads an item."""

from collections.abc import Iterable

RECRUIT_RECORD_BYTES = 96
ISSUE_RECORD_BYTES = 5
REDEEM_RECORD_BYTES = 96
SHARE_RECORD_BYTES = 96
TOTAL_RECORD_BYTES = 12

ANY_MERCHANT = 1
"""The flag of a presentation that names no merchant."""


def recruit_record(wallet: bytes, deadline: int, signature: bytes) -> bytes:
    """A consumer to register: wallet 20, deadline 5, zero 7, signature 64."""
    return wallet + deadline.to_bytes(5, "big") + bytes(7) + signature


def issue_records(consumers: Iterable[tuple[int, int]]) -> bytes:
    """(consumer, count) pairs, 5 bytes each; a count above 255 is written as several."""
    records = bytearray()
    for consumer, count in consumers:
        prefix = consumer.to_bytes(4, "big")
        while count > 0:
            records += prefix + bytes((min(count, 255),))
            count -= 255
    return bytes(records)


def redeem_record(
    *,
    coupon: int,
    lot: int,
    order: int,
    maximum_order: int,
    deadline: int,
    version: int,
    signature: bytes,
    flags: int = 0,
) -> bytes:
    """A presented coupon: coupon 9, lot 4, order 6, maximum order 6, deadline 4, version 2, flags 1, signature 64."""
    word = coupon << 184 | lot << 152 | order << 104 | maximum_order << 56 | deadline << 24 | version << 8 | flags
    return word.to_bytes(32, "big") + signature


def share_record(
    *, coupon: int, lot: int, to: int, deadline: int, version: int, signature: bytes, index: int = 0
) -> bytes:
    """A transfer, or the copy `index`: coupon 9, lot 4, to 4, deadline 4, version 2, index 1, zero 8, signature 64."""
    word = coupon << 184 | lot << 152 | to << 120 | deadline << 88 | version << 72 | index << 64
    return word.to_bytes(32, "big") + signature


def total_records(totals: Iterable[tuple[int, int]]) -> bytes:
    """(recruiter, amount) pairs of a statement, 12 bytes each, by ascending recruiter."""
    return b"".join(recruiter.to_bytes(4, "big") + amount.to_bytes(8, "big") for recruiter, amount in sorted(totals))
