"""Points: granted, spent, cashed out, expired, and the history of their use (S4.11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from ledger.intake import points
from ledger.intake.desk import Accepted
from ledger.store.projections import CONSUMERS, LEDGER_STATE, MERCHANTS, OCCURRENCES
from ledger.store.projections_accounts import POINT_FLOWS

if TYPE_CHECKING:
    from ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class PointFlow:
    """One line of the history: grant, spend, cash_out or expire, at a Unix second; 0 where it has no such party."""

    kind: str
    consumer: int
    merchant: int
    points: int
    batch: int
    first: int
    count: int
    timestamp: int


class Points:
    """Moves points and tells where they are."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def grant(self, request: points.GrantPoints, *, key: str) -> Accepted:
        """See `ledger.intake.points`."""
        with self._ledger.desk() as desk:
            return points.grant(desk, request, key=key)

    def spend(self, request: points.SpendPoints, *, key: str) -> Accepted:
        """See `ledger.intake.points`."""
        with self._ledger.desk() as desk:
            return points.spend(desk, request, key=key)

    def cash_out(self, request: points.CashOutPoints, *, key: str) -> Accepted:
        """See `ledger.intake.points`."""
        with self._ledger.desk() as desk:
            return points.cash_out(desk, request, key=key)

    def expire(self, request: points.ExpirePoints, *, key: str) -> Accepted:
        """See `ledger.intake.points`."""
        with self._ledger.desk() as desk:
            return points.expire(desk, request, key=key)

    def held_by(self, party: int, *, consumer: bool) -> int:
        """A party's points; 0 for one that does not exist."""
        table = CONSUMERS if consumer else MERCHANTS
        with self._ledger.store.read() as connection:
            return connection.scalar(select(table.c.points).where(table.c.id == party)) or 0

    def backing(self) -> int:
        """Money behind all points, minor units."""
        with self._ledger.store.read() as connection:
            return connection.scalar(select(LEDGER_STATE.c.points_backing)) or 0

    def flows(self, party: int | None = None, *, consumer: bool = False, limit: int) -> list[PointFlow]:
        """The newest uses of points, of a party or of all."""
        columns = [POINT_FLOWS.c[name] for name in PointFlow.__slots__ if name != "timestamp"]
        query: Select[Any] = (
            select(*columns, OCCURRENCES.c.timestamp)
            .join(OCCURRENCES, OCCURRENCES.c.id == POINT_FLOWS.c.occurrence_id)
            .order_by(POINT_FLOWS.c.occurrence_id.desc(), POINT_FLOWS.c.item.desc())
            .limit(limit)
        )
        if party is not None:
            query = query.where((POINT_FLOWS.c.consumer if consumer else POINT_FLOWS.c.merchant) == party)
        with self._ledger.store.read() as connection:
            return [PointFlow(*row) for row in connection.execute(query)]
