"""Closing a finished batch and its lots: what was reserved and not used goes back."""

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Closed, LotClosed, RefusedItem
from ledger.domain.terms import Funder
from scripts.world import DAY, NOW, OPERATOR, World
from tests.contracts.parties import BAKERY, BOOKSHOP, CINEMA, FUNDS, held, issue, mint, stock
from tests.contracts.reading import (
    Attempt,
    Preparation,
    check_refusal,
    check_revert,
    events,
    for_each,
    reasons,
    refused,
    sealed,
)

GRACE = 7 * DAY
ISSUER_FUNDED = {"funder": Funder.ISSUER, "discount_bps": 0, "discount_minor": 40}


def close(batch: int) -> Attempt:
    return Attempt("close", (batch,), sender="operator")


def close_lots(batch: int, *lots: int) -> Attempt:
    return Attempt("closeLots", (batch, list(lots)), sender="stranger")


def closed_batch(world: World) -> int:
    """Two lots, of the bakery and the bookshop, whose batch was closed."""
    batch = stock(world, **ISSUER_FUNDED, closes=NOW + 10)
    world.allocate(batch, BOOKSHOP, 50, by="bookshop")
    world.pass_time(10 + GRACE)
    close(batch).send(world)
    return batch


REFUSALS: dict[Reason, Preparation] = {Reason.AMOUNT_ZERO: lambda world: close_lots(closed_batch(world), 3)}


@for_each(REFUSALS)
def test_a_lot_with_nothing_to_give_back_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    item = check_refusal(world, REFUSALS[reason](world), Verb.CLOSE_LOT, reason)
    assert item.subject == 3


def test_what_was_not_redeemed_goes_back_to_the_operator(world: World) -> None:
    """Pools end as they began (S2.19): reserve in = reserve used + reserve given back."""
    coupons = held(world, count=2, closes=NOW + 10, split_bps=(0, 0, 10_000, 0, 0, 0, 0))
    world.redeem(BOOKSHOP, [coupons.item()], by="bookshop")
    world.pass_time(10 + GRACE)
    receipt = close(coupons.batch).send(world)
    left = 900 * 1_000 - 100 - 100  # a reward and a discount of an order of 1,000 were used
    assert events(world, receipt) == [Closed(coupons.batch, left)]
    assert sealed(world, receipt).items == 1
    assert world.ask("merchant", OPERATOR)[1] == FUNDS - 200
    assert world.ask("batch", coupons.batch)[3::3] == (0, True)


@pytest.mark.parametrize(
    ("days", "delay_hours", "finishes"),
    [
        (0, 0, NOW + 10 + GRACE),
        (0, 36, NOW + 10 + 36 * 3_600 + GRACE),
        (1, 0, ((NOW + 9) // DAY + 2) * DAY + GRACE),
        (30, 1, ((NOW + 9) // DAY + 31) * DAY + 3_600 + GRACE),
    ],
)
def test_a_batch_is_finished_after_its_last_redemption_its_delay_and_the_grace(
    world: World, days: int, delay_hours: int, finishes: int
) -> None:
    batch = mint(world, closes=NOW + 10, valid_days=days, settlement_delay_hours=delay_hours)
    world.clock.set(finishes - 1)
    check_revert(world, close(batch), "BatchNotFinished", finishes=finishes, time=finishes - 1)
    world.clock.set(finishes)
    assert events(world, close(batch).send(world)) == [Closed(batch, 900_000)]


def test_a_batch_is_closed_once(world: World) -> None:
    batch = closed_batch(world)
    check_revert(world, close(batch), "BatchClosed", batch=batch)


@pytest.mark.parametrize("batch", [0, 2])
def test_batch_zero_and_the_one_after_the_last_are_unknown(world: World, batch: int) -> None:
    mint(world)
    check_revert(world, close(batch), "BatchUnknown", batch=batch, batches=1)


def test_a_closed_batchs_coupons_are_past_redeeming(world: World) -> None:
    coupons = held(world, closes=NOW + 10)
    world.pass_time(10 + GRACE)
    close(coupons.batch).send(world)
    assert reasons(world, world.redeem(BOOKSHOP, [coupons.item()], by="bookshop")) == [Reason.BATCH_CLOSED]


def test_a_closed_batch_gives_no_more_stock(world: World) -> None:
    batch = closed_batch(world)
    assert reasons(world, world.allocate(batch, CINEMA, 1, by="cinema")) == [Reason.BATCH_EXPIRED]
    intent = world.issue_intent(BAKERY, batch, 1, [(1, 1)], by="bakery")
    assert reasons(world, world.send("issue", [intent])) == [Reason.BATCH_EXPIRED]


def test_lots_give_their_merchants_discounts_back_and_anybody_may_ask(world: World) -> None:
    batch = closed_batch(world)
    receipt = close_lots(batch, 2, 1).send(world)
    assert events(world, receipt) == [
        LotClosed(batch, 2, BOOKSHOP, 50 * 40),
        LotClosed(batch, 1, BAKERY, 100 * 40),
    ]
    assert sealed(world, receipt).items == 2
    assert [world.ask("merchant", each)[1] for each in (BAKERY, BOOKSHOP)] == [FUNDS, FUNDS]


def test_a_lot_gives_back_what_its_coupons_did_not_use(world: World) -> None:
    batch = stock(world, **ISSUER_FUNDED, closes=NOW + 10)
    coupons = issue(world, batch, count=3)
    world.redeem(BOOKSHOP, [coupons.item(0), coupons.item(2, order=100)], by="bookshop")
    world.pass_time(10 + GRACE)
    close(batch).send(world)
    assert events(world, close_lots(batch, 1).send(world)) == [LotClosed(batch, 1, BAKERY, 98 * 40)]


def test_a_suspended_merchant_gets_its_reserve_back_too(world: World) -> None:
    batch = closed_batch(world)
    world.send("suspendMerchant", BAKERY, True)
    assert not refused(world, close_lots(batch, 1).send(world))
    assert world.ask("merchant", BAKERY)[1] == FUNDS


def test_refused_neighbours_leave_good_lots_closed(world: World) -> None:
    batch = closed_batch(world)
    receipt = close_lots(batch, 0, 1, 1, 2, 3).send(world)
    verb, reason = Verb.CLOSE_LOT, Reason.AMOUNT_ZERO
    assert refused(world, receipt) == [
        RefusedItem(verb, reason, 0, 0, 0, 0),
        RefusedItem(verb, reason, 0, 2, BAKERY, 1),
        RefusedItem(verb, reason, 0, 4, 0, 3),
    ]
    assert sealed(world, receipt).items == 5


@pytest.mark.parametrize("batch", [0, 1, 2])
def test_lots_of_a_batch_that_is_not_closed_stay(world: World, batch: int) -> None:
    stock(world, **ISSUER_FUNDED)
    check_revert(world, close_lots(batch, 1), "BatchNotClosed", batch=batch)


def test_closing_goes_on_during_a_pause(world: World) -> None:
    batch = stock(world, **ISSUER_FUNDED, closes=NOW + 10)
    world.pass_time(10 + GRACE)
    world.send("pause", sender="pauser")
    close(batch).send(world)
    assert not refused(world, close_lots(batch, 1).send(world))
