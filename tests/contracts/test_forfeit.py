"""Forfeiting: the operator takes a suspicious redemption's pool back; the coupon stays used."""

from typing import Any

import pytest

from ledger.chain.deploy import OPERATOR_ROLE
from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Forfeited
from ledger.domain.terms import Funder
from scripts.world import World, some_terms
from tests.contracts.books import FORFEITED, amounts, money
from tests.contracts.parties import BOOKSHOP, CINEMA, held
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
from tests.contracts.settling import (
    FUNDERS,
    amending,
    balances,
    distributing,
    forfeiting,
    given_back,
    make_due,
    moved,
    reversing,
    until_of,
    waiting,
)
from tests.contracts.shared import journey


def too_late(world: World) -> Attempt:
    """At the very second from which it may be distributed."""
    coupon = waiting(world).coupons[0]
    make_due(world, coupon)
    return forfeiting(coupon)


REFUSALS: dict[Reason, Preparation] = {
    Reason.REDEMPTION_NOT_PENDING: lambda world: forfeiting(held(world).coupons[0]),
    Reason.SETTLEMENT_OVER: too_late,
}


@for_each(REFUSALS)
def test_a_forfeiture_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    item = check_refusal(world, REFUSALS[reason](world), Verb.FORFEIT, reason)
    version = 1 if reason is Reason.SETTLEMENT_OVER else 0
    assert (item.party, item.subject) == (0, ((1 << 40) + 900) << 16 | version)


def test_only_an_operator_forfeits(world: World) -> None:
    coupon = waiting(world).coupons[0]
    check_revert(
        world,
        forfeiting(coupon, sender="stranger"),
        "AccessControlUnauthorizedAccount",
        account=text("stranger"),
        neededRole=OPERATOR_ROLE,
    )


@pytest.mark.parametrize("changes", FUNDERS.values(), ids=FUNDERS)
@pytest.mark.parametrize("amended", [False, True], ids=["as redeemed", "amended before"])
@pytest.mark.parametrize("discount_too", [False, True], ids=["the discount is paid", "the discount too"])
def test_the_pool_goes_back_and_the_discount_if_the_operator_says_so(
    world: World, discount_too: bool, amended: bool, changes: dict[str, Any]
) -> None:
    """Rewards of a suspicious redemption are forfeited (S2.19); the merchant has given the discount already."""
    coupons, terms = waiting(world, order=9_973, **changes), some_terms(**changes)
    (coupon,) = coupons.coupons
    pool, version = amounts(terms, 9_973), 1
    if amended:
        amending(world, coupon, 777).send(world)
        pool, version = amounts(terms, 9_973, 777), 2
    before = balances(world, coupons.batch)
    receipt = forfeiting(coupon, cause=255, discount_too=discount_too).send(world)
    assert events(world, receipt) == [Forfeited(coupons.batch, coupon, version, 255, discount_too, *pool)]
    assert sealed(world, receipt).items == 1
    expected = given_back(terms, pool)
    if not discount_too:
        reward, contribution, discount = pool
        paid = 0 if terms.funder is Funder.REDEEMER else discount
        expected = {"batch": reward, "redeemer": contribution + paid}
    assert moved(before, balances(world, coupons.batch)) == {name: each for name, each in expected.items() if each}
    assert money(world).pools == 0


def test_the_coupon_stays_used_for_good(world: World) -> None:
    """N8: its journey still says who redeemed it and for which order."""
    coupons = waiting(world)
    (coupon,) = coupons.coupons
    forfeiting(coupon).send(world)
    found = journey(world, coupon)
    assert found is not None
    assert (found.state, found.redeemer, found.order, found.version) == (FORFEITED, CINEMA, 1_000, 1)
    for version in (0, 1, 2):
        again = world.redeem(BOOKSHOP, [coupons.item(version=version)], by="bookshop")
        assert reasons(world, again) == [Reason.COUPON_REDEEMED]
    make_due(world, coupon)
    check_refusal(world, distributing(coupon), Verb.DISTRIBUTE, Reason.REDEMPTION_NOT_PENDING)
    check_refusal(world, forfeiting(coupon), Verb.FORFEIT, Reason.REDEMPTION_NOT_PENDING)
    check_refusal(world, reversing(world, coupon), Verb.REVERSE, Reason.REDEMPTION_NOT_PENDING)


def test_it_is_in_time_up_to_the_last_second_of_the_delay_and_in_a_pause(world: World) -> None:
    coupons = waiting(world, orders=(1_000, 1_000))
    world.clock.set(until_of(world, coupons.coupons[0]) - 1)
    world.send("pause", sender="pauser")
    assert not refused(world, forfeiting(coupons.coupons[0]).send(world))
    world.pass_time(1)
    check_refusal(world, forfeiting(coupons.coupons[1]), Verb.FORFEIT, Reason.SETTLEMENT_OVER)


def test_good_and_bad_ones_go_together(world: World) -> None:
    first, second = waiting(world, orders=(1_000, 2_000)).coupons
    receipt = forfeiting(first, first, first + 40, second).send(world)
    assert [item.item for item in refused(world, receipt)] == [1, 2]
    assert reasons(world, receipt) == [Reason.REDEMPTION_NOT_PENDING] * 2
    assert sealed(world, receipt).items == 4
