"""Tokens that came in and left, and withdrawals that wait."""

from ledger.domain import events
from ledger.domain.errors import Verb
from ledger.domain.ids import OPERATOR
from ledger.index.book import Book, Place
from ledger.index.time import DAY_SECONDS
from ledger.store.effects import by_consumer_nonce, by_nonce
from ledger.store.projections import CASH_FLOWS

_KIND_MERCHANT, _KIND_INSTITUTION = 1, 2


def credit(book: Book, party: int, amount: int, *, consumer: bool = False) -> None:
    """Add to a party's cash; negative amounts take from it."""
    if amount:
        (book.consumers if consumer else book.merchants).change(party)["cash"] += amount


def deposited(book: Book, event: events.Deposited, place: Place) -> None:
    """Cash of a party, out of the sender's tokens."""
    credit(book, event.party, event.amount, consumer=event.consumer)
    if event.consumer or event.party != OPERATOR:
        _count_inflow(book, event.amount, place)
    book.append(
        CASH_FLOWS,
        occurrence_id=place.id,
        kind="deposit",
        consumer=event.consumer,
        party=event.party,
        amount=event.amount,
        counterparty=event.sender,
    )


def withdrawal_requested(book: Book, event: events.WithdrawalRequested, place: Place) -> None:
    """A merchant's request, in the place of one that could not be paid."""
    book.requests.put(
        {
            "merchant": event.merchant,
            "amount": event.amount,
            "to": event.to,
            "ready_at": event.ready_at,
            "occurrence_id": place.id,
        }
    )
    book.effect(place, by_nonce(Verb.WITHDRAW, event.merchant, event.nonce))


def withdrawn(book: Book, event: events.Withdrawn, place: Place) -> None:
    """Cash that left: a consumer's or an institution's by intent, a merchant's request, or the treasurer's own."""
    credit(book, event.party, -event.amount, consumer=event.consumer)
    book.append(
        CASH_FLOWS,
        occurrence_id=place.id,
        kind="withdrawal",
        consumer=event.consumer,
        party=event.party,
        amount=event.amount,
        counterparty=event.to,
    )
    if event.consumer:
        _count_outflow(book, event.amount, place)
        book.effect(place, by_consumer_nonce(Verb.WITHDRAW, event.party, event.nonce))
        return
    kind = book.merchants.get(event.party)["kind"]
    if event.party != OPERATOR:
        _count_outflow(book, event.amount, place)
    if kind == _KIND_INSTITUTION:
        book.effect(place, by_nonce(Verb.WITHDRAW, event.party, event.nonce))
    elif kind == _KIND_MERCHANT:
        book.requests.remove(event.party)


def _count_inflow(book: Book, amount: int, place: Place) -> None:
    """What comes in on a day makes room for what leaves."""
    state = book.state
    if state["withdrawn_day"] == place.timestamp // DAY_SECONDS:
        state["withdrawn_today"] = max(0, state["withdrawn_today"] - amount)


def _count_outflow(book: Book, amount: int, place: Place) -> None:
    """What parties withdrew today, all together; the treasurer's own is not counted."""
    state, today = book.state, place.timestamp // DAY_SECONDS
    state["withdrawn_today"] = amount + (state["withdrawn_today"] if state["withdrawn_day"] == today else 0)
    state["withdrawn_day"] = today
