"""Close a period: its lines become one statement.

A recruiter whose returns outweigh its purchases has no total: its lines stay open, all of them, and are netted with
those of a later period. Lines that were reported late stand in the first statement after they came.
"""

from dataclasses import dataclass

from sqlalchemy import update

from ledger.chain.merkle import leaf_of, root_of
from ledger.domain.errors import OutOfRange, Reason, Refused
from ledger.intake import reading, state
from ledger.intake.desk import Accepted, Desk, Draft
from ledger.intake.reading import DAY
from ledger.rebates.lines import first_open_day, lines_where, net_by_recruiter, open_of
from ledger.store.purchases import PURCHASES

_DAY_LIMIT = 2**32


@dataclass(frozen=True, slots=True)
class ClosePeriod:
    """A merchant's whole days from `first_day` to `last_day` (days since 1970, UTC).

    By itself from where its last statement ended, or else its oldest line stands, to yesterday.
    """

    merchant: int
    first_day: int | None = None
    last_day: int | None = None


@dataclass(frozen=True, slots=True)
class _Closing:
    """What a statement takes: lines before day `end`, but those of the recruiters carried over."""

    first: int
    end: int
    carried: list[int]


def close_period(desk: Desk, request: ClosePeriod, *, key: str) -> Accepted:
    """Take a statement of the lines up to the period's end that no other has; raises what `intake.state` names."""
    closing: _Closing | None = None

    def draft() -> Draft:
        nonlocal closing
        first, end = _period(desk, request)
        lines = lines_where(desk.connection, open_of(request.merchant, before_day=end))
        net = net_by_recruiter(lines)
        closing = _Closing(first, end, [recruiter for recruiter, amount in net.items() if amount < 0])
        totals = tuple((recruiter, amount) for recruiter, amount in net.items() if amount > 0)
        if not totals:
            hint = "there is no purchase to state up to then; returns that outweigh purchases wait for later ones"
            raise Refused(Reason.COUNT_ZERO, hint)
        root = root_of([leaf_of(line) for line in lines if net[line.recruiter] >= 0])
        statement = state.Statement(request.merchant, first, end - first, totals, root)
        return state.state(desk, statement)

    accepted = desk.accept(key, request, draft)
    if closing is not None:
        taken = open_of(request.merchant, before_day=closing.end) & PURCHASES.c.recruiter.not_in(closing.carried)
        taking = update(PURCHASES).where(taken).values(operation_id=accepted.id, period=closing.first)
        desk.connection.execute(taking)
    return accepted


def _period(desk: Desk, request: ClosePeriod) -> tuple[int, int]:
    """The first day, and the one after the last."""
    for field in ("first_day", "last_day"):
        value = getattr(request, field)
        if value is not None and not 0 <= value < _DAY_LIMIT:
            raise OutOfRange(field, value, low=0, high=_DAY_LIMIT - 1)
    stated_until = reading.merchant(desk.connection, request.merchant).stated_until
    last = desk.now() // DAY - 1 if request.last_day is None else request.last_day
    if request.first_day is not None:
        return request.first_day, last + 1
    oldest = first_open_day(desk.connection, request.merchant)
    return max(stated_until, last if oldest is None else min(oldest, last)), last + 1
