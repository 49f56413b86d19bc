"""What an item of what comes after a redemption breaks (amending, reversing, settling), or of points and statements."""

from collections.abc import Sequence

from ledger.domain.errors import Reason
from scripts.world import DAY
from tests.properties.faults import Faults, of_signature, those
from tests.properties.ghost import Ghost
from tests.properties.holdings import HOUR, Coupon


def is_due(ghost: Ghost, coupon: Coupon) -> bool:
    """Whether its delay is over."""
    return ghost.now >= coupon.until * HOUR


def of_reversal(ghost: Ghost, coupon: Coupon | None, *, merchant: int, version: int, by: str) -> Faults:
    """A redemption undone by the merchant that took it."""
    if coupon is None or not coupon.waits:
        return frozenset({Reason.REDEMPTION_NOT_PENDING})
    return of_signature(ghost, merchant, by, ghost.now) | those(
        (coupon.redeemer != merchant, Reason.REDEEMER_MISMATCH),
        (coupon.version != version, Reason.VERSION_STALE),
        (is_due(ghost, coupon), Reason.SETTLEMENT_OVER),
    )


def of_amendment(ghost: Ghost, coupon: Coupon | None, order: int, *, merchant: int, version: int, by: str) -> Faults:
    """A lower order."""
    faults = of_reversal(ghost, coupon, merchant=merchant, version=version, by=by)
    if coupon is None or not coupon.waits:
        return faults
    return faults | those((order == 0, Reason.ORDER_ZERO), (order >= coupon.order, Reason.ORDER_NOT_LOWER))


def of_settling(ghost: Ghost, coupon: Coupon | None, *, due: bool) -> Faults:
    """A pool taken back before its delay is over, or paid out (`due`) after it."""
    if coupon is None or not coupon.waits:
        return frozenset({Reason.REDEMPTION_NOT_PENDING})
    if is_due(ghost, coupon) == due:
        return frozenset()
    return frozenset({Reason.SETTLEMENT_NOT_DUE if due else Reason.SETTLEMENT_OVER})


def of_grant(ghost: Ghost, consumer: int, points: int) -> Faults:
    """Points for a consumer."""
    return those((points == 0, Reason.AMOUNT_ZERO), (consumer not in ghost.consumers, Reason.CONSUMER_UNKNOWN))


def of_expiry(ghost: Ghost, consumer: int, points: int) -> Faults:
    """Points of a consumer that end."""
    insufficient = points > ghost.points["consumer", consumer]
    return those((points == 0, Reason.AMOUNT_ZERO), (insufficient, Reason.POINTS_INSUFFICIENT))


def policy_of(ghost: Ghost, period: int) -> tuple[int, int, int, int] | None:
    """The policy in force when a period (days since 1970) began."""
    return next((each for each in reversed(ghost.policies) if each[0] <= period * DAY), None)


def of_statement(
    ghost: Ghost, merchant: int, totals: Sequence[tuple[int, int]], *, period: int, days: int, by: str
) -> Faults:
    """A merchant's sales of a period, but for what its commission needs."""
    recruiters = [recruiter for recruiter, _ in totals]
    return of_signature(ghost, merchant, by, ghost.now) | those(
        (days == 0 or not totals, Reason.COUNT_ZERO),
        (0 in recruiters, Reason.ITEMS_MALFORMED),
        (any(each > len(ghost.merchants) for each in recruiters), Reason.MERCHANT_UNKNOWN),
        (any(amount == 0 for _, amount in totals), Reason.AMOUNT_ZERO),
        ((period + days) * DAY > ghost.now, Reason.PERIOD_NOT_OVER),
        (period < ghost.stated_until[merchant], Reason.PERIOD_STATED),
        (policy_of(ghost, period) is None, Reason.POLICY_UNKNOWN),
    )
