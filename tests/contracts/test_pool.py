"""Redeeming with a settlement delay: everything the redemption moves waits in the coupon's pool."""

from typing import Any

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Pooled, PooledItem, Redeemed
from ledger.domain.ids import LANE_TRAVELLED, batch_of
from scripts.world import NOW, World, some_terms
from tests.contracts.books import PENDING, amounts, money
from tests.contracts.parties import BAKERY, BOB, BOOKSHOP, CINEMA, Held, held
from tests.contracts.reading import check_refusal, events, reasons, refused, sealed
from tests.contracts.settling import (
    DELAY_HOURS,
    FUNDERS,
    HOUR,
    amending,
    balances,
    distributing,
    given_back,
    make_due,
    moved,
    negative,
    reversing,
    until_of,
    waiting,
)
from tests.contracts.shared import TRANSFERABLE, VERSION_LIMIT, Journey, give, journey, lane, put_journey

ORDERS = (100, 999, 4_001, 14_999, 2**40)


def delayed(world: World, **changes: Any) -> Held:
    return held(world, holder=BOB, **{"settlement_delay_hours": DELAY_HOURS, **changes})


@pytest.mark.parametrize("changes", FUNDERS.values(), ids=FUNDERS)
def test_the_incentive_first_enters_the_pool_and_nobody_is_paid(world: World, changes: dict[str, Any]) -> None:
    """What a redemption generates first enters that coupon's pool (S2.15), to the last unit."""
    coupons, terms = delayed(world, count=len(ORDERS), **changes), some_terms(**changes)
    before = balances(world, coupons.batch)
    items = [coupons.item(index, at=CINEMA, order=order) for index, order in enumerate(ORDERS)]
    receipt = world.redeem(CINEMA, items, by="cinema")
    until = -(-(world.clock.now() + DELAY_HOURS * HOUR) // HOUR)
    earned = [amounts(terms, order) for order in ORDERS]
    expected = tuple(
        PooledItem(coupon, 0, order, *each, until=until)
        for coupon, order, each in zip(coupons.coupons, ORDERS, earned, strict=True)
    )
    assert events(world, receipt) == [Pooled(CINEMA, 0, expected)]
    assert sealed(world, receipt).items == len(ORDERS)
    sums = tuple(sum(each[index] for each in earned) for index in range(3))
    assert moved(before, balances(world, coupons.batch)) == negative(given_back(terms, (sums[0], sums[1], sums[2])))
    assert money(world).pools == -sum(moved(before, balances(world, coupons.batch)).values())


def test_a_redemption_that_waits_stands_in_the_coupons_journey(world: World) -> None:
    """What is forfeited or reversed is still there: who redeems, for which order, until when (S2.19)."""
    coupons = waiting(world, order=1_234)
    (coupon,) = coupons.coupons
    until = -(-(world.clock.now() + DELAY_HOURS * HOUR) // HOUR)
    assert lane(world, coupon) == LANE_TRAVELLED
    assert journey(world, coupon) == Journey(
        holder=BOB, redeemer=CINEMA, order=1_234, until=until, hops=0, state=PENDING
    )


@pytest.mark.parametrize(("second", "hours"), [(0, 1), (1, 2), (HOUR - 1, 2), (HOUR, 2)])
def test_the_delay_ends_at_the_full_hour_at_which_it_is_over(world: World, second: int, hours: int) -> None:
    coupons, start = delayed(world, settlement_delay_hours=1), (NOW // HOUR + 1) * HOUR
    world.clock.set(start + second)
    world.redeem(CINEMA, [coupons.item(at=CINEMA)], by="cinema")
    assert until_of(world, coupons.coupons[0]) == start + hours * HOUR


def test_the_longest_delay_fits(world: World) -> None:
    coupons = waiting(world, hours=2**16 - 1)
    until = -(-(world.clock.now() + (2**16 - 1) * HOUR) // HOUR) * HOUR
    assert until_of(world, coupons.coupons[0]) == until


@pytest.mark.parametrize("version", [0, 1])
def test_a_coupon_that_waits_is_not_redeemed_again(world: World, version: int) -> None:
    """N8: no double redemption, neither with what was presented nor with the version that the redemption made."""
    coupons = waiting(world)
    again = world.redeem(BOOKSHOP, [coupons.item(version=version)], by="bookshop")
    assert reasons(world, again) == [Reason.COUPON_REDEEMED]


def test_batches_with_and_without_a_delay_go_together(world: World) -> None:
    now, later = held(world, holder=BOB, count=2), delayed(world, count=2)
    items = [each.item(index, at=CINEMA) for index in range(2) for each in (now, later)]
    receipt = world.redeem(CINEMA, [*items, items[0]], by="cinema")
    redeemed, pooled, _ = events(world, receipt)
    assert isinstance(redeemed, Redeemed)
    assert isinstance(pooled, Pooled)
    assert [batch_of(item.coupon) for item in redeemed.items] == [now.batch] * 2
    assert [batch_of(item.coupon) for item in pooled.items] == [later.batch] * 2
    assert reasons(world, receipt) == [Reason.COUPON_REDEEMED]
    assert sealed(world, receipt).items == 5


def test_an_agents_allowance_counts_both_kinds(world: World) -> None:
    world.send("appoint", [world.appointment(CINEMA, 3, "till", by="cinema", kind=2, allowance=2)])
    now, later = held(world, holder=BOB), delayed(world, count=2)
    receipt = world.redeem(CINEMA, [now.item(at=CINEMA), later.item(at=CINEMA)], by="till", agent=3)
    assert [getattr(each, "agent", None) for each in events(world, receipt)] == [3, 3]
    more = world.redeem(CINEMA, [later.item(1, at=CINEMA)], by="till", agent=3)
    assert reasons(world, more) == [Reason.ALLOWANCE_EXCEEDED]


def test_a_travelled_coupon_waits_with_those_who_shared_it_at_its_next_version(world: World) -> None:
    coupons = delayed(world, **TRANSFERABLE)
    (coupon,) = coupons.coupons
    give(world, coupon, 3, holder=BOB)
    give(world, coupon, 1, holder=3, version=1)
    receipt = world.redeem(CINEMA, [coupons.item(at=CINEMA, holder="Ann", version=2)], by="cinema")
    (pooled,) = events(world, receipt)
    assert isinstance(pooled, Pooled)
    assert pooled.items[0].version == 2, "the version presented"
    found = journey(world, coupon)
    assert found is not None
    assert (found.version, found.sharer, found.first_sharer, found.hops) == (3, 3, BOB, 2)


def test_a_merchants_daily_cap_counts_what_waits(world: World) -> None:
    """Of the reward and of the discount that others fund."""
    coupons = delayed(world, count=2)
    world.send_as_admin("setRewardCap", CINEMA, 399)
    assert amounts(some_terms(), 1_000) == (100, 20, 100)
    assert not refused(world, world.redeem(CINEMA, [coupons.item(0, at=CINEMA)], by="cinema"))
    over = world.redeem(CINEMA, [coupons.item(1, at=CINEMA)], by="cinema")
    assert reasons(world, over) == [Reason.REWARD_CAP_REACHED]
    assert world.ask("merchant", CINEMA)[6] == 200


def test_a_reversal_does_not_give_the_days_cap_back(world: World) -> None:
    coupons = waiting(world)
    taken = world.ask("merchant", CINEMA)[6]
    reversing(world, coupons.coupons[0]).send(world)
    assert world.ask("merchant", CINEMA)[6] == taken == 200


def test_at_the_last_version_a_redemption_waits_but_changes_no_more(world: World) -> None:
    """The version limit: 4,095 reversals are behind it; it can be paid out or forfeited."""
    coupons = waiting(world)
    (coupon,) = coupons.coupons
    reversing(world, coupon).send(world)
    put_journey(world, coupon, Journey(holder=BOB, version=VERSION_LIMIT, hops=0))
    world.redeem(CINEMA, [coupons.item(at=CINEMA, version=VERSION_LIMIT)], by="cinema")
    found = journey(world, coupon)
    assert found is not None
    assert (found.version, found.state) == (VERSION_LIMIT, PENDING)
    last = {"version": VERSION_LIMIT}
    check_refusal(world, amending(world, coupon, **last), Verb.AMEND, Reason.VERSION_EXHAUSTED)
    check_refusal(world, reversing(world, coupon, **last), Verb.REVERSE, Reason.VERSION_EXHAUSTED)
    make_due(world, coupon)
    assert not refused(world, distributing(coupon).send(world))


def test_the_last_version_but_one_is_still_reversed(world: World) -> None:
    coupons = waiting(world)
    (coupon,) = coupons.coupons
    reversing(world, coupon).send(world)
    put_journey(world, coupon, Journey(holder=BOB, version=VERSION_LIMIT - 2, hops=0))
    world.redeem(CINEMA, [coupons.item(at=CINEMA, version=VERSION_LIMIT - 2)], by="cinema")
    assert not refused(world, reversing(world, coupon, version=VERSION_LIMIT - 1).send(world))
    found = journey(world, coupon)
    assert found is not None
    assert (found.version, found.state) == (VERSION_LIMIT, 1)


def test_the_issuer_redeems_its_own(world: World) -> None:
    coupons = delayed(world, funder=FUNDERS["the issuer funds"]["funder"])
    before = balances(world, coupons.batch)
    world.redeem(BAKERY, [coupons.item(at=BAKERY)], by="bakery")
    assert moved(before, balances(world, coupons.batch)) == {"issuer": -20, "batch": -100, "lot": -100}
