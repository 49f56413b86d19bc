"""Redemptions that wait for their delay, and what becomes of them."""

from typing import Any, Final

from ledger.domain import events, terms_json
from ledger.domain.errors import Verb
from ledger.domain.ids import VERSION_LIMIT, batch_of, serial_of
from ledger.domain.split import pool_down
from ledger.domain.terms import Funder
from ledger.index.book import Book, Place
from ledger.index.cash import credit
from ledger.index.coupons import count_reward, pay, take
from ledger.index.members import use_agent
from ledger.index.rows import Row
from ledger.store.effects import of_redemption, of_settlement
from ledger.store.projections_settlement import SETTLEMENTS

_NO_REDEMPTION: Final = {"redeemer": 0, "order_amount": 0, "amended_from": 0, "until": 0}

_Amounts = tuple[int, int, int]
"""Reward, contribution, discount."""


def pooled(book: Book, event: events.Pooled, place: Place) -> None:
    """Coupons written off whose money waits, at a new version."""
    use_agent(book, event.merchant, event.agent, uses=len(event.items))
    for number, item in enumerate(event.items):
        coupon = _coupon(book, item.coupon)
        take(book, event.merchant, item, coupon=coupon)
        coupon.update(
            state="pending",
            version=min(item.version + 1, VERSION_LIMIT),
            redeemer=event.merchant,
            order_amount=item.order,
            amended_from=0,
            until=item.until,
        )
        amounts = (item.reward, item.contribution, item.discount)
        _note(book, place, coupon, amounts, kind="pooled", version=item.version, agent=event.agent, item=number)
        book.effect(place, of_redemption(item.coupon, item.version, event.merchant), item=number)
    count_reward(book, event, place)


def amended(book: Book, event: events.Amended, place: Place) -> None:
    """A lower order; what the pool holds too much goes back."""
    use_agent(book, event.merchant, event.agent, uses=1)
    coupon = _coupon(book, event.coupon)
    redeemed = coupon["amended_from"] or coupon["order_amount"]
    terms = terms_json.loads(book.batches.get(coupon["batch"])["terms"])
    before = pool_down(terms, redeemed, coupon["order_amount"])
    left = (event.reward, event.contribution, event.discount)
    coupon.update(version=event.version + 1, order_amount=event.order, amended_from=redeemed)
    _give_back(book, coupon, (before[0] - left[0], before[1] - left[1], before[2] - left[2]))
    _note(book, place, coupon, left, kind="amended", version=event.version, agent=event.agent)
    book.effect(place, of_settlement(Verb.AMEND, event.coupon, event.version, event.merchant))


def reversed_(book: Book, event: events.Reversed, place: Place) -> None:
    """All of the pool goes back, and the coupon lives again."""
    use_agent(book, event.merchant, event.agent, uses=1)
    coupon = _coupon(book, event.coupon)
    amounts = (event.reward, event.contribution, event.discount)
    _give_back(book, coupon, amounts)
    _note(book, place, coupon, amounts, kind="reversed", version=event.version, agent=event.agent)
    coupon.update(_NO_REDEMPTION, state="issued", version=event.version + 1)
    book.effect(place, of_settlement(Verb.REVERSE, event.coupon, event.version, event.merchant))


def forfeited(book: Book, event: events.Forfeited, place: Place) -> None:
    """All of the pool goes back, but for the discount if the merchant may keep it; the coupon stays used."""
    coupon = _coupon(book, event.coupon)
    coupon["state"] = "forfeited"
    amounts = (event.reward, event.contribution, event.discount)
    returned = amounts
    if not event.discount_too:
        returned = (event.reward, event.contribution, 0)
        credit(book, coupon["redeemer"], 0 if _bears(book, coupon) else event.discount)
    _give_back(book, coupon, returned)
    _note(
        book,
        place,
        coupon,
        amounts,
        kind="forfeited",
        version=event.version,
        cause=event.cause,
        discount_too=event.discount_too,
    )
    book.effect(place, of_settlement(Verb.FORFEIT, event.coupon, event.version))


def distributed(book: Book, event: events.Distributed, place: Place) -> None:
    """Pools that were paid out: redemptions like any other from here on.

    Which agent redeemed stands with their beginning.
    """
    for number, item in enumerate(event.items):
        coupon = _coupon(book, item.coupon)
        coupon["state"] = "redeemed"
        pay(book, coupon["redeemer"], item, coupon=coupon, agent=0, place=place)
        book.effect(place, of_settlement(Verb.DISTRIBUTE, item.coupon, item.version), item=number)


def _coupon(book: Book, coupon: int) -> Row:
    return book.coupons.change(batch_of(coupon), serial_of(coupon))


def _bears(book: Book, coupon: Row) -> bool:
    """Whether the redeeming merchant itself bears the discount, which then never was in the pool."""
    return bool(book.batches.get(coupon["batch"])["funder"] == Funder.REDEEMER)


def _give_back(book: Book, coupon: Row, amounts: _Amounts) -> None:
    """Reward to the batch's reserve, contribution to the merchant, discount to the reserve it came from."""
    reward, contribution, discount = amounts
    funder = book.batches.get(coupon["batch"])["funder"]
    if funder == Funder.OPERATOR:
        reward += discount
    if funder == Funder.ISSUER and discount:
        book.lots.change(coupon["batch"], coupon["lot"])["reserve"] += discount
    if reward:
        book.batches.change(coupon["batch"])["reserve"] += reward
    credit(book, coupon["redeemer"], contribution)


def _note(book: Book, place: Place, coupon: Row, amounts: _Amounts, *, kind: str, version: int, **more: Any) -> None:
    """A step, with the redemption as it stands after it; `more` sets columns that are 0 by themselves."""
    reward, contribution, discount = amounts
    row = {"item": 0, "agent": 0, "cause": 0, "discount_too": False, **more}
    book.append(
        SETTLEMENTS,
        occurrence_id=place.id,
        kind=kind,
        batch=coupon["batch"],
        serial=coupon["serial"],
        version=version,
        merchant=coupon["redeemer"],
        order_amount=coupon["order_amount"],
        reward=reward,
        contribution=contribution,
        discount=discount,
        until=coupon["until"],
        **row,
    )
