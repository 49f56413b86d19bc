"""Logs of redemptions and of their settlement, decoded by hand."""

from collections.abc import Callable
from typing import Any, Final

from ledger.chain.log_words import indexed, packed, records, topic, word
from ledger.chain.protocol import Log
from ledger.domain import events

_PART_MASK = (1 << 36) - 1


def _redeemed(log: Log) -> events.Event:
    items = tuple(_redeemed_item(record) for record in records(packed(log, 1), 64))
    return events.Redeemed(indexed(log), word(log, 0), items)


def _distributed(log: Log) -> events.Event:
    return events.Distributed(indexed(log), tuple(_redeemed_item(record) for record in records(packed(log, 0), 64)))


def _redeemed_item(record: bytes) -> events.RedeemedItem:
    word, parts = int.from_bytes(record[:32], "big"), int.from_bytes(record[32:], "big")
    return events.RedeemedItem(
        coupon=word >> 184,
        version=(word >> 172) & 0xFFF,
        order=(word >> 120) & (1 << 48) - 1,
        reward=(word >> 80) & (1 << 40) - 1,
        contribution=(word >> 40) & (1 << 40) - 1,
        discount=word & (1 << 40) - 1,
        parts=(
            parts & _PART_MASK,
            (parts >> 36) & _PART_MASK,
            (parts >> 72) & _PART_MASK,
            (parts >> 108) & _PART_MASK,
            (parts >> 144) & _PART_MASK,
            (parts >> 180) & _PART_MASK,
            (parts >> 216) & _PART_MASK,
        ),
    )


def _pooled(log: Log) -> events.Event:
    items = tuple(_pooled_item(record) for record in records(packed(log, 1), 64))
    return events.Pooled(indexed(log), word(log, 0), items)


def _pooled_item(record: bytes) -> events.PooledItem:
    value = int.from_bytes(record[:32], "big")
    return events.PooledItem(
        coupon=value >> 184,
        version=(value >> 172) & 0xFFF,
        order=(value >> 120) & (1 << 48) - 1,
        reward=(value >> 80) & (1 << 40) - 1,
        contribution=(value >> 40) & (1 << 40) - 1,
        discount=value & (1 << 40) - 1,
        until=int.from_bytes(record[32:], "big"),
    )


def _words(log: Log, count: int) -> list[Any]:
    return [word(log, index) for index in range(count)]


def _forfeited(log: Log) -> events.Event:
    coupon, version, cause, discount_too, reward, contribution, discount = _words(log, 7)
    return events.Forfeited(indexed(log), coupon, version, cause, bool(discount_too), reward, contribution, discount)


DECODERS: Final[dict[bytes, Callable[[Log], events.Event]]] = {
    topic("Redeemed(uint32,uint32,bytes)"): _redeemed,
    topic("Pooled(uint32,uint32,bytes)"): _pooled,
    topic("Distributed(uint32,bytes)"): _distributed,
    topic("Amended(uint32,uint32,uint72,uint16,uint48,uint40,uint40,uint40)"): lambda log: events.Amended(
        indexed(log), *_words(log, 7)
    ),
    topic("Reversed(uint32,uint32,uint72,uint16,uint40,uint40,uint40)"): lambda log: events.Reversed(
        indexed(log), *_words(log, 6)
    ),
    topic("Forfeited(uint32,uint72,uint16,uint8,bool,uint40,uint40,uint40)"): _forfeited,
}
