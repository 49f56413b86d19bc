"""Registering merchants and institutions."""

from typing import Any

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import MerchantsRegistered, RefusedItem
from scripts.world import World, key
from tests.contracts.parties import ANN, BAKERY, CONSUMERS, MERCHANTS
from tests.contracts.reading import Attempt, Preparation, check_refusal, events, for_each, number, refused, sealed, text

NEXT = 6


def attempt(*registrations: tuple[Any, ...]) -> Attempt:
    return Attempt("registerMerchants", (list(registrations),), sender="operator")


def expired(world: World) -> Attempt:
    return attempt(world.merchant_registration("florist", deadline=world.clock.now() - 1))


def forged(world: World) -> Attempt:
    _, *fields = world.merchant_registration("florist")
    return attempt((key("grocer").address, *fields))


def without_wallet(world: World) -> Attempt:
    _, *fields = world.merchant_registration("florist")
    return attempt((bytes(20), *fields))


REFUSALS: dict[Reason, Preparation] = {
    Reason.WALLET_INVALID: without_wallet,
    Reason.KIND_INVALID: lambda world: attempt(world.merchant_registration("florist", kind=3)),
    Reason.DEADLINE_PASSED: expired,
    Reason.WALLET_TAKEN: lambda world: attempt(world.merchant_registration(MERCHANTS[BAKERY])),
    Reason.SIGNATURE_INVALID: forged,
}


@for_each(REFUSALS)
def test_a_registration_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    check_refusal(world, REFUSALS[reason](world), Verb.REGISTER_MERCHANT, reason)


def test_merchants_and_institutions_get_the_next_ids_with_their_own_consent(world: World) -> None:
    """Merchants settle in (S2.1)."""
    florist, bank = world.merchant_registration("florist"), world.merchant_registration("savings bank", kind=2)
    receipt = world.send("registerMerchants", [florist, bank])
    assert events(world, receipt) == [
        MerchantsRegistered(NEXT, ((key("florist").address, 1), (key("savings bank").address, 2)))
    ]
    assert world.ask("merchant", NEXT) == (text("florist"), 0, 1, 1, 0, 0, 0, 0, 0)
    assert world.ask("merchant", NEXT + 1)[2:4] == (1, 2)
    assert world.ask("partyOf", key("florist").address) == (False, NEXT)


def test_the_operator_is_merchant_one_from_the_start(world: World) -> None:
    assert world.ask("partyOf", key("operator wallet").address) == (False, 1)
    assert world.ask("merchant", 1)[2:4] == (1, 3)


def test_kind_none_and_kind_operator_are_no_kinds_to_register(world: World) -> None:
    for kind in (0, 3):
        check_refusal(
            world,
            attempt(world.merchant_registration("florist", kind=kind)),
            Verb.REGISTER_MERCHANT,
            Reason.KIND_INVALID,
        )


def test_the_deadline_itself_is_still_in_time(world: World) -> None:
    receipt = attempt(world.merchant_registration("florist", deadline=world.clock.now())).send(world)
    assert len(events(world, receipt)) == 1
    assert not refused(world, receipt)


def test_a_wallet_of_a_consumer_cannot_become_a_merchant(world: World) -> None:
    taken = attempt(world.merchant_registration(CONSUMERS[ANN]))
    item = check_refusal(world, taken, Verb.REGISTER_MERCHANT, Reason.WALLET_TAKEN)
    assert item.subject == number(CONSUMERS[ANN])


def test_refused_neighbours_leave_good_registrations_done(world: World) -> None:
    good, taken = world.merchant_registration("florist"), world.merchant_registration(MERCHANTS[BAKERY])
    receipt = attempt(taken, good, good, taken).send(world)
    florist, bakery = number("florist"), number(MERCHANTS[BAKERY])
    verb, reason = Verb.REGISTER_MERCHANT, Reason.WALLET_TAKEN
    assert events(world, receipt)[0] == MerchantsRegistered(NEXT, ((key("florist").address, 1),))
    assert refused(world, receipt) == [
        RefusedItem(verb, reason, 0, 0, 0, bakery),
        RefusedItem(verb, reason, 0, 2, 0, florist),
        RefusedItem(verb, reason, 0, 3, 0, bakery),
    ]
    assert sealed(world, receipt).items == 4


def test_nothing_to_register_is_sealed_and_changes_nothing_else(world: World) -> None:
    receipt = attempt().send(world)
    assert events(world, receipt) == []
    assert sealed(world, receipt).items == 0
