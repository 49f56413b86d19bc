"""Batches and lots as a ledger shows them."""

import pytest

from ledger.domain.errors import NotFound
from tests.ledger.house import ANN, BAKERY, BOOKSHOP, OPERATOR, House


def test_a_batch_says_where_its_coupons_are(house: House) -> None:
    """S2.18: statistics."""
    coupons = house.held(count=10, size=1_000)
    house.included(house.allocate(1, merchant=BOOKSHOP, count=50), house.allocate(1, merchant=OPERATOR, count=5))
    house.included(*(coupon.redeem() for coupon in coupons[:4]))
    summary = house.ledger.batches.get(1)
    # A lot of the operator's own is stock.
    assert (summary.stock, summary.with_merchants, summary.issued, summary.redeemed) == (850, 140, 10, 4)
    assert summary.reserve == summary.reserved - 4 * (100 + 100)
    assert house.ledger.batches.all() == [summary]
    assert house.ledger.batches.newest() == 1


def test_lots_are_listed_by_batch_and_by_merchant(house: House) -> None:
    first, second = house.stock(count=5, size=100), house.stock(count=7, size=100)
    house.included(house.issue(second, count=7), house.allocate(first, merchant=BOOKSHOP, count=1))
    batches = house.ledger.batches
    assert [(lot.lot, lot.merchant) for lot in batches.lots(first)] == [(1, BAKERY), (2, BOOKSHOP)]
    assert [lot.lot for lot in batches.lots(first, merchant=BOOKSHOP)] == [2]
    assert [(lot.batch, lot.lot) for lot in batches.stock_of(BAKERY)] == [(first, 1)]
    assert len(house.ledger.coupons.held_by(ANN)) == 7


def test_a_batch_that_is_not_there_is_not_found(house: House) -> None:
    with pytest.raises(NotFound) as caught:
        house.ledger.batches.get(7)
    assert (caught.value.kind, caught.value.name) == ("batch", 7)
    assert house.ledger.batches.newest() == 0
