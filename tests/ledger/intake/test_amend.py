"""Amend a redemption that waits: a partial refund, pro rata."""

import pytest

from ledger.domain.errors import Reason, Refused
from ledger.domain.ids import coupon_id
from ledger.domain.split import pool_down, reimbursed
from ledger.domain.terms import Funder
from ledger.intake.control import Suspend
from tests.ledger.house import BANK, BOOKSHOP, CINEMA, House, check_idempotent, check_key_stays_free, refusing
from tests.ledger.waiting import amend, distribute, make_due, reverse, waiting


@pytest.mark.parametrize("funder", Funder)
def test_what_is_refunded_goes_back_pro_rata_however_often(house: House, funder: Funder) -> None:
    """N9: partial refund that takes the split back pro rata to the order as redeemed, to the last cent."""
    (coupon,) = waiting(house, order=9_973, funder=funder)
    terms, cash = house.ledger.batches.get(coupon.batch).terms, house.merchant_cash(BOOKSHOP)
    before = pool_down(terms, 9_973, 9_973)
    for order in (9_000, 4_999, 1_234):
        house.included(amend(coupon, order))
        left = pool_down(terms, 9_973, order)
        assert house.merchant_cash(BOOKSHOP) - cash == before[1] - left[1]
        (found,) = house.ledger.settlements.waiting(BOOKSHOP)
        assert (found.reward, found.contribution, found.discount) == left
        assert found.pool == left[0] + left[1] + reimbursed(terms, left[2])
        assert (found.order_minor, found.redeemed_minor) == (order, 9_973)
    assert house.ledger.audit.conservation().is_kept


def test_once_a_key(house: House) -> None:
    """N10."""
    (coupon,) = waiting(house)
    check_idempotent(house, lambda key: amend(coupon, 5_000, key=key), lambda key: amend(coupon, 4_999, key=key))


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    (coupon,) = waiting(house)
    check_key_stays_free(house, lambda key: amend(coupon, 10_001, key=key), lambda key: amend(coupon, 5_000, key=key))


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (10_001, Reason.ORDER_NOT_LOWER),
        (10_000, Reason.ORDER_NOT_LOWER),
        (0, Reason.ORDER_ZERO),
        (-1, Reason.ORDER_ZERO),
    ],
)
def test_an_order_is_only_lowered(house: House, order: int, reason: Reason) -> None:
    (coupon,) = waiting(house)
    with refusing(house, Refused, reason=reason):
        amend(coupon, order)


def test_only_the_merchant_that_redeemed_it_amends(house: House) -> None:
    (coupon,) = waiting(house)
    with refusing(house, Refused, reason=Reason.REDEEMER_MISMATCH):
        amend(coupon, at=CINEMA)
    with refusing(house, Refused, reason=Reason.KIND_INVALID):
        amend(coupon, at=BANK)
    with refusing(house, Refused, reason=Reason.MERCHANT_UNKNOWN):
        amend(coupon, at=99)
    house.included(house.ledger.members.suspend(Suspend(BOOKSHOP, True), key=house.key()))
    with refusing(house, Refused, reason=Reason.MERCHANT_SUSPENDED):
        amend(coupon)


def test_what_does_not_wait_is_not_amended(house: House) -> None:
    coupon, paid = house.held(count=2)
    house.included(paid.redeem())
    for each in (coupon, paid):
        with refusing(house, Refused, reason=Reason.REDEMPTION_NOT_PENDING):
            amend(each)


def test_when_the_delay_is_over_nothing_is_amended(house: House) -> None:
    (coupon,) = waiting(house)
    (found,) = house.ledger.settlements.waiting()
    house.pass_time(found.due - house.now - 1)
    accepted = amend(coupon, 9_999)
    house.included(accepted)
    house.pass_time(found.due - house.now)
    with refusing(house, Refused, reason=Reason.SETTLEMENT_OVER, limit=found.due):
        amend(coupon, 9_998)


def test_one_change_at_a_time(house: House) -> None:
    """One operation not refused per coupon and version, over all verbs."""
    (coupon,) = waiting(house)
    first = amend(coupon, 9_000)
    with refusing(house, Refused, reason=Reason.VERSION_STALE):
        amend(coupon, 8_000)
    with refusing(house, Refused, reason=Reason.VERSION_STALE):
        reverse(coupon)
    house.included(first)
    house.included(amend(coupon, 8_000))


def test_an_amendment_that_comes_too_late_on_the_chain_is_refused_there(house: House) -> None:
    (coupon,) = waiting(house)
    accepted = amend(coupon)
    make_due(house)
    assert house.refused(accepted) in ("SettlementOver", "DeadlinePassed")
    house.included(distribute(coupon))


def test_its_event_is_its_own(house: House) -> None:
    (coupon,) = waiting(house)
    accepted = amend(coupon, 7_000)
    house.included(accepted)
    (event,) = house.ledger.operations.events(accepted.id)
    assert type(event).__name__ == "Amended"
    assert getattr(event, "coupon", None) == coupon_id(coupon.batch, coupon.serial)
