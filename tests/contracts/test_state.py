"""Stating a period: commission and rebate by referral code, on what merchants sold without coupons."""

from random import Random
from typing import Any

import pytest

from ledger.chain.slots import merchant as merchant_slot
from ledger.chain.slots import statement as statement_slot
from ledger.domain.errors import Reason, Verb
from ledger.domain.events import RefusedItem, Stated, StatedTotal
from scripts.world import DAY, NOW, OPERATOR, World
from tests.contracts.books import field, word
from tests.contracts.parties import BAKERY, BANK, BOOKSHOP, CINEMA, FUNDS
from tests.contracts.reading import Attempt, Preparation, check_refusal, events, for_each, reasons, refused, sealed
from tests.contracts.stating import (
    COMMISSION_BPS,
    LAST_WEEK,
    NO_COMMISSION,
    PLATFORM_KEEPS,
    REBATE_BPS,
    TODAY,
    attempt,
    cash,
    set_policy,
    stated,
)

SOLD = [(BAKERY, 1_000)]
ALL_FUNDS = FUNDS * 10_000 // COMMISSION_BPS
INT64 = 2**63 - 1


def with_policy(world: World, totals: Any = SOLD, **fields: Any) -> Attempt:
    set_policy(world)
    return attempt(stated(world, totals, **fields))


def suspended(world: World) -> Attempt:
    world.send("suspendMerchant", BOOKSHOP, True)
    return with_policy(world)


def by_agent(world: World, *, kind: int = 8, allowance: int = 1, until: int | None = None) -> Attempt:
    appointment = world.appointment(BOOKSHOP, 1, "clerk", by="bookshop", kind=kind, allowance=allowance, until=until)
    world.send("appoint", [appointment])
    return with_policy(world, by="clerk", agent=1)


def dismissed(world: World) -> Attempt:
    prepared = by_agent(world, until=world.clock.now() + 10)
    world.pass_time(11)
    return prepared


def twice(world: World) -> Attempt:
    with_policy(world).send(world)
    return attempt(stated(world, SOLD, period=TODAY - 1, period_days=1))


def without_commission(world: World) -> Attempt:
    """Nothing but the limit itself bounds what is stated where nothing is taken."""
    set_policy(world, commission_bps=0)
    return attempt(stated(world, [(BAKERY, INT64), (CINEMA, 1)]))


REFUSALS: dict[Reason, Preparation] = {
    Reason.COUNT_ZERO: lambda world: with_policy(world, []),
    Reason.ITEMS_MALFORMED: lambda world: with_policy(world, bytes(11)),
    Reason.PERIOD_NOT_OVER: lambda world: with_policy(world, period_days=8),
    Reason.PERIOD_STATED: twice,
    Reason.POLICY_UNKNOWN: lambda world: attempt(stated(world, SOLD)),
    Reason.MERCHANT_UNKNOWN: lambda world: with_policy(world, [(BANK + 1, 10)]),
    Reason.MERCHANT_SUSPENDED: suspended,
    Reason.KIND_INVALID: lambda world: with_policy(world, merchant=BANK),
    Reason.DEADLINE_PASSED: lambda world: with_policy(world, deadline=world.clock.now() - 1),
    Reason.AGENT_NOT_IN_FORCE: dismissed,
    Reason.AGENT_KIND_MISMATCH: lambda world: by_agent(world, kind=7),
    Reason.ALLOWANCE_EXCEEDED: lambda world: by_agent(world, allowance=0),
    Reason.SIGNATURE_INVALID: lambda world: with_policy(world, by="bakery"),
    Reason.AMOUNT_ZERO: lambda world: with_policy(world, [(BAKERY, 10), (CINEMA, 0)]),
    Reason.ORDER_ABOVE_MAXIMUM: without_commission,
    Reason.COMMISSION_UNFUNDED: lambda world: with_policy(world, [(BAKERY, ALL_FUNDS + 20)]),
}


@for_each(REFUSALS)
def test_a_statement_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    item = check_refusal(world, REFUSALS[reason](world), Verb.STATE, reason)
    assert item.party == (BANK if reason is Reason.KIND_INVALID else BOOKSHOP)
    assert item.subject in (LAST_WEEK, TODAY - 1)


@pytest.mark.parametrize("merchant", [0, BANK + 1])
def test_nobody_states_for_a_merchant_that_does_not_exist(world: World, merchant: int) -> None:
    prepared = with_policy(world, by="bakery", merchant=merchant) if merchant else None
    if prepared is None:
        set_policy(world)
        fields = list(stated(world, SOLD))
        fields[0] = 0
        prepared = attempt(tuple(fields))
    check_refusal(world, prepared, Verb.STATE, Reason.MERCHANT_UNKNOWN)


@pytest.mark.parametrize(
    ("totals", "reason"),
    [
        ([(0, 5)], Reason.ITEMS_MALFORMED),
        (bytes.fromhex("00000003 0000000000000001 00000002 0000000000000001"), Reason.ITEMS_MALFORMED),
        (bytes.fromhex("00000002 0000000000000001 00000002 0000000000000001"), Reason.ITEMS_MALFORMED),
        (bytes.fromhex("00000002 0000000000000001 00"), Reason.ITEMS_MALFORMED),
        ([(2**32 - 1, 5)], Reason.MERCHANT_UNKNOWN),
    ],
)
def test_totals_come_whole_and_once_by_ascending_recruiter(world: World, totals: Any, reason: Reason) -> None:
    check_refusal(world, with_policy(world, totals), Verb.STATE, reason)


def test_a_period_of_no_days_is_none(world: World) -> None:
    check_refusal(world, with_policy(world, period_days=0), Verb.STATE, Reason.COUNT_ZERO)


def test_the_recruiter_gets_its_rebate_and_the_platform_the_rest(world: World) -> None:
    """S3.8, S3.11: 5 % of 1,000 are taken from the seller; 60 % of that go to whoever recruited the consumers."""
    set_policy(world)
    receipt = attempt(stated(world, [(BAKERY, 1_000), (CINEMA, 200)], root=b"\7" * 32)).send(world)
    totals = (StatedTotal(BAKERY, 1_000, 50, 30), StatedTotal(CINEMA, 200, 10, 6))
    assert events(world, receipt) == [Stated(BOOKSHOP, 0, LAST_WEEK, 7, 1, b"\7" * 32, totals)]
    assert sealed(world, receipt).items == 1
    assert [cash(world, each) - FUNDS for each in (BOOKSHOP, BAKERY, CINEMA, OPERATOR)] == [-60, 30, 6, 24]


@pytest.mark.parametrize(
    ("equal_codes", "seller", "platform"), [(0, -20, 20), (PLATFORM_KEEPS, -50, 50), (NO_COMMISSION, 0, 0)]
)
def test_equal_codes_follow_the_policy(world: World, equal_codes: int, seller: int, platform: int) -> None:
    """S3.14: returned to the seller, kept by the platform, or no commission at all; of 1,000 to own recruits."""
    set_policy(world, equal_codes=equal_codes)
    receipt = attempt(stated(world, [(BOOKSHOP, 1_000)])).send(world)
    assert not refused(world, receipt)
    assert [cash(world, each) - FUNDS for each in (BOOKSHOP, OPERATOR)] == [seller, platform]


@pytest.mark.parametrize("equal_codes", [0, PLATFORM_KEEPS, NO_COMMISSION])
def test_other_codes_are_the_same_whatever_becomes_of_equal_ones(world: World, equal_codes: int) -> None:
    set_policy(world, equal_codes=equal_codes)
    assert not refused(world, attempt(stated(world, SOLD)).send(world))
    assert [cash(world, each) - FUNDS for each in (BOOKSHOP, BAKERY, OPERATOR)] == [-50, 30, 20]


def test_the_platform_sells_and_recruits_like_any_merchant(world: World) -> None:
    set_policy(world)
    of_platform = stated(world, [(OPERATOR, 1_000), (BAKERY, 1_000)], merchant=OPERATOR)
    of_cinema = stated(world, [(OPERATOR, 1_000)], merchant=CINEMA)
    assert not refused(world, attempt(of_platform, of_cinema).send(world))
    assert [cash(world, each) - FUNDS for each in (OPERATOR, BAKERY, CINEMA)] == [20, 30, -50]


@pytest.mark.parametrize("seed", range(3))
def test_parts_are_rounded_down_and_nothing_is_lost(world: World, seed: int) -> None:
    """What rounding leaves of an amount stays the seller's, of a commission the platform's."""
    random, done = Random(seed), 0
    for _ in range(12):
        commission_bps, rebate_bps, equal_codes = (
            random.randint(0, 10_000),
            random.randint(0, 10_000),
            random.randrange(3),
        )
        shares = {"commission_bps": commission_bps, "rebate_bps": rebate_bps, "equal_codes": equal_codes}
        world.pass_time(1)
        set_policy(world, starts_at=world.clock.now(), **shares)
        world.pass_time(2 * DAY)
        amounts = [random.randint(1, 10 ** random.randint(1, 9)) for _ in range(3)]
        totals = list(zip((BAKERY, BOOKSHOP, CINEMA), amounts, strict=True))
        held = {each: cash(world, each) for each in (OPERATOR, BAKERY, BOOKSHOP, CINEMA)}
        expected = dict(held)
        for recruiter, amount in totals:
            equal = recruiter == BOOKSHOP
            commission = 0 if equal and equal_codes == NO_COMMISSION else amount * commission_bps // 10_000
            rebate = 0 if equal and equal_codes == PLATFORM_KEEPS else commission * rebate_bps // 10_000
            expected[BOOKSHOP] -= commission
            expected[OPERATOR] += commission - rebate
            expected[recruiter] += rebate
        period = world.clock.now() // DAY - 1
        receipt = attempt(stated(world, totals, period=period, period_days=1)).send(world)
        if reasons(world, receipt) == [Reason.COMMISSION_UNFUNDED]:
            expected = held
        else:
            done += 1
        assert {each: cash(world, each) for each in held} == expected
    assert done


def test_the_sellers_last_unit_pays_and_its_own_rebate_does_not(world: World) -> None:
    """The whole commission must be there first, also what comes back of it."""
    set_policy(world)
    check_refusal(world, attempt(stated(world, [(BOOKSHOP, ALL_FUNDS + 20)])), Verb.STATE, Reason.COMMISSION_UNFUNDED)
    assert not refused(world, attempt(stated(world, [(BOOKSHOP, ALL_FUNDS)])).send(world))
    assert cash(world, BOOKSHOP) == FUNDS * REBATE_BPS // 10_000


def test_a_period_is_stated_when_its_last_day_is_over(world: World) -> None:
    set_policy(world)
    today = stated(world, SOLD, period=TODAY, period_days=1, deadline=2**40 - 1)
    world.clock.set((TODAY + 1) * DAY - 1)
    assert reasons(world, attempt(today).send(world)) == [Reason.PERIOD_NOT_OVER]
    world.pass_time(1)
    assert not refused(world, attempt(today).send(world))


def test_a_day_is_stated_once_and_days_left_out_stay_unstated(world: World) -> None:
    """One statement a period; after a gap there is no way back."""
    set_policy(world)
    assert not refused(world, attempt(stated(world, SOLD, period_days=3)).send(world))
    for period, days in ((LAST_WEEK + 2, 1), (LAST_WEEK, 3), (LAST_WEEK - 1, 1), (LAST_WEEK - 1, 8)):
        again = stated(world, SOLD, period=period, period_days=days)
        assert reasons(world, attempt(again).send(world)) == [Reason.PERIOD_STATED]
    assert not refused(world, attempt(stated(world, SOLD, period=LAST_WEEK + 5, period_days=2)).send(world))
    gap = stated(world, SOLD, period=LAST_WEEK + 3, period_days=1)
    assert reasons(world, attempt(gap).send(world)) == [Reason.PERIOD_STATED]


def test_the_policy_is_that_of_the_periods_first_moment(world: World) -> None:
    """S3.14: versions with start dates; what began under a policy ends under it."""
    set_policy(world, starts_at=(LAST_WEEK - 1) * DAY)
    tomorrow = (TODAY + 1) * DAY
    set_policy(world, starts_at=tomorrow, commission_bps=1_000)
    set_policy(world, starts_at=tomorrow + 1, commission_bps=2_000)
    before = stated(world, SOLD, period=LAST_WEEK - 2, period_days=1)
    assert reasons(world, attempt(before).send(world)) == [Reason.POLICY_UNKNOWN]
    world.clock.set(tomorrow + 3 * DAY)
    policies = []
    for period, days in ((LAST_WEEK - 1, 1), (LAST_WEEK, 8), (TODAY + 1, 1), (TODAY + 2, 1)):
        (event,) = events(world, attempt(stated(world, SOLD, period=period, period_days=days)).send(world))
        assert isinstance(event, Stated)
        policies.append((event.policy, event.totals[0].commission))
    assert policies == [(1, 50), (1, 50), (2, 100), (3, 200)]


def test_an_agent_states_what_its_allowance_lets_it(world: World) -> None:
    prepared = by_agent(world, allowance=1)
    (event,) = events(world, prepared.send(world))
    assert isinstance(event, Stated)
    assert event.agent == 1
    again = stated(world, SOLD, by="clerk", agent=1, period=TODAY, period_days=1, deadline=NOW + 2 * DAY)
    world.send("appoint", [world.appointment(BOOKSHOP, 2, "other", by="bookshop", kind=8, until=NOW + 9 * DAY)])
    world.clock.set(NOW + DAY)
    assert reasons(world, attempt(again).send(world)) == [Reason.ALLOWANCE_EXCEEDED]


def test_refused_neighbours_leave_good_statements_done(world: World) -> None:
    set_policy(world)
    good = stated(world, SOLD)
    forged = stated(world, SOLD, merchant=CINEMA, by="bakery")
    receipt = attempt(good, good, forged, stated(world, [(BOOKSHOP, 7)], merchant=BAKERY)).send(world)
    assert [type(each).__name__ for each in events(world, receipt)] == ["Stated", "Stated", "Refusals"]
    assert refused(world, receipt) == [
        RefusedItem(Verb.STATE, Reason.PERIOD_STATED, 0, 1, BOOKSHOP, LAST_WEEK),
        RefusedItem(Verb.STATE, Reason.SIGNATURE_INVALID, 0, 2, CINEMA, LAST_WEEK),
    ]
    assert sealed(world, receipt).items == 4


def test_the_root_and_the_end_of_what_is_stated_stand_in_the_storage(world: World) -> None:
    set_policy(world)
    attempt(stated(world, SOLD, root=b"\xab" * 32, period_days=5)).send(world)
    assert word(world, statement_slot(BOOKSHOP, LAST_WEEK)) == int.from_bytes(b"\xab" * 32, "big")
    assert field(word(world, merchant_slot(BOOKSHOP) + 1), 224, 32) == LAST_WEEK + 5
    assert word(world, statement_slot(BAKERY, LAST_WEEK)) == 0


def test_a_suspended_recruiter_still_earns(world: World) -> None:
    set_policy(world)
    world.send("suspendMerchant", BAKERY, True)
    assert not refused(world, attempt(stated(world, SOLD)).send(world))
    assert cash(world, BAKERY) == FUNDS + 30


def test_stating_goes_on_during_a_pause(world: World) -> None:
    set_policy(world)
    world.send("pause", sender="pauser")
    assert not refused(world, attempt(stated(world, SOLD)).send(world))


def test_the_most_that_is_stated_at_once_fits_a_column(world: World) -> None:
    set_policy(world, commission_bps=0)
    receipt = attempt(stated(world, [(BAKERY, INT64 - 1), (CINEMA, 1)])).send(world)
    assert not refused(world, receipt)
