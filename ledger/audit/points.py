"""Points against the uses that made them, and the money behind them."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Select, case, func, literal, select

from ledger.audit.life import LogPlace, Paid
from ledger.domain.ids import OPERATOR
from ledger.store.projections import CONSUMERS, LEDGER_STATE, MERCHANTS, OCCURRENCES
from ledger.store.projections_accounts import POINT_FLOWS

_STATE_ID: Final = 1
_NOTHING: Final = literal(0)
_FLOW: Final = POINT_FLOWS.c
_Source = Select[*tuple[Any, ...]]


def points_backing(connection: Connection) -> int:
    """Money behind all points, minor units."""
    return connection.scalar(select(LEDGER_STATE.c.points_backing)) or 0


def held_points(*, consumers: bool) -> list[_Source]:
    """Points of consumers, or of merchants: by their uses, and as kept."""
    table = CONSUMERS if consumers else MERCHANTS
    gain = "grant" if consumers else "spend"
    moved = case((_FLOW.kind == gain, _FLOW.points), else_=-_FLOW.points)
    party = _FLOW.consumer if consumers else _FLOW.merchant
    return [
        select(party, func.sum(moved), _NOTHING).where(party != 0).group_by(party),
        select(table.c.id, _NOTHING, table.c.points),
    ]


def backing() -> list[_Source]:
    """The money behind points: that of all points there are, and as kept."""
    return [
        *(
            select(literal(_STATE_ID), func.coalesce(func.sum(table.c.points), 0), _NOTHING)
            for table in (CONSUMERS, MERCHANTS)
        ),
        select(literal(_STATE_ID), _NOTHING, LEDGER_STATE.c.points_backing),
    ]


def cash_by_points() -> Iterator[_Source]:
    """Cash that grants took from the operator and expiries gave back, and what merchants cashed out."""
    by_operator = case((_FLOW.kind == "grant", -_FLOW.points), (_FLOW.kind == "expire", _FLOW.points), else_=0)
    yield select(literal(OPERATOR), func.coalesce(func.sum(by_operator), 0), _NOTHING)
    cashed = _FLOW.kind == "cash_out"
    yield select(_FLOW.merchant, func.sum(_FLOW.points), _NOTHING).where(cashed).group_by(_FLOW.merchant)


def paid(connection: Connection, batch: int, serial: int, *, issue: int) -> Paid | None:
    """What a minted coupon cost whom it was issued to; `issue` is the occurrence of that."""
    place = [OCCURRENCES.c[name] for name in LogPlace.__slots__]
    # A spending is logged right behind the issue that it pays for.
    bought = (_FLOW.occurrence_id == issue + 1, _FLOW.kind == "spend", _FLOW.batch == batch)
    among = (_FLOW.first <= serial, _FLOW.first + _FLOW.count > serial)
    joined = select(*place, _FLOW.points, _FLOW.count).join(OCCURRENCES, OCCURRENCES.c.id == _FLOW.occurrence_id)
    row = connection.execute(joined.where(*bought, *among)).one_or_none()
    if row is None:
        return None
    *where, points, count = row
    # Coupons of one spending cost the same, so that nothing is left over.
    return Paid(LogPlace(*where), points // count)
