"""Points granted, spent, cashed out and expired, and the money behind them."""

from ledger.domain import events
from ledger.domain.errors import Verb
from ledger.domain.ids import OPERATOR
from ledger.index.book import Book, Place
from ledger.index.cash import credit
from ledger.index.stock import count_reserved
from ledger.store.effects import by_consumer_nonce
from ledger.store.projections_accounts import POINT_FLOWS


def granted(book: Book, event: events.Granted, place: Place) -> None:
    """Consumers' points out of the operator's cash, within its cap of the day."""
    for item, (consumer, points) in enumerate(event.grants):
        book.consumers.change(consumer)["points"] += points
        _flow(book, place, "grant", item=item, consumer=consumer, points=points)
    credit(book, OPERATOR, -event.total)
    book.state["points_backing"] += event.total
    count_reserved(book, event.total, place)


def spent(book: Book, event: events.Spent, place: Place) -> None:
    """A consumer's points are the merchant's; the coupons came with their own event before."""
    book.consumers.change(event.consumer)["points"] -= event.points
    book.merchants.change(event.merchant)["points"] += event.points
    _flow(
        book,
        place,
        "spend",
        consumer=event.consumer,
        merchant=event.merchant,
        points=event.points,
        batch=event.batch,
        first=event.first,
        count=event.count,
    )
    book.effect(place, by_consumer_nonce(Verb.SPEND, event.consumer, event.nonce))


def cashed_out(book: Book, event: events.CashedOut, place: Place) -> None:
    """A merchant's points are its cash."""
    merchant = book.merchants.change(event.merchant)
    merchant["points"] -= event.points
    merchant["cash"] += event.points
    book.state["points_backing"] -= event.points
    _flow(book, place, "cash_out", merchant=event.merchant, points=event.points)


def expired(book: Book, event: events.Expired, place: Place) -> None:
    """Points that ended; their backing is the operator's cash again."""
    for item, (consumer, points) in enumerate(event.expiries):
        book.consumers.change(consumer)["points"] -= points
        _flow(book, place, "expire", item=item, consumer=consumer, points=points)
    credit(book, OPERATOR, event.total)
    book.state["points_backing"] -= event.total


def _flow(
    book: Book,
    place: Place,
    kind: str,
    *,
    points: int,
    item: int = 0,
    consumer: int = 0,
    merchant: int = 0,
    batch: int = 0,
    first: int = 0,
    count: int = 0,
) -> None:
    book.append(
        POINT_FLOWS,
        occurrence_id=place.id,
        item=item,
        kind=kind,
        consumer=consumer,
        merchant=merchant,
        points=points,
        batch=batch,
        first=first,
        count=count,
    )
