"""Allocate stock to merchants."""

import pytest

from ledger.domain.errors import Reason, Refused
from ledger.domain.events import Allocated
from ledger.domain.terms import Funder
from ledger.intake.control import Suspend
from ledger.intake.desk import Accepted
from ledger.intake.stock import Allocate, RecallStock
from scripts.world import NOW
from tests.ledger.house import (
    BAKERY,
    BANK,
    BOOKSHOP,
    DAY,
    FUNDS,
    OPERATOR,
    House,
    check_idempotent,
    check_key_stays_free,
    refusing,
)


def allocate(
    house: House,
    count: int,
    *,
    batch: int = 1,
    merchant: int = BAKERY,
    from_lot: int = 0,
    key: str | None = None,
) -> Accepted:
    request = Allocate(batch, merchant, count, from_lot)
    return house.ledger.batches.allocate(request, key=key or house.key())


def test_a_merchant_has_stock_on_the_chain(house: House) -> None:
    """S2.11, S2.12: from the platform to merchants, on the chain."""
    batch = house.mint(size=1_000)
    accepted = allocate(house, 100)
    house.included(accepted)
    (lot,) = house.ledger.batches.lots(batch)
    assert (lot.lot, lot.merchant, lot.first, lot.next, lot.end, lot.reserve) == (1, BAKERY, 900, 900, 1_000, 0)
    (event,) = house.ledger.operations.events(accepted.id)
    assert isinstance(event, Allocated)
    assert (event.batch, event.from_lot, event.lot, event.merchant, event.count) == (batch, 0, 1, BAKERY, 100)
    assert house.ledger.batches.get(batch).with_merchants == 100


def test_the_issuer_reserves_the_discounts_it_funds(house: House) -> None:
    batch = house.mint(funder=Funder.ISSUER, discount_minor=400)
    house.included(allocate(house, 10))
    assert house.merchant_cash(BAKERY) == FUNDS - 4_000
    assert house.ledger.batches.lots(batch)[0].reserve == 4_000


def test_the_operators_own_stock_may_be_a_lot(house: House) -> None:
    batch = house.mint(funder=Funder.ISSUER)
    house.included(allocate(house, 10, merchant=OPERATOR))
    assert house.ledger.batches.lots(batch)[0].merchant == OPERATOR


def test_a_lot_that_came_back_is_allocated_again(house: House) -> None:
    batch = house.stock(count=100)
    house.included(house.ledger.batches.recall(RecallStock(BAKERY, batch, 1, 60), key="r"))
    house.included(allocate(house, 60, merchant=BOOKSHOP, from_lot=2))
    lots = [(lot.lot, lot.merchant, lot.first, lot.end) for lot in house.ledger.batches.lots(batch)]
    assert lots == [(1, BAKERY, 900, 940), (2, OPERATOR, 940, 940), (3, BOOKSHOP, 940, 1_000)]


def test_all_of_the_stock_and_not_one_coupon_more(house: House) -> None:
    house.mint(size=10)
    with refusing(house, Refused, reason=Reason.LOT_EXHAUSTED, given=11, limit=10):
        allocate(house, 11)
    house.included(allocate(house, 10))
    with refusing(house, Refused, reason=Reason.LOT_EXHAUSTED, given=1, limit=0):
        allocate(house, 1)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"count": 0}, Reason.COUNT_ZERO),
        ({"count": -1}, Reason.COUNT_ZERO),
        ({"batch": 9}, Reason.BATCH_UNKNOWN),
        ({"merchant": 99}, Reason.MERCHANT_UNKNOWN),
        ({"merchant": BANK}, Reason.KIND_INVALID),
        ({"from_lot": 7}, Reason.LOT_MISMATCH),
        ({"from_lot": 1}, Reason.LOT_MISMATCH),
    ],
)
def test_every_other_refusal(house: House, fields: dict[str, int], reason: Reason) -> None:
    house.stock(count=5)
    with refusing(house, Refused, reason=reason):
        house.ledger.batches.allocate(Allocate(**{"batch": 1, "merchant": BAKERY, "count": 1, **fields}), key="k")


def test_a_suspended_merchant_gets_none(house: House) -> None:
    house.mint()
    house.included(house.ledger.members.suspend(Suspend(BAKERY, True), key="s"))
    with refusing(house, Refused, reason=Reason.MERCHANT_SUSPENDED):
        allocate(house, 1)


def test_up_to_the_last_second_of_the_window(house: House) -> None:
    house.mint(closes=NOW + DAY)
    house.pass_time(DAY - 1)
    house.included(allocate(house, 1))
    house.pass_time(1)
    with refusing(house, Refused, reason=Reason.BATCH_EXPIRED):
        allocate(house, 1)


def test_the_issuer_needs_the_cash_for_every_discount(house: House) -> None:
    house.mint(size=10_000, funder=Funder.ISSUER, discount_minor=400, reward_minor=0, reward_cap_bps=0)
    with refusing(house, Refused, reason=Reason.DISCOUNT_UNFUNDED, given=1_000_400, limit=FUNDS):
        allocate(house, 2_501)
    house.included(allocate(house, 2_500))
    assert house.merchant_cash(BAKERY) == 0


def test_accepted_allocations_hold_the_cash_they_will_take(house: House) -> None:
    house.mint(size=10_000, funder=Funder.ISSUER, discount_minor=400, reward_minor=0, reward_cap_bps=0)
    first = allocate(house, 2_000)
    with refusing(house, Refused, reason=Reason.DISCOUNT_UNFUNDED, given=240_000, limit=200_000):
        allocate(house, 600)
    house.included(first, allocate(house, 500))
    assert house.merchant_cash(BAKERY) == 0


def test_once_a_key(house: House) -> None:
    """N10."""
    house.mint()
    check_idempotent(house, lambda key: allocate(house, 5, key=key), lambda key: allocate(house, 6, key=key))
    assert len(house.ledger.batches.lots(1)) == 1


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    house.mint()
    check_key_stays_free(house, lambda key: allocate(house, 0, key=key), lambda key: allocate(house, 5, key=key))
