"""Distributing: pools whose delay is over are paid out, by anybody."""

from typing import Any, Final

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Distributed, RedeemedItem
from ledger.domain.ids import batch_of
from ledger.domain.split import parts_down, reimbursed
from ledger.domain.terms import Role, Terms
from scripts.world import DAY, NOW, OPERATOR, World, some_terms
from scripts.world.sharing import bearer_intent
from tests.contracts.books import REDEEMED, Amounts, amounts, money
from tests.contracts.parties import ANN, BAKERY, BOB, CID, CINEMA, held, stock
from tests.contracts.reading import Attempt, Preparation, check_refusal, events, for_each, reasons, refused, sealed
from tests.contracts.settling import (
    DELAY_HOURS,
    FUNDERS,
    amending,
    balances,
    distributing,
    make_due,
    moved,
    reversing,
    until_of,
    waiting,
)
from tests.contracts.shared import TRANSFERABLE, give, journey
from tests.contracts.test_redeem import TERMS

Parts = tuple[int, int, int, int, int, int, int]
NOBODY_SHARED: Final[set[Role]] = {role for role in Role if role not in (Role.SHARER, Role.FIRST_SHARER)}


def too_early(world: World) -> Attempt:
    """In the last second of the delay."""
    coupon = waiting(world).coupons[0]
    world.clock.set(until_of(world, coupon) - 1)
    return distributing(coupon)


REFUSALS: dict[Reason, Preparation] = {
    Reason.REDEMPTION_NOT_PENDING: lambda world: distributing(held(world).coupons[0]),
    Reason.SETTLEMENT_NOT_DUE: too_early,
}


@for_each(REFUSALS)
def test_a_distribution_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    item = check_refusal(world, REFUSALS[reason](world), Verb.DISTRIBUTE, reason)
    version = 1 if reason is Reason.SETTLEMENT_NOT_DUE else 0
    assert (item.party, item.subject) == (0, ((1 << 40) + 900) << 16 | version)


def parts_of(terms: Terms, pool: Amounts, present: set[Role]) -> Parts:
    incentive = pool[0] + pool[1]
    parts = parts_down(incentive, terms.split_bps, present=present, remainder=terms.remainder_role)
    platform, issuer, redeemer, consumer, sharer, first_sharer, recruiter = parts
    return platform, issuer, redeemer, consumer, sharer, first_sharer, recruiter


def paid(terms: Terms, pool: Amounts, parts: Parts) -> dict[str, int]:
    """To whom, where Bob uses the bakery's coupon at the cinema and the bookshop recruited him."""
    names = {"platform": Role.PLATFORM, "issuer": Role.ISSUER, "bob": Role.CONSUMER, "recruiter": Role.RECRUITER}
    changes = {name: parts[role] for name, role in names.items()}
    changes["redeemer"] = parts[Role.REDEEMER] + reimbursed(terms, pool[2])
    return {name: amount for name, amount in changes.items() if amount}


@pytest.mark.parametrize("changes", [*FUNDERS.values(), *TERMS.values()], ids=[*FUNDERS, *TERMS])
def test_every_pool_is_divided_as_independent_arithmetic_says(world: World, changes: dict[str, Any]) -> None:
    """The pool is distributed to the parties linked to the coupon (S2.16), once amended pro rata (N9), to the unit."""
    orders, terms = (100, 4_001, 14_999, 9_973), some_terms(**changes)
    coupons = waiting(world, orders=orders, **changes)
    amending(world, coupons.coupons[3], 777).send(world)
    make_due(world, coupons.coupons[0])
    before = balances(world, coupons.batch)
    receipt = distributing(*coupons.coupons).send(world)
    pools = [*(amounts(terms, order) for order in orders[:3]), amounts(terms, 9_973, 777)]
    expected = tuple(
        RedeemedItem(coupon, version, order, *pool, parts=parts_of(terms, pool, NOBODY_SHARED))
        for coupon, version, order, pool in zip(coupons.coupons, (1, 1, 1, 2), (*orders[:3], 777), pools, strict=True)
    )
    assert events(world, receipt) == [Distributed(coupons.batch, expected)]
    assert all(sum(item.parts) == item.reward + item.contribution for item in expected)
    assert sealed(world, receipt).items == 4
    changed = moved(before, balances(world, coupons.batch))
    each = [paid(terms, pool, item.parts) for pool, item in zip(pools, expected, strict=True)]
    assert changed == {name: total for name in changed if (total := sum(one.get(name, 0) for one in each))}
    assert sum(changed.values()) == sum(sum(one.values()) for one in each)
    assert money(world).pools == 0


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_those_who_shared_it_are_paid_out_of_the_pool(world: World, hops: int) -> None:
    """N1: the split over the path the coupon took, also where the holder had it before."""
    coupons = held(world, holder=BOB, settlement_delay_hours=DELAY_HOURS, **{**TRANSFERABLE, "hops": 15})
    (coupon,), names = coupons.coupons, ("bob", "cid", "ann", "bob")
    holders = (BOB, CID, ANN, BOB)
    for version in range(hops):
        give(world, coupon, holders[version + 1], holder=holders[version], version=version)
    use = coupons.item(at=CINEMA, order=3_333, holder=names[hops].capitalize(), version=hops)
    world.redeem(CINEMA, [use], by="cinema")
    make_due(world, coupon)
    before = balances(world, coupons.batch)
    distributing(coupon).send(world)
    terms = some_terms()
    present = NOBODY_SHARED | ({Role.SHARER} if hops == 1 else {Role.SHARER, Role.FIRST_SHARER})
    parts = parts_of(terms, amounts(terms, 3_333), present)
    gained = dict.fromkeys(("ann", "bob", "cid"), 0)
    gained[names[hops]] += parts[Role.CONSUMER]
    gained[names[hops - 1]] += parts[Role.SHARER]
    if hops > 1:
        gained["bob"] += parts[Role.FIRST_SHARER]
    changed = moved(before, balances(world, coupons.batch))
    assert {name: changed.get(name, 0) for name in gained} == gained


def test_a_bearers_pool_has_no_consumer_and_no_recruiter(world: World) -> None:
    """Their parts go to the remainder role."""
    batch = stock(world, bearer=True, settlement_delay_hours=DELAY_HOURS)
    world.send("issueToBearers", [bearer_intent(world, BAKERY, batch, 1, ["card"], by="bakery")], sender="relayer")
    coupon = (batch << 40) + 900
    item = world.redeem_item(coupon, lot=1, merchant=CINEMA, holder="card", order=3_333)
    assert not refused(world, world.redeem(CINEMA, [item], by="cinema"))
    make_due(world, coupon)
    before = balances(world, batch)
    distributing(coupon).send(world)
    terms = some_terms(bearer=True)
    pool = amounts(terms, 3_333)
    parts = parts_of(terms, pool, {Role.PLATFORM, Role.ISSUER, Role.REDEEMER})
    expected = {"platform": parts[0], "issuer": parts[1], "redeemer": parts[2] + pool[2]}
    assert moved(before, balances(world, batch)) == expected


def test_nothing_comes_back_to_a_bearer_and_its_key_still_works_after_a_reversal(world: World) -> None:
    batch = stock(world, bearer=True, settlement_delay_hours=DELAY_HOURS)
    world.send("issueToBearers", [bearer_intent(world, BAKERY, batch, 1, ["card"], by="bakery")], sender="relayer")
    coupon = (batch << 40) + 900
    item = world.redeem_item(coupon, lot=1, merchant=CINEMA, holder="card", order=3_333)
    world.redeem(CINEMA, [item], by="cinema")
    reversing(world, coupon).send(world)
    again = world.redeem_item(coupon, lot=1, merchant=CINEMA, holder="card", order=3_000, version=2)
    assert not refused(world, world.redeem(CINEMA, [again], by="cinema"))


def test_it_is_due_at_the_first_second_after_the_delay(world: World) -> None:
    coupon = waiting(world).coupons[0]
    make_due(world, coupon)
    assert not refused(world, distributing(coupon).send(world))
    found = journey(world, coupon)
    assert found is not None
    assert (found.state, found.version) == (REDEEMED, 1)


@pytest.mark.parametrize("sender", ["stranger", "relayer", "Ann"])
def test_anybody_distributes_and_a_pause_does_not_stop_it(world: World, sender: str) -> None:
    """Nobody can hold the money of others back (S2.16)."""
    coupon = waiting(world).coupons[0]
    make_due(world, coupon)
    world.send("pause", sender="pauser")
    assert not refused(world, distributing(coupon, sender=sender).send(world))


def test_a_pool_is_paid_once(world: World) -> None:
    """N8: within a transaction and after it."""
    first, second = waiting(world, orders=(1_000, 2_000)).coupons
    make_due(world, first)
    receipt = distributing(first, first, second, first).send(world)
    assert reasons(world, receipt) == [Reason.REDEMPTION_NOT_PENDING] * 2
    assert [item.item for item in refused(world, receipt)] == [1, 3]
    assert sealed(world, receipt).items == 4
    check_refusal(world, distributing(second), Verb.DISTRIBUTE, Reason.REDEMPTION_NOT_PENDING)


def test_the_redemption_is_used_for_good(world: World) -> None:
    coupons = waiting(world)
    make_due(world, coupons.coupons[0])
    distributing(coupons.coupons[0]).send(world)
    for version in (0, 1, 2):
        again = world.redeem(CINEMA, [coupons.item(at=CINEMA, version=version)], by="cinema")
        assert reasons(world, again) == [Reason.COUPON_REDEEMED]


def test_coupons_of_several_batches_go_in_any_order(world: World) -> None:
    """A log for each run of one batch."""
    one, two = waiting(world, orders=(1_000,) * 3), waiting(world, orders=(2_000,) * 3, reward_minor=77)
    coupons = [each for pair in zip(one.coupons, two.coupons, strict=True) for each in pair]
    make_due(world, coupons[0])
    receipt = distributing(coupons[0], coupons[1], coupons[2], coupons[4], 5, coupons[3], coupons[5]).send(world)
    found = [event for event in events(world, receipt) if isinstance(event, Distributed)]
    assert [(event.batch, len(event.items)) for event in found] == [(1, 1), (2, 1), (1, 2), (2, 2)]
    assert all(batch_of(item.coupon) == event.batch for event in found for item in event.items)
    assert reasons(world, receipt) == [Reason.REDEMPTION_NOT_PENDING]
    assert sealed(world, receipt).items == 7


def test_suspended_parties_still_get_their_parts(world: World) -> None:
    coupons = waiting(world)
    world.send("suspendConsumer", BOB, True)
    world.send("suspendMerchant", CINEMA, True)
    make_due(world, coupons.coupons[0])
    before = balances(world, coupons.batch)
    distributing(coupons.coupons[0]).send(world)
    assert {"bob", "redeemer"} <= set(moved(before, balances(world, coupons.batch)))


def test_a_pool_of_a_closed_batch_is_still_paid_out(world: World) -> None:
    coupons = waiting(world, closes=NOW + 10)
    world.clock.set(NOW + 10 + DELAY_HOURS * 3_600 + 7 * DAY)
    world.send("close", coupons.batch)
    world.send("closeLots", coupons.batch, [1], sender="stranger")
    before = balances(world, coupons.batch)
    assert not refused(world, distributing(*coupons.coupons).send(world))
    assert sum(moved(before, balances(world, coupons.batch)).values()) == sum(amounts(some_terms(), 1_000))


def test_the_operator_in_every_role(world: World) -> None:
    coupons = held(world, issuer=OPERATOR, settlement_delay_hours=DELAY_HOURS)
    world.redeem(OPERATOR, [coupons.item(at=OPERATOR)], by="operator wallet")
    make_due(world, coupons.coupons[0])
    before = world.ask("merchant", OPERATOR)[1]
    distributing(*coupons.coupons).send(world)
    pool = amounts(some_terms(), 1_000)
    parts = parts_of(some_terms(), pool, NOBODY_SHARED)
    assert world.ask("merchant", OPERATOR)[1] - before == sum(parts[:3]) + pool[2]
