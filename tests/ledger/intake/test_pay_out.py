"""Pay a merchant's requested withdrawal."""

from ledger.domain.errors import Reason, Refused
from ledger.domain.events import Withdrawn
from ledger.intake.cash import PayOut, WithdrawCash
from ledger.intake.desk import Accepted
from tests.ledger.house import BAKERY, BOOKSHOP, FUNDS, House, check_idempotent, check_key_stays_free, refusing

PAYEE = b"\xbe" * 20
DELAY = 3_600


def pay_out(house: House, merchant: int = BAKERY, *, key: str | None = None) -> Accepted:
    return house.ledger.cash.pay_out(PayOut(merchant), key=key or house.key())


def requested(house: House, merchant: int = BAKERY, amount: int = 700) -> None:
    house.included(house.ledger.cash.withdraw(WithdrawCash(merchant, amount, PAYEE), key=house.key()))


def test_a_request_that_is_due_is_paid(house: House) -> None:
    """S2.21: paid out."""
    requested(house)
    house.pass_time(DELAY)
    accepted = pay_out(house)
    house.included(accepted)
    assert Withdrawn(False, BAKERY, 700, PAYEE, 0) in house.ledger.operations.events(accepted.id)
    assert house.merchant_cash(BAKERY) == FUNDS - 700
    assert house.ledger.cash.waiting() == []
    assert house.ledger.token.ask(house.ledger.chain, "balanceOf", PAYEE) == 700


def test_a_second_before_it_is_not(house: House) -> None:
    requested(house)
    ready = house.now + DELAY
    house.pass_time(DELAY - 1)
    with refusing(house, Refused, reason=Reason.WITHDRAWAL_NOT_DUE, given=ready - 1, limit=ready):
        pay_out(house)


def test_nothing_was_asked_for(house: House) -> None:
    requested(house)
    house.pass_time(DELAY)
    for merchant in (BOOKSHOP, 99):
        with refusing(house, Refused, reason=Reason.AMOUNT_ZERO):
            pay_out(house, merchant)


def test_a_request_is_paid_once(house: House) -> None:
    requested(house)
    house.pass_time(DELAY)
    first, second = pay_out(house), pay_out(house)
    house.included(first)
    assert house.refused(second) == "AmountZero"
    assert house.merchant_cash(BAKERY) == FUNDS - 700


def test_once_a_key(house: House) -> None:
    """N10."""
    for merchant in (BAKERY, BOOKSHOP):
        requested(house, merchant)
    house.pass_time(DELAY)
    check_idempotent(house, lambda key: pay_out(house, key=key), lambda key: pay_out(house, BOOKSHOP, key=key))


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    requested(house)
    house.pass_time(DELAY)
    check_key_stays_free(house, lambda key: pay_out(house, 99, key=key), lambda key: pay_out(house, key=key))
