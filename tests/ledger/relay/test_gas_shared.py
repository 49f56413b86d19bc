"""The bounds on gas where the money of a coupon that travelled goes seven ways, or the coupon is made void."""

import pytest

from ledger.domain.terms import Funder, ShareMode
from ledger.intake import give, issue, redeem, settlement
from ledger.nouns.coupons import Coupon
from tests.conftest import Report
from tests.ledger.house import House
from tests.ledger.relay.crowd import SEAM_COUNT, check, guests, shops

DELAY_HOURS = 48


def travelled(house: House, *, delay_hours: int) -> list[Coupon]:
    """A coupon of every merchant, in three batches by turns and words of their own; two consumers had it before."""
    merchants, consumers = shops(house), guests(house)
    terms = {"size": 40 * len(merchants), "share_mode": ShareMode.TRANSFER, "hops": 3, "minimum_order_minor": 1}
    batches = [
        house.mint(funder=funder, settlement_delay_hours=delay_hours, revocable=True, **terms) for funder in Funder
    ]
    of_batch = {merchant: batches[number % len(batches)] for number, merchant in enumerate(merchants)}
    house.included(*(house.allocate(of_batch[each], merchant=each, count=SEAM_COUNT) for each in merchants))
    lots = {lot.merchant: lot.lot for batch in batches for lot in house.ledger.batches.lots(batch)}
    issues = [
        issue.IssueCoupons(merchant, of_batch[merchant], lots[merchant], ((consumers[number - 5], 1),))
        for number, merchant in enumerate(merchants)
    ]
    house.included(*(house.ledger.coupons.issue(each, key=house.key()) for each in issues))
    for step in (3, 7):
        held = [(coupon, each) for each in consumers for coupon in house.ledger.coupons.held_by(each)]
        gifts = [
            give.TransferCoupon(coupon.batch, coupon.serial, consumers[(consumers.index(each) + step) % len(consumers)])
            for coupon, each in held
        ]
        house.included(*(house.ledger.sharing.transfer(each, key=house.key()) for each in gifts))
    return [coupon for each in consumers for coupon in house.ledger.coupons.held_by(each)]


@pytest.mark.parametrize("delay_hours", [0, DELAY_HOURS])
def test_redemptions_that_pay_seven_parties_each(crowd: House, report: Report, delay_hours: int) -> None:
    """At once, or out of pools; every consumer who got a part had none before (S2.15, S2.16)."""
    coupons, merchants = travelled(crowd, delay_hours=delay_hours), shops(crowd)
    redeems = [
        redeem.RedeemCoupon(coupon.batch, coupon.serial, merchants[number - 11], 10_000)
        for number, coupon in enumerate(coupons)
    ]
    check(crowd, report, [crowd.ledger.coupons.redeem(each, key=crowd.key()) for each in redeems])
    if delay_hours:
        crowd.pass_time((delay_hours + 1) * 3_600)
        pools = [settlement.DistributePool(coupon.batch, coupon.serial) for coupon in coupons]
        check(crowd, report, [crowd.ledger.settlements.distribute(each, key=crowd.key()) for each in pools])


def test_revoking_coupons_that_travelled(crowd: House, report: Report) -> None:
    names = [(coupon.batch, coupon.serial) for coupon in travelled(crowd, delay_hours=0)]
    check(crowd, report, crowd.ledger.coupons.revoke(names, cause=1, key="void"))
