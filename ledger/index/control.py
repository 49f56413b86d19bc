"""Limits, pause and seals."""

from ledger.domain import events
from ledger.index.book import Book, Place
from ledger.index.time import paused_seconds
from ledger.store.projections import SEALS


def limits_changed(book: Book, event: events.LimitsChanged, _place: Place) -> None:
    """The limits in force from now on."""
    book.state.update(
        reward_cap_daily=event.reward_cap_daily,
        reserve_cap_daily=event.reserve_cap_daily,
        withdrawal_cap_daily=event.withdrawal_cap_daily,
        withdrawal_delay=event.withdrawal_delay,
    )


def reward_cap_changed(book: Book, event: events.RewardCapChanged, _place: Place) -> None:
    """A merchant's own cap."""
    book.merchants.change(event.merchant)["reward_cap_daily"] = event.reward_cap_daily


def paused(book: Book, event: events.Paused, place: Place) -> None:
    """A pause that ended by itself is counted when the next one begins."""
    state = book.state
    total = paused_seconds(state, place.timestamp)
    state.update(paused_total=total, paused_at=place.timestamp, paused_until=event.until)


def unpaused(book: Book, event: events.Unpaused, place: Place) -> None:
    """The end of a pause."""
    book.state.update(paused_total=event.paused_total, paused_at=0, paused_until=place.timestamp)


def sealed(book: Book, event: events.Sealed, place: Place) -> None:
    """A transaction's end."""
    book.append(SEALS, sequence=event.sequence, items=event.items, rolling=event.rolling, occurrence_id=place.id)
