"""Coupons: issue, redeem, and who holds what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ledger.intake import issue, redeem
from ledger.intake.desk import Accepted
from ledger.store.projections import COUPONS

if TYPE_CHECKING:
    from ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon that left stock."""

    batch: int
    serial: int
    holder: int
    state: str


class Coupons:
    """Issues and redeems."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def issue(self, request: issue.IssueCoupons, *, key: str) -> Accepted:
        """See `ledger.intake.issue`."""
        with self._ledger.desk() as desk:
            return issue.issue(desk, request, key=key)

    def redeem(self, request: redeem.RedeemCoupon, *, key: str) -> Accepted:
        """See `ledger.intake.redeem`."""
        with self._ledger.desk() as desk:
            return redeem.redeem(desk, request, key=key)

    def held_by(self, consumer: int, *, state: str = "issued") -> list[Coupon]:
        """A consumer's coupons in a state, by batch and serial."""
        query = (
            select(COUPONS.c.batch, COUPONS.c.serial, COUPONS.c.holder, COUPONS.c.state)
            .where(COUPONS.c.holder == consumer, COUPONS.c.state == state)
            .order_by(COUPONS.c.batch, COUPONS.c.serial)
        )
        with self._ledger.store.read() as connection:
            return [Coupon(*row) for row in connection.execute(query).all()]
