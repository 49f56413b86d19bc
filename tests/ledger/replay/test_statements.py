"""Purchases without a coupon, stated period by period."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ledger.replay.completejourney_statements import LATER_FROM, policies, statements
from ledger.replay.completejourney_year import Purchase
from ledger.replay.facts import PurchaseLine
from ledger.replay.statements import DAY, STATED_AFTER, statements_of

WEEK = 7 * DAY
LINES = st.lists(
    st.tuples(st.sampled_from(["anna", "bert"]), st.integers(0, 40 * DAY), st.integers(-500, 500).filter(bool)),
    max_size=40,
)


@given(LINES, st.integers(1, 366))
def test_every_purchase_is_stated_once_in_its_period_and_after_it(told: list[tuple[str, int, int]], days: int) -> None:
    lines = [(key, PurchaseLine(str(n), "eva", amount, at)) for n, (key, at, amount) in enumerate(told)]
    found = list(statements_of(lines, days=days))
    stated = [(each.merchant_key, line) for each in found for line in each.lines]
    assert Counter(stated) == Counter(lines)
    assert len({(each.merchant_key, each.period) for each in found}) == len(found)
    for each in found:
        assert (each.days, each.period % days) == (days, 0)
        end = (each.period + days) * DAY
        assert each.at == end + STATED_AFTER
        assert each.lines
        assert all(each.period * DAY <= line.at < end for line in each.lines)


def test_statements_come_by_period_and_within_it_by_merchant_with_their_lines_as_told() -> None:
    told = [("bert", 3, WEEK), ("anna", 9, 2 * WEEK), ("bert", 2, 0), ("anna", 1, WEEK), ("bert", 4, WEEK)]
    lines = [(key, PurchaseLine(str(n), "eva", n, at)) for key, n, at in told]
    found = [
        (each.period, each.merchant_key, [line.amount_minor for line in each.lines]) for each in statements_of(lines)
    ]
    assert found == [(0, "bert", [2]), (7, "anna", [1]), (7, "bert", [3, 4]), (14, "anna", [9])]


def basket(number: int, *, at: int = WEEK, store: int = 4) -> Purchase:
    return Purchase(basket=number, household=number + 100, store=store, at=at, amount_minor=number * 10)


def test_a_basket_for_which_a_coupon_was_used_is_in_no_statement() -> None:
    """S3.7: the others are, under their own numbers."""
    (found,) = statements([basket(1), basket(2), basket(3, at=2 * WEEK - 1)], used=frozenset({2, 9}))
    assert (found.merchant_key, found.period, found.days) == ("store-4", 7, 7)
    assert found.lines == (
        PurchaseLine("basket-1", "household-101", 10, WEEK),
        PurchaseLine("basket-3", "household-103", 30, 2 * WEEK - 1),
    )


def test_stores_and_weeks_have_statements_of_their_own() -> None:
    found = list(statements([basket(1), basket(2, store=5), basket(3, at=2 * WEEK)], used=frozenset()))
    assert [(each.merchant_key, each.period) for each in found] == [("store-4", 7), ("store-5", 7), ("store-4", 14)]


def test_the_policy_changes_once_four_weeks_after_it_is_announced() -> None:
    """S3.14: what equal codes mean changes too."""
    first, later = policies(123)
    assert (first.starts_at, first.at) == (0, 123)
    assert (later.starts_at, later.at) == (LATER_FROM, LATER_FROM - 4 * WEEK)
    assert {first.equal_codes, later.equal_codes} == {"return_to_seller", "platform_keeps"}
    assert first.commission_bps != later.commission_bps
