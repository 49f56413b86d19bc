"""Sharing: coupons handed from consumer to consumer, and the offers that were made."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, select

from ledger.domain.errors import NotFound
from ledger.index.book import ITEMS_LIMIT
from ledger.intake import claim as claiming
from ledger.intake import give
from ledger.intake import offer as offering
from ledger.intake.desk import Accepted
from ledger.store.offers import OFFERS
from ledger.store.outbox import OPERATIONS
from ledger.store.projections import COUPONS, EFFECTS
from ledger.store.projections_sharing import SHARES

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


@dataclass(frozen=True, slots=True)
class Shared:
    """A coupon that went on: `kind` transfer or copy; `root` is its own serial, or that of the coupon copied."""

    kind: str
    batch: int
    serial: int
    root: int
    version: int
    giver: int
    receiver: int
    price: int


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

    def offer(self, request: offering.OfferCoupon, *, key: str) -> offering.Offered:
        """See `ledger.intake.offer`."""
        with self._ledger.desk() as desk:
            return offering.offer(desk, request, key=key)

    def cancel(self, request: offering.CancelOffer, *, key: str) -> Accepted:
        """See `ledger.intake.offer`."""
        with self._ledger.desk() as desk:
            return offering.cancel(desk, request, key=key)

    def claim(self, request: claiming.ClaimOffer, *, key: str) -> Accepted:
        """See `ledger.intake.claim`."""
        with self._ledger.desk() as desk:
            return claiming.claim(desk, request, key=key)

    def accept(self, request: claiming.TakeOffer, *, key: str) -> Accepted:
        """See `ledger.intake.claim`."""
        with self._ledger.desk() as desk:
            return claiming.accept(desk, request, key=key)

    def shared(self, operation: int) -> Shared:
        """What an operation that was done handed on; raises NotFound."""
        here = EFFECTS.c.id == SHARES.c.occurrence_id * ITEMS_LIMIT + SHARES.c.item
        columns = [SHARES.c[each.name] for each in fields(Shared)]
        query = (
            select(*columns)
            .join(EFFECTS, here & (EFFECTS.c.reason == 0))
            .join(OPERATIONS, OPERATIONS.c.effect == EFFECTS.c.effect)
            .where(OPERATIONS.c.id == operation)
        )
        with self._ledger.store.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise NotFound("coupon handed on by operation", operation)
        return Shared(*row)

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
