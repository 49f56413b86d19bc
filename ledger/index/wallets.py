"""Wallets that change, and the end of the ledger."""

from ledger.domain import events
from ledger.domain.errors import Verb
from ledger.index.book import Book, Place
from ledger.store.effects import by_consumer_nonce, by_nonce
from ledger.store.projections_accounts import WALLET_CHANGES


def wallet_changed(book: Book, event: events.WalletChanged, place: Place) -> None:
    """A party has another wallet, by both signatures or by a recovery that nobody stopped (nonce 0)."""
    row = (book.consumers if event.consumer else book.merchants).renew(event.party)
    book.append(
        WALLET_CHANGES,
        occurrence_id=place.id,
        consumer=event.consumer,
        party=event.party,
        former=row["wallet"],
        wallet=event.wallet,
    )
    book.recoveries.remove(event.consumer, event.party)
    book.follow_account(place, row["wallet"], event.wallet)
    row["wallet"] = event.wallet
    if event.nonce:
        name = by_consumer_nonce if event.consumer else by_nonce
        book.effect(place, name(Verb.CHANGE_WALLET, event.party, event.nonce))


def recovery_started(book: Book, event: events.RecoveryStarted, place: Place) -> None:
    """A wallet that comes into force unless it is vetoed."""
    book.recoveries.put(
        {
            "consumer": event.consumer,
            "party": event.party,
            "wallet": event.wallet,
            "ready_at": event.ready_at,
            "occurrence_id": place.id,
        }
    )


def recovery_vetoed(book: Book, event: events.RecoveryVetoed, _place: Place) -> None:
    """It does not."""
    book.recoveries.remove(event.consumer, event.party)


def retiring(book: Book, event: events.Retiring, _place: Place) -> None:
    """The ledger's end is announced."""
    book.state["retires_at"] = event.retires_at
