"""Acts of points in a random life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain import terms_json
from ledger.domain.ids import OPERATOR
from ledger.store.projections import BATCHES, CONSUMERS, LOTS, MERCHANTS
from scripts.world import DAY, some_terms
from scripts.world.accounts import spending

if TYPE_CHECKING:
    from tests.ledger.index.life import Life

SHOP, PRICE = 2, 40


def start(life: Life) -> None:
    """A batch that costs points, two coupons of it bought, some points cashed out, some expired, some left."""
    world = life.world
    world.mint(some_terms(size=200, points_price=PRICE, closes=life.world.clock.now() + 90 * DAY))
    (*_, batch) = (row["id"] for row in life.rows(BATCHES))
    world.allocate(batch, SHOP, 120, by=life.name_of(SHOP))
    world.send("grant", [(1, 3 * PRICE), (2, 700)])
    _spend(life, batch, lot=1, consumer=1, count=2)
    world.send("cashOut", [SHOP], sender="stranger")
    _spend(life, batch, lot=1, consumer=2, count=1)
    world.send("expire", [(2, 9)])


def use(life: Life) -> None:
    """Points are granted, spent, cashed out or expire."""
    life.random.choice([_grant, _buy, _buy, _cash_out, _expire])(life)


def _grant(life: Life) -> None:
    """One of them to nobody, one of none."""
    consumers = [row["id"] for row in life.rows(CONSUMERS)]
    chosen = [(life.random.choice(consumers), life.random.choice([0, 7, PRICE, 500])) for _ in range(4)]
    life.world.send("grant", [*chosen, (len(consumers) + 1, 5)])


def _buy(life: Life) -> None:
    """At times more than there are points for, or of a batch that costs none."""
    prices = {row["id"]: terms_json.loads(row["terms"]).points_price for row in life.rows(BATCHES)}
    lots = life.rows(LOTS, LOTS.c.merchant != OPERATOR)
    good = [lot for lot in lots if prices[lot["batch"]] and lot["next"] < lot["end"]]
    lot = life.random.choice(good if good and life.random.random() < 0.9 else lots)
    rich = [row["id"] for row in life.rows(CONSUMERS, CONSUMERS.c.points > 0)] or [1]
    _spend(
        life, lot["batch"], lot=lot["lot"], consumer=life.random.choice(rich), count=life.random.choice([1, 1, 2, 9])
    )


def _spend(life: Life, batch: int, *, lot: int, consumer: int, count: int) -> None:
    """The same twice: the second is refused."""
    (row,) = life.rows(LOTS, LOTS.c.batch == batch, LOTS.c.lot == lot)
    (terms,) = (terms_json.loads(each["terms"]) for each in life.rows(BATCHES, BATCHES.c.id == batch))
    by, agent = life._signer(row["merchant"])
    intent = spending(
        life.world,
        consumer,
        row["merchant"],
        batch,
        points=terms.points_price * count,
        consumer_key=life.name_of(consumer, consumer=True),
        merchant_key=by,
        lot=lot,
        count=count,
        agent=agent,
    )
    life.world.send("spend", [intent, intent], sender="relayer")


def _cash_out(life: Life) -> None:
    """Everybody's, also of those who have none."""
    life.world.send("cashOut", [row["id"] for row in life.rows(MERCHANTS)], sender="stranger")


def _expire(life: Life) -> None:
    """Some, at times more than there are."""
    rows = life.random.sample(life.rows(CONSUMERS), 2)
    life.world.send("expire", [(row["id"], life.random.randint(0, row["points"] + 1)) for row in rows])
