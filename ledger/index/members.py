"""Parties, agents, groups and roles, as their events change them."""

from ledger.domain import events
from ledger.domain.errors import Verb
from ledger.index.book import Book, Place
from ledger.store.effects import by_nonce, by_wallet


def merchants_registered(book: Book, event: events.MerchantsRegistered, place: Place) -> None:
    """New merchants and institutions, and the operator itself when the ledger is deployed."""
    for item, (wallet, kind) in enumerate(event.merchants):
        book.merchants.add(
            {
                "id": event.first + item,
                "wallet": wallet,
                "kind": kind,
                "suspended": False,
                "cash": 0,
                "reward_cap_daily": 0,
                "reward_today": 0,
                "reward_day": 0,
                "points": 0,
                "stated_until": 0,
                "occurrence_id": place.id,
            }
        )
        book.effect(place, by_wallet(Verb.REGISTER_MERCHANT, wallet), item=item)


def consumers_registered(book: Book, event: events.ConsumersRegistered, place: Place) -> None:
    """New consumers of one recruiter."""
    for item, wallet in enumerate(event.wallets):
        book.consumers.add(
            {
                "id": event.first + item,
                "wallet": wallet,
                "recruiter": event.recruiter,
                "suspended": False,
                "cash": 0,
                "points": 0,
                "occurrence_id": place.id,
            }
        )
        book.effect(place, by_wallet(Verb.REGISTER_CONSUMER, wallet), item=item)
    use_agent(book, event.recruiter, event.agent, uses=len(event.wallets))


def merchant_suspended(book: Book, event: events.MerchantSuspended, _place: Place) -> None:
    """Suspended, or no longer."""
    book.merchants.change(event.merchant)["suspended"] = event.suspended


def consumer_suspended(book: Book, event: events.ConsumerSuspended, _place: Place) -> None:
    """Suspended, or no longer."""
    book.consumers.change(event.consumer)["suspended"] = event.suspended


def appointed(book: Book, event: events.Appointed, place: Place) -> None:
    """An agent as it is from now on."""
    book.agents.put(
        {
            "merchant": event.merchant,
            "agent": event.agent,
            "key": event.key,
            "until": event.until,
            "allowance": event.allowance,
            "kind": event.kind,
            "occurrence_id": place.id,
        }
    )
    book.effect(place, by_nonce(Verb.APPOINT, event.merchant, event.nonce))


def use_agent(book: Book, merchant: int, agent: int, *, uses: int) -> None:
    """Take from an agent's allowance; a merchant's own wallet (agent 0) has none."""
    if agent and uses:
        book.agents.change(merchant, agent)["allowance"] -= uses


def group_changed(book: Book, event: events.GroupChanged, place: Place) -> None:
    """Members come or go; a group is there from its first event on, members or not."""
    state = book.state
    state["groups"] = max(state["groups"], event.group)
    for merchant in event.merchants:
        if not event.member:
            book.group_members.remove(event.group, merchant)
        elif book.group_members.find(event.group, merchant) is None:
            book.group_members.add({"group_id": event.group, "merchant": merchant, "occurrence_id": place.id})


def role_granted(book: Book, event: events.RoleGranted, place: Place) -> None:
    """An account with a role more; the event comes only where it had it not."""
    book.roles.put({"role": event.role, "account": event.account, "occurrence_id": place.id})


def role_revoked(book: Book, event: events.RoleRevoked, _place: Place) -> None:
    """An account with a role less."""
    book.roles.remove(event.role, event.account)
