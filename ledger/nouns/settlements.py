"""Settlements: redemptions that wait for their delay, what is done to them, and paying out those that are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, select, text

from ledger.domain.terms import Funder
from ledger.intake import settlement
from ledger.intake.desk import Accepted, Desk
from ledger.store.outbox import OPERATIONS, OperationState
from ledger.store.projections import BATCHES, COUPONS, OCCURRENCES, REDEMPTIONS
from ledger.store.projections_settlement import SETTLEMENTS

if TYPE_CHECKING:
    from ledger.ledger import Ledger

DUE_LIMIT: Final = 10_000
"""Pools of one distribution in bulk at most."""

_IDS_AT_ONCE: Final = 10_000
"""Well below what a database takes as parameters of one statement."""

# Spelled out, so that the database sees that its index of waiting coupons serves.
_WAITS: Final = text("coupons.state = 'pending'")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A redemption that waits; amounts, minor units, as the pool holds them, times in Unix seconds.

    `redeemed_minor` is the order as redeemed: more than `order_minor` if it was amended. The `discount` is none of the
    pool's where the merchant itself bears it (`discount_in_pool`).
    """

    batch: int
    serial: int
    merchant: int
    order_minor: int
    redeemed_minor: int
    reward: int
    contribution: int
    discount: int
    discount_in_pool: bool
    since: int
    due: int

    @property
    def pool(self) -> int:
        """What the ledger holds for it."""
        return self.reward + self.contribution + (self.discount if self.discount_in_pool else 0)


class Settlements:
    """Amends, reverses, forfeits and distributes."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def amend(self, request: settlement.AmendRedemption, *, key: str) -> Accepted:
        """See `ledger.intake.settlement`."""
        with self._ledger.desk() as desk:
            return settlement.amend(desk, request, key=key)

    def reverse(self, request: settlement.ReverseRedemption, *, key: str) -> Accepted:
        """See `ledger.intake.settlement`."""
        with self._ledger.desk() as desk:
            return settlement.reverse(desk, request, key=key)

    def forfeit(self, request: settlement.ForfeitRedemption, *, key: str) -> Accepted:
        """See `ledger.intake.settlement`."""
        with self._ledger.desk() as desk:
            return settlement.forfeit(desk, request, key=key)

    def distribute(self, request: settlement.DistributePool, *, key: str) -> Accepted:
        """See `ledger.intake.settlement`."""
        with self._ledger.desk() as desk:
            return settlement.distribute(desk, request, key=key)

    def distribute_due(self, *, key: str, limit: int = DUE_LIMIT) -> tuple[Accepted, ...]:
        """Distribute what is due and not on its way yet, the pools of a batch together; each has a key of its own.

        A key that was used before gives what it was used for.
        """
        with self._ledger.desk() as desk:
            earlier = _distributed_under(desk, key)
            if earlier:
                return earlier
            return tuple(
                settlement.distribute(desk, settlement.DistributePool(batch, serial), key=f"{key}/{batch}/{serial}")
                for batch, serial in _due(desk, limit)
            )

    def waiting(self, merchant: int | None = None, *, limit: int = 1_000) -> list[Waiting]:
        """Redemptions that wait, of one merchant or of all, the next due first."""
        with self._ledger.store.read() as connection:
            query = _WAITING if merchant is None else _WAITING.where(COUPONS.c.redeemer == merchant)
            return [_waiting(row._mapping) for row in connection.execute(query.limit(limit))]

    def find(self, batch: int, serial: int) -> Waiting | None:
        """The redemption of a coupon that waits, None if none does."""
        query = _WAITING.where(COUPONS.c.batch == batch, COUPONS.c.serial == serial)
        with self._ledger.store.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else _waiting(row._mapping)

    def paid(self, operations: Sequence[int]) -> int:
        """What the distributions of these operations divided among the parties, minor units."""
        incentive = func.sum(REDEMPTIONS.c.reward + REDEMPTIONS.c.contribution)
        here = (OPERATIONS.c.batch == REDEMPTIONS.c.batch) & (OPERATIONS.c.serial == REDEMPTIONS.c.serial)
        query = select(func.coalesce(incentive, 0)).join(OPERATIONS, here)
        with self._ledger.store.read() as connection:
            return sum(
                int(connection.execute(query.where(OPERATIONS.c.id.in_(part))).scalar_one())
                for part in (operations[at : at + _IDS_AT_ONCE] for at in range(0, len(operations), _IDS_AT_ONCE))
            )

    def count(self, merchant: int | None = None) -> int:
        """How many redemptions wait, of one merchant or of all."""
        query = select(func.count()).select_from(COUPONS).where(_WAITS)
        if merchant is not None:
            query = query.where(COUPONS.c.redeemer == merchant)
        with self._ledger.store.read() as connection:
            return int(connection.execute(query).scalar_one())


def _due(desk: Desk, limit: int) -> list[tuple[int, int]]:
    on_its_way = exists().where(
        OPERATIONS.c.batch == COUPONS.c.batch,
        OPERATIONS.c.serial == COUPONS.c.serial,
        OPERATIONS.c.version == COUPONS.c.version,
        OPERATIONS.c.state.in_((OperationState.ACCEPTED, OperationState.SENT)),
    )
    query = (
        select(COUPONS.c.batch, COUPONS.c.serial)
        .where(_WAITS, COUPONS.c.until <= desk.now() // settlement.HOUR, ~on_its_way)
        .order_by(COUPONS.c.until, COUPONS.c.batch, COUPONS.c.serial)
    )
    # The longest due first; sent by batch, each of which the contract then reads once.
    return sorted((batch, serial) for batch, serial in desk.connection.execute(query.limit(limit)).all())


def _distributed_under(desk: Desk, key: str) -> tuple[Accepted, ...]:
    query = (
        select(OPERATIONS.c.id)
        .where(OPERATIONS.c.verb == "distribute", OPERATIONS.c.key.startswith(f"{key}/", autoescape=True))
        .order_by(OPERATIONS.c.id)
    )
    return tuple(Accepted(number, repeated=True) for number in desk.connection.scalars(query))


def _newest(*kinds: str) -> ScalarSelect[Any]:
    """The occurrence of a coupon's last step of these kinds."""
    same: ColumnElement[bool] = (SETTLEMENTS.c.batch == COUPONS.c.batch) & (SETTLEMENTS.c.serial == COUPONS.c.serial)
    newest = select(func.max(SETTLEMENTS.c.occurrence_id)).where(same, SETTLEMENTS.c.kind.in_(kinds))
    return newest.correlate(COUPONS).scalar_subquery()


def _waiting(row: Any) -> Waiting:
    return Waiting(
        batch=row["batch"],
        serial=row["serial"],
        merchant=row["redeemer"],
        order_minor=row["order_amount"],
        redeemed_minor=row["amended_from"] or row["order_amount"],
        reward=row["reward"],
        contribution=row["contribution"],
        discount=row["discount"],
        discount_in_pool=row["funder"] != Funder.REDEEMER,
        since=row["timestamp"],
        due=row["until"] * settlement.HOUR,
    )


_STEP: Final = SETTLEMENTS.alias("step")
_WAITING: Final = (
    select(
        *(COUPONS.c[name] for name in ("batch", "serial", "redeemer", "order_amount", "amended_from", "until")),
        *(_STEP.c[name] for name in ("reward", "contribution", "discount")),
        BATCHES.c.funder,
        OCCURRENCES.c.timestamp,
    )
    .join(BATCHES, BATCHES.c.id == COUPONS.c.batch)
    .join(
        _STEP,
        (_STEP.c.batch == COUPONS.c.batch)
        & (_STEP.c.serial == COUPONS.c.serial)
        & (_STEP.c.occurrence_id == _newest("pooled", "amended")),
    )
    .join(OCCURRENCES, OCCURRENCES.c.id == _newest("pooled"))
    .where(_WAITS)
    .order_by(COUPONS.c.until, COUPONS.c.batch, COUPONS.c.serial)
)
