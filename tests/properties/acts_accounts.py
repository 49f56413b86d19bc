"""Acts of points and of statements."""

from collections.abc import Sequence

from ledger.domain.errors import Reason
from ledger.domain.ids import OPERATOR
from scripts.world import DAY
from scripts.world.accounts import spending, statement
from tests.properties import faults_later, faults_stock
from tests.properties.acts import Acts, halts
from tests.properties.faults import Faults

BPS = 10_000
PLATFORM_KEEPS, NO_COMMISSION = 1, 2
"""What becomes of the commission on purchases of a seller's own recruits; 0: as on any other."""


def grant(acts: Acts, grants: Sequence[tuple[int, int]]) -> None:
    """Consumers get points, each backed by a unit of the operator's cash."""
    ghost = acts.ghost
    broken = [faults_later.of_grant(ghost, *each) for each in grants]
    good = [each for each, faults in zip(grants, broken, strict=True) if not faults]
    total = sum(points for _, points in good)
    reverts = halts(CashInsufficient=total > ghost.merchants[OPERATOR])
    if acts.send("grant", list(grants), broken=broken, sender="operator", reverts=reverts):
        ghost.merchants[OPERATOR] -= total
        for consumer, points in good:
            ghost.points["consumer", consumer] += points


def spend(
    acts: Acts, consumer: int, merchant: int, batch: int, *, lot: int, count: int, points: int, nonce: int, by: str
) -> None:
    """A consumer's points become a merchant's, and coupons of the merchant's lot the consumer's."""
    ghost = acts.ghost
    broken = faults_stock.of_spending(
        ghost, consumer, merchant, batch, lot=lot, count=count, points=points, nonce=nonce
    )
    if by != ghost.names.get(("consumer", consumer)):
        broken |= {Reason.SIGNATURE_INVALID}
    intent = spending(
        acts.world,
        consumer,
        merchant,
        batch,
        points=points,
        consumer_key=by,
        merchant_key=ghost.names["merchant", merchant],
        lot=lot,
        count=count,
        nonce=nonce,
    )
    if not acts.send("spend", [intent], broken=[broken], reverts=acts.when_paused()) or broken:
        return
    ghost.points["consumer", consumer] -= points
    ghost.points["merchant", merchant] += points
    ghost.nonces.add((consumer, nonce))
    found = ghost.batches[batch]
    ghost.issue(found, found.lots[lot], [(consumer, count)])


def cash_out(acts: Acts, merchant: int) -> None:
    """A merchant's points become its cash."""
    ghost = acts.ghost
    points = ghost.points["merchant", merchant]
    broken = frozenset() if points else frozenset({Reason.AMOUNT_ZERO})
    acts.send("cashOut", [merchant], broken=[broken])
    ghost.merchants[merchant] += points
    ghost.points["merchant", merchant] = 0


def expire(acts: Acts, expiries: Sequence[tuple[int, int]]) -> None:
    """Consumers' points end, and what backed them is the operator's again."""
    ghost, broken = acts.ghost, list[Faults]()
    for consumer, points in expiries:
        broken.append(faults_later.of_expiry(ghost, consumer, points))
        if not broken[-1]:
            ghost.points["consumer", consumer] -= points
            ghost.merchants[OPERATOR] += points
    acts.send("expire", list(expiries), broken=broken, sender="operator")


def change_policy(acts: Acts, starts_at: int, commission_bps: int, rebate_bps: int, equal_codes: int) -> None:
    """The admin announces commission and rebate; all but the first begin later than now."""
    ghost = acts.ghost
    earliest = max(ghost.policies[-1][0] + 1, ghost.now) if ghost.policies else 0
    reverts = halts(
        BpsTooHigh=max(commission_bps, rebate_bps) > BPS,
        PolicyStartsTooEarly=starts_at < earliest,
        PolicyStartsTooLate=starts_at > ghost.now + 366 * DAY,
    )
    if acts.send_as_admin("changePolicy", starts_at, commission_bps, rebate_bps, equal_codes, reverts=reverts):
        ghost.policies.append((starts_at, commission_bps, rebate_bps, equal_codes))


def state(acts: Acts, merchant: int, totals: Sequence[tuple[int, int]], *, period: int, days: int, by: str) -> None:
    """A merchant states its sales of a period by who recruited the customers, and pays commission on them."""
    ghost = acts.ghost
    broken = faults_later.of_statement(ghost, merchant, totals, period=period, days=days, by=by)
    parts = [
        (recruiter, *_extracted(acts, period, amount, equal=recruiter == merchant)) for recruiter, amount in totals
    ]
    commission = sum(each for _, each, _ in parts)
    if commission > ghost.merchants[merchant]:
        broken |= {Reason.COMMISSION_UNFUNDED}
    intent = statement(
        acts.world, merchant, totals, by=by, period=period, period_days=days, root=b"\2" * 32, deadline=ghost.now
    )
    acts.send("state", [intent], broken=[broken])
    if broken:
        return
    ghost.merchants[merchant] -= commission
    ghost.merchants[OPERATOR] += commission - sum(rebate for _, _, rebate in parts)
    for recruiter, _, rebate in parts:
        ghost.merchants[recruiter] += rebate
    ghost.stated_until[merchant] = period + days
    ghost.statements[merchant, period] = b"\2" * 32


def _extracted(acts: Acts, period: int, amount: int, *, equal: bool) -> tuple[int, int]:
    """Commission and rebate of an amount."""
    policy = faults_later.policy_of(acts.ghost, period)
    if policy is None or (equal and policy[3] == NO_COMMISSION):
        return 0, 0
    commission = amount * policy[1] // BPS
    return commission, 0 if equal and policy[3] == PLATFORM_KEEPS else commission * policy[2] // BPS
