"""Acts of sharing in a random life."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import RowMapping

from ledger.domain import terms_json
from ledger.domain.ids import coupon_id
from ledger.domain.terms import ShareMode
from ledger.store.projections import BATCHES, CONSUMERS, COUPONS
from scripts.world.sharing import cancelled, claimed, copy_item, offered, transfer_item

if TYPE_CHECKING:
    from tests.ledger.index.life import Life


def share(life: Life) -> None:
    """Some coupons are transferred and some copied; the first of each comes twice."""
    consumers = life.rows(CONSUMERS)
    for verb, build in (("transfer", transfer_item), ("copy", copy_item)):
        items = []
        for coupon in _shareable(life, copying=verb == "copy"):
            values: dict[str, Any] = _named(life, coupon)
            if verb == "copy":
                values["index"] = life.random.randint(0, 3)
            to = life.random.choice([*(row["id"] for row in consumers), len(consumers) + 1])
            items.append(build(life.world, _id(coupon), to=to, **values))
        life.world.send(verb, b"".join([*items, *items[:1]]), sender="relayer")


def take_up(life: Life) -> None:
    """Offers by link, some cancelled before, some to somebody; a price is not always there."""
    world, random = life.world, life.random
    claims, cancels = [], []
    for coupon in _shareable(life, copying=random.random() < 0.5):
        taker = random.choice(life.rows(CONSUMERS))
        named, price = random.random() < 0.3, random.choice([0, 0, 5, 100_000])
        values = _named(life, coupon)
        lot = values.pop("lot")
        copying = _mode(life, coupon) is ShareMode.COPY and random.random() < 0.7
        made = offered(
            world,
            _id(coupon),
            to=taker["id"] if named else 0,
            claim_key=None if named else "link",
            price=price,
            copy=copying,
            **values,
        )
        if random.random() < 0.2:
            cancels.append(cancelled(world, coupon["holder"], made[6], by=values["holder"]))
        claims.append(
            claimed(
                world,
                made,
                lot=lot,
                claimant=taker["id"],
                index=random.randint(0, 2) if copying else 0,
                claim_key=None if named else "link",
                accepted_by=life.names[taker["wallet"]],
            )
        )
    if cancels:
        world.send("cancel", [*cancels, cancels[0]], sender="relayer")
    world.send("claim", claims, sender="relayer")


def _shareable(life: Life, *, copying: bool) -> list[RowMapping]:
    """Some coupons, of those that may be shared for the most part."""
    modes = {row["id"]: terms_json.loads(row["terms"]).share_mode for row in life.rows(BATCHES)}
    wanted = {ShareMode.COPY} if copying else {ShareMode.TRANSFER, ShareMode.COPY}
    coupons = life.rows(COUPONS, COUPONS.c.holder != 0)
    good = [each for each in coupons if modes[each["batch"]] in wanted and each["state"] == "issued"]
    return [*life.random.sample(good, min(6, len(good))), *life.random.sample(list(coupons), 1)]


def _mode(life: Life, coupon: RowMapping) -> ShareMode:
    (batch,) = life.rows(BATCHES, BATCHES.c.id == coupon["batch"])
    return terms_json.loads(batch["terms"]).share_mode


def _named(life: Life, coupon: RowMapping) -> dict[str, Any]:
    """Whose coupon it is, at its version."""
    holder = life.names[life.rows(CONSUMERS, CONSUMERS.c.id == coupon["holder"])[0]["wallet"]]
    return {"lot": coupon["lot"], "holder": holder, "version": coupon["version"]}


def _id(coupon: RowMapping) -> int:
    return coupon_id(coupon["batch"], coupon["serial"])
