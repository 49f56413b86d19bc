"""Abuses within the rules: what each costs at most by the terms, and that it is no idle bound but is reached.

Terms are made by chance; `losses.py` has the formulas, `contracts/ABUSE.md` tells operators.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final

import pytest

from ledger.domain.split import discount_down, earning, pool_down, reimbursed
from ledger.domain.terms import Funder, Role, ShareMode
from scripts.world import DAY, World
from scripts.world.settlement import amendment
from tests.abuse import losses
from tests.abuse.market import SIZE, Market, copying, opened_market, terms_by_chance
from tests.conftest import Report
from tests.contracts.parties import ANN, BOB, CID, CINEMA
from tests.contracts.shared import copy_of

Scaled = Callable[[int], int]
MARKETS: Final = 200
NO_CAP: Final = 10**12
DELAY_HOURS, HOUR = 48, 3_600


def chances(scaled: Scaled, name: str) -> Iterator[Random]:
    """A seed for each market of a test."""
    return (Random(f"{name} {number}") for number in range(scaled(MARKETS)))


def market(world: World, random: Random, count: int, **changes: Any) -> Market:
    world.clock.set((world.clock.now() // DAY + 1) * DAY)
    return opened_market(world, terms_by_chance(random, world.clock.now(), **changes), count)


def cap(world: World, daily: int) -> None:
    world.send_as_admin("setLimits", (daily, 10**18, 10**18, 0))


def test_wash_redemption_takes_the_coupons_or_the_cap_of_each_day(world: World, scaled: Scaled, report: Report) -> None:
    """A merchant redeems what nobody bought anything with, day by day, until the cap or the coupons are at an end."""
    most = 0
    for random in chances(scaled, "wash"):
        count, days = random.randrange(1, SIZE), random.randrange(1, 4)
        made = market(world, random, count)
        each, order = losses.most_drawn(made.terms), losses.fullest_order(made.terms)
        daily = random.choice((NO_CAP, each * count // (2 * days) + random.randrange(50)))
        cap(world, daily)
        before, had, left = made.set_aside(), made.theirs(), list(made.coupons)
        for _ in range(days):
            left = left[made.redeem([made.use(each, order) for each in left]) :]
            world.pass_time(DAY)
        loss = before - made.set_aside()
        bound = losses.wash_redemption(made.terms, coupons=count, merchants=1, days=days, cap_daily=daily)
        assert loss <= bound
        # A coupon that does not fit into a day any more waits for the next: less than one a day is missing.
        assert loss == bound or bound - loss < days * each
        assert made.theirs() - had <= loss, "the others' shares and the platform's do not come to them"
        most = max(most, loss)
    cap(world, NO_CAP)
    report("wash redemption", markets=scaled(MARKETS), beyond_the_bound=0, most_lost=most)


def test_sharing_with_oneself_diverts_the_sharers_shares_and_draws_nothing_more(
    world: World, scaled: Scaled, report: Report
) -> None:
    most = 0
    for random in chances(scaled, "sharing"):
        hops = random.randrange(2, 8)
        made = market(world, random, 2, share_mode=ShareMode.TRANSFER, hops=hops)
        order = random.choice((losses.fullest_order(made.terms), made.terms.minimum_order_minor + 777))
        plain = made.set_aside()
        assert made.redeem([made.use(made.coupons[1], order)]) == 1
        plain -= made.set_aside()
        path = ([BOB, ANN] * 4)[: random.randrange(1, hops)]
        made.give(made.coupons[0], [*path, CID])
        before, shares = made.set_aside(), [int(world.ask("consumer", each)[2]) for each in (ANN, BOB)]
        item = made.use(made.coupons[0], order, holder=CID, version=len(path) + 1)
        assert made.redeem([item]) == 1
        diverted = sum(int(world.ask("consumer", each)[2]) for each in (ANN, BOB)) - sum(shares)
        bound = losses.own_sharing(made.terms, coupons=1, order=order)
        assert diverted == bound
        assert before - made.set_aside() == plain == losses.drawn(made.terms, order)
        most = max(most, diverted)
    report("sharing with oneself", markets=scaled(MARKETS), beyond_the_bound=0, most_diverted=most)


def test_a_copy_farm_takes_what_was_set_aside_for_its_copies_and_no_copy_more(
    world: World, scaled: Scaled, report: Report
) -> None:
    cap(world, NO_CAP)
    most = 0
    for random in chances(scaled, "farm"):
        made = market(world, random, count := random.randrange(1, 6), **copying(random))
        copies, order = made.terms.copies, losses.fullest_order(made.terms)
        before, items = made.set_aside(), [made.use(root, order) for root in made.coupons]
        for root in made.coupons:
            for index in range(copies):
                assert made.copy(root, index)
                assert not made.copy(root, index), "an index is used once"
                child = copy_of(root, index, size=SIZE, copies=copies)
                assert not made.copy(child, 0, holder=BOB, version=1), "a copy is not copied"
                items.append(made.use(child, order, holder=BOB, version=1))
            assert not made.copy(root, copies)
        assert made.redeem(items) == count * (1 + copies)
        loss = before - made.set_aside()
        assert loss == losses.copy_farm(made.terms, coupons=count)
        assert loss <= before * count // SIZE, "the batch set as much aside for these coupons"
        most = max(most, loss)
    report("copy farms", markets=scaled(MARKETS), beyond_the_bound=0, most_lost=most)


def test_an_invented_order_takes_the_difference_to_the_fullest(world: World, scaled: Scaled, report: Report) -> None:
    most = 0
    for random in chances(scaled, "order"):
        made = market(world, random, 3)
        fullest = losses.fullest_order(made.terms)
        true = random.randrange(max(1, made.terms.minimum_order_minor), fullest + 1)
        lies = (fullest, random.choice((fullest * 1_000, 2**48 - 1)))
        drawn = []
        for coupon, order in zip(made.coupons, (true, *lies), strict=True):
            before = made.set_aside()
            assert made.redeem([made.use(coupon, order)]) == 1
            drawn.append(before - made.set_aside())
        bound = losses.invented_order(made.terms, coupons=1, order=true)
        assert drawn[1] - drawn[0] == drawn[2] - drawn[0] == bound
        most = max(most, bound)
    report("invented orders", markets=scaled(MARKETS), beyond_the_bound=0, most_lost=most)


@pytest.mark.parametrize("funder", Funder)
def test_a_discount_that_is_never_given_is_drained_as_far_as_its_funder_set_aside(
    world: World, scaled: Scaled, report: Report, funder: Funder
) -> None:
    most = 0
    for random in chances(scaled, "discount"):
        only: dict[str, Any] = {"reward_minor": 0, "reward_cap_bps": 0, "discount_minor": random.randrange(1, 3_000)}
        made = market(world, random, count := random.randrange(1, 30), funder=funder, discount_bps=0, **only)
        daily = random.choice((NO_CAP, random.randrange(20_000)))
        cap(world, daily)
        order, before = losses.fullest_order(made.terms), made.set_aside()
        made.redeem([made.use(each, order) for each in made.coupons])
        loss, each = before - made.set_aside(), discount_down(made.terms, order)
        bound = losses.drained_discount(made.terms, coupons=count, merchants=1, days=1, cap_daily=daily)
        assert loss <= bound
        assert loss == bound or bound - loss < each
        if funder is Funder.REDEEMER:
            assert loss == 0
        most = max(most, loss)
    cap(world, NO_CAP)
    report(f"discounts drained, {funder.name} funds", markets=scaled(MARKETS), beyond_the_bound=0, most_lost=most)


def test_what_waits_is_taken_back_whole_and_what_was_distributed_is_lost(
    world: World, scaled: Scaled, report: Report
) -> None:
    """A settlement delay turns every abuse above into a loss of what is noticed too late: some days of it, not all."""
    lost = saved = 0
    for random in chances(scaled, "delay"):
        made = market(world, random, 12, settlement_delay_hours=DELAY_HOURS)
        order, before, had = losses.fullest_order(made.terms), made.set_aside(), made.theirs()
        noticed, used = random.randrange(1, 7), 0
        for _ in range(noticed):
            if used:
                world.pass_time(DAY)
            assert made.redeem([made.use(each, order) for each in made.coupons[used : used + 2]]) == 2
            used += 2
        # Found out an hour before the first day's would be a whole number of days old.
        world.pass_time(DAY - HOUR)
        hours = 24 * noticed - 1
        done = list(made.coupons[:used])
        world.send("distribute", done, sender="relayer")
        world.send("forfeit", done, 7, True)
        loss, daily = before - made.set_aside(), 2 * losses.most_drawn(made.terms)
        assert loss == losses.left_after_forfeit(daily, noticed_after_hours=hours, delay_hours=DELAY_HOURS)
        if hours < DELAY_HOURS:
            assert made.theirs() == had, "contribution and all: as if it had never been"
        lost, saved = lost + loss, saved + noticed * daily - loss
    report("settlement delay and forfeit", markets=scaled(MARKETS), lost=lost, taken_back=saved)


def test_a_merchant_who_amends_downwards_gives_back_in_proportion(world: World, scaled: Scaled) -> None:
    for random in chances(scaled, "amend"):
        made = market(world, random, 1, settlement_delay_hours=DELAY_HOURS)
        before, fullest = made.set_aside(), losses.fullest_order(made.terms)
        assert made.redeem([made.use(made.coupons[0], fullest)]) == 1
        true = random.randrange(1, fullest) if fullest > 1 else 1
        amended = amendment(world, made.coupons[0], true, merchant=CINEMA, by="cinema")
        world.send("amend", [amended], sender="relayer")
        reward, _, discount = pool_down(made.terms, fullest, true if fullest > 1 else fullest)
        assert before - made.set_aside() == reward + reimbursed(made.terms, discount)


def test_the_price_of_inventing_is_the_contribution_that_goes_to_others(scaled: Scaled) -> None:
    """What the colluders gain of a wash redemption: what is drawn, less the platform's and strangers' parts."""
    random = Random(99)
    for _ in range(scaled(100_000)):
        terms = terms_by_chance(random, 1_700_000_000)
        order = losses.fullest_order(terms)
        earned = earning(terms, order)
        theirs = earned.parts[Role.REDEEMER] + earned.parts[Role.CONSUMER]
        gain = losses.drawn(terms, order) - earned.reward + theirs - earned.contribution
        others = sum(earned.parts) - theirs
        assert gain == losses.most_drawn(terms) - others
