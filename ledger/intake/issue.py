"""Issue coupons from a merchant's lot to consumers."""

from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.chain.packing import issue_records
from ledger.domain.errors import Reason, Refused, Verb
from ledger.domain.intents import Issue
from ledger.intake import reading
from ledger.intake.desk import Accepted, Desk, Draft
from ledger.store import effects
from ledger.store.projections import CONSUMERS

COUPONS_LIMIT = 2_000
"""The most coupons of one issue: they are done whole, and must fit a transaction with room to spare."""


@dataclass(frozen=True, slots=True)
class IssueCoupons:
    """Coupons of a lot for consumers: (consumer, count) pairs in the order of the serials they get."""

    merchant: int
    batch: int
    lot: int
    consumers: tuple[tuple[int, int], ...]


def issue(desk: Desk, request: IssueCoupons, *, key: str) -> Accepted:
    """Take an issue; raises `Refused` with the rule that is broken."""

    def draft() -> Draft:
        batch = reading.batch(desk.connection, request.batch)
        merchant = reading.merchant(desk.connection, request.merchant)
        check_lot(desk, batch, request.lot, merchant=request.merchant, count=_count(desk, request))
        return _draft(desk, request, merchant.wallet)

    return desk.accept(key, request, draft)


def check_lot(desk: Desk, batch: reading.Batch, number: int, *, merchant: int, count: int) -> None:
    """Raise LedgerRetired, BatchExpired, LotMismatch, LotExhausted, DiscountUnfunded or PointsUnspent unless the
    merchant's lot can issue `count` for nothing."""
    reading.refuse_retired(desk.connection, desk.now())
    if reading.ledger_time(desk.connection, desk.now()) >= batch.issue_end:
        raise Refused(Reason.BATCH_EXPIRED, "the batch's time of issue is over")
    lot = reading.lot(desk.connection, batch.id, number)
    if lot.merchant != merchant:
        raise Refused(Reason.LOT_MISMATCH, f"lot {number} is not merchant {merchant}'s")
    if count > lot.end - lot.next:
        raise Refused(Reason.LOT_EXHAUSTED, "allocate more stock", given=count, limit=lot.end - lot.next)
    if batch.terms.issuer_reserve_minor and lot.reserve == 0:
        raise Refused(Reason.DISCOUNT_UNFUNDED, "stock that came back is allocated anew before it is issued")
    if batch.terms.points_price:
        raise Refused(Reason.POINTS_UNSPENT, "its coupons cost points: spend some with `coupon points spend`")


def _count(desk: Desk, request: IssueCoupons) -> int:
    """Coupons in all; every consumer exists and gets at least one."""
    registered = desk.connection.scalar(select(func.max(CONSUMERS.c.id))) or 0
    for consumer, coupons in request.consumers:
        if not 0 < consumer <= registered:
            raise Refused(Reason.CONSUMER_UNKNOWN, f"register consumer {consumer} first")
        if coupons <= 0:
            raise Refused(Reason.COUNT_ZERO, f"consumer {consumer} gets no coupon")
    count = sum(coupons for _, coupons in request.consumers)
    if count == 0:
        raise Refused(Reason.COUNT_ZERO, "name at least one consumer")
    if count > COUPONS_LIMIT:
        raise Refused(Reason.ITEMS_MALFORMED, "issue in several requests", given=count, limit=COUPONS_LIMIT)
    return count


def _draft(desk: Desk, request: IssueCoupons, wallet: bytes) -> Draft:
    records = issue_records(request.consumers)
    nonce, deadline = desk.fresh_nonce(), desk.deadline
    intent = Issue(request.merchant, request.batch, request.lot, records, nonce, deadline)
    signature = desk.sign(desk.signer(wallet), intent)
    fields = [request.merchant, 0, request.batch, request.lot, nonce, deadline, records, signature]
    return Draft(
        verb="issue",
        payload={"arguments": fields, "parts": sum(count for _, count in request.consumers)},
        effect=effects.by_nonce(Verb.ISSUE, request.merchant, nonce),
    )
