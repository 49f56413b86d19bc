"""Deposit cash for parties."""

import pytest

from ledger.domain.errors import OutOfRange, Reason, Refused
from ledger.domain.events import Deposited
from ledger.intake.cash import DEPOSIT_LIMIT_MINOR, DepositCash
from ledger.intake.control import Suspend
from ledger.intake.desk import Accepted
from tests.ledger.house import (
    ANN,
    BAKERY,
    BANK,
    FUNDS,
    OPERATOR,
    House,
    check_idempotent,
    check_key_stays_free,
    refusing,
)


def deposit(house: House, party: int, amount: int, *, consumer: bool = False, key: str | None = None) -> Accepted:
    return house.ledger.cash.deposit(DepositCash(party, amount, consumer), key=key or house.key())


@pytest.mark.parametrize("party", [OPERATOR, BAKERY, BANK])
def test_what_arrived_is_the_partys_cash_and_stands_behind_it_in_tokens(house: House, party: int) -> None:
    before, tokens = house.merchant_cash(party), house.ledger.cash.token_balance()
    accepted = deposit(house, party, 123)
    house.included(accepted)
    assert house.merchant_cash(party) == before + 123
    assert house.ledger.cash.token_balance() == tokens + 123
    events = house.ledger.operations.events(accepted.id)
    treasurer = house.ledger.role("treasurer").address
    assert events == (Deposited(False, party, 123, treasurer),)


def test_a_consumer_may_have_cash_too(house: House) -> None:
    house.included(deposit(house, ANN, 77, consumer=True))
    assert house.consumer_cash(ANN) == 77


def test_a_deposit_and_its_booking_are_taken_together_and_the_booking_goes_first(house: House) -> None:
    """A round of the relay that ends between the two leaves the deposit for the next one."""
    accepted = deposit(house, BAKERY, 5, key="both")
    booked = house.ledger.operations.get(accepted.id - 1)
    assert (booked.verb, house.ledger.operations.get(accepted.id).verb) == ("book", "deposit")


def test_a_suspended_party_is_paid_all_the_same(house: House) -> None:
    house.included(house.ledger.members.suspend(Suspend(BAKERY, True), key="s"))
    house.included(deposit(house, BAKERY, 5))
    assert house.merchant_cash(BAKERY) == FUNDS + 5


@pytest.mark.parametrize(
    ("party", "amount", "consumer", "reason"),
    [
        (BAKERY, 0, False, Reason.AMOUNT_ZERO),
        (BAKERY, -1, False, Reason.AMOUNT_ZERO),
        (99, 1, False, Reason.MERCHANT_UNKNOWN),
        (0, 1, False, Reason.MERCHANT_UNKNOWN),
        (99, 1, True, Reason.CONSUMER_UNKNOWN),
    ],
)
def test_every_refusal(house: House, party: int, amount: int, consumer: bool, reason: Reason) -> None:
    with refusing(house, Refused, reason=reason):
        deposit(house, party, amount, consumer=consumer)


def test_the_largest_deposit_and_one_above_it(house: House) -> None:
    house.included(deposit(house, BAKERY, DEPOSIT_LIMIT_MINOR))
    assert house.merchant_cash(BAKERY) == FUNDS + DEPOSIT_LIMIT_MINOR
    above = DEPOSIT_LIMIT_MINOR + 1
    with refusing(house, OutOfRange, field="amount", given=above, low=1, high=DEPOSIT_LIMIT_MINOR):
        deposit(house, BAKERY, above)


def test_once_a_key(house: House) -> None:
    """N10: money that is reported twice comes once."""
    check_idempotent(
        house, lambda key: deposit(house, BAKERY, 5, key=key), lambda key: deposit(house, BAKERY, 6, key=key)
    )
    assert house.merchant_cash(BAKERY) == FUNDS + 5


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    check_key_stays_free(
        house, lambda key: deposit(house, 99, 5, key=key), lambda key: deposit(house, BAKERY, 5, key=key)
    )
