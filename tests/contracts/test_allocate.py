"""Allocating: stock for merchants, from the end of the operator's lots."""

from typing import Any

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Allocated, RefusedItem
from ledger.domain.terms import Funder, ShareMode
from scripts.world import DAY, NOW, OPERATOR, World, some_terms
from tests.contracts.books import money
from tests.contracts.parties import BAKERY, BANK, BOOKSHOP, CINEMA, FUNDS, MERCHANTS, issue, mint, stock
from tests.contracts.reading import Attempt, Preparation, check_refusal, events, for_each, reasons, refused, sealed

ISSUER_FUNDED = {"funder": Funder.ISSUER, "discount_bps": 0, "discount_minor": 40}


def attempt(*allocations: tuple[Any, ...]) -> Attempt:
    return Attempt("allocate", (list(allocations),), sender="operator")


def of(world: World, batch: int, count: int = 1, *, merchant: int = BAKERY, **fields: Any) -> Attempt:
    return attempt(world.allocation(batch, merchant, count, **fields))


def expired(world: World) -> Attempt:
    batch = mint(world, closes=NOW + 10)
    world.clock.set(NOW + 10)
    return of(world, batch)


def suspended(world: World) -> Attempt:
    batch = mint(world)
    world.send("suspendMerchant", BAKERY, True)
    return of(world, batch)


def nonce_used(world: World) -> Attempt:
    batch = mint(world, **ISSUER_FUNDED)
    of(world, batch, by="bakery", nonce=1_000).send(world)
    return of(world, batch, by="bakery", nonce=1_000)


def late(world: World) -> Attempt:
    return of(world, mint(world, **ISSUER_FUNDED), by="bakery", deadline=world.clock.now() - 1)


REFUSALS: dict[Reason, Preparation] = {
    Reason.BATCH_UNKNOWN: lambda world: of(world, mint(world) + 1),
    Reason.BATCH_EXPIRED: expired,
    Reason.MERCHANT_UNKNOWN: lambda world: of(world, mint(world), merchant=BANK + 1),
    Reason.MERCHANT_SUSPENDED: suspended,
    Reason.KIND_INVALID: lambda world: of(world, mint(world), merchant=BANK),
    Reason.COUNT_ZERO: lambda world: of(world, mint(world), 0),
    Reason.LOT_EXHAUSTED: lambda world: of(world, mint(world), 1_001),
    Reason.LOT_MISMATCH: lambda world: of(world, stock(world), from_lot=1),
    Reason.DEADLINE_PASSED: late,
    Reason.NONCE_USED: nonce_used,
    Reason.SIGNATURE_INVALID: lambda world: of(world, mint(world, **ISSUER_FUNDED)),
    Reason.DISCOUNT_UNFUNDED: lambda world: of(
        world, mint(world, **{**ISSUER_FUNDED, "discount_minor": FUNDS + 1}), by="bakery"
    ),
}


@for_each(REFUSALS)
def test_an_allocation_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    check_refusal(world, REFUSALS[reason](world), Verb.ALLOCATE, reason)


def test_serials_leave_the_operators_stock_at_its_end(world: World) -> None:
    """From the platform to merchants, each holding on the chain (S2.11)."""
    batch = mint(world, size=1_000)
    receipt = of(world, batch, 300, nonce=1_001).send(world)
    assert events(world, receipt) == [Allocated(batch, 0, 1, BAKERY, 300, 0, 1_001)]
    assert sealed(world, receipt).items == 1
    of(world, batch, 700, merchant=CINEMA).send(world)
    assert world.ask("lot", batch, 1) == (BAKERY, 700, 700, 1_000, 0)
    assert world.ask("lot", batch, 2) == (CINEMA, 0, 0, 700, 0)
    assert world.ask("batch", batch)[4:6] == (2, 0)
    check_refusal(world, of(world, batch, 1), Verb.ALLOCATE, Reason.LOT_EXHAUSTED)


@pytest.mark.parametrize("batch", [0, 2])
def test_batch_zero_and_the_one_after_the_last_are_unknown(world: World, batch: int) -> None:
    mint(world)
    check_refusal(world, of(world, batch), Verb.ALLOCATE, Reason.BATCH_UNKNOWN)


def test_stock_of_the_largest_batch_goes_in_one_lot(world: World) -> None:
    batch = mint(world, size=2**32 - 1, reward_minor=0, discount_minor=0, discount_bps=0)
    of(world, batch, 2**32 - 1).send(world)
    assert world.ask("lot", batch, 1) == (BAKERY, 0, 0, 2**32 - 1, 0)


def test_allocating_ends_with_the_last_second_of_the_window(world: World) -> None:
    batch = mint(world, closes=NOW + 10)
    world.clock.set(NOW + 9)
    assert not refused(world, of(world, batch).send(world))
    world.clock.set(NOW + 10)
    assert reasons(world, of(world, batch).send(world)) == [Reason.BATCH_EXPIRED]


def test_what_a_merchant_funds_is_reserved_with_its_signature(world: World) -> None:
    batch = mint(world, **ISSUER_FUNDED)
    receipt = of(world, batch, 10, by="bakery", nonce=1_002).send(world)
    assert events(world, receipt) == [Allocated(batch, 0, 1, BAKERY, 10, 400, 1_002)]
    assert world.ask("merchant", BAKERY)[1] == FUNDS - 400
    assert world.ask("lot", batch, 1)[4] == 400


def test_copies_of_a_discount_the_issuer_funds_are_reserved_with_it(world: World) -> None:
    batch = mint(world, **ISSUER_FUNDED, share_mode=ShareMode.COPY, copies=2, hops=1)
    of(world, batch, 10, by="bakery").send(world)
    assert world.ask("lot", batch, 1)[4] == 40 * 3 * 10
    assert some_terms(**ISSUER_FUNDED, share_mode=ShareMode.COPY, copies=2, hops=1).issuer_reserve_minor == 120


def test_a_merchant_may_reserve_its_whole_cash_and_not_a_unit_more(world: World) -> None:
    batch = mint(world, **{**ISSUER_FUNDED, "discount_minor": FUNDS // 4})
    check_refusal(world, of(world, batch, 5, by="bakery"), Verb.ALLOCATE, Reason.DISCOUNT_UNFUNDED)
    assert not refused(world, of(world, batch, 4, by="bakery").send(world))
    assert world.ask("merchant", BAKERY)[1] == 0


@pytest.mark.parametrize("funder", [Funder.OPERATOR, Funder.REDEEMER])
def test_where_the_issuer_funds_nothing_no_signature_is_asked_for_and_no_nonce_used(
    world: World, funder: Funder
) -> None:
    batch = mint(world, funder=funder)
    for _ in range(2):
        assert not refused(world, of(world, batch, nonce=1_003).send(world))


def test_the_consent_deadline_itself_is_still_in_time(world: World) -> None:
    batch = mint(world, **ISSUER_FUNDED)
    assert not refused(world, of(world, batch, by="bakery", deadline=world.clock.now()).send(world))


@pytest.mark.parametrize("position", [2, 3], ids=["merchant", "count"])
def test_consent_is_to_one_merchants_count(world: World, position: int) -> None:
    batch = mint(world, **ISSUER_FUNDED)
    signed = list(world.allocation(batch, BAKERY, 10, by="bakery"))
    signed[position] += 1
    check_refusal(world, attempt(tuple(signed)), Verb.ALLOCATE, Reason.SIGNATURE_INVALID)


def test_an_agent_cannot_consent_to_take_the_merchants_cash(world: World) -> None:
    world.send("appoint", [world.appointment(BAKERY, 1, "till", by="bakery")])
    batch = mint(world, **ISSUER_FUNDED)
    check_refusal(world, of(world, batch, by="till"), Verb.ALLOCATE, Reason.SIGNATURE_INVALID)


def test_the_operator_allocates_to_itself_to_issue_in_its_own_name(world: World) -> None:
    batch = stock(world, merchant=OPERATOR, **ISSUER_FUNDED)
    assert world.ask("lot", batch, 1) == (OPERATOR, 900, 900, 1_000, 4_000)
    assert issue(world, batch, issuer=OPERATOR).coupons


def test_stock_that_came_back_is_allocated_by_its_lot_from_its_end(world: World) -> None:
    batch = stock(world, count=100)
    issue(world, batch, count=10)
    world.send("recall", [world.recall_intent(BAKERY, batch, 1, 90)])
    receipt = of(world, batch, 30, merchant=CINEMA, from_lot=2, nonce=1_004).send(world)
    assert events(world, receipt) == [Allocated(batch, 2, 3, CINEMA, 30, 0, 1_004)]
    assert world.ask("lot", batch, 2) == (OPERATOR, 910, 910, 970, 0)
    assert world.ask("lot", batch, 3) == (CINEMA, 970, 970, 1_000, 0)
    check_refusal(world, of(world, batch, 61, from_lot=2), Verb.ALLOCATE, Reason.LOT_EXHAUSTED)
    assert not refused(world, of(world, batch, 60, from_lot=2).send(world))


def test_a_lot_that_does_not_exist_is_nobodys(world: World) -> None:
    check_refusal(world, of(world, stock(world), from_lot=2), Verb.ALLOCATE, Reason.LOT_MISMATCH)


def test_refused_neighbours_leave_good_allocations_done(world: World) -> None:
    batch = mint(world, **{**ISSUER_FUNDED, "discount_minor": FUNDS})
    allocations = [
        world.allocation(batch, merchant, 1, by=MERCHANTS[merchant], nonce=1_010 + merchant)
        for merchant in (BAKERY, BAKERY, BOOKSHOP)
    ]
    before = money(world).total
    receipt = attempt(*allocations, world.allocation(batch, CINEMA, 2, by="cinema", nonce=1_020)).send(world)
    assert [type(event).__name__ for event in events(world, receipt)] == ["Allocated", "Allocated", "Refusals"]
    assert refused(world, receipt) == [
        RefusedItem(Verb.ALLOCATE, Reason.NONCE_USED, 0, 1, BAKERY, 1_012),
        RefusedItem(Verb.ALLOCATE, Reason.DISCOUNT_UNFUNDED, 0, 3, CINEMA, 1_020),
    ]
    assert sealed(world, receipt).items == 4
    assert money(world).total == before


def test_a_closed_window_stays_closed_for_allocation_a_day_later(world: World) -> None:
    batch = mint(world, closes=NOW + 10, valid_days=30)
    world.clock.set(NOW + DAY)
    assert reasons(world, of(world, batch).send(world)) == [Reason.BATCH_EXPIRED]
