"""Granting points: each is backed by one minor unit of the operator's cash."""

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Granted, RefusedItem
from scripts.world import DAY, NOW, OPERATOR, World
from tests.contracts.books import CONSUMERS, LIMITS, STANDING, field, money, place, word
from tests.contracts.parties import ANN, BOB, CID, FUNDS
from tests.contracts.reading import Attempt, Preparation, check_refusal, check_revert, events, for_each, refused, sealed

MIDNIGHT = (NOW // DAY + 1) * DAY
MOST = 2**63 - 1


def attempt(*grants: tuple[int, int]) -> Attempt:
    return Attempt("grant", (list(grants),), sender="operator")


def points_of(world: World, consumer: int) -> int:
    """Out of the consumer's second slot, behind its parked wallet."""
    return field(word(world, place(CONSUMERS, consumer) + 1), 160, 64)


def backing(world: World) -> int:
    return field(word(world, STANDING), 0, 64)


REFUSALS: dict[Reason, Preparation] = {
    Reason.AMOUNT_ZERO: lambda _: attempt((ANN, 0)),
    Reason.CONSUMER_UNKNOWN: lambda _: attempt((CID + 1, 5)),
}


@for_each(REFUSALS)
def test_a_grant_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    check_refusal(world, REFUSALS[reason](world), Verb.GRANT, reason)


def test_consumer_zero_is_nobody(world: World) -> None:
    item = check_refusal(world, attempt((0, 5)), Verb.GRANT, Reason.CONSUMER_UNKNOWN)
    assert (item.party, item.subject) == (0, 5)


def test_points_are_granted_out_of_the_operators_cash_one_to_one(world: World) -> None:
    """Users are granted points (S4.10)."""
    receipt = attempt((ANN, 30), (BOB, 12), (ANN, 1)).send(world)
    assert events(world, receipt) == [Granted(43, ((ANN, 30), (BOB, 12), (ANN, 1)))]
    assert sealed(world, receipt).items == 3
    assert [points_of(world, consumer) for consumer in (ANN, BOB, CID)] == [31, 12, 0]
    assert backing(world) == money(world).points == 43
    assert world.ask("merchant", OPERATOR)[1] == FUNDS - 43


def test_a_suspended_consumer_may_be_granted_points(world: World) -> None:
    world.send("suspendConsumer", ANN, True)
    assert not refused(world, attempt((ANN, 30)).send(world))
    world.send("suspendConsumer", ANN, False)
    assert points_of(world, ANN) == 30


def test_the_operators_cash_is_granted_to_its_last_unit_and_no_further(world: World) -> None:
    check_revert(world, attempt((ANN, FUNDS), (BOB, 1)), "CashInsufficient", amount=FUNDS + 1, cash=FUNDS)
    attempt((ANN, FUNDS)).send(world)
    assert world.ask("merchant", OPERATOR)[1] == 0
    check_revert(world, attempt((ANN, 1)), "CashInsufficient", amount=1, cash=0)


def test_grants_above_all_money_there_can_be_are_an_error_that_names_the_sum(world: World) -> None:
    check_revert(world, attempt((ANN, MOST)), "CashInsufficient", amount=MOST, cash=FUNDS)
    check_revert(world, attempt((ANN, MOST), (ANN, 1)), "ReserveTooLarge", reserve=MOST + 1, limit=MOST)
    most = 2**64 - 1
    check_revert(world, attempt((ANN, 1), (ANN, most)), "ReserveTooLarge", reserve=most + 1, limit=MOST)


def test_grants_count_into_the_operators_daily_cap_beside_its_mints(world: World) -> None:
    """A stolen operator key grants itself no more in a day than it could mint."""
    world.send_as_admin("setLimits", (10**12, 100, 10**18, 0))
    attempt((ANN, 60)).send(world)
    check_revert(world, attempt((BOB, 41)), "ReserveCapReached", reserve=41, left=40)
    attempt((BOB, 40)).send(world)
    check_revert(world, attempt((BOB, 1)), "ReserveCapReached", reserve=1, left=0)
    stored = word(world, LIMITS)
    assert (field(stored, 128, 64), field(stored, 192, 32)) == (100, NOW // DAY)
    world.clock.set(MIDNIGHT - 1)
    check_revert(world, attempt((BOB, 1)), "ReserveCapReached", reserve=1, left=0)
    world.clock.set(MIDNIGHT)
    assert not refused(world, attempt((BOB, 100)).send(world))


def test_refused_neighbours_leave_good_grants_done(world: World) -> None:
    receipt = attempt((ANN, 0), (ANN, 7), (99, 2**64 - 1), (BOB, 3)).send(world)
    assert events(world, receipt)[0] == Granted(10, ((ANN, 7), (BOB, 3)))
    assert refused(world, receipt) == [
        RefusedItem(Verb.GRANT, Reason.AMOUNT_ZERO, 0, 0, ANN, 0),
        RefusedItem(Verb.GRANT, Reason.CONSUMER_UNKNOWN, 0, 2, 99, 2**64 - 1),
    ]
    assert sealed(world, receipt).items == 4


def test_a_pause_does_not_stop_grants(world: World) -> None:
    """They give nobody a coupon, and what is granted stays the ledger's money."""
    world.send("pause", sender="pauser")
    assert not refused(world, attempt((ANN, 5)).send(world))
