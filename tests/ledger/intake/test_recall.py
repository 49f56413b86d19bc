"""Recall unissued stock."""

import pytest

from ledger.domain.errors import Reason, Refused
from ledger.domain.events import Recalled
from ledger.domain.terms import Funder
from ledger.intake.desk import Accepted
from ledger.intake.stock import RecallStock
from tests.ledger.house import (
    BAKERY,
    BOOKSHOP,
    FUNDS,
    OPERATOR,
    House,
    check_idempotent,
    check_key_stays_free,
    refusing,
)


def recall(
    house: House, count: int, *, merchant: int = BAKERY, batch: int = 1, lot: int = 1, key: str | None = None
) -> Accepted:
    return house.ledger.batches.recall(RecallStock(merchant, batch, lot, count), key=key or house.key())


def test_unissued_stock_goes_back_to_the_operator(house: House) -> None:
    batch = house.stock(count=100)
    house.included(house.issue(batch, count=30))
    accepted = recall(house, 50)
    house.included(accepted)
    lots = [(lot.merchant, lot.first, lot.next, lot.end) for lot in house.ledger.batches.lots(batch)]
    assert lots == [(BAKERY, 900, 930, 950), (OPERATOR, 950, 950, 1_000)]
    (event,) = house.ledger.operations.events(accepted.id)
    assert isinstance(event, Recalled)
    assert (event.batch, event.from_lot, event.lot, event.count, event.released) == (batch, 1, 2, 50, 0)


def test_the_issuers_reserve_for_it_goes_back_to_the_issuer(house: House) -> None:
    batch = house.stock(count=100, funder=Funder.ISSUER, discount_minor=400)
    assert house.merchant_cash(BAKERY) == FUNDS - 40_000
    house.included(recall(house, 25))
    assert house.merchant_cash(BAKERY) == FUNDS - 30_000
    assert [lot.reserve for lot in house.ledger.batches.lots(batch)] == [30_000, 0]


def test_all_that_is_left_and_not_one_coupon_more(house: House) -> None:
    batch = house.stock(count=100)
    house.included(house.issue(batch, count=30))
    with refusing(house, Refused, reason=Reason.LOT_EXHAUSTED, given=71, limit=70):
        recall(house, 71)
    house.included(recall(house, 70))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"count": 0}, Reason.COUNT_ZERO),
        ({"count": -1}, Reason.COUNT_ZERO),
        ({"lot": 9}, Reason.LOT_MISMATCH),
        ({"batch": 9}, Reason.LOT_MISMATCH),
        ({"merchant": BOOKSHOP}, Reason.LOT_MISMATCH),
        ({"merchant": OPERATOR, "lot": 2}, Reason.LOT_MISMATCH),
    ],
)
def test_every_other_refusal(house: House, fields: dict[str, int], reason: Reason) -> None:
    house.stock(count=5)
    house.included(recall(house, 1))
    with refusing(house, Refused, reason=reason):
        request = RecallStock(**{"merchant": BAKERY, "batch": 1, "lot": 1, "count": 1, **fields})
        house.ledger.batches.recall(request, key="k")


def test_once_a_key(house: House) -> None:
    """N10."""
    house.stock(count=50)
    check_idempotent(house, lambda key: recall(house, 5, key=key), lambda key: recall(house, 6, key=key))


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    house.stock(count=50)
    check_key_stays_free(house, lambda key: recall(house, 0, key=key), lambda key: recall(house, 5, key=key))
