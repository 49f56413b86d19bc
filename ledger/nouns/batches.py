"""Batches: mint, allocate, recall, close, and how each stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from ledger.domain import terms_json
from ledger.domain.errors import NotFound
from ledger.domain.terms import Terms
from ledger.intake import control, mint, stock
from ledger.intake.desk import Accepted
from ledger.store.projections import BATCHES, COUPONS, LOTS, MOVEMENTS

if TYPE_CHECKING:
    from ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """A batch as it stands: where its coupons are, and its money in minor units; of `redeemed` some may be copies."""

    id: int
    terms: Terms
    stock: int
    with_merchants: int
    issued: int
    copies: int
    redeemed: int
    pending: int
    forfeited: int
    void: int
    reserved: int
    reserve: int
    closed: bool


@dataclass(frozen=True, slots=True)
class LotSummary:
    """A merchant's run of serials: [first, next) issued, [next, end) in stock."""

    batch: int
    lot: int
    merchant: int
    first: int
    next: int
    end: int
    reserve: int


class Batches:
    """Mints and moves stock."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def mint(self, request: mint.Mint, *, key: str) -> Accepted:
        """See `ledger.intake.mint`."""
        with self._ledger.desk() as desk:
            return mint.mint(desk, request, key=key)

    def allocate(self, request: stock.Allocate, *, key: str) -> Accepted:
        """See `ledger.intake.stock`."""
        with self._ledger.desk() as desk:
            return stock.allocate(desk, request, key=key)

    def recall(self, request: stock.RecallStock, *, key: str) -> Accepted:
        """See `ledger.intake.stock`."""
        with self._ledger.desk() as desk:
            return stock.recall(desk, request, key=key)

    def close(self, request: control.Close, *, key: str) -> Accepted:
        """See `ledger.intake.control`."""
        with self._ledger.desk() as desk:
            return control.close(desk, request, key=key)

    def close_lots(self, request: control.CloseLots, *, key: str) -> Accepted:
        """See `ledger.intake.control`."""
        with self._ledger.desk() as desk:
            return control.close_lots(desk, request, key=key)

    def all(self) -> list[BatchSummary]:
        """Every batch by id."""
        used = select(
            COUPONS.c.batch,
            # Copies never were stock.
            func.count().filter(COUPONS.c.root.is_(None)).label("issued"),
            func.count().filter(COUPONS.c.root.is_not(None)).label("copies"),
            *(
                func.sum(case((COUPONS.c.state == state, 1), else_=0)).label(state)
                for state in ("redeemed", "pending", "forfeited", "void")
            ),
        ).group_by(COUPONS.c.batch)
        given = select(LOTS.c.batch, func.sum(LOTS.c.end - LOTS.c.next).label("waiting")).where(LOTS.c.merchant != 1)
        coupons, lots = used.subquery(), given.group_by(LOTS.c.batch).subquery()
        query = (
            select(
                BATCHES,
                *(coupons.c[name] for name in ("issued", "copies", "redeemed", "pending", "forfeited", "void")),
                lots.c.waiting,
            )
            .join(coupons, coupons.c.batch == BATCHES.c.id, isouter=True)
            .join(lots, lots.c.batch == BATCHES.c.id, isouter=True)
            .order_by(BATCHES.c.id)
        )
        with self._ledger.store.read() as connection:
            rows = connection.execute(query).all()
        return [
            BatchSummary(
                id=row.id,
                terms=terms_json.loads(row.terms),
                stock=row.size - (row.waiting or 0) - (row.issued or 0),
                with_merchants=row.waiting or 0,
                issued=row.issued or 0,
                copies=row.copies or 0,
                redeemed=row.redeemed or 0,
                pending=row.pending or 0,
                forfeited=row.forfeited or 0,
                void=row.void or 0,
                reserved=row.reserved,
                reserve=row.reserve,
                closed=row.closed,
            )
            for row in rows
        ]

    def get(self, batch: int) -> BatchSummary:
        """One batch; raises NotFound."""
        for each in self.all():
            if each.id == batch:
                return each
        raise NotFound("batch", batch, "list them with `coupon batch list`")

    def newest(self) -> int:
        """The id of the batch minted last, 0 if there is none."""
        with self._ledger.store.read() as connection:
            return connection.scalar(select(func.max(BATCHES.c.id))) or 0

    def lots(self, batch: int, *, merchant: int | None = None) -> list[LotSummary]:
        """The lots of a batch, of one merchant or of all."""
        query = _LOT_SUMMARIES.where(LOTS.c.batch == batch)
        if merchant is not None:
            query = query.where(LOTS.c.merchant == merchant)
        with self._ledger.store.read() as connection:
            return [LotSummary(*row) for row in connection.execute(query.order_by(LOTS.c.lot)).all()]

    def released(self, batch: int) -> tuple[int, int]:
        """What closing gave back, minor units: to the operator, and to the merchants who funded discounts."""
        amount = select(func.coalesce(func.sum(MOVEMENTS.c.amount), 0)).where(MOVEMENTS.c.batch == batch)
        with self._ledger.store.read() as connection:
            operator = connection.execute(amount.where(MOVEMENTS.c.kind == "close")).scalar_one()
            merchants = connection.execute(amount.where(MOVEMENTS.c.kind == "close_lot")).scalar_one()
        return int(operator), int(merchants)

    def stock_of(self, merchant: int) -> list[LotSummary]:
        """A merchant's lots that still have stock, of all batches."""
        query = _LOT_SUMMARIES.where(LOTS.c.merchant == merchant, LOTS.c.next < LOTS.c.end)
        with self._ledger.store.read() as connection:
            return [LotSummary(*row) for row in connection.execute(query.order_by(LOTS.c.batch, LOTS.c.lot)).all()]


_LOT_SUMMARIES = select(
    LOTS.c.batch, LOTS.c.lot, LOTS.c.merchant, LOTS.c.first, LOTS.c.next, LOTS.c.end, LOTS.c.reserve
)
