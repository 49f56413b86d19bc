"""Closing a period: what was reported becomes a statement, and money goes back by code."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.domain.errors import OutOfRange, Reason, Refused
from ledger.domain.events import Stated, StatedTotal
from ledger.domain.rebate import EqualCodes
from ledger.intake.cash import WithdrawCash
from ledger.intake.control import Suspend
from ledger.nouns.statements import Lines
from ledger.rebates.closing import ClosePeriod
from ledger.rebates.proofs import NotStated
from tests.ledger.house import (
    ANN,
    BAKERY,
    BANK,
    BOB,
    BOOKSHOP,
    CID,
    CINEMA,
    DAY,
    FUNDS,
    OPERATOR,
    House,
    check_idempotent,
    check_key_stays_free,
    refusing,
)
from tests.ledger.stating import TODAY, buy, close, set_policy

YESTERDAY = TODAY - 1


def stated(house: House, merchant: int = BOOKSHOP, **days: Any) -> Stated:
    """What the chain says of a statement that is made now."""
    accepted = close(house, merchant, **days)
    house.included(accepted)
    (event,) = house.ledger.operations.events(accepted.id)
    assert isinstance(event, Stated)
    return event


def earned(house: House) -> list[int]:
    return [house.merchant_cash(each) - FUNDS for each in (BOOKSHOP, BAKERY, OPERATOR)]


def test_purchases_are_extracted_and_go_back_by_code(house: House) -> None:
    """S3.7-S3.11: reported, commission to the platform, codes matched, the configured part returned to its enterprise.

    N11: the recruiter gets the rebate where the codes differ.
    """
    set_policy(house)
    buy(house, "a", 700, day=YESTERDAY, consumer=ANN)
    buy(house, "b", 300, day=YESTERDAY, consumer=CID)
    event = stated(house)
    assert (event.period, event.period_days, event.policy) == (YESTERDAY, 1, 1)
    assert event.totals == (StatedTotal(BAKERY, 1_000, 50, 30),)
    assert earned(house) == [-50, 30, 20]


@pytest.mark.parametrize(
    ("equal_codes", "expected"),
    [
        (EqualCodes.RETURN_TO_SELLER, [-20, 0, 20]),
        (EqualCodes.PLATFORM_KEEPS, [-50, 0, 50]),
        (EqualCodes.NO_COMMISSION, [0, 0, 0]),
    ],
)
def test_equal_codes_follow_the_policy(house: House, equal_codes: EqualCodes, expected: list[int]) -> None:
    """S3.14 and N11: Bob was recruited by the shop where he buys."""
    set_policy(house, equal_codes=equal_codes)
    buy(house, "a", 1_000, day=YESTERDAY, consumer=BOB)
    stated(house)
    assert earned(house) == expected


def test_returns_are_netted_by_code(house: House) -> None:
    set_policy(house)
    buy(house, "a", 1_000, day=YESTERDAY - 3)
    buy(house, "b", 500, day=YESTERDAY - 3, consumer=BOB)
    buy(house, "a back", -400, day=YESTERDAY)
    assert [(each.recruiter, each.amount) for each in stated(house).totals] == [(BAKERY, 600), (BOOKSHOP, 500)]


def test_a_code_that_is_below_zero_waits_for_a_later_period(house: House) -> None:
    """Its lines stay open, all of them, and are netted with those to come."""
    set_policy(house)
    buy(house, "a", 100, day=YESTERDAY)
    buy(house, "a back", -400, day=YESTERDAY)
    buy(house, "b", 500, day=YESTERDAY, consumer=BOB)
    assert [(each.recruiter, each.amount) for each in stated(house).totals] == [(BOOKSHOP, 500)]
    assert house.ledger.statements.carried(BOOKSHOP, before_day=TODAY) == {BAKERY: -300}
    with pytest.raises(NotStated):
        house.ledger.statements.prove(BOOKSHOP, "a")
    house.pass_time(DAY)
    buy(house, "c", 1_000, day=TODAY)
    event = stated(house)
    assert (event.period, [(each.recruiter, each.amount) for each in event.totals]) == (TODAY, [(BAKERY, 700)])
    assert house.ledger.statements.carried(BOOKSHOP, before_day=TODAY + 1) == {}


def test_lines_that_cancel_out_are_stated_without_a_total(house: House) -> None:
    set_policy(house)
    buy(house, "a", 100, day=YESTERDAY)
    buy(house, "a back", -100, day=YESTERDAY)
    buy(house, "b", 500, day=YESTERDAY, consumer=BOB)
    event = stated(house)
    assert [each.recruiter for each in event.totals] == [BOOKSHOP]
    statement = house.ledger.statements.get(BOOKSHOP, YESTERDAY)
    assert house.ledger.statements.lines(statement) == Lines(3, as_stated=True)


def test_what_is_reported_late_stands_in_the_next_statement(house: House) -> None:
    set_policy(house)
    buy(house, "a", 100, day=YESTERDAY)
    stated(house)
    buy(house, "forgotten", 50, day=YESTERDAY - 30)
    with refusing(house, Refused, reason=Reason.COUNT_ZERO):
        close(house)
    house.pass_time(DAY)
    event = stated(house)
    assert (event.period, event.totals[0].amount) == (TODAY, 50)


def test_a_period_is_the_days_asked_for(house: House) -> None:
    set_policy(house)
    for day in range(TODAY - 5, TODAY):
        buy(house, f"of {day}", 100, day=day)
    event = stated(house, first_day=TODAY - 5, last_day=TODAY - 3)
    assert (event.period, event.period_days, event.totals[0].amount) == (TODAY - 5, 3, 300)
    event = stated(house)
    assert (event.period, event.period_days, event.totals[0].amount) == (TODAY - 2, 2, 200)


def test_a_purchase_of_today_waits_until_the_day_is_over(house: House) -> None:
    set_policy(house)
    buy(house, "a", 100)
    with refusing(house, Refused, reason=Reason.COUNT_ZERO):
        close(house)
    end = (TODAY + 1) * DAY
    with refusing(house, Refused, reason=Reason.PERIOD_NOT_OVER, given=house.now, limit=end):
        close(house, last_day=TODAY)
    house.pass_time(end - house.now)
    assert stated(house).period == TODAY


def test_days_that_are_stated_are_not_stated_again(house: House) -> None:
    set_policy(house)
    buy(house, "a", 100, day=YESTERDAY - 1)
    stated(house)
    buy(house, "b", 100, day=YESTERDAY)
    with refusing(house, Refused, reason=Reason.PERIOD_STATED, given=YESTERDAY, limit=TODAY):
        close(house, first_day=YESTERDAY)


def test_one_statement_of_a_merchant_is_on_its_way_at_a_time(house: House) -> None:
    set_policy(house)
    buy(house, "a", 100, day=YESTERDAY - 1)
    first = close(house, last_day=YESTERDAY - 1)
    buy(house, "b", 100, day=YESTERDAY)
    with refusing(house, Refused, reason=Reason.PERIOD_STATED):
        close(house)
    house.included(first)
    assert stated(house).totals[0].amount == 100


def test_without_a_policy_nothing_is_stated(house: House) -> None:
    buy(house, "a", 100, day=YESTERDAY)
    with refusing(house, Refused, reason=Reason.POLICY_UNKNOWN):
        close(house)
    set_policy(house, starts_at=TODAY * DAY)
    with refusing(house, Refused, reason=Reason.POLICY_UNKNOWN):
        close(house)


def test_the_sellers_cash_covers_the_commission_to_the_last_unit(house: House) -> None:
    set_policy(house, commission_bps=10_000)
    buy(house, "a", FUNDS, day=YESTERDAY)
    buy(house, "b", 1, day=YESTERDAY)
    with refusing(house, Refused, reason=Reason.COMMISSION_UNFUNDED, given=FUNDS + 1, limit=FUNDS):
        close(house)
    buy(house, "c", -1, day=YESTERDAY)
    stated(house)
    assert house.merchant_cash(BOOKSHOP) == 0


def test_the_commission_is_held_until_the_statement_is_on_the_chain(house: House) -> None:
    set_policy(house)
    buy(house, "a", 10_000, day=YESTERDAY)
    accepted = close(house)
    with refusing(house, Refused, reason=Reason.CASH_INSUFFICIENT, given=FUNDS, limit=FUNDS - 500):
        house.ledger.cash.withdraw(WithdrawCash(BOOKSHOP, FUNDS, b"\xbe" * 20), key="w")
    house.included(accepted)


def test_who_may_state(house: House) -> None:
    set_policy(house)
    buy(house, "a", 100, day=YESTERDAY)
    house.included(house.ledger.members.suspend(Suspend(BOOKSHOP, True), key="s"))
    for merchant, reason in (
        (BOOKSHOP, Reason.MERCHANT_SUSPENDED),
        (99, Reason.MERCHANT_UNKNOWN),
        (BANK, Reason.KIND_INVALID),
    ):
        with refusing(house, Refused, reason=reason):
            close(house, merchant)


def test_a_refusal_of_the_chain_sets_the_lines_free(house: House) -> None:
    """The merchant is suspended while its statement is on its way: nothing is lost, nothing stated twice."""
    set_policy(house)
    buy(house, "a", 1_000, day=YESTERDAY)
    accepted = close(house)
    house.ledger.members.suspend(Suspend(BOOKSHOP, True), key="s")
    assert house.refused(accepted) == "MerchantSuspended"
    house.included(house.ledger.members.suspend(Suspend(BOOKSHOP, False), key="r"))
    with pytest.raises(NotStated):
        house.ledger.statements.prove(BOOKSHOP, "a")
    assert stated(house).totals[0].amount == 1_000


def test_the_operator_states_its_own_sales(house: House) -> None:
    set_policy(house)
    buy(house, "a", 1_000, at=OPERATOR, day=YESTERDAY)
    stated(house, OPERATOR)
    assert [house.merchant_cash(each) - FUNDS for each in (OPERATOR, BAKERY)] == [-30, 30]


@pytest.mark.parametrize("field", ["first_day", "last_day"])
@pytest.mark.parametrize("value", [-1, 2**32, 2**63 - 1, 2**63])
def test_a_day_that_no_calendar_has_is_refused_by_its_name(house: House, field: str, value: int) -> None:
    with refusing(house, OutOfRange, field=field, given=value):
        house.ledger.statements.close(replace(ClosePeriod(BOOKSHOP), **{field: value}), key="k")


def test_once_a_key(house: House) -> None:
    """N10: a period that is closed again under its key is the same statement."""
    set_policy(house)
    buy(house, "a", 100, day=YESTERDAY)
    check_idempotent(house, lambda key: close(house, key=key), lambda key: close(house, CINEMA, key=key))


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    set_policy(house)
    buy(house, "a", 100, day=YESTERDAY)
    check_key_stays_free(house, lambda key: close(house, CINEMA, key=key), lambda key: close(house, key=key))


def test_many_merchants_state_in_one_transaction(house: House) -> None:
    set_policy(house)
    for merchant in (BAKERY, BOOKSHOP, CINEMA):
        buy(house, "a", 100, at=merchant, day=YESTERDAY)
    accepted = [close(house, merchant) for merchant in (BAKERY, BOOKSHOP, CINEMA)]
    house.included(*accepted)
    assert len({house.ledger.operations.get(each.id).transaction for each in accepted}) == 1
