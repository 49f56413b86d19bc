"""Coupons issued to bearers, and coupons made void."""

from ledger.domain import events
from ledger.domain.errors import Verb
from ledger.domain.ids import coupon_id
from ledger.index.book import Book, Place
from ledger.index.coupons import FRESH
from ledger.index.members import use_agent
from ledger.index.time import ledger_day
from ledger.store.effects import by_nonce, of_revocation
from ledger.store.projections_sharing import BEARERS, REVOCATIONS


def issued_to_bearers(book: Book, event: events.IssuedToBearers, place: Place) -> None:
    """The next serials of a lot are whoever's holds their keys; a coupon's row names holder 0."""
    lot = book.lots.change(event.batch, event.lot)
    day = ledger_day(book.state, place.timestamp)
    for serial, key in enumerate(event.keys, start=event.first):
        book.coupons.add(
            {
                **FRESH,
                "batch": event.batch,
                "serial": serial,
                "lot": event.lot,
                "holder": 0,
                "issued_day": day,
                "agent": event.agent,
                "occurrence_id": place.id,
            }
        )
        book.append(BEARERS, batch=event.batch, serial=serial, key=key, occurrence_id=place.id)
    lot["next"] = event.first + len(event.keys)
    use_agent(book, lot["merchant"], event.agent, uses=len(event.keys))
    book.effect(place, by_nonce(Verb.ISSUE_TO_BEARERS, lot["merchant"], event.nonce))


def revoked(book: Book, event: events.Revoked, place: Place) -> None:
    """Coupons nobody uses any more; no money moves before their batch is closed."""
    for number, serial in enumerate(event.serials):
        book.coupons.change(event.batch, serial)["state"] = "void"
        book.append(REVOCATIONS, batch=event.batch, serial=serial, cause=event.cause, occurrence_id=place.id)
        book.effect(place, of_revocation(coupon_id(event.batch, serial)), item=number)
