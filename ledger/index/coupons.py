"""Coupons issued and redeemed, and the money of redemptions."""

from typing import Final

from ledger.domain import events
from ledger.domain.errors import Verb
from ledger.domain.ids import OPERATOR, batch_of, serial_of
from ledger.domain.terms import Funder, Role
from ledger.index.book import Book, Place
from ledger.index.cash import credit
from ledger.index.members import use_agent
from ledger.index.rows import Row
from ledger.index.time import DAY_SECONDS, ledger_day
from ledger.store.effects import by_nonce, of_redemption
from ledger.store.projections import REDEMPTIONS

FRESH: Final = {
    "state": "issued",
    "version": 0,
    "sharer": 0,
    "first_sharer": 0,
    "hops": 0,
    "root": None,
    "redeemer": 0,
    "order_amount": 0,
    "amended_from": 0,
    "until": 0,
}
"""What a coupon begins with."""


def issued(book: Book, event: events.Issued, place: Place) -> None:
    """The next serials of a lot have holders."""
    lot = book.lots.change(event.batch, event.lot)
    day = ledger_day(book.state, place.timestamp)
    serial = event.first
    for consumer, count in event.consumers:
        for _ in range(count):
            book.coupons.add(
                {
                    **FRESH,
                    "batch": event.batch,
                    "serial": serial,
                    "lot": event.lot,
                    "holder": consumer,
                    "issued_day": day,
                    "agent": event.agent,
                    "occurrence_id": place.id,
                }
            )
            serial += 1
    lot["next"] = serial
    use_agent(book, lot["merchant"], event.agent, uses=serial - event.first)
    book.effect(place, by_nonce(Verb.ISSUE, lot["merchant"], event.nonce))


def redeemed(book: Book, event: events.Redeemed, place: Place) -> None:
    """Coupons written off by one merchant, each with its money."""
    use_agent(book, event.merchant, event.agent, uses=len(event.items))
    for number, item in enumerate(event.items):
        coupon = book.coupons.change(batch_of(item.coupon), serial_of(item.coupon))
        coupon["state"] = "redeemed"
        take(book, event.merchant, item, coupon=coupon)
        pay(book, event.merchant, item, coupon=coupon, agent=event.agent, place=place)
        book.effect(place, of_redemption(item.coupon, item.version, event.merchant), item=number)
    count_reward(book, event, place)


def take(book: Book, merchant: int, item: events.RedeemedItem | events.PooledItem, *, coupon: Row) -> None:
    """Reward and discount out of their reserves, the contribution out of the merchant's cash."""
    funder = book.batches.get(coupon["batch"])["funder"]
    from_operator = item.reward + (item.discount if funder == Funder.OPERATOR else 0)
    if from_operator:
        book.batches.change(coupon["batch"])["reserve"] -= from_operator
    if funder == Funder.ISSUER and item.discount:
        book.lots.change(coupon["batch"], coupon["lot"])["reserve"] -= item.discount
    credit(book, merchant, -item.contribution)


def pay(book: Book, merchant: int, item: events.RedeemedItem, *, coupon: Row, agent: int, place: Place) -> None:
    """The parts to everybody who made the sale happen and the discount to the merchant; that of an absent role is 0."""
    issuer = book.lots.get(coupon["batch"], coupon["lot"])["merchant"]
    # A bearer is no consumer and has no recruiter.
    recruiter = book.consumers.get(coupon["holder"])["recruiter"] if coupon["holder"] else 0
    credit(book, merchant, _funded(book, item) + item.parts[Role.REDEEMER])
    credit(book, OPERATOR, item.parts[Role.PLATFORM])
    credit(book, issuer, item.parts[Role.ISSUER])
    credit(book, recruiter, item.parts[Role.RECRUITER])
    credit(book, coupon["holder"], item.parts[Role.CONSUMER], consumer=True)
    credit(book, coupon["sharer"], item.parts[Role.SHARER], consumer=True)
    credit(book, coupon["first_sharer"], item.parts[Role.FIRST_SHARER], consumer=True)
    book.append(
        REDEMPTIONS,
        batch=coupon["batch"],
        serial=coupon["serial"],
        version=item.version,
        merchant=merchant,
        agent=agent,
        issuer=issuer,
        consumer=coupon["holder"],
        recruiter=recruiter,
        sharer=coupon["sharer"],
        first_sharer=coupon["first_sharer"],
        order_amount=item.order,
        reward=item.reward,
        contribution=item.contribution,
        discount=item.discount,
        part_platform=item.parts[Role.PLATFORM],
        part_issuer=item.parts[Role.ISSUER],
        part_redeemer=item.parts[Role.REDEEMER],
        part_consumer=item.parts[Role.CONSUMER],
        part_sharer=item.parts[Role.SHARER],
        part_first_sharer=item.parts[Role.FIRST_SHARER],
        part_recruiter=item.parts[Role.RECRUITER],
        occurrence_id=place.id,
    )


def count_reward(book: Book, event: events.Redeemed | events.Pooled, place: Place) -> None:
    """What the merchant took of its cap: rewards, and discounts that others fund; a day is one of the chain's time."""
    rewarded = sum(item.reward + _funded(book, item) for item in event.items)
    if rewarded:
        merchant, today = book.merchants.change(event.merchant), place.timestamp // DAY_SECONDS
        merchant["reward_today"] = rewarded + (merchant["reward_today"] if merchant["reward_day"] == today else 0)
        merchant["reward_day"] = today


def _funded(book: Book, item: events.RedeemedItem | events.PooledItem) -> int:
    """The discount, unless the merchant itself bears it."""
    batch = book.batches.get(batch_of(item.coupon))
    return 0 if batch["funder"] == Funder.REDEEMER else item.discount
