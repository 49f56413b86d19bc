"""Statements in the audit: commission and rebate are money that moves, and the rows are held to the policy."""

from typing import Any

import pytest
from sqlalchemy import Table, update

from ledger.audit.balances import Wrong
from ledger.domain.ids import OPERATOR
from ledger.store.projections import MERCHANTS
from ledger.store.projections_accounts import POLICIES, STATEMENT_TOTALS, STATEMENTS
from tests.ledger.house import BAKERY, BOB, BOOKSHOP, FUNDS, House
from tests.ledger.stating import TODAY, buy, close, set_policy

PERIOD = TODAY - 1


@pytest.fixture
def stated(house: House) -> House:
    """The bookshop stated 1,000 sold to the bakery's consumer and 500 to its own."""
    set_policy(house)
    buy(house, "a", 1_000, day=PERIOD)
    buy(house, "b", 500, consumer=BOB, day=PERIOD)
    house.included(close(house))
    return house


def edit(house: House, table: Table, **values: Any) -> tuple[Wrong, ...]:
    """What is wrong after a row's columns were changed by hand: of a total, that of the bakery."""
    changing = update(table).values(values)
    if table is STATEMENT_TOTALS:
        changing = changing.where(table.c.recruiter == BAKERY)
    with house.ledger.store.write() as connection:
        connection.execute(changing)
    return house.ledger.audit.conservation().wrong


def test_commission_and_rebate_move_between_merchants(stated: House) -> None:
    """N2, S3.6: enterprise and capital accounts matched to the last unit."""
    report = stated.ledger.audit.conservation()
    assert report.is_kept
    assert report.difference == report.surplus == 0
    assert not [mismatch for mismatch in stated.ledger.audit.verify() if type(mismatch).__name__ == "Mismatch"]


def test_a_changed_commission_is_found_in_the_total_the_statement_and_the_cash(stated: House) -> None:
    assert edit(stated, STATEMENT_TOTALS, commission=51) == (
        Wrong("a statement is the sum of its totals", "statements", (BOOKSHOP, PERIOD), 76, 75),
        Wrong("a total follows its policy", "statement_totals", (BOOKSHOP, PERIOD, BAKERY), 50, 51),
        Wrong("cash is what came less what went", "merchants", (OPERATOR,), FUNDS + 31, FUNDS + 30),
        Wrong("cash is what came less what went", "merchants", (BOOKSHOP,), FUNDS - 61, FUNDS - 60),
    )


def test_a_changed_rebate_is_found(stated: House) -> None:
    rules = {wrong.rule for wrong in edit(stated, STATEMENT_TOTALS, rebate=31)}
    assert rules == {
        "a statement is the sum of its totals",
        "a total follows its policy",
        "cash is what came less what went",
    }


def test_a_changed_amount_is_found(stated: House) -> None:
    places = [(wrong.expected, wrong.found) for wrong in edit(stated, STATEMENT_TOTALS, amount=1_100)]
    assert places == [(1_600, 1_500), (55, 50), (33, 30)]


@pytest.mark.parametrize(
    "changes", [{"commission_bps": 510}, {"rebate_bps": 1}, {"equal_codes": 1}, {"equal_codes": 9}]
)
def test_a_changed_policy_is_found(stated: House, changes: dict[str, int]) -> None:
    assert {wrong.table for wrong in edit(stated, POLICIES, **changes)} == {"statement_totals"}


def test_a_changed_statement_is_found(stated: House) -> None:
    for column in ("amount", "commission", "rebate"):
        (wrong,) = edit(stated, STATEMENTS, **{column: 0})
        assert (wrong.table, wrong.found) == ("statements", 0)
        with stated.ledger.store.write() as connection:
            connection.execute(update(STATEMENTS).values({column: wrong.expected}))
    assert edit(stated, STATEMENTS, policy=9)


def test_changed_cash_of_a_recruiter_is_found(stated: House) -> None:
    with stated.ledger.store.write() as connection:
        connection.execute(update(MERCHANTS).where(MERCHANTS.c.id == BAKERY).values(cash=FUNDS))
    (wrong,) = stated.ledger.audit.conservation().wrong
    assert (wrong.key, wrong.expected, wrong.found) == ((BAKERY,), FUNDS + 30, FUNDS)
