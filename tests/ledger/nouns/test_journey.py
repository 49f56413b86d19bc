"""One small journey through the whole ledger, told in its own words."""

from ledger.audit.checks import Mismatch
from ledger.audit.life import CouponState
from ledger.domain.terms import Role
from ledger.intake.cash import DepositCash, PayOut, WithdrawCash
from ledger.intake.issue import IssueCoupons
from ledger.intake.mint import Mint
from ledger.intake.redeem import RedeemCoupon
from ledger.intake.register import RegisterConsumer, RegisterMerchant
from ledger.intake.stock import Allocate
from scripts.world import some_terms
from tests.ledger.house import House


def test_from_the_mint_to_the_money_in_the_hand(house: House) -> None:
    """The operator mints universal coupons and allocates them, a merchant issues one, its consumer uses it at another,
    everybody linked to it is paid, the merchant takes its cash, and the auditor's sums agree.

    S2.1, S2.2, S2.7-S2.21, S2.23: the whole loop; N1, N2: the pool divided over the path it took, nothing lost.
    """
    ledger = house.ledger
    # Members settle in, the platform brings money.
    opera = RegisterMerchant("opera", name="Opera House")
    house.included(ledger.members.register_merchant(opera, key="opera"))
    museum = RegisterMerchant("museum")
    house.included(ledger.members.register_merchant(museum, key="museum"))
    issuer, redeemer = (ledger.members.find("merchant", name).id for name in ("opera", "museum"))
    house.included(ledger.members.register_consumer(RegisterConsumer("emil", issuer), key="emil"))
    emil = ledger.members.find("consumer", "emil")
    house.included(ledger.cash.deposit(DepositCash(redeemer, 10_000), key="money of the museum"))
    # The operator mints and allocates; the issuer issues.
    house.included(ledger.batches.mint(Mint(some_terms(size=100)), key="mint"))
    house.included(ledger.batches.allocate(Allocate(1, issuer, 40), key="allocate"))
    house.included(ledger.coupons.issue(IssueCoupons(issuer, 1, 1, ((emil.id, 1),)), key="issue"))
    (coupon,) = ledger.coupons.held_by(emil.id)
    assert ledger.audit.trace(1, coupon.serial).state is CouponState.ISSUED
    # The consumer uses it at the museum for an order of 50.00.
    order = RedeemCoupon(1, coupon.serial, redeemer, 5_000, "ticket 7")
    house.included(ledger.coupons.redeem(order, key="redeem"))
    assert ledger.coupons.held_by(emil.id) == []
    # The auditor reads its whole life, with the money.
    trace = ledger.audit.trace(1, coupon.serial)
    (redemption,) = trace.redeemed
    assert (redemption.order, redemption.reward, redemption.contribution, redemption.discount) == (5_000, 500, 100, 400)
    parts = {part.role: part.amount for part in redemption.parts}
    assert parts == {
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
    assert (trace.minted.place.block_number < trace.moved[0].place.block_number) is True
    # Everybody has what is theirs: the opera issued and recruited, the museum redeemed.
    assert house.merchant_cash(issuer) == 120 + 120
    assert house.merchant_cash(redeemer) == 10_000 - 100 + 400 + 120
    assert house.consumer_cash(emil.id) == 120
    # The opera takes its cash.
    payee = b"\x0e" * 20
    house.included(ledger.cash.withdraw(WithdrawCash(issuer, 240, payee), key="withdraw"))
    house.pass_time(3_600)
    house.included(ledger.cash.pay_out(PayOut(issuer), key="pay out"))
    assert ledger.token.ask(ledger.chain, "balanceOf", payee) == 240
    # Nothing is lost, nothing is too much, and the tables are what the chain says.
    conservation = ledger.audit.conservation()
    assert conservation.is_kept
    assert (conservation.difference, conservation.surplus) == (0, 0)
    assert [each for each in ledger.audit.verify() if isinstance(each, Mismatch)] == []
