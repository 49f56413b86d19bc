"""Sharing: coupons handed from consumer to consumer, and the offers that were made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, select

from ledger.domain.errors import NotFound
from ledger.intake import claim, give, offer
from ledger.intake.desk import Accepted
from ledger.store.offers import OFFERS
from ledger.store.projections import COUPONS

if TYPE_CHECKING:
    from ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class MadeOffer:
    """An offer as it stands: open, cancelled, expired, or over (the coupon is not its giver's to give any more).

    `to` 0 is whoever has the link; `price` in minor units, `deadline` in Unix seconds.
    """

    id: int
    batch: int
    serial: int
    version: int
    copy: bool
    giver: int
    to: int
    price: int
    nonce: int
    deadline: int
    state: str


class Sharing:
    """Gives coupons on, offers them, takes offers up."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def transfer(self, request: give.TransferCoupon, *, key: str) -> Accepted:
        """See `ledger.intake.give`."""
        with self._ledger.desk() as desk:
            return give.transfer(desk, request, key=key)

    def copy(self, request: give.CopyCoupon, *, key: str) -> Accepted:
        """See `ledger.intake.give`."""
        with self._ledger.desk() as desk:
            return give.copy(desk, request, key=key)

    def offer(self, request: offer.OfferCoupon, *, key: str) -> offer.Offered:
        """See `ledger.intake.offer`."""
        with self._ledger.desk() as desk:
            return offer.offer(desk, request, key=key)

    def cancel(self, request: offer.CancelOffer, *, key: str) -> Accepted:
        """See `ledger.intake.offer`."""
        with self._ledger.desk() as desk:
            return offer.cancel(desk, request, key=key)

    def claim(self, request: claim.ClaimOffer, *, key: str) -> Accepted:
        """See `ledger.intake.claim`."""
        with self._ledger.desk() as desk:
            return claim.claim(desk, request, key=key)

    def accept(self, request: claim.TakeOffer, *, key: str) -> Accepted:
        """See `ledger.intake.claim`."""
        with self._ledger.desk() as desk:
            return claim.accept(desk, request, key=key)

    def get(self, number: int) -> MadeOffer:
        """An offer; raises NotFound."""
        with self._ledger.store.read() as connection:
            row = connection.execute(select(OFFERS).where(OFFERS.c.id == number)).first()
            if row is None:
                raise NotFound("offer", number, "list a consumer's with `coupon offers`")
            return self._made(connection, row)

    def offers_of(self, consumer: int) -> list[MadeOffer]:
        """Offers that a consumer made, or that name it, the newest first."""
        query = select(OFFERS).where((OFFERS.c.giver == consumer) | (OFFERS.c.to == consumer))
        with self._ledger.store.read() as connection:
            rows = connection.execute(query.order_by(OFFERS.c.id.desc())).all()
            return [self._made(connection, row) for row in rows]

    def _made(self, connection: Connection, row: Row[Any]) -> MadeOffer:
        here = (COUPONS.c.batch == row.batch, COUPONS.c.serial == row.serial)
        found = connection.execute(select(COUPONS.c.version, COUPONS.c.state).where(*here)).one()
        state = str(row.state)
        if state == "open" and (found.version, found.state) != (row.version, "issued"):
            state = "over"
        elif state == "open" and row.deadline < self._ledger.clock.now():
            state = "expired"
        return MadeOffer(
            id=row.id,
            batch=row.batch,
            serial=row.serial,
            version=row.version,
            copy=row.copy,
            giver=row.giver,
            to=row.to,
            price=row.price,
            nonce=row.nonce,
            deadline=row.deadline,
            state=state,
        )
