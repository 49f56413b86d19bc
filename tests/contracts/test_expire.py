"""Expiring points: their backing goes back to the operator."""

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Expired, RefusedItem
from scripts.world import OPERATOR, World
from tests.contracts.parties import ANN, BOB, CID, FUNDS
from tests.contracts.reading import Attempt, Preparation, check_refusal, check_revert, events, for_each, refused, sealed
from tests.contracts.test_grant import backing, points_of


def attempt(*expiries: tuple[int, int]) -> Attempt:
    return Attempt("expire", (list(expiries),), sender="operator")


def granted(world: World, *grants: tuple[int, int]) -> World:
    world.send("grant", list(grants))
    return world


REFUSALS: dict[Reason, Preparation] = {
    Reason.AMOUNT_ZERO: lambda world: attempt((ANN, 0)) if granted(world, (ANN, 5)) else attempt(),
    Reason.POINTS_INSUFFICIENT: lambda world: attempt((ANN, 6)) if granted(world, (ANN, 5)) else attempt(),
}


@for_each(REFUSALS)
def test_an_expiry_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    check_refusal(world, REFUSALS[reason](world), Verb.EXPIRE, reason)


def test_nobody_has_no_points_to_expire(world: World) -> None:
    for consumer in (0, CID + 1):
        check_refusal(world, attempt((consumer, 1)), Verb.EXPIRE, Reason.POINTS_INSUFFICIENT)


def test_points_end_to_the_last_and_their_backing_is_the_operators_again(world: World) -> None:
    granted(world, (ANN, 30), (BOB, 12))
    receipt = attempt((ANN, 10), (BOB, 12), (ANN, 20)).send(world)
    assert events(world, receipt) == [Expired(42, ((ANN, 10), (BOB, 12), (ANN, 20)))]
    assert sealed(world, receipt).items == 3
    assert [points_of(world, consumer) for consumer in (ANN, BOB)] == [0, 0]
    assert (backing(world), world.ask("merchant", OPERATOR)[1]) == (0, FUNDS)


def test_a_suspended_consumers_points_may_end(world: World) -> None:
    granted(world, (ANN, 5))
    world.send("suspendConsumer", ANN, True)
    assert not refused(world, attempt((ANN, 5)).send(world))


def test_refused_neighbours_leave_good_expiries_done(world: World) -> None:
    granted(world, (ANN, 10))
    receipt = attempt((ANN, 4), (ANN, 7), (BOB, 2**64 - 1), (ANN, 6)).send(world)
    assert events(world, receipt)[0] == Expired(10, ((ANN, 4), (ANN, 6)))
    assert refused(world, receipt) == [
        RefusedItem(Verb.EXPIRE, Reason.POINTS_INSUFFICIENT, 0, 1, ANN, 7),
        RefusedItem(Verb.EXPIRE, Reason.POINTS_INSUFFICIENT, 0, 2, BOB, 2**64 - 1),
    ]
    assert sealed(world, receipt).items == 4


def test_what_expired_frees_nothing_of_the_daily_cap(world: World) -> None:
    """Granting and expiring in turn moves no more in a day than the cap."""
    world.send_as_admin("setLimits", (10**12, 10, 10**18, 0))
    granted(world, (ANN, 10))
    attempt((ANN, 10)).send(world)
    check_revert(world, Attempt("grant", ([(ANN, 1)],), "operator"), "ReserveCapReached", reserve=1, left=0)
