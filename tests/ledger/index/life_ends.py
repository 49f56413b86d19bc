"""How a random life begins and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain.ids import OPERATOR, coupon_id
from ledger.domain.terms import Funder, ShareMode
from ledger.store.projections import BATCHES, LOTS, MERCHANTS
from scripts.world import DAY, some_terms
from tests.ledger.index import life_families

if TYPE_CHECKING:
    from tests.ledger.index.life import Life


def start(life: Life) -> None:
    """Parties, money, and coupons of two batches."""
    life.register_merchants()
    life.register_consumers()
    life.world.fund([(False, OPERATOR, 10**8)])
    life.world.mint(some_terms(size=100, share_mode=ShareMode.COPY, copies=3, hops=3))
    life.world.allocate(1, OPERATOR, 50)
    life.world.issue(OPERATOR, 1, 1, [(1, 9), (2, 9)], by="operator wallet")
    # Whatever chance brings, some discount is its issuer's.
    shop = life.name_of(2)
    life.world.fund([(False, 2, 10**6)])
    life.world.mint(some_terms(size=40, funder=Funder.ISSUER))
    life.world.allocate(2, 2, 20, by=shop)
    life.world.issue(2, 2, 1, [(1, 3)], by=shop)
    holder = life.name_of(1, consumer=True)
    item = life.world.redeem_item(coupon_id(2, 20), lot=1, merchant=2, holder=holder, order=999)
    life.world.redeem(2, [item], by=shop)
    life_families.start(life)


def end(life: Life) -> None:
    """The time of all batches runs out; most are closed."""
    life.world.pass_time(200 * DAY)
    for batch in life.rows(BATCHES):
        if life.random.random() < 0.7:
            life.world.send("close", batch["id"])
            lots = [lot["lot"] for lot in life.rows(LOTS, LOTS.c.batch == batch["id"])]
            life.world.send("closeLots", batch["id"], [*lots, len(lots) + 1], sender="stranger")
    for lot in life.rows(LOTS, LOTS.c.merchant > OPERATOR, LOTS.c.end > LOTS.c.next)[:5]:
        life.world.send("recall", [life.world.recall_intent(lot["merchant"], lot["batch"], lot["lot"], 1)])
    # Whatever chance brought, some merchant's withdrawal waits.
    shop = next(row for row in life.rows(MERCHANTS, MERCHANTS.c.id > OPERATOR) if not row["suspended"])
    life.world.fund([(False, shop["id"], 70)])
    life.world.send("withdraw", [life.world.withdrawal(shop["id"], 5, by=life.name_of(shop["id"]))], sender="relayer")
    life_families.end(life)
