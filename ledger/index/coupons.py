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
        lot = book.lots.get(coupon["batch"], coupon["lot"])
        consumer = book.consumers.get(coupon["holder"])
        _pay(book, event.merchant, item, coupon=coupon, issuer=lot["merchant"], recruiter=consumer["recruiter"])
        _note(book, event, item, coupon=coupon, issuer=lot["merchant"], recruiter=consumer["recruiter"], place=place)
        book.effect(place, of_redemption(item.coupon, item.version, event.merchant), item=number)
    _count_reward(book, event, place)


def _pay(book: Book, merchant: int, item: events.RedeemedItem, *, coupon: Row, issuer: int, recruiter: int) -> None:
    """Reserves and cash, as the contract moves them; the parts of sharers are 0 for a coupon that nobody shared."""
    batch = book.batches.get(coupon["batch"])
    from_operator = item.reward + (item.discount if batch["funder"] == Funder.OPERATOR else 0)
    if from_operator:
        book.batches.change(coupon["batch"])["reserve"] -= from_operator
    if batch["funder"] == Funder.ISSUER and item.discount:
        book.lots.change(coupon["batch"], coupon["lot"])["reserve"] -= item.discount
    reimbursed = 0 if batch["funder"] == Funder.REDEEMER else item.discount
    credit(book, merchant, reimbursed + item.parts[Role.REDEEMER] - item.contribution)
    credit(book, OPERATOR, item.parts[Role.PLATFORM])
    credit(book, issuer, item.parts[Role.ISSUER])
    credit(book, recruiter, item.parts[Role.RECRUITER])
    credit(book, coupon["holder"], item.parts[Role.CONSUMER], consumer=True)


def _note(
    book: Book,
    event: events.Redeemed,
    item: events.RedeemedItem,
    *,
    coupon: Row,
    issuer: int,
    recruiter: int,
    place: Place,
) -> None:
    book.append(
        REDEMPTIONS,
        batch=coupon["batch"],
        serial=coupon["serial"],
        version=item.version,
        merchant=event.merchant,
        agent=event.agent,
        issuer=issuer,
        consumer=coupon["holder"],
        recruiter=recruiter,
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


def _count_reward(book: Book, event: events.Redeemed, place: Place) -> None:
    """What the merchant took of its cap of the day, which is a day of the chain's time, pauses or not."""
    rewarded = sum(item.reward for item in event.items)
    if rewarded:
        merchant, today = book.merchants.change(event.merchant), place.timestamp // DAY_SECONDS
        merchant["reward_today"] = rewarded + (merchant["reward_today"] if merchant["reward_day"] == today else 0)
        merchant["reward_day"] = today
