"""Coupons handed on, and the prices paid for them."""

from ledger.domain import events, terms_json
from ledger.domain.errors import Verb
from ledger.domain.ids import batch_of, copy_serial, serial_of
from ledger.index.book import Book, Place
from ledger.index.cash import credit
from ledger.index.coupons import FRESH
from ledger.index.rows import Row
from ledger.store.effects import by_consumer_nonce, of_copy, of_transfer
from ledger.store.projections_sharing import SHARES


def transferred(book: Book, event: events.Transferred, place: Place) -> None:
    """Coupons went on; whoever gave one is its sharer, and the first who gave it stays known."""
    for number, item in enumerate(event.items):
        coupon = book.coupons.change(batch_of(item.coupon), serial_of(item.coupon))
        if item.giver:
            coupon.update(_passed(coupon))
        # What a bearer held comes into an account: nobody has shared it yet.
        coupon.update(holder=item.to, version=item.version)
        root = coupon["serial"] if coupon["root"] is None else coupon["root"]
        _note(book, item, place, number=number, kind="transfer", serial=coupon["serial"], root=root)
        book.effect(place, of_transfer(item.coupon, item.version - 1, item.to), item=number)


def copied(book: Book, event: events.Copied, place: Place) -> None:
    """Coupons that descend from others: of their lot and day, with what their roots went through as their path."""
    terms = terms_json.loads(book.batches.get(event.batch)["terms"])
    for number, item in enumerate(event.items):
        root = book.coupons.get(batch_of(item.coupon), serial_of(item.coupon))
        serial = copy_serial(root["serial"], item.index, size=terms.size, copies=terms.copies)
        book.coupons.add(
            {
                **FRESH,
                **_passed(root),
                "batch": event.batch,
                "serial": serial,
                "lot": root["lot"],
                "holder": item.to,
                "version": 1,
                "root": root["serial"],
                "issued_day": root["issued_day"],
                "agent": 0,
                "occurrence_id": place.id,
            }
        )
        _note(book, item, place, number=number, kind="copy", serial=serial, root=root["serial"])
        book.effect(place, of_copy(item.coupon, item.index, item.to), item=number)


def offer_cancelled(book: Book, event: events.OfferCancelled, place: Place) -> None:
    """Only its nonce is used: offers stand on no chain."""
    book.effect(place, by_consumer_nonce(Verb.CANCEL, event.consumer, event.nonce))


def _passed(coupon: Row) -> Row:
    """How a coupon's path goes on when its holder gives it, as `Journeys.pass` has it."""
    return {
        "sharer": coupon["holder"],
        "first_sharer": coupon["first_sharer"] or coupon["sharer"],
        "hops": coupon["hops"] + 1,
    }


def _note(book: Book, item: events.SharedItem, place: Place, *, number: int, kind: str, serial: int, root: int) -> None:
    credit(book, item.to, -item.price, consumer=True)
    credit(book, item.giver, item.price, consumer=True)
    book.append(
        SHARES,
        occurrence_id=place.id,
        item=number,
        kind=kind,
        batch=batch_of(item.coupon),
        serial=serial,
        root=root,
        version=item.version or 1,
        giver=item.giver,
        receiver=item.to,
        price=item.price,
    )
