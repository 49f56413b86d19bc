"""Refused items: they changed nothing, and whoever sent them wants to know why."""

from typing import Final

from ledger.domain import events
from ledger.domain.errors import Verb
from ledger.index.book import Book, Place
from ledger.store.effects import (
    by_consumer_nonce,
    by_nonce,
    by_transaction,
    by_wallet,
    of_claim,
    of_copy,
    of_redemption,
    of_revocation,
    of_settlement,
    of_transfer,
)

_CONSUMER_FLAG: Final = 1 << 64
_NONCE_MASK: Final = _CONSUMER_FLAG - 1
_VERSION_BITS: Final = 16
_BY_WALLET: Final = frozenset({Verb.REGISTER_MERCHANT, Verb.REGISTER_CONSUMER})
_BY_NONCE: Final = frozenset(
    {
        *(Verb.APPOINT, Verb.WITHDRAW, Verb.ALLOCATE, Verb.RECALL, Verb.ISSUE, Verb.ISSUE_TO_BEARERS),
        *(Verb.STATE, Verb.CHANGE_WALLET),
    }
)
_OF_BOTH: Final = frozenset({Verb.WITHDRAW, Verb.CHANGE_WALLET})
_BY_CONSUMER_NONCE: Final = frozenset({Verb.CANCEL, Verb.SPEND})

_SETTLEMENT: Final = frozenset({Verb.AMEND, Verb.REVERSE, Verb.FORFEIT, Verb.DISTRIBUTE})
_SHARING: Final = frozenset({Verb.TRANSFER, Verb.COPY, Verb.CLAIM})


def refusals(book: Book, event: events.Refusals, place: Place) -> None:
    """Each refused item's effect, with its reason."""
    for number, item in enumerate(event.items):
        book.effect(place, _effect_of(item, place), item=number, reason=int(item.reason))


def _effect_of(item: events.RefusedItem, place: Place) -> str:
    if item.verb in _BY_WALLET:
        return by_wallet(item.verb, item.subject.to_bytes(20, "big"))
    if item.verb is Verb.REDEEM:
        version = item.subject & (1 << _VERSION_BITS) - 1
        return of_redemption(item.subject >> _VERSION_BITS, version, item.party)
    if item.verb is Verb.REVOKE:
        return of_revocation(item.subject >> _VERSION_BITS)
    if item.verb in _SETTLEMENT:
        version = item.subject & (1 << _VERSION_BITS) - 1
        return of_settlement(item.verb, item.subject >> _VERSION_BITS, version, item.party)
    if item.verb in _SHARING:
        return _sharing(item)
    if item.verb in _BY_CONSUMER_NONCE:
        return by_consumer_nonce(item.verb, item.party, item.subject & _NONCE_MASK)
    if item.verb in _BY_NONCE:
        name = by_consumer_nonce if item.verb in _OF_BOTH and item.subject & _CONSUMER_FLAG else by_nonce
        return name(item.verb, item.party, item.subject & _NONCE_MASK)
    return by_transaction(place.transaction_hash, item.item)


def _sharing(item: events.RefusedItem) -> str:
    coupon, version, index = item.subject >> 24, item.subject >> 8 & 0xFFFF, item.subject & 0xFF
    if item.verb is Verb.TRANSFER:
        return of_transfer(coupon, version, item.party)
    if item.verb is Verb.COPY:
        return of_copy(coupon, index, item.party)
    return of_claim(coupon, version, index, item.party)
