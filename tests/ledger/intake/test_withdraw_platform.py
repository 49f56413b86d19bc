"""The treasurer withdraws the platform's own cash."""

import pytest

from ledger.domain.errors import Reason, Refused
from ledger.domain.events import Withdrawn
from ledger.intake.cash import WithdrawCash
from ledger.intake.desk import Accepted
from tests.ledger.house import FUNDS, OPERATOR, House, check_idempotent, check_key_stays_free, refusing

PAYEE = b"\xbe" * 20


def withdraw(house: House, amount: int, *, to: bytes = PAYEE, key: str | None = None) -> Accepted:
    return house.ledger.cash.withdraw_platform(WithdrawCash(OPERATOR, amount, to), key=key or house.key())


def test_it_is_paid_at_once(house: House) -> None:
    accepted = withdraw(house, 400)
    house.included(accepted)
    assert house.ledger.operations.events(accepted.id) == (Withdrawn(False, OPERATOR, 400, PAYEE, 0),)
    assert house.merchant_cash(OPERATOR) == FUNDS - 400
    assert house.ledger.token.ask(house.ledger.chain, "balanceOf", PAYEE) == 400


def test_all_of_it_and_not_one_unit_more(house: House) -> None:
    with refusing(house, Refused, reason=Reason.CASH_INSUFFICIENT, given=FUNDS + 1, limit=FUNDS):
        withdraw(house, FUNDS + 1)
    house.included(withdraw(house, FUNDS))


@pytest.mark.parametrize(
    ("amount", "to", "reason"),
    [
        (0, PAYEE, Reason.AMOUNT_ZERO),
        (-1, PAYEE, Reason.AMOUNT_ZERO),
        (1, bytes(20), Reason.WALLET_INVALID),
        (1, b"\x01" * 19, Reason.WALLET_INVALID),
    ],
)
def test_every_refusal(house: House, amount: int, to: bytes, reason: Reason) -> None:
    with refusing(house, Refused, reason=reason):
        withdraw(house, amount, to=to)


def test_the_chain_refuses_the_ledger_itself_as_a_payee(house: House) -> None:
    accepted = withdraw(house, 1, to=house.ledger.deployment.ledger)
    assert house.refused(accepted) == "WalletInvalid"


def test_once_a_key(house: House) -> None:
    """N10."""
    check_idempotent(house, lambda key: withdraw(house, 5, key=key), lambda key: withdraw(house, 6, key=key))
    assert house.merchant_cash(OPERATOR) == FUNDS - 5


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    check_key_stays_free(house, lambda key: withdraw(house, 0, key=key), lambda key: withdraw(house, 5, key=key))
