"""Cancelling: an offer that was not taken up is taken back."""

from typing import Any

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import OfferCancelled
from scripts.world import World
from scripts.world.sharing import cancelled, claimed, offered
from tests.contracts.parties import ANN, BOB, CID
from tests.contracts.reading import Attempt, Preparation, check_refusal, events, for_each, reasons, refused, sealed
from tests.contracts.shared import copyable, transferable

NONCE = 1_000


def attempt(*cancels: tuple[Any, ...]) -> Attempt:
    return Attempt("cancel", (list(cancels),))


def of_ann(world: World, **fields: Any) -> Attempt:
    return attempt(cancelled(world, ANN, NONCE, **{"by": "Ann", **fields}))


def suspended(world: World) -> Attempt:
    world.send("suspendConsumer", ANN, True)
    return of_ann(world)


def used(world: World) -> Attempt:
    of_ann(world).send(world)
    return of_ann(world)


REFUSALS: dict[Reason, Preparation] = {
    Reason.CONSUMER_UNKNOWN: lambda world: attempt(cancelled(world, 4, NONCE, by="Ann")),
    Reason.CONSUMER_SUSPENDED: suspended,
    Reason.DEADLINE_PASSED: lambda world: of_ann(world, deadline=world.clock.now() - 1),
    Reason.NONCE_USED: used,
    Reason.SIGNATURE_INVALID: lambda world: of_ann(world, by="Bob"),
}


@for_each(REFUSALS)
def test_a_cancelling_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    refusal = check_refusal(world, REFUSALS[reason](world), Verb.CANCEL, reason)
    assert refusal.subject == 1 << 64 | NONCE, "a consumer's nonce"


def test_no_offer_of_the_nonce_is_taken_up_any_more(world: World) -> None:
    coupons = transferable(world, count=2)
    offers = [
        offered(world, coupon, holder="Ann", claim_key="link", nonce=nonce)
        for coupon, nonce in zip(coupons.coupons, (NONCE, NONCE + 1), strict=True)
    ]
    receipt = of_ann(world).send(world)
    assert events(world, receipt) == [OfferCancelled(ANN, NONCE)]
    assert sealed(world, receipt).items == 1
    claims = [claimed(world, each, lot=1, claimant=BOB, claim_key="link") for each in offers]
    receipt = world.send("claim", claims, sender="relayer")
    assert [(each.item, each.reason) for each in refused(world, receipt)] == [(0, Reason.NONCE_USED)]


def test_an_offer_of_copies_ends_with_the_copies_that_were_taken(world: World) -> None:
    coupons = copyable(world)
    made = offered(world, coupons.coupons[0], holder="Ann", claim_key="link", copy=True, nonce=NONCE)
    first, second = (claimed(world, made, lot=1, claimant=BOB + each, index=each, claim_key="link") for each in (0, 1))
    assert not refused(world, world.send("claim", [first], sender="relayer"))
    of_ann(world).send(world)
    assert reasons(world, world.send("claim", [second], sender="relayer")) == [Reason.NONCE_USED]


def test_one_consumers_nonce_is_not_anothers(world: World) -> None:
    of_ann(world).send(world)
    assert not refused(world, attempt(cancelled(world, BOB, NONCE, by="Bob")).send(world))


@pytest.mark.parametrize("nonce", [0, 255, 256, 2**64 - 1])
def test_any_nonce_is_cancelled_once(world: World, nonce: int) -> None:
    cancel = attempt(cancelled(world, CID, nonce, by="Cid"))
    assert events(world, cancel.send(world)) == [OfferCancelled(CID, nonce)]
    check_refusal(world, cancel, Verb.CANCEL, Reason.NONCE_USED)


@pytest.mark.parametrize("consumer", [0, 4, 2**32 - 1])
def test_only_who_is_registered_cancels(world: World, consumer: int) -> None:
    check_refusal(world, attempt(cancelled(world, consumer, NONCE, by="Ann")), Verb.CANCEL, Reason.CONSUMER_UNKNOWN)


def test_the_deadline_itself_is_still_in_time(world: World) -> None:
    assert not refused(world, of_ann(world, deadline=world.clock.now()).send(world))


def test_a_pause_does_not_stop_it(world: World) -> None:
    """Nobody is held to an offer."""
    world.send("pause", sender="pauser")
    assert not refused(world, of_ann(world).send(world))


def test_refused_neighbours_leave_good_ones_done(world: World) -> None:
    cancels = [
        cancelled(world, ANN, NONCE, by="Ann"),
        cancelled(world, ANN, NONCE, by="Ann"),
        cancelled(world, BOB, NONCE, by="Ann"),
        cancelled(world, CID, NONCE, by="Cid"),
    ]
    receipt = attempt(*cancels).send(world)
    assert events(world, receipt)[:2] == [OfferCancelled(ANN, NONCE), OfferCancelled(CID, NONCE)]
    assert [(each.item, each.party, each.reason) for each in refused(world, receipt)] == [
        (1, ANN, Reason.NONCE_USED),
        (2, BOB, Reason.SIGNATURE_INVALID),
    ]
    assert sealed(world, receipt).items == 4
