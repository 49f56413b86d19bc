"""What the operator's key can do at most, measured: the caps of a day, and its harm to the honest (promise 26)."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from ledger.domain.ids import OPERATOR, coupon_id
from scripts.world import DAY, Reverted, World, key, some_terms, terms_tuple
from scripts.world.accounts import spending, veto, wallet_change
from tests.abuse.thief import OUT_DAILY, RESERVE_DAILY, REWARD_DAILY, Thief, capped, check_books, rewarded_today
from tests.conftest import Report
from tests.contracts.parties import (
    ANN,
    BAKERY,
    BOOKSHOP,
    held,
    stock,
)
from tests.contracts.reading import Attempt, check_revert, refused

Scaled = Callable[[int], int]
TO_CONSUMER: Final = (0, 0, 0, 10_000, 0, 0, 0)


def test_with_the_operators_key_at_most_the_caps_are_reserved_earned_and_taken_in_a_day(
    scaled: Scaled, report: Report
) -> None:
    """Merchants and consumers of the thief's own, batches that give it everything, points it cashes: all of a day."""
    world = capped(reserve_cap_daily=RESERVE_DAILY)
    world.register_merchants(["den", "lair"])
    den, lair = 6, 7
    world.register_consumers(["fence"], recruiter=den, by="den")
    fence = 4
    thief = Thief(world, [(True, fence, "fence"), (False, den, "den"), (False, lair, "lair")])
    days = max(3, scaled(30))
    thief.next_day()
    platform = int(world.ask("merchant", OPERATOR)[1])
    for day in range(days):
        batch = day + 1
        reserved = _reserve_all(world, fence)
        assert reserved == RESERVE_DAILY
        _spend_all(world, fence, den, batch)
        for merchant in (den, lair):
            assert rewarded_today(world, merchant) <= REWARD_DAILY
        assert thief.take() <= OUT_DAILY
        thief.next_day()
    gone = platform - int(world.ask("merchant", OPERATOR)[1])
    assert gone == days * RESERVE_DAILY
    assert 0 < thief.purse <= days * min(OUT_DAILY, RESERVE_DAILY)
    check_books(world)
    report("the operator's key", days=days, taken=thief.purse, reserved=gone, cap_of_reserves=days * RESERVE_DAILY)


def _reserve_all(world: World, fence: int) -> int:
    """A batch whose 140 coupons give it 1,000 each, and points for the rest of the cap; a unit more is refused."""
    before = int(world.ask("merchant", OPERATOR)[1])
    closes = world.clock.now() + 5 * DAY
    money_of_it: dict[str, Any] = {
        "reward_minor": 0,
        "contribution_bps": 0,
        "contribution_cap_minor": 0,
        "discount_bps": 0,
    }
    terms = some_terms(size=140, discount_minor=1_000, closes=closes, **money_of_it, split_bps=TO_CONSUMER)
    world.send("mint", terms_tuple(terms))
    world.send("grant", [(fence, RESERVE_DAILY - 140_000)])
    check_revert(world, Attempt("grant", ([(fence, 1)],), "operator"), "ReserveCapReached", reserve=1, left=0)
    return before - int(world.ask("merchant", OPERATOR)[1])


def _spend_all(world: World, fence: int, den: int, batch: int) -> None:
    """The coupons are issued to the thief and used, half at each of its merchants, one above the cap."""
    world.allocate(batch, den, 140)
    world.issue(den, batch, 1, [(fence, 140)], by="den")
    for merchant, name, numbers in ((den, "den", range(70)), (den + 1, "lair", range(70, 140))):
        fields: dict[str, Any] = {"lot": 1, "merchant": merchant, "holder": "fence", "order": 1_000}
        items = [world.redeem_item(coupon_id(batch, number), **fields) for number in (*numbers, 139)]
        world.redeem(merchant, items, by=name)


def test_points_that_the_operators_key_grants_become_cash_by_the_same_caps() -> None:
    world = capped(reserve_cap_daily=RESERVE_DAILY)
    batch = stock(world, count=900, points_price=1_000, reward_minor=0, discount_bps=0, discount_minor=0)
    world.send("grant", [(ANN, RESERVE_DAILY)])
    intent = spending(world, ANN, BAKERY, batch, points=250_000, count=250, consumer_key="Ann", merchant_key="bakery")
    assert not refused(world, Attempt("spend", ([intent],)).send(world))
    before = int(world.ask("merchant", BAKERY)[1])
    assert not refused(world, world.send("cashOut", [BAKERY], sender="relayer"))
    assert int(world.ask("merchant", BAKERY)[1]) - before == 250_000 <= RESERVE_DAILY
    check_books(world)


def test_the_operators_key_takes_over_a_party_after_seven_days_if_nobody_objects() -> None:
    """Until then it has nothing of it; afterwards what it takes is under the cap of a day."""
    world = capped()
    world.fund([(True, ANN, 10**8)])
    world.send("startRecovery", True, ANN, key("thief").address)
    thief = Thief(world, [(True, ANN, "thief")])
    for _ in range(7):
        assert thief.take() == 0
        with pytest.raises(Reverted, match="RecoveryNotReady"):
            world.send("completeRecovery", True, ANN, sender="relayer")
        world.pass_time(DAY)
    world.send("completeRecovery", True, ANN, sender="relayer")
    assert thief.take() == OUT_DAILY


@pytest.mark.parametrize("who", ["the party", "the pauser"])
def test_one_objection_within_seven_days_ends_it(who: str) -> None:
    world = capped()
    world.send("startRecovery", True, ANN, key("thief").address)
    ready_at = world.clock.now() + 7 * DAY
    world.pass_time(7 * DAY - 1)
    if who == "the party":
        signature = veto(world, ANN, "thief", by="Ann", ready_at=ready_at, consumer=True)
        world.send("vetoRecovery", True, ANN, signature, sender="relayer")
    else:
        world.send("vetoRecovery", True, ANN, b"", sender="pauser")
    world.pass_time(DAY)
    with pytest.raises(Reverted, match="RecoveryUnknown"):
        world.send("completeRecovery", True, ANN, sender="relayer")
    assert world.ask("consumer", ANN)[0] == f"0x{key('Ann').address.hex()}"


def test_the_operators_key_can_mint_terms_that_take_the_order_from_who_redeems_them() -> None:
    """A merchant signs coupons, not terms: a contribution may be all of the order. What it has accepted it has to pay;
    it is bounded by the order, by the merchant's cash, and by what a till lets through."""
    world = capped()
    coupons = held(world, contribution_bps=10_000, contribution_cap_minor=2**36 - 501, split_bps=TO_CONSUMER)
    merchant, consumer = int(world.ask("merchant", BOOKSHOP)[1]), int(world.ask("consumer", ANN)[2])
    assert not refused(world, world.redeem(BOOKSHOP, [coupons.item(order=10_000)], by="bookshop"))
    assert merchant - int(world.ask("merchant", BOOKSHOP)[1]) == 10_000 - 400
    assert int(world.ask("consumer", ANN)[2]) - consumer == 10_000 + 500
    check_books(world)


def test_a_wallet_that_a_thief_changed_is_defended_by_the_thief() -> None:
    """The veto belongs to the wallet in force. The operator can suspend the party, so that nothing is taken any more,
    but not give it back against the thief's veto."""
    world = capped()
    world.fund([(True, ANN, 10**8)])
    change = wallet_change(world, ANN, "thief", by="Ann", consumer=True)
    assert not refused(world, world.send("changeWallet", [change], sender="relayer"))
    world.send("suspendConsumer", ANN, True)
    assert Thief(world, [(True, ANN, "thief")]).take() == 0
    world.send("startRecovery", True, ANN, key("Ann again").address)
    ready_at = world.clock.now() + 7 * DAY
    signature = veto(world, ANN, "Ann again", by="thief", ready_at=ready_at, consumer=True)
    world.send("vetoRecovery", True, ANN, signature, sender="relayer")
    world.pass_time(8 * DAY)
    with pytest.raises(Reverted, match="RecoveryUnknown"):
        world.send("completeRecovery", True, ANN, sender="relayer")
