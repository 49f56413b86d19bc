"""Allocate stock to merchants and recall it."""

from dataclasses import dataclass

from sqlalchemy import select

from ledger.domain.errors import Reason, Refused, Verb
from ledger.domain.ids import OPERATOR
from ledger.domain.intents import Accept, Recall
from ledger.intake import reading
from ledger.intake.desk import Accepted, Desk, Draft
from ledger.store import effects
from ledger.store.projections import MERCHANTS


@dataclass(frozen=True, slots=True)
class Allocate:
    """`count` coupons of a batch for a merchant, from the batch's stock (0) or a lot that came back."""

    batch: int
    merchant: int
    count: int
    from_lot: int = 0


@dataclass(frozen=True, slots=True)
class RecallStock:
    """The last `count` unissued coupons of a merchant's lot, back to the operator."""

    merchant: int
    batch: int
    lot: int
    count: int


def allocate(desk: Desk, request: Allocate, *, key: str) -> Accepted:
    """Take an allocation; raises BatchUnknown, BatchExpired, MerchantUnknown, LotExhausted, DiscountUnfunded."""

    def draft() -> Draft:
        batch = reading.batch(desk.connection, request.batch)
        merchant = reading.merchant(desk.connection, request.merchant)
        if reading.ledger_time(desk.connection, desk.now()) >= batch.issue_end:
            raise Refused(Reason.BATCH_EXPIRED, "the batch's time of issue is over")
        _check_stock(desk, batch, request)
        reserved = batch.terms.issuer_reserve_minor * request.count
        free = merchant.cash - desk.held_of(request.merchant)
        if reserved > free:
            hint = "the merchant funds the discounts of this batch; deposit more, or allocate less"
            raise Refused(Reason.DISCOUNT_UNFUNDED, hint, given=reserved, limit=free)
        nonce, deadline, signature = desk.fresh_nonce(), desk.deadline, b""
        if reserved:
            consent = Accept(request.merchant, request.batch, request.count, nonce, deadline)
            signature = desk.sign(desk.signer(merchant.wallet), consent)
        fields = [request.batch, request.from_lot, request.merchant, request.count, nonce, deadline, signature]
        return Draft(
            verb="allocate",
            payload={"arguments": fields},
            effect=effects.by_nonce(Verb.ALLOCATE, request.merchant, nonce),
            merchant=request.merchant,
            held_minor=reserved,
        )

    return desk.accept(key, request, draft)


def recall(desk: Desk, request: RecallStock, *, key: str) -> Accepted:
    """Take a recall, signed for the merchant; raises LotMismatch, LotExhausted, CountZero."""

    def draft() -> Draft:
        lot = reading.lot(desk.connection, request.batch, request.lot)
        if lot.merchant != request.merchant or request.merchant == OPERATOR:
            raise Refused(Reason.LOT_MISMATCH, f"lot {request.lot} is not merchant {request.merchant}'s")
        _check_count(request.count, lot.end - lot.next)
        nonce, deadline = desk.fresh_nonce(), desk.deadline
        intent = Recall(request.merchant, request.batch, request.lot, request.count, nonce, deadline)
        wallet = desk.connection.scalar(select(MERCHANTS.c.wallet).where(MERCHANTS.c.id == request.merchant))
        signature = desk.sign(desk.signer(wallet or b""), intent)
        fields = [request.merchant, request.batch, request.lot, request.count, nonce, deadline, signature]
        return Draft(
            verb="recall",
            payload={"arguments": fields},
            effect=effects.by_nonce(Verb.RECALL, request.merchant, nonce),
        )

    return desk.accept(key, request, draft)


def _check_stock(desk: Desk, batch: reading.Batch, request: Allocate) -> None:
    if request.from_lot == 0:
        _check_count(request.count, batch.stock)
        return
    lot = reading.lot(desk.connection, batch.id, request.from_lot)
    if lot.merchant != OPERATOR:
        raise Refused(Reason.LOT_MISMATCH, f"lot {request.from_lot} is not the operator's")
    _check_count(request.count, lot.end - lot.next)


def _check_count(count: int, left: int) -> None:
    if count <= 0:
        raise Refused(Reason.COUNT_ZERO, "name at least one coupon")
    if count > left:
        raise Refused(Reason.LOT_EXHAUSTED, "take fewer", given=count, limit=left)
