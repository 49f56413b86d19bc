"""State a period: a merchant's totals by recruiter, and the root over its purchase lines."""

from dataclasses import dataclass

from sqlalchemy import select

from ledger.chain.packing import total_records
from ledger.domain.errors import Reason, Refused
from ledger.domain.intents import State
from ledger.domain.rebate import EqualCodes, Policy, commission_down
from ledger.intake import reading
from ledger.intake.desk import Desk, Draft
from ledger.store import effects
from ledger.store.outbox import OPERATIONS, OperationState
from ledger.store.projections_accounts import POLICIES

TOTALS_LIMIT = 1_000
"""Recruiters of one statement at most: they must fit a transaction."""

AMOUNT_LIMIT_MINOR = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Statement:
    """`period_days` whole days from `period` on (days since 1970, UTC), with (recruiter, amount) totals above 0."""

    merchant: int
    period: int
    period_days: int
    totals: tuple[tuple[int, int], ...]
    root: bytes


def state(desk: Desk, statement: Statement) -> Draft:
    """A statement, signed for the merchant; its commission is held from acceptance on.

    Raises MerchantUnknown, MerchantSuspended, KindInvalid, CountZero, ItemsMalformed, PeriodNotOver, PeriodStated,
    PolicyUnknown, AmountZero, OrderAboveMaximum, CommissionUnfunded.
    """
    merchant = reading.merchant(desk.connection, statement.merchant)
    _check_period(desk, statement, merchant.stated_until)
    policy = policy_of(desk, statement.period)
    _check_totals(statement)
    commission = commission_down(policy, statement.merchant, statement.totals)
    free = merchant.cash - desk.held_of(statement.merchant)
    if commission > free:
        hint = "the merchant's cash does not cover the commission; deposit more"
        raise Refused(Reason.COMMISSION_UNFUNDED, hint, given=commission, limit=free)
    packed, deadline = total_records(statement.totals), desk.deadline
    intent = State(statement.merchant, statement.period, statement.period_days, packed, statement.root, deadline)
    signature = desk.sign(desk.signer(merchant.wallet), intent)
    fields = (statement.merchant, 0, statement.period, statement.period_days, packed, statement.root, deadline)
    return Draft(
        verb="state",
        payload={"arguments": [*fields, signature], "parts": len(statement.totals)},
        effect=effects.of_statement(statement.merchant, statement.period, statement.root),
        merchant=statement.merchant,
        held_minor=commission,
    )


def policy_of(desk: Desk, period: int) -> Policy:
    """The policy in force when a period began; raises PolicyUnknown."""
    query = select(POLICIES).where(POLICIES.c.starts_at <= period * reading.DAY).order_by(POLICIES.c.id.desc())
    row = desk.connection.execute(query.limit(1)).first()
    if row is None:
        hint = "no commission policy was in force when the period began; set one with `coupon policy set`"
        raise Refused(Reason.POLICY_UNKNOWN, hint)
    return Policy(row.id, row.starts_at, row.commission_bps, row.rebate_bps, EqualCodes(row.equal_codes))


def _check_period(desk: Desk, statement: Statement, stated_until: int) -> None:
    if statement.period < 0 or not 0 < statement.period_days < 2**16 or not statement.totals:
        raise Refused(Reason.COUNT_ZERO, "state at least one day with at least one purchase that is not returned")
    end = (statement.period + statement.period_days) * reading.DAY
    if end > desk.now():
        raise Refused(Reason.PERIOD_NOT_OVER, "state the days that are over", given=desk.now(), limit=end)
    if statement.period < stated_until:
        hint = "these days are stated already; what comes late belongs to a later period"
        raise Refused(Reason.PERIOD_STATED, hint, given=statement.period, limit=stated_until)
    waiting = select(OPERATIONS.c.id).where(
        OPERATIONS.c.state.in_((OperationState.ACCEPTED, OperationState.SENT)),
        OPERATIONS.c.verb == "state",
        OPERATIONS.c.merchant == statement.merchant,
    )
    if desk.connection.scalar(waiting.limit(1)) is not None:
        raise Refused(Reason.PERIOD_STATED, "another statement of the merchant is on its way; wait for its end")


def _check_totals(statement: Statement) -> None:
    if len(statement.totals) > TOTALS_LIMIT:
        hint = "state fewer days at once"
        raise Refused(Reason.ITEMS_MALFORMED, hint, given=len(statement.totals), limit=TOTALS_LIMIT)
    if any(amount <= 0 for _, amount in statement.totals):
        raise Refused(Reason.AMOUNT_ZERO, "a total is more than nothing")
    amount = sum(amount for _, amount in statement.totals)
    if amount > AMOUNT_LIMIT_MINOR:
        hint = "state fewer days at once"
        raise Refused(Reason.ORDER_ABOVE_MAXIMUM, hint, given=amount, limit=AMOUNT_LIMIT_MINOR)
