"""One small journey through the whole ledger, told in its own words."""

from dataclasses import dataclass

import pytest

from ledger.audit.checks import Mismatch
from ledger.audit.life import CouponState
from ledger.domain.terms import Role
from ledger.intake.cash import DepositCash, PayOut, WithdrawCash
from ledger.intake.issue import IssueCoupons
from ledger.intake.mint import Mint
from ledger.intake.redeem import RedeemCoupon
from ledger.intake.register import RegisterConsumer, RegisterMerchant
from ledger.intake.stock import Allocate
from ledger.ledger import Ledger
from scripts.world import some_terms
from tests.ledger.house import House


@dataclass(frozen=True, slots=True)
class Town:
    """A merchant that issues, one that redeems, and a consumer of the first."""

    house: House
    opera: int
    museum: int
    emil: int

    @property
    def ledger(self) -> Ledger:
        return self.house.ledger


@pytest.fixture
def town(house: House) -> Town:
    """Members settle in, the museum brings money."""
    members = house.ledger.members
    house.included(members.register_merchant(RegisterMerchant("opera", name="Opera House"), key="opera"))
    house.included(members.register_merchant(RegisterMerchant("museum"), key="museum"))
    opera, museum = (members.find("merchant", name).id for name in ("opera", "museum"))
    house.included(members.register_consumer(RegisterConsumer("emil", opera), key="emil"))
    house.included(house.ledger.cash.deposit(DepositCash(museum, 10_000), key="money of the museum"))
    return Town(house, opera, museum, members.find("consumer", "emil").id)


def test_from_the_mint_to_the_money_in_the_hand(town: Town) -> None:
    """The operator mints universal coupons and allocates them, a merchant issues one, its consumer uses it at another,
    everybody linked to it is paid, the merchant takes its cash, and the auditor's sums agree.

    S2.1, S2.2, S2.7-S2.21, S2.23: the whole loop; N1, N2: the pool divided over the path it took, nothing lost.
    """
    house, ledger = town.house, town.ledger
    # The operator mints and allocates; the opera issues to its consumer.
    house.included(ledger.batches.mint(Mint(some_terms(size=100)), key="mint"))
    house.included(ledger.batches.allocate(Allocate(1, town.opera, 40), key="allocate"))
    house.included(ledger.coupons.issue(IssueCoupons(town.opera, 1, 1, ((town.emil, 1),)), key="issue"))
    (coupon,) = ledger.coupons.held_by(town.emil)
    assert ledger.audit.trace(1, coupon.serial).state is CouponState.ISSUED
    # The consumer uses it at the museum for an order of 50.00.
    order = RedeemCoupon(1, coupon.serial, town.museum, 5_000, "ticket 7")
    house.included(ledger.coupons.redeem(order, key="redeem"))
    assert ledger.coupons.held_by(town.emil) == []
    check_trace(town, coupon.serial)
    # Everybody has what is theirs: the opera issued and recruited, the museum redeemed.
    assert house.merchant_cash(town.opera) == 120 + 120
    assert house.merchant_cash(town.museum) == 10_000 - 100 + 400 + 120
    assert house.consumer_cash(town.emil) == 120
    # The opera takes its cash.
    payee = b"\x0e" * 20
    house.included(ledger.cash.withdraw(WithdrawCash(town.opera, 240, payee), key="withdraw"))
    house.pass_time(3_600)
    house.included(ledger.cash.pay_out(PayOut(town.opera), key="pay out"))
    assert ledger.token.ask(ledger.chain, "balanceOf", payee) == 240
    check_sums(ledger)


def check_trace(town: Town, serial: int) -> None:
    """The auditor reads the coupon's whole life, with its money and where each step stands on the chain."""
    trace = town.ledger.audit.trace(1, serial)
    (redemption,) = trace.redeemed
    assert (redemption.order, redemption.reward, redemption.contribution, redemption.discount) == (5_000, 500, 100, 400)
    assert {part.role: part.amount for part in redemption.parts} == {
        # 5 % each for two sharers who are not there go to the platform.
        Role.PLATFORM: 60 + 60,
        Role.ISSUER: 120,
        Role.REDEEMER: 120,
        Role.CONSUMER: 120,
        Role.SHARER: 0,
        Role.FIRST_SHARER: 0,
        Role.RECRUITER: 120,
    }
    assert trace.sums_agree
    assert [step.kind for step in trace.moved] == ["allocate"]
    assert trace.issued is not None
    places = [trace.minted.place, trace.moved[0].place, trace.issued.place, redemption.place]
    blocks = [place.block_number for place in places]
    assert blocks == sorted(set(blocks))


def check_sums(ledger: Ledger) -> None:
    """Nothing is lost, nothing is too much, and the tables are what the chain says."""
    conservation = ledger.audit.conservation()
    assert conservation.is_kept
    assert (conservation.difference, conservation.surplus) == (0, 0)
    assert [each for each in ledger.audit.verify() if isinstance(each, Mismatch)] == []
