"""Redemptions that wait in a random life; `settling_life` has whole lives of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import RowMapping

from ledger.domain.ids import OPERATOR, coupon_id
from ledger.domain.terms import Funder
from ledger.store.projections import BATCHES, COUPONS
from scripts.world import some_terms
from scripts.world.settlement import amendment, reversal

if TYPE_CHECKING:
    from tests.ledger.index.life import Life

SHOP, DELAY_HOURS, HELD = 2, 48, 8
ORDER, LOWERED = 9_973, 4_001
"""Of redemptions that are left waiting, whatever chance brings."""


def start(life: Life) -> None:
    """Of one batch for each funder: one redemption waits, others were amended, reversed, forfeited, paid out."""
    world, shop, holder = life.world, life.name_of(SHOP), life.name_of(1, consumer=True)
    life.world.fund([(False, OPERATOR, 10**7), (False, SHOP, 10**6)])
    batches = []
    for funder in Funder:
        world.mint(some_terms(size=60, funder=funder, settlement_delay_hours=DELAY_HOURS))
        (*_, batch) = (row["id"] for row in life.rows(BATCHES))
        world.allocate(batch, SHOP, 30, by=shop)
        world.issue(SHOP, batch, 1, [(1, HELD)], by=shop)
        batches.append(batch)
    coupons = [coupon_id(batch, 30 + number) for batch in batches for number in range(HELD - 2)]
    items = [world.redeem_item(each, lot=1, merchant=SHOP, holder=holder, order=ORDER) for each in coupons]
    world.redeem(SHOP, items, by=shop)
    of_each = [coupons[number :: HELD - 2] for number in range(HELD - 2)]
    amended = [amendment(world, each, LOWERED, merchant=SHOP, by=shop) for each in (*of_each[1], *of_each[5])]
    world.send("amend", amended, sender="stranger")
    world.send("reverse", [reversal(world, each, merchant=SHOP, by=shop) for each in of_each[2]], sender="relayer")
    world.send("forfeit", of_each[3], 4, False)
    world.send("forfeit", of_each[4], 5, True)
    world.pass_time((DELAY_HOURS + 1) * 3_600)
    world.send("distribute", of_each[5], sender="stranger")


def settle(life: Life) -> None:
    """Redemptions that wait are amended, reversed, forfeited or paid out, due or not."""
    left = COUPONS.c.order_amount.in_((ORDER, LOWERED))
    waiting = life.rows(COUPONS, COUPONS.c.state == "pending", ~left)
    some = life.random.sample(waiting, min(4, len(waiting)))
    life.random.choice([_amend, _amend, _reverse, _forfeit, _distribute])(life, some)


def _amend(life: Life, rows: Sequence[RowMapping]) -> None:
    intents = []
    for row in rows:
        by, agent = life._signer(row["redeemer"])
        order = life.random.choice([row["order_amount"] - 1, row["order_amount"] // 2, row["order_amount"]])
        named = {"merchant": row["redeemer"], "agent": agent, "version": row["version"]}
        intents.append(amendment(life.world, _id(row), order, by=by, **named))
    life.world.send("amend", [*intents, *intents[:1]], sender="stranger")


def _reverse(life: Life, rows: Sequence[RowMapping]) -> None:
    intents = []
    for row in rows[:2]:
        by, agent = life._signer(row["redeemer"])
        named = {"merchant": row["redeemer"], "agent": agent, "version": row["version"]}
        intents.append(reversal(life.world, _id(row), by=by, **named))
    life.world.send("reverse", [*intents, *intents[:1]], sender="relayer")


def _forfeit(life: Life, rows: Sequence[RowMapping]) -> None:
    life.world.send("forfeit", [_id(row) for row in rows[:1]], life.random.randrange(256), life.random.random() < 0.5)


def _distribute(life: Life, rows: Sequence[RowMapping]) -> None:
    life.world.send("distribute", [_id(row) for row in rows], sender="stranger")


def _id(row: RowMapping) -> int:
    return coupon_id(row["batch"], row["serial"])
