"""Suspending merchants and consumers, and lifting it."""

from ledger.domain.errors import Reason
from ledger.domain.events import ConsumerSuspended, MerchantSuspended
from scripts.world import OPERATOR, World
from tests.contracts.parties import ANN, BAKERY, BANK, BOB, CID, CONSUMERS, held, issue, stock
from tests.contracts.reading import Attempt, check_revert, events, reasons, refused, sealed, text

NOBODY = f"0x{'0' * 40}"


def suspend_merchant(merchant: int, suspended: bool) -> Attempt:
    return Attempt("suspendMerchant", (merchant, suspended), sender="operator")


def suspend_consumer(consumer: int, suspended: bool) -> Attempt:
    return Attempt("suspendConsumer", (consumer, suspended), sender="operator")


def test_a_suspended_merchant_keeps_its_cash_and_comes_back_as_it_was(world: World) -> None:
    before = world.ask("merchant", BAKERY)
    receipt = suspend_merchant(BAKERY, True).send(world)
    assert events(world, receipt) == [MerchantSuspended(BAKERY, True)]
    assert sealed(world, receipt).items == 1
    assert world.ask("merchant", BAKERY) == (*before[:2], 2, *before[3:])
    receipt = suspend_merchant(BAKERY, False).send(world)
    assert events(world, receipt) == [MerchantSuspended(BAKERY, False)]
    assert world.ask("merchant", BAKERY) == before


def test_an_institution_can_be_suspended_and_then_not_withdraw(world: World) -> None:
    world.fund([(False, BANK, 50)])
    suspend_merchant(BANK, True).send(world)
    receipt = world.send("withdraw", [world.withdrawal(BANK, 50, by="bank")], sender="relayer")
    assert reasons(world, receipt) == [Reason.MERCHANT_SUSPENDED]


def test_coupons_a_suspended_merchant_issued_stay_good_elsewhere_and_earn_it_its_part(world: World) -> None:
    coupons = held(world, issuer=BAKERY)
    suspend_merchant(BAKERY, True).send(world)
    before = world.ask("merchant", BAKERY)[1]
    receipt = world.redeem(3, [coupons.item()], by="bookshop")
    assert not refused(world, receipt)
    assert world.ask("merchant", BAKERY)[1] > before


def test_a_suspended_consumers_wallet_signs_nothing_and_is_given_back(world: World) -> None:
    coupons = held(world, holder=ANN, count=2)
    world.fund([(True, ANN, 70)])
    before = world.ask("consumer", ANN)
    receipt = suspend_consumer(ANN, True).send(world)
    assert events(world, receipt) == [ConsumerSuspended(ANN, True)]
    assert world.ask("consumer", ANN) == (NOBODY, BAKERY, 70, text(CONSUMERS[ANN]), 0)
    assert reasons(world, world.redeem(3, [coupons.item()], by="bookshop")) == [Reason.CONSUMER_SUSPENDED]
    receipt = suspend_consumer(ANN, False).send(world)
    assert events(world, receipt) == [ConsumerSuspended(ANN, False)]
    assert world.ask("consumer", ANN) == before
    assert not refused(world, world.redeem(3, [coupons.item()], by="bookshop"))


def test_a_suspended_consumers_wallet_cannot_register_anew(world: World) -> None:
    suspend_consumer(ANN, True).send(world)
    receipt = world.register_consumers([CONSUMERS[ANN]], recruiter=BAKERY, by="bakery")
    assert reasons(world, receipt) == [Reason.WALLET_TAKEN]


def test_a_suspended_consumer_may_still_be_given_coupons_and_cash(world: World) -> None:
    batch = stock(world)
    suspend_consumer(ANN, True).send(world)
    assert len(issue(world, batch, holder=ANN).coupons) == 1
    assert not refused(world, world.fund([(True, ANN, 5)]))


def test_ids_of_nobody_are_refused_at_both_ends(world: World) -> None:
    for merchant in (0, BANK + 1):
        check_revert(world, suspend_merchant(merchant, True), "MerchantUnknown", merchant=merchant, merchants=BANK)
    for consumer in (0, CID + 1):
        check_revert(world, suspend_consumer(consumer, True), "ConsumerUnknown", consumer=consumer, consumers=CID)
    suspend_merchant(BANK, True).send(world)
    suspend_consumer(CID, True).send(world)


def test_the_operator_cannot_suspend_itself(world: World) -> None:
    check_revert(world, suspend_merchant(OPERATOR, True), "OperatorNotSuspendable")


def test_what_is_so_already_is_an_error(world: World) -> None:
    check_revert(world, suspend_merchant(BAKERY, False), "StatusUnchanged", party=BAKERY)
    check_revert(world, suspend_consumer(BOB, False), "StatusUnchanged", party=BOB)
    suspend_merchant(BAKERY, True).send(world)
    suspend_consumer(BOB, True).send(world)
    check_revert(world, suspend_merchant(BAKERY, True), "StatusUnchanged", party=BAKERY)
    check_revert(world, suspend_consumer(BOB, True), "StatusUnchanged", party=BOB)
