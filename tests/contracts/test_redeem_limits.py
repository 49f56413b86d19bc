"""What bounds a redeeming merchant: the cash it contributes from, and its daily cap on what others pay for."""

from typing import Any

import pytest

from ledger.chain.contract import Revert
from ledger.domain.errors import Reason
from ledger.domain.events import LimitsChanged, RewardCapChanged
from ledger.domain.terms import Funder
from scripts.world import DAY, NOW, World
from tests.contracts.books import LIMITS, OUTFLOW, field, word
from tests.contracts.parties import BANK, BOOKSHOP, CINEMA, FUNDS, Held, held
from tests.contracts.reading import events, reasons, sealed

MIDNIGHT = (NOW // DAY + 1) * DAY
MOST = 2**63 - 1
TO_PLATFORM = (10_000, 0, 0, 0, 0, 0, 0)
DRAWN = 200
"""Reward 100 and discount 100, which the operator funds, of an order of 1,000 by `some_terms`."""


def at_bookshop(coupons: Held, *indices: int, order: int = 1_000) -> list[Reason]:
    world = coupons.world
    items = [coupons.item(index, order=order) for index in indices]
    return reasons(world, world.redeem(BOOKSHOP, items, by="bookshop"))


def test_a_merchant_takes_reward_up_to_the_daily_cap_and_not_a_unit_more(world: World) -> None:
    world.send_as_admin("setLimits", (3 * DRAWN + 1, 10**18, 10**18, 0))
    coupons = held(world, count=6)
    assert at_bookshop(coupons, 0, 1) == []
    assert at_bookshop(coupons, 2, 3) == [Reason.REWARD_CAP_REACHED]
    assert at_bookshop(coupons, 3, order=110) == [Reason.REWARD_CAP_REACHED]  # 11 and 11 where 1 is left
    world.send_as_admin("setLimits", (3 * DRAWN + 22, 10**18, 10**18, 0))
    assert at_bookshop(coupons, 3, order=110) == []


def test_the_cap_is_each_merchants_own(world: World) -> None:
    world.send_as_admin("setLimits", (DRAWN, 10**18, 10**18, 0))
    coupons = held(world, count=3)
    assert at_bookshop(coupons, 0, 1) == [Reason.REWARD_CAP_REACHED]
    assert reasons(world, world.redeem(CINEMA, [coupons.item(1, at=CINEMA)], by="cinema")) == []


def test_the_cap_is_whole_again_at_midnight_utc(world: World) -> None:
    world.send_as_admin("setLimits", (DRAWN, 10**18, 10**18, 0))
    coupons = held(world, count=3)
    assert at_bookshop(coupons, 0) == []
    world.clock.set(MIDNIGHT - 1)
    assert at_bookshop(coupons, 1) == [Reason.REWARD_CAP_REACHED]
    world.clock.set(MIDNIGHT)
    assert at_bookshop(coupons, 1, 2) == [Reason.REWARD_CAP_REACHED]
    assert world.ask("merchant", BOOKSHOP)[6:8] == (DRAWN, MIDNIGHT // DAY)


def test_the_cap_holds_over_a_merchants_intents_in_one_transaction(world: World) -> None:
    world.send_as_admin("setLimits", (2 * DRAWN, 10**18, 10**18, 0))
    coupons = held(world, count=4)
    intents = [
        world.redeem_intent(BOOKSHOP, [coupons.item(0), coupons.item(1)], by="bookshop"),
        world.redeem_intent(CINEMA, [coupons.item(2, at=CINEMA)], by="cinema"),
        world.redeem_intent(BOOKSHOP, [coupons.item(3)], by="bookshop"),
    ]
    receipt = world.send("redeem", intents, sender="relayer")
    assert reasons(world, receipt) == [Reason.REWARD_CAP_REACHED]
    assert world.ask("coupon", coupons.coupons[3])[0] == 2


def test_redemptions_without_reward_do_not_count(world: World) -> None:
    world.send_as_admin("setLimits", (0, 10**18, 10**18, 0))
    coupons = held(world, count=2, reward_minor=0, discount_bps=0, discount_minor=0)
    assert at_bookshop(coupons, 0, 1) == []
    assert at_bookshop(held(world), 0) == [Reason.REWARD_CAP_REACHED]


def drawn_by_bookshop(world: World) -> int:
    return int(world.ask("merchant", BOOKSHOP)[6])


@pytest.mark.parametrize(("funder", "drawn"), [(Funder.OPERATOR, 200), (Funder.ISSUER, 200), (Funder.REDEEMER, 100)])
def test_a_discount_counts_where_others_fund_it(world: World, funder: Funder, drawn: int) -> None:
    """Of colluding merchants and consumers none takes out more in a day than its cap, by whatever name."""
    coupons = held(world, count=2, funder=funder)
    world.send_as_admin("setLimits", (drawn - 1, 10**18, 10**18, 0))
    assert at_bookshop(coupons, 0) == [Reason.REWARD_CAP_REACHED]
    world.send_as_admin("setLimits", (drawn, 10**18, 10**18, 0))
    assert at_bookshop(coupons, 0, 1) == [Reason.REWARD_CAP_REACHED]
    assert drawn_by_bookshop(world) == drawn


def test_a_discount_counts_without_any_reward(world: World) -> None:
    coupons = held(world, count=2, reward_minor=0)
    world.send_as_admin("setLimits", (100, 10**18, 10**18, 0))
    assert at_bookshop(coupons, 0, 1) == [Reason.REWARD_CAP_REACHED]
    assert drawn_by_bookshop(world) == 100


def test_a_merchants_own_cap_replaces_the_ledgers_until_it_is_zero_again(world: World) -> None:
    world.send_as_admin("setLimits", (DRAWN, 10**18, 10**18, 0))
    receipt = world.send_as_admin("setRewardCap", BOOKSHOP, 2 * DRAWN)
    assert events(world, receipt) == [RewardCapChanged(BOOKSHOP, 2 * DRAWN)]
    assert sealed(world, receipt).items == 1
    coupons = held(world, count=4)
    assert at_bookshop(coupons, 0, 1, 2) == [Reason.REWARD_CAP_REACHED]
    world.clock.set(MIDNIGHT)
    world.send_as_admin("setRewardCap", BOOKSHOP, 0)
    assert at_bookshop(coupons, 2, 3) == [Reason.REWARD_CAP_REACHED]


def test_a_cap_below_what_was_taken_today_leaves_nothing(world: World) -> None:
    coupons = held(world, count=2)
    assert at_bookshop(coupons, 0) == []
    world.send_as_admin("setRewardCap", BOOKSHOP, DRAWN - 1)
    assert at_bookshop(coupons, 1, order=110) == [Reason.REWARD_CAP_REACHED]


def test_only_merchants_that_exist_get_a_cap(world: World) -> None:
    data = world.ledger.encode("setRewardCap", BANK + 1, 5)
    revert = world.ledger.revert_of(world.chain, data, sender=world.timelock.address)
    assert revert is not None
    assert (revert.name, dict(revert.fields)) == ("MerchantUnknown", {"merchant": BANK + 1, "merchants": BANK})
    data = world.ledger.encode("setRewardCap", 0, 5)
    revert = world.ledger.revert_of(world.chain, data, sender=world.timelock.address)
    assert revert is not None
    assert revert.name == "MerchantUnknown"


def test_limits_are_set_as_named_and_stand_in_their_slots(world: World) -> None:
    receipt = world.send_as_admin("setLimits", (MOST, MOST - 1, MOST - 2, 30 * DAY))
    assert events(world, receipt) == [LimitsChanged(MOST, MOST - 1, MOST - 2, 30 * DAY)]
    assert sealed(world, receipt).items == 1
    stored = word(world, LIMITS)
    assert [field(stored, at, bits) for at, bits in ((0, 64), (64, 64), (224, 32))] == [MOST, MOST - 1, 30 * DAY]
    assert field(word(world, OUTFLOW), 0, 64) == MOST - 2


@pytest.mark.parametrize("position", range(3))
def test_a_cap_is_no_more_than_all_the_money_there_can_be(world: World, position: int) -> None:
    limits = [1, 1, 1, 0]
    limits[position] = MOST + 1
    assert as_admin(world, "setLimits", tuple(limits)) == Revert("CapTooLarge", {"cap": MOST + 1, "limit": MOST})


def test_a_merchants_own_cap_is_no_more_either(world: World) -> None:
    assert as_admin(world, "setRewardCap", BOOKSHOP, MOST) is None
    for cap in (MOST + 1, 2**64 - 1):
        assert as_admin(world, "setRewardCap", BOOKSHOP, cap) == Revert("CapTooLarge", {"cap": cap, "limit": MOST})


def as_admin(world: World, function: str, *arguments: Any) -> Revert | None:
    data = world.ledger.encode(function, *arguments)
    return world.ledger.revert_of(world.chain, data, sender=world.timelock.address)


def leave_the_bookshop(world: World, cash: int) -> None:
    world.send("withdraw", [world.withdrawal(BOOKSHOP, FUNDS - cash, by="bookshop")], sender="relayer")
    world.send("payOut", [BOOKSHOP], sender="relayer")
    assert world.ask("merchant", BOOKSHOP)[1] == cash


def test_a_contribution_is_paid_out_of_cash_at_hand_to_its_last_unit(world: World) -> None:
    """20 of an order of 1,000: a cash of 39 pays one and 19 of the second."""
    leave_the_bookshop(world, 39)
    coupons = held(world, count=2, reward_minor=0, discount_bps=0, discount_minor=0, split_bps=TO_PLATFORM)
    assert at_bookshop(coupons, 0, 1) == [Reason.CONTRIBUTION_UNFUNDED]
    assert world.ask("merchant", BOOKSHOP)[1] == 19
    world.fund([(False, BOOKSHOP, 1)])
    assert at_bookshop(coupons, 1) == []
    assert world.ask("merchant", BOOKSHOP)[1] == 0


def test_what_a_transaction_pays_a_merchant_funds_no_contribution_within_it(world: World) -> None:
    """Credits are written once, at the end: a discount of 100 comes too late for the next item's 20."""
    leave_the_bookshop(world, 20)
    coupons = held(world, count=2)
    assert at_bookshop(coupons, 0, 1) == [Reason.CONTRIBUTION_UNFUNDED]
    assert at_bookshop(coupons, 1) == []


def test_cash_contributed_in_one_intent_is_gone_in_the_next_of_the_same_transaction(world: World) -> None:
    leave_the_bookshop(world, 39)
    coupons = held(world, count=2)
    intents = [world.redeem_intent(BOOKSHOP, [coupons.item(index)], by="bookshop") for index in range(2)]
    receipt = world.send("redeem", intents, sender="relayer")
    assert reasons(world, receipt) == [Reason.CONTRIBUTION_UNFUNDED]


def test_a_merchant_without_cash_redeems_where_nothing_is_to_be_contributed(world: World) -> None:
    leave_the_bookshop(world, 0)
    coupons = held(world, contribution_bps=0, contribution_cap_minor=0)
    assert at_bookshop(coupons, 0) == []
    few = held(world, contribution_bps=1)
    assert at_bookshop(few, 0, order=9_999) == []  # a share below one unit rounds down to nothing
