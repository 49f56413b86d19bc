"""Revoking: the operator makes issued coupons of a revocable batch void."""

from typing import Any

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import RefusedItem, Revoked
from ledger.domain.ids import LANE_STOCK, LANE_TRAVELLED, LANE_VOID, coupon_id
from scripts.world import DAY, NOW, World
from scripts.world.sharing import copy_item
from tests.contracts.bearing import bearer, borne
from tests.contracts.books import money
from tests.contracts.parties import ANN, BOB, BOOKSHOP, CINEMA, Held, held, mint, stock
from tests.contracts.reading import (
    Attempt,
    Preparation,
    check_refusal,
    check_revert,
    events,
    for_each,
    reasons,
    refused,
    sealed,
    text,
)
from tests.contracts.settling import DELAY_HOURS, distributing, make_due, reversing
from tests.contracts.shared import COPYABLE, TRANSFERABLE, Journey, copy_of, give, journey, lane

VOID = 5
VOID_STATE = 6
CAUSE = 3


def revoking(*coupons: int, cause: int = CAUSE, sender: str = "operator") -> Attempt:
    return Attempt("revoke", (list(coupons), cause), sender=sender)


def revocable(world: World, **changes: Any) -> Held:
    return held(world, **{"revocable": True, **changes})


def used(world: World) -> Attempt:
    coupons = revocable(world)
    world.redeem(BOOKSHOP, [coupons.item()], by="bookshop")
    return revoking(*coupons.coupons)


def revoked(world: World) -> Attempt:
    coupons = revocable(world)
    revoking(*coupons.coupons).send(world)
    return revoking(*coupons.coupons)


REFUSALS: dict[Reason, Preparation] = {
    Reason.BATCH_UNKNOWN: lambda world: revoking(revocable(world).coupons[0] + (1 << 40)),
    Reason.NOT_REVOCABLE: lambda world: revoking(held(world).coupons[0]),
    Reason.COUPON_NOT_ISSUED: lambda world: revoking(revocable(world).coupons[0] + 1),
    Reason.COUPON_REDEEMED: used,
    Reason.COUPON_VOID: revoked,
}


@for_each(REFUSALS)
def test_a_coupon_that_cannot_be_revoked_is_refused_and_nothing_changes(world: World, reason: Reason) -> None:
    refusal = check_refusal(world, REFUSALS[reason](world), Verb.REVOKE, reason)
    assert refusal.party == 0
    assert refusal.subject >> 56 in (1, 2), "the subject names the coupon: its batch"


def test_a_revoked_coupon_is_void_for_good(world: World) -> None:
    """A coupon that should not have been issued, or whose holder broke the terms."""
    coupons = revocable(world, count=2)
    receipt = revoking(coupons.coupons[0]).send(world)
    assert events(world, receipt) == [Revoked(1, CAUSE, (900,))]
    assert sealed(world, receipt).items == 1
    assert [lane(world, each) for each in coupons.coupons] == [LANE_VOID, ANN]
    assert world.ask("coupon", coupons.coupons[0]) == (VOID, 0)
    assert reasons(world, world.redeem(BOOKSHOP, [coupons.item()], by="bookshop")) == [Reason.COUPON_VOID]
    assert not refused(world, world.redeem(BOOKSHOP, [coupons.item(1)], by="bookshop"))


def test_its_money_stays_in_the_batch_and_comes_back_when_that_is_closed(world: World) -> None:
    """N2: revoking moves nothing; what the coupon would have been paid is released with the rest."""
    coupons = revocable(world, closes=NOW + DAY)
    before = money(world)
    revoking(*coupons.coupons).send(world)
    assert money(world) == before
    cash = world.ask("merchant", 1)[1]
    world.pass_time(8 * DAY)
    world.send("close", coupons.batch)
    assert world.ask("merchant", 1)[1] - cash == before.reserves
    assert money(world).total == before.total


def test_a_bearers_coupon_is_revoked_and_its_key_opens_nothing(world: World) -> None:
    """A stolen sheet of vouchers."""
    coupons = borne(world, "one", "two", revocable=True)
    revoking(*coupons.coupons).send(world)
    assert [lane(world, each) for each in coupons.coupons] == [LANE_VOID] * 2
    assert bearer(world, coupons.coupons[0]) != bytes(20), "the key stays where it was"
    assert world.ask("bearerOf", coupons.coupons[0]) == f"0x{'0' * 40}", "and bears nothing"
    items = [coupons.item(0), coupons.item(1)]
    assert reasons(world, world.redeem(BOOKSHOP, items, by="bookshop")) == [Reason.COUPON_VOID] * 2


def test_a_travelled_coupon_is_revoked_wherever_it_is(world: World) -> None:
    coupons = revocable(world, **TRANSFERABLE)
    coupon = coupons.coupons[0]
    give(world, coupon, BOB, holder=ANN)
    receipt = revoking(coupon).send(world)
    assert events(world, receipt) == [Revoked(1, CAUSE, (900,))]
    assert lane(world, coupon) == LANE_TRAVELLED
    assert journey(world, coupon) == Journey(holder=BOB, sharer=ANN, state=VOID_STATE)
    assert world.ask("coupon", coupon) == (VOID, 0)
    use = world.redeem(BOOKSHOP, [coupons.item(holder="Bob", version=1)], by="bookshop")
    assert reasons(world, use) == [Reason.COUPON_VOID]
    refusal = check_refusal(world, revoking(coupon), Verb.REVOKE, Reason.COUPON_VOID)
    assert refusal.subject == coupon << 16 | 1, "its version too"


def test_a_copy_is_revoked_by_itself_and_its_root_lives(world: World) -> None:
    coupons = revocable(world, **COPYABLE)
    root = coupons.coupons[0]
    for index in (0, 1):
        item = copy_item(world, root, lot=1, to=BOB, holder="Ann", index=index)
        assert not refused(world, world.send("copy", item, sender="relayer"))
    first, second = copy_of(root, 0), copy_of(root, 1)
    receipt = revoking(first).send(world)
    assert events(world, receipt) == [Revoked(1, CAUSE, (1_000 + 900 * 2,))]
    found = world.redeem(
        BOOKSHOP,
        [
            world.redeem_item(each, lot=1, merchant=BOOKSHOP, holder="Bob", order=1_000, version=1)
            for each in (first, second)
        ],
        by="bookshop",
    )
    assert [(each.item, each.reason) for each in refused(world, found)] == [(0, Reason.COUPON_VOID)]
    assert not refused(world, world.redeem(BOOKSHOP, [coupons.item()], by="bookshop"))


def test_a_revoked_root_is_copied_no_more_and_its_copies_live(world: World) -> None:
    coupons = revocable(world, **COPYABLE)
    root = coupons.coupons[0]
    give_copy = [copy_item(world, root, lot=1, to=BOB, holder="Ann", index=index) for index in (0, 1)]
    assert not refused(world, world.send("copy", give_copy[0], sender="relayer"))
    revoking(root).send(world)
    assert reasons(world, world.send("copy", give_copy[1], sender="relayer")) == [Reason.COUPON_VOID]
    use = world.redeem_item(copy_of(root), lot=1, merchant=BOOKSHOP, holder="Bob", order=1_000, version=1)
    assert not refused(world, world.redeem(BOOKSHOP, [use], by="bookshop"))


@pytest.mark.parametrize("index", [0, 1, 2_000])
def test_a_copy_that_was_never_made_is_not_revoked(world: World, index: int) -> None:
    coupon = coupon_id(revocable(world, **COPYABLE).batch, 1_000 + index)
    check_refusal(world, revoking(coupon), Verb.REVOKE, Reason.COUPON_NOT_ISSUED)


def test_what_waits_for_settlement_is_used_and_not_revoked(world: World) -> None:
    """The operator forfeits such a redemption instead; reversed, the coupon lives and may be revoked."""
    coupons = revocable(world, holder=BOB, count=2, settlement_delay_hours=DELAY_HOURS)
    items = [coupons.item(index, at=CINEMA) for index in (0, 1)]
    world.redeem(CINEMA, items, by="cinema")
    first, second = coupons.coupons
    check_refusal(world, revoking(first), Verb.REVOKE, Reason.COUPON_REDEEMED)
    reversing(world, first).send(world)
    assert not refused(world, revoking(first).send(world))
    make_due(world, second)
    distributing(second).send(world)
    check_refusal(world, revoking(second), Verb.REVOKE, Reason.COUPON_REDEEMED)


@pytest.mark.parametrize("serial", [0, 899, 901, 999])
def test_stock_is_not_revoked(world: World, serial: int) -> None:
    """It is recalled instead."""
    coupons = revocable(world)
    check_refusal(world, revoking(coupon_id(coupons.batch, serial)), Verb.REVOKE, Reason.COUPON_NOT_ISSUED)
    assert lane(world, coupon_id(coupons.batch, serial)) == LANE_STOCK


@pytest.mark.parametrize("batch", [0, 2, 2**32 - 1])
def test_batches_never_minted_are_unknown(world: World, batch: int) -> None:
    stock(world, revocable=True)
    check_refusal(world, revoking(batch << 40), Verb.REVOKE, Reason.BATCH_UNKNOWN)


def test_many_coupons_of_many_batches_with_refused_neighbours(world: World) -> None:
    """One log a run of a batch; one that comes twice is refused the second time."""
    first, second = revocable(world, count=3), revocable(world, count=2)
    plain = mint(world)
    wanted = [first.coupons[0], first.coupons[2], first.coupons[0], second.coupons[1], plain << 40, first.coupons[1]]
    receipt = revoking(*wanted, cause=255).send(world)
    assert events(world, receipt)[:3] == [
        Revoked(1, 255, (900, 902)),
        Revoked(2, 255, (901,)),
        Revoked(1, 255, (901,)),
    ]
    assert refused(world, receipt) == [
        RefusedItem(Verb.REVOKE, Reason.COUPON_VOID, 0, 2, 0, first.coupons[0] << 16),
        RefusedItem(Verb.REVOKE, Reason.NOT_REVOCABLE, 0, 4, 0, plain << 56),
    ]
    assert sealed(world, receipt).items == 6


def test_neighbours_in_the_lane_stay_as_they_are(world: World) -> None:
    coupons = revocable(world, count=9)
    revoking(coupons.coupons[1], coupons.coupons[8]).send(world)
    assert [lane(world, each) for each in coupons.coupons] == [
        LANE_VOID if index in (1, 8) else ANN for index in range(9)
    ]


def test_nothing_is_no_item(world: World) -> None:
    receipt = revoking().send(world)
    assert events(world, receipt) == []
    assert sealed(world, receipt).items == 0


def test_a_pause_does_not_stop_it(world: World) -> None:
    """What is stopped because of a theft may be revoked meanwhile."""
    coupons = revocable(world)
    world.send("pause", sender="pauser")
    assert not refused(world, revoking(*coupons.coupons).send(world))


@pytest.mark.parametrize("sender", ["relayer", "treasurer", "pauser", "stranger"])
def test_only_the_operator_revokes(world: World, sender: str) -> None:
    role = world.ledger.ask(world.chain, "OPERATOR_ROLE")
    attempt = revoking(*revocable(world).coupons, sender=sender)
    check_revert(world, attempt, "AccessControlUnauthorizedAccount", account=text(sender), neededRole=role)
