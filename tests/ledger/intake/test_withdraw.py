"""Withdraw a party's cash to an address."""

import pytest

from ledger.domain.errors import Reason, Refused
from ledger.domain.events import WithdrawalRequested, Withdrawn
from ledger.intake.cash import DepositCash, WithdrawCash
from ledger.intake.control import Suspend
from ledger.intake.desk import Accepted
from tests.ledger.house import (
    ANN,
    BAKERY,
    BANK,
    BOOKSHOP,
    FUNDS,
    OPERATOR,
    House,
    check_idempotent,
    check_key_stays_free,
    refusing,
)

PAYEE = b"\xbe" * 20


def withdraw(
    house: House, party: int, amount: int, *, consumer: bool = False, to: bytes = PAYEE, key: str | None = None
) -> Accepted:
    request = WithdrawCash(party, amount, to, consumer)
    return house.ledger.cash.withdraw(request, key=key or house.key())


def tokens_of(house: House, account: bytes = PAYEE) -> int:
    return int(house.ledger.token.ask(house.ledger.chain, "balanceOf", account))


def test_a_merchants_withdrawal_waits(house: House) -> None:
    """S2.21: rewards are paid out; a merchant's cash stays for a while, so that what it accepted stays funded."""
    accepted = withdraw(house, BAKERY, FUNDS)
    house.included(accepted)
    (event,) = house.ledger.operations.events(accepted.id)
    assert isinstance(event, WithdrawalRequested)
    assert (event.merchant, event.amount, event.to, event.ready_at) == (BAKERY, FUNDS, PAYEE, house.now + 3_600)
    (waiting,) = house.ledger.cash.waiting()
    assert (waiting.merchant, waiting.amount, waiting.to) == (BAKERY, FUNDS, PAYEE)
    assert (house.merchant_cash(BAKERY), tokens_of(house)) == (FUNDS, 0)


@pytest.mark.parametrize(("party", "consumer"), [(ANN, True), (BANK, False)])
def test_a_consumer_and_an_institution_are_paid_at_once(house: House, party: int, consumer: bool) -> None:
    house.included(house.ledger.cash.deposit(DepositCash(party, 500, consumer), key="d"))
    accepted = withdraw(house, party, 200, consumer=consumer)
    house.included(accepted)
    (event,) = house.ledger.operations.events(accepted.id)
    assert isinstance(event, Withdrawn)
    assert (event.consumer, event.party, event.amount, event.to) == (consumer, party, 200, PAYEE)
    assert tokens_of(house) == 200
    assert (house.consumer_cash(party) if consumer else house.merchant_cash(party)) == 300


def test_all_of_the_cash_and_not_one_unit_more(house: House) -> None:
    with refusing(house, Refused, reason=Reason.CASH_INSUFFICIENT, given=FUNDS + 1, limit=FUNDS):
        withdraw(house, BAKERY, FUNDS + 1)
    house.included(withdraw(house, BAKERY, FUNDS))


@pytest.mark.parametrize(
    ("party", "amount", "consumer", "to", "reason"),
    [
        (BAKERY, 0, False, PAYEE, Reason.AMOUNT_ZERO),
        (BAKERY, -5, False, PAYEE, Reason.AMOUNT_ZERO),
        (BAKERY, 1, False, bytes(20), Reason.WALLET_INVALID),
        (BAKERY, 1, False, b"\x01" * 19, Reason.WALLET_INVALID),
        (BAKERY, 1, False, b"\x01" * 21, Reason.WALLET_INVALID),
        (99, 1, False, PAYEE, Reason.MERCHANT_UNKNOWN),
        (99, 1, True, PAYEE, Reason.CONSUMER_UNKNOWN),
        (ANN, 1, True, PAYEE, Reason.CASH_INSUFFICIENT),
        (OPERATOR, 1, False, PAYEE, Reason.KIND_INVALID),
    ],
)
def test_every_refusal(house: House, party: int, amount: int, consumer: bool, to: bytes, reason: Reason) -> None:
    with refusing(house, Refused, reason=reason):
        withdraw(house, party, amount, consumer=consumer, to=to)


def test_the_suspended_withdraw_nothing(house: House) -> None:
    members = house.ledger.members
    house.included(members.suspend(Suspend(BAKERY, True), key="s"), members.suspend(Suspend(ANN, True, True), key="t"))
    with refusing(house, Refused, reason=Reason.MERCHANT_SUSPENDED):
        withdraw(house, BAKERY, 1)
    with refusing(house, Refused, reason=Reason.CONSUMER_SUSPENDED):
        withdraw(house, ANN, 1, consumer=True)


def test_one_withdrawal_waits_at_a_time(house: House) -> None:
    house.included(withdraw(house, BAKERY, 10))
    with refusing(house, Refused, reason=Reason.WITHDRAWAL_PENDING):
        withdraw(house, BAKERY, 10)
    house.included(withdraw(house, BOOKSHOP, 10))


def test_a_withdrawal_that_is_due_is_paid_before_the_next_is_noted(house: House) -> None:
    house.included(withdraw(house, BAKERY, 10))
    house.pass_time(3_600)
    house.included(withdraw(house, BAKERY, 20))
    assert tokens_of(house) == 10


def test_the_chain_refuses_the_ledger_itself_as_a_payee(house: House) -> None:
    assert house.refused(withdraw(house, BAKERY, 1, to=house.ledger.deployment.ledger)) == "WalletInvalid"


def test_what_two_accepted_withdrawals_of_a_consumer_cannot_both_have_only_the_first_gets(house: House) -> None:
    house.included(house.ledger.cash.deposit(DepositCash(ANN, 500, True), key="d"))
    first, second = (withdraw(house, ANN, 300, consumer=True) for _ in range(2))
    house.included(first)
    assert house.refused(second) == "CashInsufficient"
    assert (house.consumer_cash(ANN), tokens_of(house)) == (200, 300)


def test_once_a_key(house: House) -> None:
    """N10: an order to pay that is repeated pays once."""
    check_idempotent(
        house, lambda key: withdraw(house, BAKERY, 5, key=key), lambda key: withdraw(house, BAKERY, 6, key=key)
    )


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    check_key_stays_free(
        house, lambda key: withdraw(house, BAKERY, 0, key=key), lambda key: withdraw(house, BAKERY, 5, key=key)
    )
