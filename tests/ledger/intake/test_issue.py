"""Issue coupons from a merchant's lot to consumers."""

import pytest

from ledger.domain.errors import Reason, Refused
from ledger.domain.events import Issued
from ledger.domain.terms import Funder
from ledger.intake.control import Suspend
from ledger.intake.desk import Accepted
from ledger.intake.issue import COUPONS_LIMIT, IssueCoupons
from ledger.intake.stock import RecallStock
from scripts.world import NOW
from tests.ledger.house import (
    ANN,
    BAKERY,
    BANK,
    BOB,
    BOOKSHOP,
    CID,
    DAY,
    OPERATOR,
    House,
    check_idempotent,
    check_key_stays_free,
    refusing,
)

ONE = ((ANN, 1),)


def issue(
    house: House,
    consumers: tuple[tuple[int, int], ...] = ONE,
    *,
    merchant: int = BAKERY,
    batch: int = 1,
    lot: int = 1,
    key: str | None = None,
) -> Accepted:
    return house.ledger.coupons.issue(IssueCoupons(merchant, batch, lot, consumers), key=key or house.key())


def test_consumers_hold_coupons_in_the_order_of_the_request(house: House) -> None:
    """S2.12: from merchants to consumers; each holding is on the chain."""
    batch = house.stock(count=100)
    accepted = issue(house, ((BOB, 2), (ANN, 1), (BOB, 1)))
    house.included(accepted)
    assert [each.serial for each in house.ledger.coupons.held_by(BOB)] == [900, 901, 903]
    assert [each.serial for each in house.ledger.coupons.held_by(ANN)] == [902]
    (event,) = house.ledger.operations.events(accepted.id)
    assert isinstance(event, Issued)
    assert (event.batch, event.lot, event.first, event.agent) == (batch, 1, 900, 0)
    assert event.consumers == ((BOB, 2), (ANN, 1), (BOB, 1))


def test_more_than_255_for_one_consumer(house: House) -> None:
    house.stock(count=600)
    house.included(issue(house, ((CID, 511),)))
    assert len(house.ledger.coupons.held_by(CID)) == 511


def test_the_operator_issues_from_its_own_stock(house: House) -> None:
    """S2.8: the platform's own stock."""
    batch = house.stock(merchant=OPERATOR, count=10)
    house.included(issue(house, merchant=OPERATOR, batch=batch))
    assert [each.batch for each in house.ledger.coupons.held_by(ANN)] == [batch]


def test_all_of_the_lot_and_not_one_coupon_more(house: House) -> None:
    house.stock(count=10)
    with refusing(house, Refused, reason=Reason.LOT_EXHAUSTED, given=11, limit=10):
        issue(house, ((ANN, 4), (BOB, 7)))
    house.included(issue(house, ((ANN, 4), (BOB, 6))))
    with refusing(house, Refused, reason=Reason.LOT_EXHAUSTED, given=1, limit=0):
        issue(house)


def test_as_many_as_fit_a_transaction_and_no_more(house: House) -> None:
    house.stock(count=900, size=5_000, reward_minor=0, reward_cap_bps=0, discount_bps=0, discount_minor=0)
    house.included(house.allocate(1, count=3_000))
    too_many = COUPONS_LIMIT + 1
    with refusing(house, Refused, reason=Reason.ITEMS_MALFORMED, given=too_many, limit=COUPONS_LIMIT):
        issue(house, ((ANN, too_many),), lot=2)
    house.included(issue(house, ((ANN, COUPONS_LIMIT),), lot=2))


@pytest.mark.parametrize(
    ("consumers", "reason"),
    [
        ((), Reason.COUNT_ZERO),
        (((ANN, 0),), Reason.COUNT_ZERO),
        (((ANN, 1), (BOB, -1)), Reason.COUNT_ZERO),
        (((99, 1),), Reason.CONSUMER_UNKNOWN),
        (((0, 1),), Reason.CONSUMER_UNKNOWN),
        (((-1, 1),), Reason.CONSUMER_UNKNOWN),
    ],
)
def test_consumers_who_cannot_be_are_refused(
    house: House, consumers: tuple[tuple[int, int], ...], reason: Reason
) -> None:
    house.stock(count=5)
    with refusing(house, Refused, reason=reason):
        issue(house, consumers)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"batch": 9}, Reason.BATCH_UNKNOWN),
        ({"lot": 9}, Reason.LOT_MISMATCH),
        ({"merchant": BOOKSHOP}, Reason.LOT_MISMATCH),
        ({"merchant": 99}, Reason.MERCHANT_UNKNOWN),
        ({"merchant": BANK}, Reason.KIND_INVALID),
    ],
)
def test_every_other_refusal(house: House, fields: dict[str, int], reason: Reason) -> None:
    house.stock(count=5)
    with refusing(house, Refused, reason=reason):
        request = IssueCoupons(**{"merchant": BAKERY, "batch": 1, "lot": 1, **fields}, consumers=ONE)
        house.ledger.coupons.issue(request, key="k")


def test_a_suspended_merchant_issues_nothing_and_a_suspended_consumer_still_gets_coupons(house: House) -> None:
    house.stock(count=5)
    house.included(house.ledger.members.suspend(Suspend(ANN, True, consumer=True), key="s"))
    house.included(issue(house))
    house.included(house.ledger.members.suspend(Suspend(BAKERY, True), key="t"))
    with refusing(house, Refused, reason=Reason.MERCHANT_SUSPENDED):
        issue(house)


def test_up_to_the_last_second_of_the_window(house: House) -> None:
    house.stock(count=5, closes=NOW + DAY)
    house.pass_time(DAY - 1)
    house.included(issue(house))
    house.pass_time(1)
    with refusing(house, Refused, reason=Reason.BATCH_EXPIRED, given=None):
        issue(house)


def test_stock_of_an_issuer_funded_batch_at_the_operator_is_not_funded(house: House) -> None:
    """The operator's lot that came back left its reserve behind."""
    batch = house.stock(count=50, funder=Funder.ISSUER)
    house.included(house.ledger.batches.recall(RecallStock(BAKERY, batch, 1, 20), key="r"))
    with refusing(house, Refused, reason=Reason.DISCOUNT_UNFUNDED):
        issue(house, merchant=OPERATOR, lot=2)


def test_of_two_issues_accepted_at_once_the_lot_serves_the_first(house: House) -> None:
    house.stock(count=10)
    first, second = issue(house, ((ANN, 6),)), issue(house, ((BOB, 6),))
    house.included(first)
    assert house.refused(second) == "LotExhausted"
    assert house.ledger.coupons.held_by(BOB) == []


def test_once_a_key(house: House) -> None:
    """N10."""
    house.stock(count=50)
    check_idempotent(house, lambda key: issue(house, key=key), lambda key: issue(house, ((ANN, 2),), key=key))
    assert len(house.ledger.coupons.held_by(ANN)) == 1


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    house.stock(count=50)
    check_key_stays_free(house, lambda key: issue(house, (), key=key), lambda key: issue(house, key=key))
