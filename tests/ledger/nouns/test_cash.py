"""Cash that waits, and the tokens behind it all."""

from ledger.intake.cash import WithdrawCash
from tests.ledger.house import BAKERY, BOOKSHOP, FUNDS, House


def test_withdrawals_that_wait_are_listed(house: House) -> None:
    cash = house.ledger.cash
    for merchant in (BOOKSHOP, BAKERY):
        house.included(cash.withdraw(WithdrawCash(merchant, merchant, b"\x01" * 20), key=house.key()))
    assert [(each.merchant, each.amount) for each in cash.waiting()] == [(BAKERY, BAKERY), (BOOKSHOP, BOOKSHOP)]
    assert [each.merchant for each in cash.waiting(BOOKSHOP)] == [BOOKSHOP]
    assert cash.waiting(99) == []


def test_the_tokens_are_those_of_everybodys_cash(house: House) -> None:
    assert house.ledger.cash.token_balance() == 4 * FUNDS
