"""Reverse a redemption that waits: everything goes back, and the coupon lives again."""

import pytest

from ledger.domain.errors import Reason, Refused
from ledger.domain.terms import Funder
from tests.ledger.house import BOOKSHOP, CINEMA, House, check_idempotent, refusing
from tests.ledger.waiting import amend, distribute, make_due, reverse, waiting


@pytest.mark.parametrize("funder", Funder)
def test_everybody_has_what_they_had_before(house: House, funder: Funder) -> None:
    """N9: reversal takes all of the split back."""
    (coupon,) = house.held(settlement_delay_hours=48, funder=funder)
    before, reserve = house.merchant_cash(BOOKSHOP), house.ledger.batches.get(coupon.batch).reserve
    house.included(coupon.redeem(order=9_973))
    house.included(amend(coupon, 5_000))
    house.included(reverse(coupon))
    assert house.merchant_cash(BOOKSHOP) == before
    assert house.ledger.batches.get(coupon.batch).reserve == reserve
    assert house.ledger.settlements.waiting() == []
    assert coupon.state == "issued"
    assert house.ledger.audit.conservation().is_kept


def test_the_coupon_is_redeemed_again_elsewhere(house: House) -> None:
    """At its new version, however often."""
    (coupon,) = waiting(house)
    for merchant in (CINEMA, BOOKSHOP):
        house.included(reverse(coupon, at=CINEMA if merchant == BOOKSHOP else BOOKSHOP))
        house.included(coupon.redeem(at=merchant, order=2_000))
    make_due(house)
    house.included(distribute(coupon))
    assert coupon.state == "redeemed"
    (redemption,) = house.ledger.audit.trace(coupon.batch, coupon.serial).redeemed
    assert (redemption.merchant.id, redemption.version) == (BOOKSHOP, 5)


def test_once_a_key(house: House) -> None:
    """N10."""
    coupon, other = waiting(house, count=2)
    check_idempotent(house, lambda key: reverse(coupon, key=key), lambda key: reverse(other, key=key))


def test_only_its_merchant_reverses_what_waits(house: House) -> None:
    (coupon,) = waiting(house)
    with refusing(house, Refused, reason=Reason.REDEEMER_MISMATCH):
        reverse(coupon, at=CINEMA)
    make_due(house)
    with refusing(house, Refused, reason=Reason.SETTLEMENT_OVER):
        reverse(coupon)
    house.included(distribute(coupon))
    with refusing(house, Refused, reason=Reason.REDEMPTION_NOT_PENDING):
        reverse(coupon)


def test_while_a_reversal_is_on_its_way_the_coupon_is_not_redeemed(house: House) -> None:
    (coupon,) = waiting(house)
    accepted = reverse(coupon)
    with refusing(house, Refused, reason=Reason.COUPON_REDEEMED):
        coupon.redeem()
    with refusing(house, Refused, reason=Reason.VERSION_STALE):
        amend(coupon)
    house.included(accepted)
    house.included(coupon.redeem())
