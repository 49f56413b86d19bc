"""Amend, reverse, forfeit and distribute redemptions that wait for their delay."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from ledger.domain.errors import OutOfRange, Reason, Refused, Verb
from ledger.domain.ids import VERSION_LIMIT, coupon_id
from ledger.domain.intents import Amend, Reverse
from ledger.intake import reading
from ledger.intake.desk import Accepted, Desk, Draft
from ledger.store import effects
from ledger.store.projections import COUPONS

HOUR = 3_600
CAUSE_LIMIT = 255
"""The contract keeps the cause of a forfeiture in a byte."""


@dataclass(frozen=True, slots=True)
class AmendRedemption:
    """The redeeming merchant lowers the order of a redemption that waits to `order_minor`: a partial refund."""

    batch: int
    serial: int
    merchant: int
    order_minor: int


@dataclass(frozen=True, slots=True)
class ReverseRedemption:
    """The redeeming merchant undoes a redemption that waits."""

    batch: int
    serial: int
    merchant: int


@dataclass(frozen=True, slots=True)
class ForfeitRedemption:
    """The operator takes the pool of a suspicious redemption back, the discount too or not; `cause` from 0 to 255."""

    batch: int
    serial: int
    cause: int
    discount_too: bool


@dataclass(frozen=True, slots=True)
class DistributePool:
    """Anybody pays out a pool whose delay is over."""

    batch: int
    serial: int


def amend(desk: Desk, request: AmendRedemption, *, key: str) -> Accepted:
    """Take an amendment, signed for the merchant.

    Raises MerchantUnknown, MerchantSuspended, KindInvalid, RedemptionNotPending, RedeemerMismatch, VersionExhausted,
    SettlementOver, OrderZero, OrderNotLower.
    """

    def draft() -> Draft:
        merchant = reading.merchant(desk.connection, request.merchant)
        coupon = _changeable(desk, request.batch, request.serial, merchant=request.merchant)
        if request.order_minor <= 0:
            raise Refused(Reason.ORDER_ZERO, "an order of nothing is a reversal: use `coupon reverse`")
        if request.order_minor >= coupon.order_amount:
            hint = "an amendment only lowers the order"
            raise Refused(Reason.ORDER_NOT_LOWER, hint, given=request.order_minor, limit=coupon.order_amount)
        number, deadline = coupon_id(request.batch, request.serial), desk.deadline
        intent = Amend(number, coupon.version, request.merchant, request.order_minor, deadline)
        signature = desk.sign(desk.signer(merchant.wallet), intent)
        fields = [number, coupon.version, request.merchant, 0, request.order_minor, deadline, signature]
        effect = effects.of_settlement(Verb.AMEND, number, coupon.version, request.merchant)
        return _draft("amend", {"arguments": fields}, effect, coupon)

    return desk.accept(key, request, draft)


def reverse(desk: Desk, request: ReverseRedemption, *, key: str) -> Accepted:
    """Take a reversal, signed for the merchant.

    Raises MerchantUnknown, MerchantSuspended, KindInvalid, RedemptionNotPending, RedeemerMismatch, VersionExhausted,
    SettlementOver.
    """

    def draft() -> Draft:
        merchant = reading.merchant(desk.connection, request.merchant)
        coupon = _changeable(desk, request.batch, request.serial, merchant=request.merchant)
        number, deadline = coupon_id(request.batch, request.serial), desk.deadline
        signature = desk.sign(desk.signer(merchant.wallet), Reverse(number, coupon.version, request.merchant, deadline))
        fields = [number, coupon.version, request.merchant, 0, deadline, signature]
        effect = effects.of_settlement(Verb.REVERSE, number, coupon.version, request.merchant)
        return _draft("reverse", {"arguments": fields}, effect, coupon)

    return desk.accept(key, request, draft)


def forfeit(desk: Desk, request: ForfeitRedemption, *, key: str) -> Accepted:
    """Take a forfeiture by the operator; raises OutOfRange, RedemptionNotPending, SettlementOver."""

    def draft() -> Draft:
        if not 0 <= request.cause <= CAUSE_LIMIT:
            raise OutOfRange("cause", request.cause, low=0, high=CAUSE_LIMIT)
        coupon = _pending(desk, request.batch, request.serial)
        _refuse_if_over(desk, coupon)
        number = coupon_id(request.batch, request.serial)
        arguments = [[number], request.cause, request.discount_too]
        effect = effects.of_settlement(Verb.FORFEIT, number, coupon.version)
        return _draft("forfeit", {"arguments": arguments}, effect, coupon)

    return desk.accept(key, request, draft)


def distribute(desk: Desk, request: DistributePool, *, key: str) -> Accepted:
    """Take a distribution, which nobody needs to sign; raises RedemptionNotPending, SettlementNotDue."""

    def draft() -> Draft:
        coupon = _pending(desk, request.batch, request.serial)
        now, due = desk.now(), coupon.until * HOUR
        if now < due:
            raise Refused(Reason.SETTLEMENT_NOT_DUE, "the delay is not over", given=now, limit=due)
        number = coupon_id(request.batch, request.serial)
        effect = effects.of_settlement(Verb.DISTRIBUTE, number, coupon.version)
        return _draft("distribute", {"arguments": number}, effect, coupon)

    return desk.accept(key, request, draft)


def _pending(desk: Desk, batch: int, serial: int) -> Row[Any]:
    here = (COUPONS.c.batch == batch, COUPONS.c.serial == serial)
    row = desk.connection.execute(select(COUPONS).where(*here)).first()
    if row is None or row.state != "pending":
        raise Refused(Reason.REDEMPTION_NOT_PENDING, "no redemption of this coupon waits for its distribution")
    return row


def _changeable(desk: Desk, batch: int, serial: int, *, merchant: int) -> Row[Any]:
    """A redemption that its merchant may still change."""
    coupon = _pending(desk, batch, serial)
    if coupon.redeemer != merchant:
        raise Refused(Reason.REDEEMER_MISMATCH, "only the merchant that redeemed it changes a redemption")
    if coupon.version >= VERSION_LIMIT:
        hint = "it has been changed too often; nothing but distributing it is left"
        raise Refused(Reason.VERSION_EXHAUSTED, hint, given=coupon.version, limit=VERSION_LIMIT)
    _refuse_if_over(desk, coupon)
    return coupon


def _refuse_if_over(desk: Desk, coupon: Row[Any]) -> None:
    now, over = desk.now(), coupon.until * HOUR
    if now >= over:
        raise Refused(Reason.SETTLEMENT_OVER, "the delay is over; it can only be distributed", given=now, limit=over)


def _draft(verb: str, payload: dict[str, Any], effect: str, coupon: Row[Any]) -> Draft:
    """One operation a version; at the last one the redemption itself has its place, and the contract decides."""
    return Draft(
        verb=verb,
        payload=payload,
        effect=effect,
        batch=coupon.batch,
        serial=coupon.serial if coupon.version < VERSION_LIMIT else None,
        version=coupon.version,
    )
