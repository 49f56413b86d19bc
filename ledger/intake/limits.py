"""What the admin sets: the daily caps, and the ledger's end."""

from dataclasses import dataclass

from sqlalchemy import select

from ledger.domain.errors import LedgerError, OutOfRange
from ledger.intake import reading
from ledger.intake.desk import Desk
from ledger.store.projections import LEDGER_STATE

CAP_LIMIT_MINOR = 2**63 - 1
WITHDRAWAL_DELAY_LIMIT = 30 * reading.DAY
RETIREMENT_NOTICE = 7 * reading.DAY
_MOMENT_LIMIT = 2**40 - 1


class RetirementTooEarly(LedgerError):
    """A ledger's end is announced a week ahead."""

    def __init__(self, retires_at: int, earliest: int) -> None:
        self.retires_at, self.earliest = retires_at, earliest
        super().__init__(f"the ledger would end at {retires_at}; it can from {earliest} on (Unix seconds)")


@dataclass(frozen=True, slots=True)
class SetLimits:
    """Daily caps in minor units, the merchants' withdrawal delay in seconds; what is None stays as it is."""

    reward_cap_daily: int | None = None
    reserve_cap_daily: int | None = None
    withdrawal_cap_daily: int | None = None
    withdrawal_delay: int | None = None


@dataclass(frozen=True, slots=True)
class Retire:
    """The moment from which nothing is minted or issued, Unix seconds."""

    retires_at: int


def limits_arguments(desk: Desk, request: SetLimits) -> tuple[tuple[int, int, int, int]]:
    """What the contract takes; raises OutOfRange."""
    state = desk.connection.execute(select(LEDGER_STATE)).one()
    fields = ("reward_cap_daily", "reserve_cap_daily", "withdrawal_cap_daily", "withdrawal_delay")
    values = []
    for field in fields:
        given = getattr(request, field)
        value = int(getattr(state, field)) if given is None else given
        high = WITHDRAWAL_DELAY_LIMIT if field == "withdrawal_delay" else CAP_LIMIT_MINOR
        if not 0 <= value <= high:
            raise OutOfRange(field, value, low=0, high=high)
        values.append(value)
    reward, reserve, withdrawal, delay = values
    return ((reward, reserve, withdrawal, delay),)


def retire_arguments(desk: Desk, request: Retire, *, delay: int) -> tuple[int]:
    """What the contract takes; raises LedgerRetired, RetirementTooEarly, OutOfRange."""
    announced = desk.connection.scalar(select(LEDGER_STATE.c.retires_at)) or 0
    if announced:
        raise reading.LedgerRetired(announced)
    earliest = desk.now() + delay + RETIREMENT_NOTICE
    if request.retires_at < earliest:
        raise RetirementTooEarly(request.retires_at, earliest)
    if request.retires_at > _MOMENT_LIMIT:
        raise OutOfRange("retires_at", request.retires_at, low=earliest, high=_MOMENT_LIMIT)
    return (request.retires_at,)
