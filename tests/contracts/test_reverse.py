"""Reversing: the redeeming merchant undoes a redemption that waits, and the coupon lives again."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Amended, Reversed
from scripts.world import NOW, World, some_terms
from tests.contracts.books import AMENDMENTS, amounts, money, place, word
from tests.contracts.parties import ANN, BOB, BOOKSHOP, CID, CINEMA, held
from tests.contracts.reading import Attempt, Preparation, check_refusal, events, for_each, reasons, refused, sealed
from tests.contracts.settling import (
    FUNDERS,
    HOUR,
    amending,
    balances,
    distributing,
    given_back,
    make_due,
    moved,
    reversing,
    until_of,
    waiting,
)
from tests.contracts.shared import LIVE, TRANSFERABLE, VERSION_LIMIT, Journey, give, journey, put_journey


def of(world: World, **fields: Any) -> Attempt:
    """A redemption for an order of 1,000 that waits."""
    return reversing(world, waiting(world).coupons[0], **fields)


def suspended(world: World) -> Attempt:
    attempt = of(world)
    world.send("suspendMerchant", CINEMA, True)
    return attempt


def by_agent(world: World, *, allowance: int = 9, kind: int = 2, until: int | None = None) -> Attempt:
    appointment = world.appointment(CINEMA, 1, "till", by="cinema", allowance=allowance, kind=kind, until=until)
    world.send("appoint", [appointment])
    return of(world, by="till", agent=1)


def dismissed(world: World) -> Attempt:
    prepared = by_agent(world, until=world.clock.now() + 10)
    world.pass_time(11)
    return prepared


def too_late(world: World) -> Attempt:
    """At the very second from which it may be distributed."""
    coupon = waiting(world).coupons[0]
    make_due(world, coupon)
    return reversing(world, coupon, deadline=2**40 - 1)


def at_the_last_version(world: World) -> Attempt:
    coupon = waiting(world).coupons[0]
    found = journey(world, coupon)
    assert found is not None
    put_journey(world, coupon, replace(found, version=VERSION_LIMIT))
    return reversing(world, coupon, version=VERSION_LIMIT)


REFUSALS: dict[Reason, Preparation] = {
    Reason.REDEMPTION_NOT_PENDING: lambda world: reversing(world, held(world).coupons[0]),
    Reason.REDEEMER_MISMATCH: lambda world: of(world, merchant=BOOKSHOP, by="bookshop"),
    Reason.VERSION_STALE: lambda world: of(world, version=2),
    Reason.VERSION_EXHAUSTED: at_the_last_version,
    Reason.SETTLEMENT_OVER: too_late,
    Reason.MERCHANT_SUSPENDED: suspended,
    Reason.DEADLINE_PASSED: lambda world: of(world, deadline=world.clock.now() - 1),
    Reason.AGENT_NOT_IN_FORCE: dismissed,
    Reason.AGENT_KIND_MISMATCH: lambda world: by_agent(world, kind=5),
    Reason.ALLOWANCE_EXCEEDED: lambda world: by_agent(world, allowance=0),
    Reason.SIGNATURE_INVALID: lambda world: of(world, by="bookshop"),
}


@for_each(REFUSALS)
def test_a_reversal_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    item = check_refusal(world, REFUSALS[reason](world), Verb.REVERSE, reason)
    assert item.party in (CINEMA, BOOKSHOP)
    assert item.subject >> 56 == 1, "the subject names the coupon: its batch"


@pytest.mark.parametrize("changes", FUNDERS.values(), ids=FUNDERS)
@pytest.mark.parametrize("amended", [False, True], ids=["as redeemed", "amended before"])
def test_all_that_the_pool_holds_goes_back_where_it_came_from(
    world: World, amended: bool, changes: dict[str, Any]
) -> None:
    """N9: after a reversal everybody has what they had before the redemption."""
    coupons, terms = held(world, holder=BOB, settlement_delay_hours=48, **changes), some_terms(**changes)
    (coupon,) = coupons.coupons
    start = balances(world, coupons.batch)
    world.redeem(CINEMA, [coupons.item(at=CINEMA, order=9_973)], by="cinema")
    pool, version = amounts(terms, 9_973), 1
    if amended:
        amending(world, coupon, 777).send(world)
        pool, version = amounts(terms, 9_973, 777), 2
    before = balances(world, coupons.batch)
    receipt = reversing(world, coupon, version=version).send(world)
    assert events(world, receipt) == [Reversed(CINEMA, 0, coupon, version, *pool)]
    assert sealed(world, receipt).items == 1
    assert moved(before, balances(world, coupons.batch)) == given_back(terms, pool)
    assert balances(world, coupons.batch) == start
    assert money(world).pools == 0


def test_the_coupon_lives_again_at_a_new_version(world: World) -> None:
    coupons = waiting(world)
    (coupon,) = coupons.coupons
    reversing(world, coupon).send(world)
    assert journey(world, coupon) == Journey(holder=BOB, version=2, hops=0, state=LIVE)
    for version in (0, 1, 3):
        stale = world.redeem(BOOKSHOP, [coupons.item(version=version)], by="bookshop")
        assert reasons(world, stale) == [Reason.VERSION_STALE]
    assert not refused(world, world.redeem(BOOKSHOP, [coupons.item(version=2)], by="bookshop"))


def test_redeemed_again_it_waits_anew_and_is_amended_pro_rata_to_the_new_order(world: World) -> None:
    """The order of the redemption that was undone plays no part any more (N9)."""
    coupons, terms = waiting(world, order=9_973), some_terms()
    (coupon,) = coupons.coupons
    amending(world, coupon, 5_000).send(world)
    reversing(world, coupon, version=2).send(world)
    world.pass_time(10 * HOUR)
    world.redeem(BOOKSHOP, [coupons.item(version=3, order=3_001)], by="bookshop")
    by = {"merchant": BOOKSHOP, "by": "bookshop", "version": 4}
    receipt = amending(world, coupon, 1_234, **by).send(world)
    left = amounts(terms, 3_001, 1_234)
    assert events(world, receipt) == [Amended(BOOKSHOP, 0, coupon, 4, 1_234, *left)]
    assert word(world, place(AMENDMENTS, coupon)) == 3_001
    assert until_of(world, coupon) == -(-(NOW + 58 * HOUR) // HOUR) * HOUR
    former = reversing(world, coupon, version=5)
    check_refusal(world, former, Verb.REVERSE, Reason.REDEEMER_MISMATCH)


def test_a_shared_coupon_comes_back_to_its_holder_with_those_who_shared_it(world: World) -> None:
    coupons = held(world, holder=BOB, settlement_delay_hours=48, **TRANSFERABLE)
    (coupon,) = coupons.coupons
    give(world, coupon, CID, holder=BOB)
    give(world, coupon, ANN, holder=CID, version=1)
    world.redeem(CINEMA, [coupons.item(at=CINEMA, holder="Ann", version=2)], by="cinema")
    reversing(world, coupon, version=3).send(world)
    assert journey(world, coupon) == Journey(holder=ANN, sharer=CID, first_sharer=BOB, version=4, hops=2)
    give(world, coupon, BOB, holder=ANN, version=4)


def test_it_is_in_time_up_to_the_last_second_of_the_delay(world: World) -> None:
    coupons = waiting(world, orders=(1_000, 1_000))
    world.clock.set(until_of(world, coupons.coupons[0]) - 1)
    assert not refused(world, reversing(world, coupons.coupons[0]).send(world))
    world.pass_time(1)
    check_refusal(world, reversing(world, coupons.coupons[1]), Verb.REVERSE, Reason.SETTLEMENT_OVER)


def test_what_no_longer_waits_is_not_reversed(world: World) -> None:
    reversed_, paid, forfeited = waiting(world, orders=(1_000,) * 3).coupons
    reversing(world, reversed_).send(world)
    world.send("forfeit", [forfeited], 1, True)
    make_due(world, paid)
    distributing(paid).send(world)
    for coupon, version in ((reversed_, 2), (paid, 1), (forfeited, 1)):
        attempt = reversing(world, coupon, version=version)
        check_refusal(world, attempt, Verb.REVERSE, Reason.REDEMPTION_NOT_PENDING)


def test_a_pause_does_not_stop_it_and_an_agent_may(world: World) -> None:
    world.send("appoint", [world.appointment(CINEMA, 1, "till", by="cinema", kind=2, allowance=1)])
    coupons = waiting(world, orders=(1_000, 1_000))
    world.send("pause", sender="pauser")
    receipt = reversing(world, coupons.coupons[0], by="till", agent=1).send(world)
    (event,) = events(world, receipt)
    assert isinstance(event, Reversed)
    assert event.agent == 1
    over = reversing(world, coupons.coupons[1], by="till", agent=1)
    check_refusal(world, over, Verb.REVERSE, Reason.ALLOWANCE_EXCEEDED)
