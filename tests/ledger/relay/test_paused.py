"""Operations that meet a paused ledger are refused, none is lost, and money still leaves."""

from ledger.intake.cash import DepositCash, PayOut, WithdrawCash
from ledger.intake.control import Pause
from ledger.intake.mint import Mint
from ledger.intake.stock import RecallStock
from scripts.world import some_terms
from tests.ledger.house import ANN, BAKERY, BOOKSHOP, CINEMA, House


def paused(house: House, paused: bool = True) -> None:
    house.included(house.ledger.operations.pause(Pause(paused), key=house.key()))


def test_what_a_pause_stops_is_refused_by_name_and_may_be_tried_again(house: House) -> None:
    coupons = house.held(count=5)
    batch = coupons[0].batch
    paused(house)
    stopped = [
        *(coupon.redeem(at=(BAKERY, BOOKSHOP, CINEMA)[each % 3]) for each, coupon in enumerate(coupons)),
        house.issue(batch),
        house.allocate(batch, count=3),
        house.ledger.batches.recall(RecallStock(BAKERY, batch, 1, 1), key="r"),
        house.ledger.batches.mint(Mint(some_terms(size=1)), key="m"),
    ]
    assert house.settled(*stopped).reason == "LedgerPaused"
    assert {coupon.state for coupon in coupons} == {"issued"}
    assert house.ledger.settle().sent == 0
    assert house.ledger.batches.lots(batch)[0].end == 1_000
    paused(house, False)
    house.included(*(coupon.redeem() for coupon in coupons), house.issue(batch), house.allocate(batch, count=3))


def test_what_was_accepted_before_a_pause_is_sent_before_it(house: House) -> None:
    (coupon,) = house.held()
    stop = house.ledger.operations.pause(Pause(True), key="p")
    redeemed = coupon.redeem()
    house.included(stop, redeemed)


def test_a_pause_leaves_deposits_and_withdrawals_open(house: House) -> None:
    """Pause stops mint, issue and redeem, never distribute and withdraw."""
    paused(house)
    desk = house.ledger.cash
    house.included(desk.deposit(DepositCash(ANN, 50, True), key="d"))
    payee = b"\x09" * 20
    house.included(desk.withdraw(WithdrawCash(ANN, 50, payee, True), key="w"))
    house.included(desk.withdraw(WithdrawCash(BAKERY, 70, payee), key="v"))
    house.pass_time(3_600)
    house.included(desk.pay_out(PayOut(BAKERY), key="o"))
    assert house.ledger.token.ask(house.ledger.chain, "balanceOf", payee) == 120
