"""What the verbs read from the projections, each missing thing a named refusal."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from ledger.domain import terms_json
from ledger.domain.errors import LedgerError, Reason, Refused
from ledger.domain.ids import GROUP_ALL, GROUP_ISSUER_ONLY
from ledger.domain.terms import Terms
from ledger.store.projections import (
    BATCHES,
    CONSUMERS,
    COUPONS,
    GROUP_MEMBERS,
    LEDGER_STATE,
    LOTS,
    MERCHANTS,
)

DAY = 86_400
INSTITUTION = 2


class LedgerRetired(LedgerError):
    """A ledger that has ended, or whose end is announced; from then on nothing is minted or issued."""

    def __init__(self, retires_at: int) -> None:
        self.retires_at = retires_at
        super().__init__(f"the ledger ends at {retires_at} (Unix seconds); this was announced for good")


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch with its terms and its ledger-time ends."""

    id: int
    terms: Terms
    reserve: int
    stock: int
    closed: bool
    issue_end: int
    redeem_end: int


def merchant(connection: Connection, merchant_id: int) -> Row[Any]:
    """A merchant in force; raises MerchantUnknown, MerchantSuspended, KindInvalid for an institution."""
    row = connection.execute(select(MERCHANTS).where(MERCHANTS.c.id == merchant_id)).first()
    if row is None:
        raise Refused(Reason.MERCHANT_UNKNOWN, f"register merchant {merchant_id} first")
    if row.suspended:
        raise Refused(Reason.MERCHANT_SUSPENDED, f"merchant {merchant_id} is suspended")
    if row.kind == INSTITUTION:
        raise Refused(Reason.KIND_INVALID, f"{merchant_id} is an institution, a payee only")
    return row


def consumer(connection: Connection, consumer_id: int) -> Row[Any]:
    """A consumer in force; raises ConsumerUnknown, ConsumerSuspended."""
    row = connection.execute(select(CONSUMERS).where(CONSUMERS.c.id == consumer_id)).first()
    if row is None:
        raise Refused(Reason.CONSUMER_UNKNOWN, f"register consumer {consumer_id} first")
    if row.suspended:
        raise Refused(Reason.CONSUMER_SUSPENDED, f"consumer {consumer_id} is suspended")
    return row


def batch(connection: Connection, batch_id: int) -> Batch:
    """A batch; raises BatchUnknown."""
    row = connection.execute(select(BATCHES).where(BATCHES.c.id == batch_id)).first()
    if row is None:
        raise Refused(Reason.BATCH_UNKNOWN, f"there is no batch {batch_id}")
    terms = terms_json.loads(row.terms)
    issue_end = terms.closes - row.paused_at_mint
    redeem_end = issue_end
    if terms.valid_days:
        redeem_end = ((issue_end - 1) // DAY + terms.valid_days + 1) * DAY
    return Batch(row.id, terms, row.reserve, row.stock, row.closed, issue_end, redeem_end)


def lot(connection: Connection, batch_id: int, lot_id: int) -> Row[Any]:
    """A lot of a batch; raises LotMismatch."""
    row = connection.execute(select(LOTS).where(LOTS.c.batch == batch_id, LOTS.c.lot == lot_id)).first()
    if row is None:
        raise Refused(Reason.LOT_MISMATCH, f"batch {batch_id} has no lot {lot_id}")
    return row


def coupon(connection: Connection, batch_id: int, serial: int) -> Row[Any]:
    """An issued coupon that can still be used; raises CouponNotIssued, CouponRedeemed, CouponVoid."""
    row = connection.execute(select(COUPONS).where(COUPONS.c.batch == batch_id, COUPONS.c.serial == serial)).first()
    if row is None:
        raise Refused(Reason.COUPON_NOT_ISSUED, "the coupon is not issued to anybody")
    if row.state == "void":
        raise Refused(Reason.COUPON_VOID, "the coupon was made void")
    if row.state != "issued":
        raise Refused(Reason.COUPON_REDEEMED, "the coupon has been used")
    return row


def refuse_retired(connection: Connection, now: int) -> None:
    """Raise LedgerRetired from the moment on at which the ledger ends."""
    retires_at = connection.scalar(select(LEDGER_STATE.c.retires_at)) or 0
    if retires_at and now >= retires_at:
        raise LedgerRetired(retires_at)


def ledger_time(connection: Connection, now: int) -> int:
    """The time without the pauses, at `now`."""
    state = connection.execute(select(LEDGER_STATE)).one()
    paused = state.paused_total
    if state.paused_at:
        paused += min(now, state.paused_until) - state.paused_at
    return int(now - paused)


def refuse_unless_accepted(connection: Connection, terms: Terms, *, issuer: int, redeemer: int) -> None:
    """Raise MerchantNotAccepted unless the terms let this merchant redeem."""
    accepted = terms.group == GROUP_ALL
    if terms.group == GROUP_ISSUER_ONLY:
        accepted = issuer == redeemer
    elif not accepted:
        member = select(GROUP_MEMBERS.c.merchant).where(
            GROUP_MEMBERS.c.group_id == terms.group, GROUP_MEMBERS.c.merchant == redeemer
        )
        accepted = connection.scalar(member) is not None
    if not accepted:
        raise Refused(Reason.MERCHANT_NOT_ACCEPTED, f"merchant {redeemer} does not accept this coupon")
