"""Acts of bearers and of revoking in a random life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import RowMapping

from ledger.domain.ids import OPERATOR, coupon_id
from ledger.store.projections import BATCHES, CONSUMERS, COUPONS, LOTS
from ledger.store.projections_sharing import BEARERS
from scripts.world import key, some_terms
from scripts.world.sharing import bearer_intent, bearer_item, transfer_item

if TYPE_CHECKING:
    from tests.ledger.index.life import Life

VOUCHERS = 6


def start(life: Life) -> None:
    """A batch for bearers, one voucher of it used, one taken, one revoked, and some left."""
    for number in range(VOUCHERS):
        life.names[key(f"voucher {number}").address] = f"voucher {number}"
    world = life.world
    world.mint(some_terms(size=60, bearer=True, revocable=True))
    (*_, batch) = (row["id"] for row in life.rows(BATCHES))
    world.allocate(batch, OPERATOR, 40)
    names = [f"voucher {number}" for number in range(VOUCHERS)]
    intent = bearer_intent(world, OPERATOR, batch, 1, names, by="operator wallet")
    world.send("issueToBearers", [intent], sender="relayer")
    used, taken, revoked = (coupon_id(batch, 20 + number) for number in range(3))
    item = bearer_item(world, used, lot=1, key_name="voucher 0", order=999)
    world.redeem(2, [item], by=life.name_of(2))
    world.send("transfer", transfer_item(world, taken, lot=1, to=1, holder="voucher 1"), sender="relayer")
    world.send("revoke", [revoked, revoked], 7)


def bear(life: Life) -> None:
    """Vouchers are issued, taken into accounts, and coupons of any kind are revoked."""
    life.random.choice([_issue, _issue, _take, _take, _revoke])(life)


def key_name(life: Life, coupon: RowMapping) -> str:
    """Whose key opens a coupon."""
    if coupon["holder"]:
        return life.name_of(coupon["holder"], consumer=True)
    (row,) = life.rows(BEARERS, BEARERS.c.batch == coupon["batch"], BEARERS.c.serial == coupon["serial"])
    return life.names[row["key"]]


def _issue(life: Life) -> None:
    lots = life.rows(LOTS)
    bearing = {row["id"] for row in life.rows(BATCHES) if '"bearer":true' in row["terms"].replace(" ", "")}
    good = [lot for lot in lots if lot["batch"] in bearing and lot["next"] < lot["end"]] or lots
    intents = []
    for lot in (life.random.choice(good), life.random.choice(lots)):
        names = [f"voucher {life.random.randrange(VOUCHERS)}" for _ in range(life.random.randint(1, 4))]
        by, agent = life._signer(lot["merchant"])
        intents.append(bearer_intent(life.world, lot["merchant"], lot["batch"], lot["lot"], names, by=by, agent=agent))
    life.world.send("issueToBearers", intents, sender="relayer")


def _take(life: Life) -> None:
    """One of them by a wrong key, one twice."""
    borne = life.rows(COUPONS, COUPONS.c.holder == 0)
    items = []
    for coupon in life.random.sample(borne, min(4, len(borne))):
        name = key_name(life, coupon) if life.random.random() < 0.8 else "voucher 0"
        to = life.random.choice(life.rows(CONSUMERS))["id"]
        number, version = coupon_id(coupon["batch"], coupon["serial"]), coupon["version"]
        items.append(transfer_item(life.world, number, lot=coupon["lot"], to=to, holder=name, version=version))
    life.world.send("transfer", b"".join([*items, *items[:1]]), sender="relayer")


def _revoke(life: Life) -> None:
    """Some live, some not, one never issued."""
    coupons = life.rows(COUPONS)
    chosen = life.random.sample(coupons, min(3, len(coupons)))
    places = [coupon_id(row["batch"], row["serial"]) for row in chosen]
    life.world.send("revoke", [*places, coupon_id(1, 99)], life.random.randrange(256))
