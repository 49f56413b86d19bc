"""Purchases without a coupon: reported here, never on the chain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ledger.domain.errors import LedgerError
from ledger.rebates import purchases
from ledger.rebates.earned import Earned, earned_by_code
from ledger.rebates.lines import is_open
from ledger.store.purchases import PURCHASES

if TYPE_CHECKING:
    from ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Reported:
    """A purchase, and whether it had been reported before."""

    purchase: purchases.Purchase
    repeated: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A purchase with the first day (since 1970, UTC) of the statement it stands in, None while it waits for one."""

    purchase: purchases.Purchase
    period: int | None


class Purchases:
    """Reports purchases and finds them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def report(self, request: purchases.ReportPurchase) -> Reported:
        """See `ledger.rebates.purchases`; once a merchant and reference."""
        with self._ledger.desk() as desk:
            return Reported(*purchases.report(desk, request))

    def report_many(self, requests: Iterable[purchases.ReportPurchase]) -> list[Reported | LedgerError]:
        """Each by itself, in one database transaction: a purchase, or why it was not taken."""
        results: list[Reported | LedgerError] = []
        with self._ledger.desk() as desk:
            for request in requests:
                try:
                    results.append(Reported(*purchases.report(desk, request)))
                except LedgerError as refused:
                    results.append(refused)
        return results

    def all(self, merchant: int | None = None, *, limit: int, after: int = 0) -> tuple[list[Listed], int]:
        """Purchases in the order in which they were reported, from behind number `after`; and the last one's number."""
        table = PURCHASES.c
        columns = (table.merchant, table.reference, table.consumer, table.recruiter, table.amount, table.occurred_at)
        waits = is_open().label("waits")
        query = select(*columns, table.period, waits, table.id).where(table.id > after).order_by(table.id).limit(limit)
        if merchant is not None:
            query = query.where(table.merchant == merchant)
        with self._ledger.store.read() as connection:
            rows = connection.execute(query).all()
        listed = [Listed(purchases.Purchase(*row[:6]), None if row.waits else row.period) for row in rows]
        return listed, rows[-1].id if rows else after

    def count(self, merchant: int | None = None) -> int:
        """How many there are."""
        query = select(func.count()).select_from(PURCHASES)
        if merchant is not None:
            query = query.where(PURCHASES.c.merchant == merchant)
        with self._ledger.store.read() as connection:
            return connection.scalar(query) or 0

    def earned(self) -> list[Earned]:
        """What each merchant earned and paid by code."""
        with self._ledger.store.read() as connection:
            return earned_by_code(connection)
