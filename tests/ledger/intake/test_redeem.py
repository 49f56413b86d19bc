"""Redeem a presented coupon: what is done, what is held meanwhile, and once a key."""

import pytest

from ledger.domain.errors import Reason, Refused
from ledger.domain.events import Redeemed
from ledger.domain.ids import coupon_id
from ledger.domain.split import earning
from ledger.domain.terms import Funder, Role
from ledger.intake.cash import WithdrawCash
from tests.ledger.house import (
    ANN,
    BAKERY,
    BOOKSHOP,
    CINEMA,
    FUNDS,
    OPERATOR,
    House,
    check_idempotent,
    check_key_stays_free,
    refusing,
)

DEAR = {"contribution_bps": 10_000, "contribution_cap_minor": 600_000, "reward_minor": 0, "reward_cap_bps": 0}
"""The merchant contributes the whole order, up to 6,000.00."""


def test_a_coupon_is_written_off_and_everybody_linked_to_it_is_paid(house: House) -> None:
    """S2.13-S2.16, S2.21: a merchant writes off a coupon that a consumer holds; the incentive enters the coupon's pool
    and is divided among the platform, the issuer, the redeemer, the consumer and the recruiter."""
    (coupon,) = house.held(issuer=CINEMA)
    before = {merchant: house.merchant_cash(merchant) for merchant in (OPERATOR, BAKERY, BOOKSHOP, CINEMA)}
    accepted = coupon.redeem(at=BOOKSHOP, order=10_000)
    house.included(accepted)
    assert coupon.state == "redeemed"
    terms = house.ledger.batches.get(coupon.batch).terms
    earned = earning(terms, 10_000)
    assert (earned.reward, earned.contribution, earned.discount) == (500, 200, 400)
    (event,) = house.ledger.operations.events(accepted.id)
    assert isinstance(event, Redeemed)
    (item,) = event.items
    assert (item.coupon, item.order, item.parts) == (coupon_id(coupon.batch, coupon.serial), 10_000, earned.parts)
    gained = {merchant: house.merchant_cash(merchant) - cash for merchant, cash in before.items()}
    assert gained == {
        OPERATOR: earned.parts[Role.PLATFORM],
        CINEMA: earned.parts[Role.ISSUER],
        BOOKSHOP: earned.parts[Role.REDEEMER] + earned.discount - earned.contribution,
        BAKERY: earned.parts[Role.RECRUITER],
    }
    assert house.consumer_cash(ANN) == earned.parts[Role.CONSUMER]
    assert sum(gained.values()) + house.consumer_cash(ANN) == earned.reward + earned.discount


def test_the_operator_redeems_too(house: House) -> None:
    (coupon,) = house.held()
    house.included(coupon.redeem(at=OPERATOR))


@pytest.mark.parametrize("funder", Funder)
def test_whoever_funds_the_discount_pays_for_it(house: House, funder: Funder) -> None:
    (coupon,) = house.held(
        funder=funder, reward_minor=0, reward_cap_bps=0, contribution_bps=0, contribution_cap_minor=0
    )
    batches = house.ledger.batches
    reserves = batches.get(1).reserve, batches.lots(1)[0].reserve
    house.included(coupon.redeem(order=1_000))
    spent = reserves[0] - batches.get(1).reserve, reserves[1] - batches.lots(1)[0].reserve
    assert spent == {Funder.OPERATOR: (100, 0), Funder.ISSUER: (0, 100), Funder.REDEEMER: (0, 0)}[funder]
    assert house.merchant_cash(BOOKSHOP) - FUNDS == (0 if funder is Funder.REDEEMER else 100)


def test_many_merchants_redeem_in_one_transaction(house: House) -> None:
    """N5: a universal coupon is taken by every merchant of the network."""
    coupons = house.held(count=9)
    accepted = [each.redeem(at=BAKERY + number % 3) for number, each in enumerate(coupons)]
    house.included(*accepted)
    assert len({house.ledger.operations.get(each.id).transaction for each in accepted}) == 1


def test_a_coupon_has_one_redemption_at_a_time_whoever_asks(house: House) -> None:
    """N8: no double redemption by construction."""
    (coupon,) = house.held()
    coupon.redeem(at=BOOKSHOP)
    for merchant in (BOOKSHOP, CINEMA):
        with refusing(house, Refused, reason=Reason.COUPON_REDEEMED):
            coupon.redeem(at=merchant)
    house.ledger.settle()
    with refusing(house, Refused, reason=Reason.COUPON_REDEEMED):
        coupon.redeem(at=CINEMA)


def test_money_is_held_from_acceptance_on(house: House) -> None:
    """Two redemptions that together exceed the merchant's cash: the second is refused at the desk."""
    first, second, third = house.held(count=3, **DEAR)
    accepted = first.redeem(order=600_000)
    with refusing(house, Refused, reason=Reason.CONTRIBUTION_UNFUNDED, given=400_001, limit=400_000):
        second.redeem(order=400_001)
    also = second.redeem(order=400_000)
    with refusing(house, Refused, reason=Reason.CONTRIBUTION_UNFUNDED, given=100, limit=0):
        third.redeem(order=100)
    with refusing(house, Refused, reason=Reason.CASH_INSUFFICIENT, given=1, limit=0):
        house.ledger.cash.withdraw(WithdrawCash(BOOKSHOP, 1, b"\x01" * 20), key="w")
    house.included(accepted, also)


def test_held_money_is_free_once_the_operation_is_settled(house: House) -> None:
    """Included: the contribution is paid, and what the merchant earned is there. Refused: all of it is there again."""
    first, second = house.held(count=2, **DEAR)
    house.included(first.redeem(order=600_000))
    cash = house.merchant_cash(BOOKSHOP)
    assert cash < FUNDS
    refused = second.redeem(order=500_000)
    house.pass_time(86_401)
    assert house.refused(refused) == "DeadlinePassed"
    assert house.merchant_cash(BOOKSHOP) == cash
    house.included(second.redeem(order=cash))


def test_a_redemption_that_the_chain_refused_may_be_tried_again(house: House) -> None:
    (coupon,) = house.held()
    first = coupon.redeem()
    house.pass_time(86_401)
    assert house.refused(first) == "DeadlinePassed"
    second = coupon.redeem()
    assert second.id != first.id
    house.included(second)
    assert house.ledger.operations.get(first.id).state == "refused"


def test_once_a_key(house: House) -> None:
    """N10."""
    (coupon,) = house.held()
    check_idempotent(house, lambda key: coupon.redeem(key=key), lambda key: coupon.redeem(order=1_001, key=key))


def test_the_orders_reference_is_part_of_the_request(house: House) -> None:
    (coupon,) = house.held()
    coupons = house.ledger.coupons
    first = coupons.redeem(coupon.request(reference="bon 1"), key="k")
    assert coupons.redeem(coupon.request(reference="bon 1"), key="k").id == first.id
    with pytest.raises(Exception, match="another request"):
        coupons.redeem(coupon.request(reference="bon 2"), key="k")


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    (coupon,) = house.held()
    check_key_stays_free(house, lambda key: coupon.redeem(order=0, key=key), lambda key: coupon.redeem(key=key))
