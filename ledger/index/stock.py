"""Batches, their lots, and the reserves that move with them."""

from ledger.domain import events, terms_json
from ledger.domain.errors import Verb
from ledger.domain.ids import OPERATOR
from ledger.index.book import Book, Place
from ledger.index.cash import credit
from ledger.index.time import DAY_SECONDS
from ledger.store.effects import by_nonce
from ledger.store.projections import MOVEMENTS


def minted(book: Book, event: events.Minted, place: Place) -> None:
    """A batch whose reserve comes out of the operator's cash, within its cap of the day."""
    terms = event.terms
    book.batches.add(
        {
            "id": event.batch,
            "terms": terms_json.dumps(terms),
            "size": terms.size,
            "opens": terms.opens,
            "closes": terms.closes,
            "paused_at_mint": event.paused_at_mint,
            "funder": int(terms.funder),
            "reserved": event.reserve,
            "reserve": event.reserve,
            "lots": 0,
            "stock": terms.size,
            "closed": False,
            "released": 0,
            "occurrence_id": place.id,
        }
    )
    credit(book, OPERATOR, -event.reserve)
    count_reserved(book, event.reserve, place)


def count_reserved(book: Book, reserve: int, place: Place) -> None:
    """What of the operator's cash was set aside today, for batches and points alike."""
    state, today = book.state, place.timestamp // DAY_SECONDS
    state["reserved_today"] = reserve + (state["reserved_today"] if state["reserved_day"] == today else 0)
    state["reserved_day"] = today


def allocated(book: Book, event: events.Allocated, place: Place) -> None:
    """The last serials of the batch's stock, or of one of the operator's lots, are a merchant's lot."""
    batch = book.batches.change(event.batch)
    giving = book.lots.change(event.batch, event.from_lot) if event.from_lot else batch
    remaining = "end" if event.from_lot else "stock"
    giving[remaining] -= event.count
    first = giving[remaining]
    _open_lot(book, event.batch, event.lot, merchant=event.merchant, first=first, count=event.count, place=place)
    book.lots.get(event.batch, event.lot).update(reserved=event.reserved, reserve=event.reserved)
    credit(book, event.merchant, -event.reserved)
    book.append(
        MOVEMENTS,
        occurrence_id=place.id,
        kind="allocate",
        batch=event.batch,
        from_lot=event.from_lot,
        lot=event.lot,
        merchant=event.merchant,
        first=first,
        count=event.count,
        amount=event.reserved,
    )
    book.effect(place, by_nonce(Verb.ALLOCATE, event.merchant, event.nonce))


def recalled(book: Book, event: events.Recalled, place: Place) -> None:
    """The last serials of a merchant's lot are a lot of the operator, without their reserve."""
    giving = book.lots.change(event.batch, event.from_lot)
    giving["end"] -= event.count
    giving["reserve"] -= event.released
    first, merchant = giving["end"], giving["merchant"]
    _open_lot(book, event.batch, event.lot, merchant=OPERATOR, first=first, count=event.count, place=place)
    credit(book, merchant, event.released)
    book.append(
        MOVEMENTS,
        occurrence_id=place.id,
        kind="recall",
        batch=event.batch,
        from_lot=event.from_lot,
        lot=event.lot,
        merchant=merchant,
        first=first,
        count=event.count,
        amount=event.released,
    )
    book.effect(place, by_nonce(Verb.RECALL, merchant, event.nonce))


def closed(book: Book, event: events.Closed, place: Place) -> None:
    """What a finished batch did not use is the operator's again."""
    book.batches.change(event.batch).update(closed=True, reserve=0, released=event.released)
    credit(book, OPERATOR, event.released)
    _closing(book, place, kind="close", batch=event.batch, lot=0, merchant=OPERATOR, amount=event.released)


def lot_closed(book: Book, event: events.LotClosed, place: Place) -> None:
    """What a lot of a closed batch did not use is its merchant's again."""
    book.lots.change(event.batch, event.lot)["reserve"] = 0
    credit(book, event.merchant, event.released)
    _closing(
        book,
        place,
        kind="close_lot",
        batch=event.batch,
        lot=event.lot,
        merchant=event.merchant,
        amount=event.released,
    )


def _open_lot(book: Book, batch: int, lot: int, *, merchant: int, first: int, count: int, place: Place) -> None:
    book.batches.change(batch)["lots"] = lot
    book.lots.add(
        {
            "batch": batch,
            "lot": lot,
            "merchant": merchant,
            "first": first,
            "next": first,
            "end": first + count,
            "reserved": 0,
            "reserve": 0,
            "occurrence_id": place.id,
        }
    )


def _closing(book: Book, place: Place, *, kind: str, batch: int, lot: int, merchant: int, amount: int) -> None:
    """Money alone moves: no serials."""
    book.append(
        MOVEMENTS,
        occurrence_id=place.id,
        kind=kind,
        batch=batch,
        from_lot=lot,
        lot=lot,
        merchant=merchant,
        first=0,
        count=0,
        amount=amount,
    )
