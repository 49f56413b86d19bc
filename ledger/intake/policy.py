"""Announce a commission policy."""

from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.domain.errors import LedgerError, OutOfRange
from ledger.domain.rebate import EqualCodes
from ledger.domain.terms import BPS
from ledger.intake import reading
from ledger.intake.desk import Desk
from ledger.store.projections_accounts import POLICIES

POLICY_HORIZON_SECONDS = 366 * reading.DAY


class PolicyStartsTooEarly(LedgerError):
    """Policies start in the order of their announcement; only the first may start in the past."""

    def __init__(self, starts_at: int, earliest: int) -> None:
        self.starts_at, self.earliest = starts_at, earliest
        super().__init__(f"the policy would start at {starts_at}; it can from {earliest} on (Unix seconds)")


class PolicyStartsTooLate(LedgerError):
    """A policy that starts too far away would keep every other one out."""

    def __init__(self, starts_at: int, latest: int) -> None:
        self.starts_at, self.latest = starts_at, latest
        super().__init__(f"the policy would start at {starts_at}; it can until {latest} (Unix seconds)")


@dataclass(frozen=True, slots=True)
class ChangePolicy:
    """Shares in basis points: commission of a purchase, rebate of the commission.

    Without `starts_at` (Unix seconds) the first policy starts with today (UTC), another with the first day after the
    timelock's delay.
    """

    commission_bps: int
    rebate_bps: int
    equal_codes: EqualCodes = EqualCodes.RETURN_TO_SELLER
    starts_at: int | None = None


def arguments(desk: Desk, request: ChangePolicy, *, delay: int) -> tuple[int, ...]:
    """What the contract takes; raises OutOfRange, PolicyStartsTooEarly, PolicyStartsTooLate."""
    for field in ("commission_bps", "rebate_bps"):
        value = getattr(request, field)
        if not 0 <= value <= BPS:
            raise OutOfRange(field, value, low=0, high=BPS)
    last = desk.connection.scalar(select(func.max(POLICIES.c.starts_at)))
    executed = desk.now() + delay
    earliest = 0 if last is None else max(last + 1, executed)
    starts_at = request.starts_at
    if starts_at is None:
        days = desk.now() // reading.DAY if last is None else -(-earliest // reading.DAY)
        starts_at = days * reading.DAY
    if starts_at < earliest:
        raise PolicyStartsTooEarly(starts_at, earliest)
    latest = executed + POLICY_HORIZON_SECONDS
    if starts_at > latest:
        raise PolicyStartsTooLate(starts_at, latest)
    return (starts_at, request.commission_bps, request.rebate_bps, int(request.equal_codes))
