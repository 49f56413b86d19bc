"""Coupons: issue, redeem, and who holds what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ledger.domain.errors import NotFound
from ledger.intake import issue, redeem, revoke
from ledger.intake.desk import Accepted
from ledger.nouns.spreading import lots_to_issue_from, spread
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
    """Issues, redeems and revokes."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def issue(self, request: issue.IssueCoupons, *, key: str) -> Accepted:
        """See `ledger.intake.issue`."""
        with self._ledger.desk() as desk:
            return issue.issue(desk, request, key=key)

    def issue_from_stock(
        self, merchant: int, batch: int, consumers: Sequence[tuple[int, int]], *, key: str
    ) -> tuple[Accepted, ...]:
        """Issue from as many of the merchant's lots as it takes, one operation a lot: all of them, or none.

        A key that was used before names the lots it was used for. Raises what `ledger.intake.issue` does.
        """
        with self._ledger.desk() as desk:
            lots = lots_to_issue_from(desk, merchant, batch, consumers=consumers, key=key)
            return tuple(
                issue.issue(desk, issue.IssueCoupons(merchant, batch, lot, part), key=f"{key}/{lot}")
                for lot, part in spread(consumers, lots)
            )

    def redeem(self, request: redeem.RedeemCoupon, *, key: str) -> Accepted:
        """See `ledger.intake.redeem`."""
        with self._ledger.desk() as desk:
            return redeem.redeem(desk, request, key=key)

    def revoke(self, coupons: Sequence[tuple[int, int]], *, cause: int, key: str) -> tuple[Accepted, ...]:
        """Make coupons, (batch, serial) each, void: all of them are taken, or none; see `ledger.intake.revoke`."""
        with self._ledger.desk() as desk:
            return tuple(
                revoke.revoke(desk, revoke.RevokeCoupon(batch, serial, cause), key=f"{key}/{batch}/{serial}")
                for batch, serial in coupons
            )

    def get(self, batch: int, serial: int) -> Coupon:
        """A coupon that left stock; raises NotFound."""
        query = select(COUPONS.c.batch, COUPONS.c.serial, COUPONS.c.holder, COUPONS.c.state).where(
            COUPONS.c.batch == batch, COUPONS.c.serial == serial
        )
        with self._ledger.store.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise NotFound("issued coupon", f"{batch}/{serial}", "list a batch's lots with `coupon batch show`")
        return Coupon(*row)

    def held_by(self, consumer: int, *, state: str = "issued") -> list[Coupon]:
        """A consumer's coupons in a state, by batch and serial."""
        query = (
            select(COUPONS.c.batch, COUPONS.c.serial, COUPONS.c.holder, COUPONS.c.state)
            .where(COUPONS.c.holder == consumer, COUPONS.c.state == state)
            .order_by(COUPONS.c.batch, COUPONS.c.serial)
        )
        with self._ledger.store.read() as connection:
            return [Coupon(*row) for row in connection.execute(query).all()]
