"""Recalling: unissued stock goes back to the operator as a lot of its own."""

from typing import Any

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Recalled, RefusedItem
from ledger.domain.terms import Funder
from scripts.world import DAY, NOW, OPERATOR, World
from tests.contracts.parties import BAKERY, BOOKSHOP, FUNDS, issue, mint, stock
from tests.contracts.reading import Attempt, Preparation, check_refusal, events, for_each, reasons, refused, sealed

ISSUER_FUNDED = {"funder": Funder.ISSUER, "discount_bps": 0, "discount_minor": 40}


def attempt(*recalls: tuple[Any, ...], sender: str = "relayer") -> Attempt:
    return Attempt("recall", (list(recalls),), sender=sender)


def of(world: World, batch: int, count: int = 1, **fields: Any) -> Attempt:
    """A recall of the bakery's first lot, signed by it."""
    values = {"merchant": BAKERY, "lot": 1, "by": "bakery", **fields}
    return attempt(world.recall_intent(values.pop("merchant"), batch, values.pop("lot"), count, **values))


def nonce_used(world: World) -> Attempt:
    batch = stock(world)
    of(world, batch, nonce=1_000).send(world)
    return of(world, batch, nonce=1_000)


def suspended(world: World) -> Attempt:
    batch = stock(world)
    world.send("suspendMerchant", BAKERY, True)
    return of(world, batch)


def late(world: World) -> Attempt:
    return of(world, stock(world), deadline=world.clock.now() - 1)


REFUSALS: dict[Reason, Preparation] = {
    Reason.BATCH_UNKNOWN: lambda world: of(world, stock(world) + 1),
    Reason.LOT_MISMATCH: lambda world: of(world, stock(world), merchant=BOOKSHOP, by="bookshop"),
    Reason.COUNT_ZERO: lambda world: of(world, stock(world), 0),
    Reason.LOT_EXHAUSTED: lambda world: of(world, stock(world), 101),
    Reason.NONCE_USED: nonce_used,
    Reason.MERCHANT_SUSPENDED: suspended,
    Reason.DEADLINE_PASSED: late,
    Reason.SIGNATURE_INVALID: lambda world: of(world, stock(world), by="bookshop"),
}


@for_each(REFUSALS)
def test_a_recall_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    check_refusal(world, REFUSALS[reason](world), Verb.RECALL, reason)


def test_the_end_of_a_lot_goes_back_and_what_it_issued_stays(world: World) -> None:
    batch = stock(world)
    issue(world, batch, count=10)
    receipt = of(world, batch, 50, nonce=1_001).send(world)
    assert events(world, receipt) == [Recalled(batch, 1, 2, 50, 0, 1_001)]
    assert sealed(world, receipt).items == 1
    assert world.ask("lot", batch, 1) == (BAKERY, 900, 910, 950, 0)
    assert world.ask("lot", batch, 2) == (OPERATOR, 950, 950, 1_000, 0)
    assert world.ask("batch", batch)[4:6] == (2, 900)


def test_all_that_was_not_issued_may_go_back_and_not_one_more(world: World) -> None:
    batch = stock(world)
    issue(world, batch, count=10)
    check_refusal(world, of(world, batch, 91), Verb.RECALL, Reason.LOT_EXHAUSTED)
    assert not refused(world, of(world, batch, 90).send(world))
    check_refusal(world, of(world, batch, 1), Verb.RECALL, Reason.LOT_EXHAUSTED)


def test_the_operator_recalls_without_a_signature_and_uses_no_nonce(world: World) -> None:
    batch = stock(world)
    unsigned = world.recall_intent(BAKERY, batch, 1, 40, nonce=1_002)
    receipt = attempt(unsigned, unsigned, sender="operator").send(world)
    assert events(world, receipt) == [
        Recalled(batch, 1, 2, 40, 0, 1_002),
        Recalled(batch, 1, 3, 40, 0, 1_002),
    ]
    assert world.ask("lot", batch, 3) == (OPERATOR, 920, 920, 960, 0)


def test_a_signature_that_the_operator_sends_is_checked_like_any_other(world: World) -> None:
    batch = stock(world)
    signed = world.recall_intent(BAKERY, batch, 1, 1, by="bookshop")
    check_refusal(world, attempt(signed, sender="operator"), Verb.RECALL, Reason.SIGNATURE_INVALID)


def test_nobody_else_recalls_without_a_signature(world: World) -> None:
    batch = stock(world)
    for sender in ("relayer", "treasurer", "pauser", "bakery"):
        unsigned = attempt(world.recall_intent(BAKERY, batch, 1, 1), sender=sender)
        check_refusal(world, unsigned, Verb.RECALL, Reason.SIGNATURE_INVALID)


def test_stock_of_a_suspended_merchant_can_still_be_taken_back_by_the_operator(world: World) -> None:
    batch = stock(world)
    world.send("suspendMerchant", BAKERY, True)
    receipt = attempt(world.recall_intent(BAKERY, batch, 1, 100), sender="operator").send(world)
    assert not refused(world, receipt)


def test_the_operators_own_lots_are_not_recalled(world: World) -> None:
    batch = stock(world, merchant=OPERATOR)
    own = world.recall_intent(OPERATOR, batch, 1, 1, by="operator wallet")
    check_refusal(world, attempt(own, sender="operator"), Verb.RECALL, Reason.LOT_MISMATCH)


@pytest.mark.parametrize("lot", [0, 2])
def test_lot_zero_and_the_one_after_the_last_are_nobodys(world: World, lot: int) -> None:
    batch = stock(world)
    check_refusal(world, of(world, batch, lot=lot), Verb.RECALL, Reason.LOT_MISMATCH)
    nobodys = world.recall_intent(0, batch, lot, 1)
    check_refusal(world, attempt(nobodys, sender="operator"), Verb.RECALL, Reason.LOT_MISMATCH)


def test_the_reserve_of_what_goes_back_returns_to_its_merchant(world: World) -> None:
    batch = stock(world, **ISSUER_FUNDED)
    coupons = issue(world, batch, count=10)
    world.redeem(BOOKSHOP, [coupons.item(0)], by="bookshop")
    before = world.ask("merchant", BAKERY)[1]
    receipt = of(world, batch, 90, nonce=1_003).send(world)
    assert events(world, receipt) == [Recalled(batch, 1, 2, 90, 3_600, 1_003)]
    assert world.ask("merchant", BAKERY)[1] == before + 3_600
    assert world.ask("lot", batch, 1)[4] == 9 * 40


def test_recalling_stays_open_after_the_window_and_gives_the_reserve_back(world: World) -> None:
    batch = stock(world, **ISSUER_FUNDED, closes=NOW + 10)
    world.pass_time(DAY)
    assert not refused(world, of(world, batch, 100).send(world))
    assert world.ask("merchant", BAKERY)[1] == FUNDS


@pytest.mark.parametrize("lots_closed_first", [True, False])
def test_a_closed_batchs_reserve_comes_back_once(world: World, lots_closed_first: bool) -> None:
    batch = stock(world, **ISSUER_FUNDED, closes=NOW + 10)
    world.pass_time(8 * DAY)
    world.send("close", batch)
    close_lots = Attempt("closeLots", (batch, [1]))
    if lots_closed_first:
        close_lots.send(world)
    receipt = of(world, batch, 100, nonce=1_004).send(world)
    assert events(world, receipt) == [Recalled(batch, 1, 2, 100, 0, 1_004)]
    if not lots_closed_first:
        close_lots.send(world)
    assert world.ask("merchant", BAKERY)[1] == FUNDS


def test_a_recalled_serial_is_issued_by_its_next_holder(world: World) -> None:
    batch = stock(world)
    of(world, batch, 100).send(world)
    world.allocate(batch, BOOKSHOP, 100, from_lot=2)
    coupons = issue(world, batch, lot=3, issuer=BOOKSHOP)
    assert world.ask("coupon", coupons.coupons[0]) == (2, coupons.holder)


def test_refused_neighbours_leave_good_recalls_done(world: World) -> None:
    batch = stock(world)
    good = world.recall_intent(BAKERY, batch, 1, 60, by="bakery", nonce=1_005)
    too_many = world.recall_intent(BAKERY, batch, 1, 41, by="bakery", nonce=1_006)
    receipt = attempt(good, good, too_many).send(world)
    assert refused(world, receipt) == [
        RefusedItem(Verb.RECALL, Reason.LOT_EXHAUSTED, 0, 1, BAKERY, 1_005),
        RefusedItem(Verb.RECALL, Reason.LOT_EXHAUSTED, 0, 2, BAKERY, 1_006),
    ]
    assert sealed(world, receipt).items == 3
    assert reasons(world, attempt(good).send(world)) == [Reason.LOT_EXHAUSTED]


def test_a_batch_zero_is_unknown(world: World) -> None:
    mint(world)
    check_refusal(world, of(world, 0), Verb.RECALL, Reason.BATCH_UNKNOWN)
