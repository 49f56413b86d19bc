"""Redeem a presented coupon against an order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from ledger.chain.packing import redeem_record
from ledger.domain.errors import Reason, Refused
from ledger.domain.ids import coupon_id
from ledger.domain.intents import Present
from ledger.domain.signing import Signer
from ledger.domain.split import contribution_down, discount_down, reimbursed, reward_down
from ledger.domain.terms import Terms
from ledger.intake import reading
from ledger.intake.desk import Accepted, Desk, Draft
from ledger.store import effects
from ledger.store.projections import LEDGER_STATE

ORDER_LIMIT_MINOR = 2**48 - 1


@dataclass(frozen=True, slots=True)
class RedeemCoupon:
    """A coupon its holder uses at a merchant for an order, minor units."""

    batch: int
    serial: int
    merchant: int
    order_minor: int
    order_reference: str = ""


def redeem(desk: Desk, request: RedeemCoupon, *, key: str) -> Accepted:
    """Take a redemption: from here on it survives anything. Raises `Refused` with the rule that is broken.

    The merchant's contribution is held from acceptance on, so that it is there when the transaction comes.
    """

    return desk.accept(key, request, lambda: drafted(desk, request, lambda coupon: _holder(desk, coupon)))


def drafted(desk: Desk, request: RedeemCoupon, presenter: Callable[[Row[Any]], Signer]) -> Draft:
    """A redemption that may be done, presented by the key that `presenter` finds for the coupon; raises `Refused`."""
    batch = reading.batch(desk.connection, request.batch)
    merchant = reading.merchant(desk.connection, request.merchant)
    coupon = reading.coupon(desk.connection, request.batch, request.serial)
    lot = reading.lot(desk.connection, request.batch, coupon.lot)
    reading.refuse_unless_accepted(desk.connection, batch.terms, issuer=lot.merchant, redeemer=request.merchant)
    _check_time(desk, batch, coupon.issued_day)
    _check_order(batch.terms, request.order_minor)
    contribution = contribution_down(batch.terms, request.order_minor)
    free = merchant.cash - desk.held_of(request.merchant)
    if contribution > free:
        hint = "the merchant's cash does not cover its contribution; deposit more"
        raise Refused(Reason.CONTRIBUTION_UNFUNDED, hint, given=contribution, limit=free)
    _check_cap(desk, merchant, _drawn(batch.terms, request.order_minor))
    return _draft(desk, request, coupon, presenter=presenter(coupon), contribution=contribution)


def _holder(desk: Desk, coupon: Row[Any]) -> Signer:
    """The holder's key, which custody keeps."""
    if coupon.holder == 0:
        raise Refused(Reason.SIGNATURE_INVALID, "whoever has the voucher has the coupon: name the voucher's secret")
    return desk.signer(reading.consumer(desk.connection, coupon.holder).wallet)


def _check_time(desk: Desk, batch: reading.Batch, issued_day: int) -> None:
    now = desk.now()
    if batch.closed:
        raise Refused(Reason.BATCH_CLOSED, "the batch is closed")
    if now < batch.terms.opens:
        raise Refused(Reason.BATCH_NOT_OPEN, "the coupon is not valid yet", given=now, limit=batch.terms.opens)
    time = reading.ledger_time(desk.connection, now)
    if time >= batch.redeem_end:
        raise Refused(Reason.BATCH_EXPIRED, "the coupon is out of date", given=time, limit=batch.redeem_end)
    last_day = issued_day + batch.terms.valid_days
    if batch.terms.valid_days and time // reading.DAY > last_day:
        raise Refused(Reason.COUPON_EXPIRED, "the coupon is out of date", given=time // reading.DAY, limit=last_day)


def _check_order(terms: Terms, order: int) -> None:
    if order <= 0:
        raise Refused(Reason.ORDER_ZERO, "the order is worth nothing")
    if order > ORDER_LIMIT_MINOR:
        raise Refused(Reason.ORDER_ABOVE_MAXIMUM, "no order is that large", given=order, limit=ORDER_LIMIT_MINOR)
    if order < terms.minimum_order_minor:
        hint = "the order is below the coupon's minimum"
        raise Refused(Reason.ORDER_BELOW_MINIMUM, hint, given=order, limit=terms.minimum_order_minor)


def _drawn(terms: Terms, order: int) -> int:
    """What of others' money comes to the merchant: the reward, and the discount unless it bears that itself."""
    return reward_down(terms, order) + reimbursed(terms, discount_down(terms, order))


def _check_cap(desk: Desk, merchant: Row[Any], drawn: int) -> None:
    """The merchant's own daily cap, or the ledger's; the contract also counts what is still on its way."""
    cap = merchant.reward_cap_daily or desk.connection.scalar(select(LEDGER_STATE.c.reward_cap_daily)) or 0
    taken = merchant.reward_today if merchant.reward_day == desk.now() // reading.DAY else 0
    # A cap that was lowered may be below what was taken before.
    left = max(0, cap - taken)
    if drawn > left:
        raise Refused(Reason.REWARD_CAP_REACHED, "wait for tomorrow (UTC)", given=drawn, limit=left)


def _draft(desk: Desk, request: RedeemCoupon, coupon: Row[Any], *, presenter: Signer, contribution: int) -> Draft:
    """The presentation is signed for this merchant and amount."""
    number, version = coupon_id(request.batch, request.serial), coupon.version
    deadline = desk.deadline
    intent = Present(number, version, request.merchant, request.order_minor, deadline)
    record = redeem_record(
        coupon=number,
        lot=coupon.lot,
        order=request.order_minor,
        maximum_order=request.order_minor,
        deadline=deadline,
        version=version,
        signature=desk.sign(presenter, intent),
    )
    return Draft(
        verb="redeem",
        payload={"merchant": request.merchant, "record": record, "order": request.order_reference},
        effect=effects.of_redemption(number, version, request.merchant),
        batch=request.batch,
        serial=request.serial,
        version=version,
        merchant=request.merchant,
        held_minor=contribution,
    )
