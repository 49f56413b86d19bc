"""Amending: the redeeming merchant lowers the order of a redemption that waits, and money goes back pro rata."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Amended
from scripts.world import World, some_terms
from scripts.world.settlement import amendment
from tests.contracts.books import AMENDMENTS, PENDING_AMENDED, amounts, money, place, word
from tests.contracts.parties import BOB, BOOKSHOP, CINEMA, held
from tests.contracts.reading import Attempt, Preparation, check_refusal, events, for_each, reasons, refused, sealed
from tests.contracts.settling import (
    FUNDERS,
    amending,
    balances,
    distributing,
    given_back,
    less,
    make_due,
    moved,
    reversing,
    until_of,
    waiting,
)
from tests.contracts.shared import VERSION_LIMIT, journey, put_journey

FAR = 2**40 - 1


def of(world: World, order: int = 500, **fields: Any) -> Attempt:
    """A redemption for an order of 1,000 that waits."""
    return amending(world, waiting(world).coupons[0], order, **fields)


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
    return amending(world, coupon, deadline=FAR)


def at_the_last_version(world: World) -> Attempt:
    coupon = waiting(world).coupons[0]
    found = journey(world, coupon)
    assert found is not None
    put_journey(world, coupon, replace(found, version=VERSION_LIMIT))
    return amending(world, coupon, version=VERSION_LIMIT)


REFUSALS: dict[Reason, Preparation] = {
    Reason.REDEMPTION_NOT_PENDING: lambda world: amending(world, held(world).coupons[0]),
    Reason.REDEEMER_MISMATCH: lambda world: of(world, merchant=BOOKSHOP, by="bookshop"),
    Reason.VERSION_STALE: lambda world: of(world, version=0),
    Reason.VERSION_EXHAUSTED: at_the_last_version,
    Reason.SETTLEMENT_OVER: too_late,
    Reason.ORDER_ZERO: lambda world: of(world, order=0),
    Reason.ORDER_NOT_LOWER: lambda world: of(world, order=1_000),
    Reason.MERCHANT_SUSPENDED: suspended,
    Reason.DEADLINE_PASSED: lambda world: of(world, deadline=world.clock.now() - 1),
    Reason.AGENT_NOT_IN_FORCE: dismissed,
    Reason.AGENT_KIND_MISMATCH: lambda world: by_agent(world, kind=5),
    Reason.ALLOWANCE_EXCEEDED: lambda world: by_agent(world, allowance=0),
    Reason.SIGNATURE_INVALID: lambda world: of(world, by="bookshop"),
}


@for_each(REFUSALS)
def test_an_amendment_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    item = check_refusal(world, REFUSALS[reason](world), Verb.AMEND, reason)
    assert item.party in (CINEMA, BOOKSHOP)
    assert item.subject >> 56 == 1, "the subject names the coupon: its batch"


@pytest.mark.parametrize("changes", FUNDERS.values(), ids=FUNDERS)
@pytest.mark.parametrize("redeemed", [14_999, 4_001, 2**40 + 7])
def test_every_amendment_gives_back_pro_rata_to_the_order_as_redeemed(
    world: World, redeemed: int, changes: dict[str, Any]
) -> None:
    """N9: a partial refund takes the split back pro rata, rounded down, however often the order changed before."""
    coupons, terms = waiting(world, order=redeemed, **changes), some_terms(**changes)
    (coupon,) = coupons.coupons
    pool = amounts(terms, redeemed)
    for version, order in enumerate((redeemed - 1, redeemed * 2 // 3, redeemed // 3, 101, 3, 2, 1), 1):
        before = balances(world, coupons.batch)
        receipt = amending(world, coupon, order, version=version).send(world)
        left = amounts(terms, redeemed, order)
        assert events(world, receipt) == [Amended(CINEMA, 0, coupon, version, order, *left)]
        assert sealed(world, receipt).items == 1
        assert moved(before, balances(world, coupons.batch)) == given_back(terms, less(pool, left))
        pool = left


def test_many_small_amendments_end_where_one_large_one_does(world: World) -> None:
    """Nothing is lost on the way: what is left depends on the order as redeemed and the last one alone."""
    coupons = waiting(world, orders=(9_973, 9_973))
    start = balances(world, coupons.batch)
    amending(world, coupons.coupons[0], 4_999).send(world)
    at_once = moved(start, balances(world, coupons.batch))
    for version, order in enumerate(range(9_972, 4_998, -199), 1):
        amending(world, coupons.coupons[1], order, version=version).send(world)
    amending(world, coupons.coupons[1], 4_999, version=26).send(world)
    assert moved(start, balances(world, coupons.batch)) == {name: 2 * amount for name, amount in at_once.items()}


def test_the_journey_keeps_the_order_now_and_the_one_as_redeemed_stays_beside_it(world: World) -> None:
    coupon = waiting(world, order=9_000).coupons[0]
    before = journey(world, coupon)
    assert before is not None
    for version, order in enumerate((5_000, 4_000), 1):
        amending(world, coupon, order, version=version).send(world)
        expected = replace(before, order=order, version=version + 1, state=PENDING_AMENDED)
        assert journey(world, coupon) == expected
        assert word(world, place(AMENDMENTS, coupon)) == 9_000
    assert money(world).pools == sum(amounts(some_terms(), 9_000, 4_000))


def test_an_order_may_be_lowered_below_the_terms_minimum_but_not_raised_again(world: World) -> None:
    coupon = waiting(world, order=1_000).coupons[0]
    assert not refused(world, amending(world, coupon, 99).send(world))
    for order in (99, 100, 1_000, 2**48 - 1):
        check_refusal(world, amending(world, coupon, order, version=2), Verb.AMEND, Reason.ORDER_NOT_LOWER)


def test_it_is_in_time_up_to_the_last_second_of_the_delay(world: World) -> None:
    coupon = waiting(world).coupons[0]
    world.clock.set(until_of(world, coupon) - 1)
    assert not refused(world, amending(world, coupon, 999).send(world))
    world.pass_time(1)
    check_refusal(world, amending(world, coupon, 998, version=2), Verb.AMEND, Reason.SETTLEMENT_OVER)


def test_an_agent_that_redeems_amends_as_often_as_it_is_allowed(world: World) -> None:
    world.send("appoint", [world.appointment(CINEMA, 1, "till", by="cinema", kind=2, allowance=1)])
    coupons = waiting(world, orders=(1_000, 1_000))
    receipt = amending(world, coupons.coupons[0], by="till", agent=1).send(world)
    (amended,) = events(world, receipt)
    assert isinstance(amended, Amended)
    assert amended.agent == 1
    over = amending(world, coupons.coupons[1], by="till", agent=1)
    check_refusal(world, over, Verb.AMEND, Reason.ALLOWANCE_EXCEEDED)


def test_one_signature_amends_once(world: World) -> None:
    coupon = waiting(world).coupons[0]
    attempt = amending(world, coupon, 900)
    attempt.send(world)
    check_refusal(world, attempt, Verb.AMEND, Reason.VERSION_STALE)


def test_what_no_longer_waits_is_not_amended(world: World) -> None:
    reversed_, paid, forfeited = waiting(world, orders=(1_000,) * 3).coupons
    reversing(world, reversed_).send(world)
    world.send("forfeit", [forfeited], 1, True)
    make_due(world, paid)
    distributing(paid).send(world)
    for coupon, version in ((reversed_, 2), (paid, 1), (forfeited, 1)):
        attempt = amending(world, coupon, version=version)
        check_refusal(world, attempt, Verb.AMEND, Reason.REDEMPTION_NOT_PENDING)


def test_a_pause_does_not_stop_it(world: World) -> None:
    coupon = waiting(world).coupons[0]
    world.send("pause", sender="pauser")
    assert not refused(world, amending(world, coupon).send(world))


def test_good_and_bad_ones_go_together(world: World) -> None:
    coupons = waiting(world, orders=(1_000, 1_000))
    first, second = coupons.coupons
    by: dict[str, Any] = {"merchant": CINEMA, "by": "cinema"}
    intents = [
        amendment(world, first, 800, **by),
        amendment(world, first, 700, **by),
        amendment(world, first, 700, version=2, **by),
        amendment(world, second, 1_001, **by),
    ]
    receipt = world.send("amend", intents, sender="stranger")
    assert reasons(world, receipt) == [Reason.VERSION_STALE, Reason.ORDER_NOT_LOWER]
    assert [item.item for item in refused(world, receipt)] == [1, 3]
    assert sealed(world, receipt).items == 4
    assert money(world).pools == sum(amounts(some_terms(), 1_000, 700)) + sum(amounts(some_terms(), 1_000))


def test_holders_of_every_kind_may_have_presented_it(world: World) -> None:
    """The holder need not agree: the merchant gives money back, and the order was the merchant's to state."""
    coupon = waiting(world).coupons[0]
    world.send("suspendConsumer", BOB, True)
    assert not refused(world, amending(world, coupon).send(world))
