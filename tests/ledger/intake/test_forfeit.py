"""Forfeit a redemption that waits: the operator takes the pool back."""

import pytest

from ledger.domain.errors import OutOfRange, Reason, Refused
from ledger.domain.split import pool_down, reimbursed
from ledger.domain.terms import Funder
from tests.ledger.house import BOOKSHOP, House, check_idempotent, refusing
from tests.ledger.waiting import amend, distribute, forfeit, make_due, reverse, waiting


@pytest.mark.parametrize("funder", Funder)
@pytest.mark.parametrize("discount_too", [False, True])
def test_the_merchant_keeps_the_discount_or_not(house: House, funder: Funder, discount_too: bool) -> None:
    """S2.19: the reward goes back to the batch, the contribution to the merchant."""
    (coupon,) = house.held(settlement_delay_hours=48, funder=funder)
    terms, reserve = house.ledger.batches.get(coupon.batch).terms, house.ledger.batches.get(coupon.batch).reserve
    cash = house.merchant_cash(BOOKSHOP)
    house.included(coupon.redeem(order=10_000))
    house.included(amend(coupon, 7_777))
    house.included(forfeit(coupon, cause=255, discount_too=discount_too))
    paid = 0 if discount_too else reimbursed(terms, pool_down(terms, 10_000, 7_777)[2])
    assert house.merchant_cash(BOOKSHOP) == cash + paid
    by_operator = paid if funder is Funder.OPERATOR else 0
    assert house.ledger.batches.get(coupon.batch).reserve == reserve - by_operator
    assert coupon.state == "forfeited"
    assert house.ledger.audit.conservation().is_kept


def test_the_coupon_stays_used(house: House) -> None:
    (coupon,) = waiting(house)
    house.included(forfeit(coupon))
    with refusing(house, Refused, reason=Reason.COUPON_REDEEMED):
        coupon.redeem()
    for verb in (amend, reverse, forfeit, distribute):
        with refusing(house, Refused, reason=Reason.REDEMPTION_NOT_PENDING):
            verb(coupon)


@pytest.mark.parametrize("cause", [-1, 256])
def test_the_cause_is_a_byte(house: House, cause: int) -> None:
    (coupon,) = waiting(house)
    with refusing(house, OutOfRange, field="cause", given=cause):
        forfeit(coupon, cause=cause)


def test_once_a_key_and_only_in_time(house: House) -> None:
    """N10."""
    coupon, late = waiting(house, count=2)
    check_idempotent(house, lambda key: forfeit(coupon, key=key), lambda key: forfeit(coupon, cause=9, key=key))
    make_due(house)
    with refusing(house, Refused, reason=Reason.SETTLEMENT_OVER):
        forfeit(late)
