"""Appointing agents: keys a merchant lets issue, redeem, recruit or state in its name."""

from typing import Any

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Appointed, RefusedItem
from scripts.world import OPERATOR, World, key
from tests.contracts.books import AGENTS, field, place, word
from tests.contracts.parties import BAKERY, BANK, BOOKSHOP, held
from tests.contracts.reading import Attempt, Preparation, check_refusal, events, for_each, reasons, refused, sealed


def attempt(*appointments: tuple[Any, ...]) -> Attempt:
    return Attempt("appoint", (list(appointments),))


def of(world: World, *, merchant: int = BAKERY, agent: int = 1, by: str = "bakery", **fields: Any) -> Attempt:
    return attempt(world.appointment(merchant, agent, "till", by=by, **fields))


def without_key(world: World) -> Attempt:
    merchant, agent, _, *rest = world.appointment(BAKERY, 1, "till", by="bakery")
    return attempt((merchant, agent, bytes(20), *rest))


def nonce_used(world: World) -> Attempt:
    of(world, nonce=1_004).send(world)
    return of(world, agent=2, nonce=1_004)


def suspended(world: World) -> Attempt:
    world.send("suspendMerchant", BAKERY, True)
    return of(world)


REFUSALS: dict[Reason, Preparation] = {
    Reason.WALLET_INVALID: without_key,
    Reason.NONCE_USED: nonce_used,
    Reason.MERCHANT_UNKNOWN: lambda world: of(world, merchant=6),
    Reason.MERCHANT_SUSPENDED: suspended,
    Reason.KIND_INVALID: lambda world: of(world, merchant=BANK, by="bank"),
    Reason.DEADLINE_PASSED: lambda world: of(world, deadline=world.clock.now() - 1),
    Reason.SIGNATURE_INVALID: lambda world: of(world, by="bookshop"),
}


@for_each(REFUSALS)
def test_an_appointment_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    check_refusal(world, REFUSALS[reason](world), Verb.APPOINT, reason)


@pytest.mark.parametrize(("agent", "kind"), [(0, 1), (1, 0), (1, 16), (1, 255)])
def test_agent_zero_is_the_wallet_itself_and_kinds_are_a_set_of_four(world: World, agent: int, kind: int) -> None:
    check_refusal(world, of(world, agent=agent, kind=kind), Verb.APPOINT, Reason.KIND_INVALID)


@pytest.mark.parametrize(("agent", "kind", "amount"), [(1, 1, 0), (2**32 - 1, 15, 2**40 - 1)])
def test_an_agent_gets_its_key_its_end_its_allowance_and_its_kind(
    world: World, agent: int, kind: int, amount: int
) -> None:
    receipt = of(world, agent=agent, until=amount, allowance=amount, kind=kind, nonce=2**64 - 1).send(world)
    assert events(world, receipt) == [Appointed(BAKERY, agent, key("till").address, amount, amount, kind, 2**64 - 1)]
    assert sealed(world, receipt).items == 1
    stored = word(world, place(AGENTS, BAKERY, agent))
    assert field(stored, 0, 160) == int.from_bytes(key("till").address, "big")
    assert (field(stored, 160, 40), field(stored, 200, 40), field(stored, 240, 8)) == (amount, amount, kind)


def test_the_deadline_itself_is_still_in_time(world: World) -> None:
    assert not refused(world, of(world, deadline=world.clock.now()).send(world))


def test_the_operator_appoints_agents_for_its_own_stock(world: World) -> None:
    assert not refused(world, of(world, merchant=OPERATOR, by="operator wallet").send(world))


def test_an_agent_cannot_appoint(world: World) -> None:
    of(world).send(world)
    check_refusal(world, of(world, agent=2, by="till"), Verb.APPOINT, Reason.SIGNATURE_INVALID)


def test_a_dismissed_agents_signature_is_worth_nothing_from_then_on(world: World) -> None:
    coupons = held(world, count=2)
    of(world, kind=2).send(world)
    assert not refused(world, world.redeem(BAKERY, [coupons.item(0, at=BAKERY)], by="till", agent=1))
    of(world, until=0).send(world)
    receipt = world.redeem(BAKERY, [coupons.item(1, at=BAKERY)], by="till", agent=1)
    assert reasons(world, receipt) == [Reason.AGENT_NOT_IN_FORCE]


def test_the_agent_of_one_merchant_is_nobody_at_another(world: World) -> None:
    coupons = held(world)
    of(world, kind=2).send(world)
    receipt = world.redeem(BOOKSHOP, [coupons.item()], by="till", agent=1)
    assert reasons(world, receipt) == [Reason.AGENT_NOT_IN_FORCE]


def test_a_new_appointment_of_the_same_agent_replaces_the_old(world: World) -> None:
    of(world, kind=2, allowance=0).send(world)
    of(world, kind=2, allowance=1).send(world)
    coupons = held(world, count=2)
    assert not refused(world, world.redeem(BAKERY, [coupons.item(0, at=BAKERY)], by="till", agent=1))
    receipt = world.redeem(BAKERY, [coupons.item(1, at=BAKERY)], by="till", agent=1)
    assert reasons(world, receipt) == [Reason.ALLOWANCE_EXCEEDED]


def test_refused_neighbours_leave_good_appointments_done(world: World) -> None:
    good = world.appointment(BAKERY, 1, "till", by="bakery", nonce=1_008)
    forged = world.appointment(BOOKSHOP, 1, "till", by="bakery", nonce=1_009)
    receipt = attempt(forged, good, good).send(world)
    assert [type(event).__name__ for event in events(world, receipt)] == ["Appointed", "Refusals"]
    assert refused(world, receipt) == [
        RefusedItem(Verb.APPOINT, Reason.SIGNATURE_INVALID, 0, 0, BOOKSHOP, 1_009),
        RefusedItem(Verb.APPOINT, Reason.NONCE_USED, 0, 2, BAKERY, 1_008),
    ]
    assert sealed(world, receipt).items == 3
