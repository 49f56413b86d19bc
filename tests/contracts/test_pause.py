"""Pausing: five verbs stop, none that gives money back; windows end later by the pause's length."""

from collections.abc import Callable

import pytest

from ledger.domain.errors import Reason
from ledger.domain.events import Minted, Paused, Unpaused
from scripts.world import DAY, NOW, World, key, some_terms, terms_tuple
from tests.contracts.books import HEAD, field, word
from tests.contracts.parties import BAKERY, BOOKSHOP, Held, held, issue, mint, stock
from tests.contracts.reading import Attempt, check_revert, events, reasons, refused, sealed

PAUSE, UNPAUSE = Attempt("pause", (), sender="pauser"), Attempt("unpause", (), sender="pauser")
LENGTH, COOL_DOWN = 7 * DAY, DAY
MIDNIGHT = (NOW // DAY + 1) * DAY

STOPPED: dict[str, Callable[[World], Attempt]] = {
    "mint": lambda _: Attempt("mint", (terms_tuple(some_terms()),), sender="operator"),
    "allocate": lambda world: Attempt("allocate", ([world.allocation(mint(world), BAKERY, 1)],), sender="operator"),
    "recall": lambda world: Attempt("recall", ([world.recall_intent(BAKERY, stock(world), 1, 1)],), sender="operator"),
    "issue": lambda world: Attempt("issue", ([world.issue_intent(BAKERY, stock(world), 1, [(1, 1)], by="bakery")],)),
    "redeem": lambda world: Attempt("redeem", ([world.redeem_intent(BOOKSHOP, [held(world).item()], by="bookshop")],)),
}


def at_bookshop(coupons: Held, index: int = 0) -> list[Reason]:
    world = coupons.world
    return reasons(world, world.redeem(BOOKSHOP, [coupons.item(index)], by="bookshop"))


@pytest.mark.parametrize("verb", STOPPED)
def test_a_pause_stops_the_verb_until_it_ends_by_itself_after_seven_days(world: World, verb: str) -> None:
    attempt = STOPPED[verb](world)
    PAUSE.send(world)
    end = world.clock.now() + LENGTH
    check_revert(world, attempt, "LedgerPaused", until=end)
    world.clock.set(end - 1)
    check_revert(world, attempt, "LedgerPaused", until=end)
    world.clock.set(end)
    attempt.send(world)


def test_a_pause_says_who_and_until_when_and_an_end_how_long_in_all(world: World) -> None:
    pauser, start = key("pauser").address, world.clock.now()
    receipt = PAUSE.send(world)
    assert events(world, receipt) == [Paused(pauser, start + LENGTH)]
    assert sealed(world, receipt).items == 1
    world.pass_time(100)
    receipt = UNPAUSE.send(world)
    assert events(world, receipt) == [Unpaused(pauser, 100)]
    assert sealed(world, receipt).items == 1
    head = word(world, HEAD)
    assert [field(head, at, bits) for at, bits in ((0, 40), (40, 40), (80, 32))] == [0, start + 100, 100]


def test_what_gives_money_back_and_what_counts_nobodys_coupons_goes_on(world: World) -> None:
    """Pause leaves withdrawing open, and members can still be registered, appointed and suspended."""
    PAUSE.send(world)
    assert not refused(world, world.fund([(True, 1, 50)]))
    withdrawals = [
        world.withdrawal(1, 50, by="Ann", consumer=True),
        world.withdrawal(BAKERY, 10, by="bakery"),
    ]
    assert not refused(world, world.send("withdraw", withdrawals))
    assert not refused(world, world.send("payOut", [BAKERY]))
    world.send("withdrawPlatform", 5, key("stranger").address, sender="treasurer")
    assert not refused(world, world.register_merchants(["florist"]))
    assert not refused(world, world.register_consumers(["Dora"], recruiter=BAKERY, by="bakery"))
    assert not refused(world, world.send("appoint", [world.appointment(BAKERY, 1, "till", by="bakery")]))
    world.send("suspendMerchant", BAKERY, True)
    world.send("changeGroup", 0, True, [BAKERY])
    world.send_as_admin("setLimits", (1, 1, 10**18, 1))


def test_during_a_pause_there_is_no_second_and_without_one_nothing_to_end(world: World) -> None:
    check_revert(world, UNPAUSE, "NotPaused")
    PAUSE.send(world)
    check_revert(world, PAUSE, "LedgerPaused", until=NOW + LENGTH)
    world.pass_time(LENGTH)
    check_revert(world, UNPAUSE, "NotPaused")


@pytest.mark.parametrize("ended_early", [True, False])
def test_the_next_pause_waits_for_a_day_after_the_last(world: World, ended_early: bool) -> None:
    PAUSE.send(world)
    if ended_early:
        world.pass_time(60)
        UNPAUSE.send(world)
        check_revert(world, UNPAUSE, "NotPaused")
    else:
        world.pass_time(LENGTH)
    cooled = world.clock.now() + COOL_DOWN
    check_revert(world, PAUSE, "PauseCoolingDown", until=cooled)
    world.clock.set(cooled - 1)
    check_revert(world, PAUSE, "PauseCoolingDown", until=cooled)
    world.clock.set(cooled)
    PAUSE.send(world)


@pytest.mark.parametrize("length", [1, 12_345, LENGTH])
def test_windows_end_later_by_the_length_of_the_pause_and_by_not_a_second_more(world: World, length: int) -> None:
    coupons = held(world, count=2, closes=NOW + 1_000)
    world.pass_time(500)
    PAUSE.send(world)
    world.pass_time(length)
    if length < LENGTH:
        UNPAUSE.send(world)
    world.clock.set(NOW + 1_000 + length - 1)
    assert at_bookshop(coupons, 0) == []
    assert len(issue(world, coupons.batch).coupons) == 1
    world.pass_time(1)
    assert at_bookshop(coupons, 1) == [Reason.BATCH_EXPIRED]
    intent = world.issue_intent(BAKERY, coupons.batch, 1, [(1, 1)], by="bakery")
    assert reasons(world, world.send("issue", [intent])) == [Reason.BATCH_EXPIRED]


def test_a_pause_that_ended_by_itself_and_was_forgotten_counts_seven_days_only(world: World) -> None:
    coupons = held(world, closes=NOW + 1_000)
    PAUSE.send(world)
    world.pass_time(LENGTH + 1_000)
    assert at_bookshop(coupons) == [Reason.BATCH_EXPIRED]


def test_what_expired_before_a_pause_never_opens_again(world: World) -> None:
    coupons = held(world, closes=NOW + 1_000)
    world.pass_time(1_000)
    assert at_bookshop(coupons) == [Reason.BATCH_EXPIRED]
    PAUSE.send(world)
    world.pass_time(LENGTH)
    assert at_bookshop(coupons) == [Reason.BATCH_EXPIRED]


def test_several_pauses_add_up(world: World) -> None:
    coupons = held(world, count=2, closes=NOW + 10 * DAY)
    PAUSE.send(world)
    world.pass_time(LENGTH + COOL_DOWN)  # 1 day of the window used
    PAUSE.send(world)
    world.pass_time(100)
    UNPAUSE.send(world)
    world.clock.set(NOW + 10 * DAY + LENGTH + 100 - 1)
    assert at_bookshop(coupons, 0) == []
    world.pass_time(1)
    assert at_bookshop(coupons, 1) == [Reason.BATCH_EXPIRED]


def test_a_batch_minted_after_a_pause_does_not_gain_by_it(world: World) -> None:
    PAUSE.send(world)
    world.pass_time(LENGTH)
    receipt = world.mint(some_terms(closes=NOW + LENGTH + 1_000))
    (minted,) = events(world, receipt)
    assert isinstance(minted, Minted)
    assert minted.paused_at_mint == LENGTH
    world.allocate(minted.batch, BAKERY, 10)
    coupons = issue(world, minted.batch)
    world.pass_time(1_000)
    assert at_bookshop(coupons) == [Reason.BATCH_EXPIRED]


def test_days_from_issue_do_not_run_during_a_pause(world: World) -> None:
    """A coupon of one day, issued before a pause of exactly two, lives two days longer."""
    coupons = held(world, count=2, valid_days=1, closes=NOW + 100 * DAY)
    PAUSE.send(world)
    world.pass_time(2 * DAY)
    UNPAUSE.send(world)
    world.clock.set(MIDNIGHT + 3 * DAY - 1)
    assert at_bookshop(coupons, 0) == []
    world.pass_time(1)
    assert at_bookshop(coupons, 1) == [Reason.COUPON_EXPIRED]


def test_a_window_opens_by_the_wall_clock_whatever_the_pauses(world: World) -> None:
    coupons = held(world, opens=NOW + LENGTH)
    PAUSE.send(world)
    world.pass_time(LENGTH)
    assert at_bookshop(coupons) == []


def test_closing_waits_for_the_pause_too(world: World) -> None:
    batch = mint(world, closes=NOW + 10)
    PAUSE.send(world)
    world.clock.set(NOW + LENGTH + 10 + 7 * DAY - 1)
    close = Attempt("close", (batch,), sender="operator")
    finishes = NOW + 10 + 7 * DAY
    check_revert(world, close, "BatchNotFinished", finishes=finishes, time=finishes - 1)
    world.pass_time(1)
    close.send(world)
