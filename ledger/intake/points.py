"""Grant, spend, cash out and expire points (S4.7, S4.10, S4.11, S4.15)."""

from dataclasses import dataclass

from sqlalchemy import select

from ledger.domain.errors import LedgerError, OutOfRange, Reason, Refused, Verb
from ledger.domain.ids import OPERATOR
from ledger.domain.intents import Spend
from ledger.intake import reading
from ledger.intake.cash import DEPOSIT_LIMIT_MINOR
from ledger.intake.desk import Accepted, Desk, Draft
from ledger.store import effects
from ledger.store.projections import CONSUMERS, LEDGER_STATE, LOTS, MERCHANTS

COUNT_LIMIT = 255
"""Coupons of one spending at most: what its intent holds."""


class ReserveCapReached(LedgerError):
    """What the operator sets aside in a day, for batches and points alike, is capped."""

    def __init__(self, *, given: int, limit: int) -> None:
        self.given, self.limit = given, limit
        super().__init__(f"{given} is more than the {limit} left today (UTC); wait, or have the admin raise the limit")


@dataclass(frozen=True, slots=True)
class GrantPoints:
    """Points for a consumer out of the operator's cash, a minor unit each."""

    consumer: int
    points: int


@dataclass(frozen=True, slots=True)
class ExpirePoints:
    """Points of a consumer that end; their backing is the operator's again."""

    consumer: int
    points: int


@dataclass(frozen=True, slots=True)
class SpendPoints:
    """A consumer's points for coupons of a merchant's stock of a batch that has a points price."""

    consumer: int
    merchant: int
    batch: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class CashOutPoints:
    """All points of a merchant, to become its cash."""

    merchant: int


def grant(desk: Desk, request: GrantPoints, *, key: str) -> Accepted:
    """Take a grant; raises AmountZero, OutOfRange, ConsumerUnknown, CashInsufficient, ReserveCapReached."""

    def draft() -> Draft:
        _check_points(request.points)
        _points_of(desk, request.consumer)
        cash = desk.connection.scalar(select(MERCHANTS.c.cash).where(MERCHANTS.c.id == OPERATOR)) or 0
        free = cash - desk.held_of(OPERATOR)
        if request.points > free:
            hint = "points are backed by the operator's cash: deposit more"
            raise Refused(Reason.CASH_INSUFFICIENT, hint, given=request.points, limit=free)
        left = _reserve_left(desk)
        if request.points > left:
            raise ReserveCapReached(given=request.points, limit=left)
        return Draft(verb="grant", payload={"arguments": [request.consumer, request.points]})

    return desk.accept(key, request, draft)


def expire(desk: Desk, request: ExpirePoints, *, key: str) -> Accepted:
    """Take an expiry; raises AmountZero, ConsumerUnknown, PointsInsufficient."""

    def draft() -> Draft:
        _check_points(request.points)
        held = _points_of(desk, request.consumer)
        if request.points > held:
            raise Refused(Reason.POINTS_INSUFFICIENT, "expire fewer", given=request.points, limit=held)
        return Draft(verb="expire", payload={"arguments": [request.consumer, request.points]})

    return desk.accept(key, request, draft)


def spend(desk: Desk, request: SpendPoints, *, key: str) -> Accepted:
    """Take a spending, signed for the consumer and for the merchant; raises `Refused` with the rule that is broken."""

    def draft() -> Draft:
        reading.refuse_retired(desk.connection, desk.now())
        batch = reading.batch(desk.connection, request.batch)
        merchant = reading.merchant(desk.connection, request.merchant)
        consumer = reading.consumer(desk.connection, request.consumer)
        if reading.ledger_time(desk.connection, desk.now()) >= batch.issue_end:
            raise Refused(Reason.BATCH_EXPIRED, "the batch's time of issue is over")
        lot = _lot(desk, request, funded=bool(batch.terms.issuer_reserve_minor))
        price = batch.terms.points_price * request.count
        if price == 0:
            raise Refused(Reason.POINTS_UNSPENT, "the batch costs no points; issue its coupons")
        if price > consumer.points:
            raise Refused(Reason.POINTS_INSUFFICIENT, "grant more points", given=price, limit=consumer.points)
        nonce, deadline = desk.fresh_nonce(), desk.deadline
        bought = (request.batch, lot, request.count, price, nonce, deadline)
        intent = Spend(request.consumer, request.merchant, *bought)
        signatures = [desk.sign(desk.signer(party.wallet), intent) for party in (consumer, merchant)]
        return Draft(
            verb="spend",
            payload={
                "arguments": [request.consumer, request.merchant, 0, *bought, *signatures],
                "parts": request.count,
            },
            effect=effects.by_consumer_nonce(Verb.SPEND, request.consumer, nonce),
        )

    return desk.accept(key, request, draft)


def cash_out(desk: Desk, request: CashOutPoints, *, key: str) -> Accepted:
    """Take a cash-out; raises MerchantUnknown, AmountZero where there are no points."""

    def draft() -> Draft:
        points = desk.connection.scalar(select(MERCHANTS.c.points).where(MERCHANTS.c.id == request.merchant))
        if points is None:
            raise Refused(Reason.MERCHANT_UNKNOWN, f"register merchant {request.merchant} first")
        if points == 0:
            raise Refused(Reason.AMOUNT_ZERO, f"merchant {request.merchant} has no points")
        return Draft(verb="cash_out", payload={"arguments": request.merchant})

    return desk.accept(key, request, draft)


def _check_points(points: int) -> None:
    if points <= 0:
        raise Refused(Reason.AMOUNT_ZERO, "the points must be more than none")
    if points > DEPOSIT_LIMIT_MINOR:
        raise OutOfRange("points", points, low=1, high=DEPOSIT_LIMIT_MINOR)


def _points_of(desk: Desk, consumer: int) -> int:
    points = desk.connection.scalar(select(CONSUMERS.c.points).where(CONSUMERS.c.id == consumer))
    if points is None:
        raise Refused(Reason.CONSUMER_UNKNOWN, f"register consumer {consumer} first")
    return int(points)


def _reserve_left(desk: Desk) -> int:
    """What the operator may still set aside today."""
    state = desk.connection.execute(select(LEDGER_STATE)).one()
    reserved = state.reserved_today if state.reserved_day == desk.now() // reading.DAY else 0
    # A cap that was lowered may be below what was reserved before.
    return int(max(0, state.reserve_cap_daily - reserved))


def _lot(desk: Desk, request: SpendPoints, *, funded: bool) -> int:
    """The merchant's oldest lot that has enough; raises CountZero, ItemsMalformed, LotMismatch, LotExhausted."""
    if request.count <= 0:
        raise Refused(Reason.COUNT_ZERO, "spend points on at least one coupon")
    if request.count > COUNT_LIMIT:
        raise Refused(Reason.ITEMS_MALFORMED, "spend them in several requests", given=request.count, limit=COUNT_LIMIT)
    query = (
        select(LOTS.c.lot, LOTS.c.reserve, (LOTS.c.end - LOTS.c.next).label("left"))
        .where(LOTS.c.batch == request.batch, LOTS.c.merchant == request.merchant, LOTS.c.next < LOTS.c.end)
        .order_by(LOTS.c.lot)
    )
    lots = desk.connection.execute(query).all()
    if not lots:
        raise Refused(Reason.LOT_MISMATCH, f"the merchant has no stock of batch {request.batch}; allocate some")
    enough = [lot for lot in lots if lot.left >= request.count]
    if not enough:
        most = max(lot.left for lot in lots)
        raise Refused(Reason.LOT_EXHAUSTED, "one lot must have them all", given=request.count, limit=most)
    if funded:
        enough = [lot for lot in enough if lot.reserve]
    if not enough:
        raise Refused(Reason.DISCOUNT_UNFUNDED, "stock that came back is allocated anew before it is issued")
    return int(enough[0].lot)
