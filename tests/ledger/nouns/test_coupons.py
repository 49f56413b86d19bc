"""Coupons: issue over several lots, and who holds what."""

import pytest

from ledger.domain.errors import NotFound, Reason, Refused
from ledger.intake.desk import KeyReused
from tests.ledger.house import ANN, BAKERY, BOB, BOOKSHOP, House, refusing


@pytest.fixture
def two_lots(house: House) -> House:
    """A batch of which the bakery has lots of 3 and of 4."""
    house.stock(count=3, size=100)
    house.included(house.allocate(1, count=4))
    return house


def test_one_issue_takes_from_as_many_lots_as_it_needs(two_lots: House) -> None:
    coupons = two_lots.ledger.coupons
    accepted = coupons.issue_from_stock(BAKERY, 1, [(ANN, 2), (BOB, 3)], key="k")
    assert len(accepted) == 2
    two_lots.included(*accepted)
    assert [each.serial for each in coupons.held_by(ANN)] == [97, 98]
    assert [each.serial for each in coupons.held_by(BOB)] == [93, 94, 99]


def test_all_of_it_or_nothing(two_lots: House) -> None:
    coupons = two_lots.ledger.coupons
    with refusing(two_lots, Refused, reason=Reason.LOT_EXHAUSTED, given=8, limit=7):
        coupons.issue_from_stock(BAKERY, 1, [(ANN, 8)], key="k")
    with refusing(two_lots, Refused, reason=Reason.CONSUMER_UNKNOWN):
        coupons.issue_from_stock(BAKERY, 1, [(ANN, 3), (99, 1)], key="k")
    two_lots.included(*coupons.issue_from_stock(BAKERY, 1, [(ANN, 7)], key="k"))


@pytest.mark.parametrize(
    ("merchant", "batch", "consumers", "reason"),
    [
        (BAKERY, 1, [], Reason.COUNT_ZERO),
        (BAKERY, 1, [(ANN, 0)], Reason.COUNT_ZERO),
        (BAKERY, 9, [(ANN, 1)], Reason.BATCH_UNKNOWN),
        (BOOKSHOP, 1, [(ANN, 1)], Reason.LOT_MISMATCH),
    ],
)
def test_every_refusal(
    two_lots: House, merchant: int, batch: int, consumers: list[tuple[int, int]], reason: Reason
) -> None:
    with refusing(two_lots, Refused, reason=reason):
        two_lots.ledger.coupons.issue_from_stock(merchant, batch, consumers, key="k")


def test_a_key_names_the_lots_it_was_used_for(two_lots: House) -> None:
    """N10: after the stock has changed, the same request still gives the same operations."""
    coupons = two_lots.ledger.coupons
    first = coupons.issue_from_stock(BAKERY, 1, [(ANN, 5)], key="k")
    two_lots.included(*first)
    two_lots.included(two_lots.allocate(1, count=9))
    again = coupons.issue_from_stock(BAKERY, 1, [(ANN, 5)], key="k")
    assert [each.id for each in again] == [each.id for each in first]
    assert all(each.repeated for each in again)
    for other in ([(ANN, 4)], [(ANN, 4), (BOB, 1)]):
        with refusing(two_lots, KeyReused):
            coupons.issue_from_stock(BAKERY, 1, other, key="k")


def test_a_coupon_is_found_once_it_left_stock(house: House) -> None:
    """S1.37: the holder lists its own coupons."""
    first, second = house.held(count=2)
    house.included(first.redeem())
    coupons = house.ledger.coupons
    assert coupons.get(first.batch, first.serial).state == "redeemed"
    assert [each.serial for each in coupons.held_by(ANN)] == [second.serial]
    assert [each.serial for each in coupons.held_by(ANN, state="redeemed")] == [first.serial]
    with pytest.raises(NotFound) as caught:
        coupons.get(first.batch, 0)
    assert caught.value.name == f"{first.batch}/0"
