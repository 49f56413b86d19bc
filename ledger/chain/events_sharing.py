"""Logs of sharing, bearers and revoking, decoded by hand."""

from collections.abc import Callable
from typing import Final

from ledger.chain.log_words import indexed, packed, records, topic, word
from ledger.chain.protocol import Log
from ledger.domain import events

_ID_MASK = (1 << 32) - 1
_PRICE_MASK = (1 << 40) - 1


def _transferred(log: Log) -> events.Event:
    return events.Transferred(indexed(log), tuple(_transfer(record) for record in records(packed(log, 0), 32)))


def _transfer(record: bytes) -> events.SharedItem:
    value = int.from_bytes(record, "big")
    return events.SharedItem(
        coupon=value >> 184,
        version=(value >> 168) & 0xFFFF,
        index=0,
        giver=(value >> 136) & _ID_MASK,
        to=(value >> 104) & _ID_MASK,
        price=(value >> 64) & _PRICE_MASK,
    )


def _copied(log: Log) -> events.Event:
    return events.Copied(indexed(log), tuple(_copy(record) for record in records(packed(log, 0), 32)))


def _copy(record: bytes) -> events.SharedItem:
    value = int.from_bytes(record, "big")
    return events.SharedItem(
        coupon=value >> 184,
        version=0,
        index=(value >> 176) & 0xFF,
        giver=(value >> 144) & _ID_MASK,
        to=(value >> 112) & _ID_MASK,
        price=(value >> 72) & _PRICE_MASK,
    )


def _revoked(log: Log) -> events.Event:
    serials = tuple(int.from_bytes(record, "big") for record in records(packed(log, 1), 5))
    return events.Revoked(indexed(log), word(log, 0), serials)


def _issued_to_bearers(log: Log) -> events.Event:
    lot, first, nonce, agent = (word(log, index) for index in range(4))
    return events.IssuedToBearers(indexed(log), lot, first, nonce, agent, tuple(records(packed(log, 4), 20)))


DECODERS: Final[dict[bytes, Callable[[Log], events.Event]]] = {
    topic("Transferred(uint32,bytes)"): _transferred,
    topic("Copied(uint32,bytes)"): _copied,
    topic("OfferCancelled(uint32,uint64)"): lambda log: events.OfferCancelled(indexed(log), word(log, 0)),
    topic("Revoked(uint32,uint8,bytes)"): _revoked,
    topic("IssuedToBearers(uint32,uint32,uint32,uint64,uint32,bytes)"): _issued_to_bearers,
}
