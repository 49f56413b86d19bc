"""Reward, contribution, discount and the division into parts."""

from fractions import Fraction
from itertools import accumulate
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.split import contribution_down, discount_down, earning, parts_down, reimbursed, reward_down
from ledger.domain.terms import ALWAYS_PRESENT, Funder, Role
from scripts.world import some_terms

SHARES = (
    st.lists(st.integers(0, 10_000), min_size=6, max_size=6)
    .map(sorted)
    .map(lambda cuts: tuple(b - a for a, b in zip([0, *cuts], [*cuts, 10_000], strict=True)))
)
ORDERS = st.integers(0, 2**48 - 1)


@given(
    incentive=st.integers(0, 2**36 - 1),
    shares=SHARES,
    present=st.sets(st.sampled_from(Role)),
    remainder=st.sampled_from(ALWAYS_PRESENT),
)
def test_parts_sum_to_the_incentive_exactly(
    incentive: int, shares: tuple[int, ...], present: set[Role], remainder: Role
) -> None:
    """S2.16, N1, N2: divided among the linked parties with an exact remainder rule."""
    parts = parts_down(incentive, shares, present=present, remainder=remainder)
    assert sum(parts) == incentive
    for role in Role:
        share = floor(Fraction(incentive * shares[role], 10_000)) if role in present else 0
        if role is not remainder:
            assert parts[role] == share
        else:
            assert parts[role] >= share


@given(order=ORDERS, reward=st.integers(0, 2**36 - 301), cap=st.integers(1, 2**16 - 1))
def test_a_reward_is_at_most_its_share_of_the_order(order: int, reward: int, cap: int) -> None:
    found = reward_down(some_terms(reward_minor=reward, reward_cap_bps=cap), order)
    assert found == min(reward, floor(Fraction(order * cap, 10_000)))


@given(order=ORDERS, share=st.integers(1, 10_000), cap=st.integers(1, 2**36 - 501))
def test_a_contribution_is_a_share_of_the_order_up_to_its_cap(order: int, share: int, cap: int) -> None:
    found = contribution_down(some_terms(contribution_bps=share, contribution_cap_minor=cap), order)
    assert found == min(cap, floor(Fraction(order * share, 10_000)))


@given(order=ORDERS, share=st.integers(0, 10_000), amount=st.integers(1, 2**40 - 1))
def test_a_discount_never_exceeds_its_amount_its_share_or_the_order(order: int, share: int, amount: int) -> None:
    found = discount_down(some_terms(discount_bps=share, discount_minor=amount), order)
    bounds = [amount, order] + ([floor(Fraction(order * share, 10_000))] if share else [])
    assert found == min(bounds)


@pytest.mark.parametrize(("sharers", "absent"), [(0, {4, 5}), (1, {5}), (2, set())])
def test_the_parts_of_sharers_who_are_not_there_go_to_the_remainder_role(sharers: int, absent: set[int]) -> None:
    terms = some_terms(
        reward_minor=700,
        reward_cap_bps=10_000,
        contribution_bps=0,
        contribution_cap_minor=0,
        split_bps=(1_000, 1_000, 1_000, 1_000, 2_000, 3_000, 1_000),
        remainder_role=Role.CONSUMER,
    )
    found = earning(terms, 100_000, sharers=sharers)
    shares = [70, 70, 70, 70, 140, 210, 70]
    passed_on = sum(shares[role] for role in absent)
    expected = [0 if role in absent else share for role, share in enumerate(shares)]
    expected[Role.CONSUMER] += passed_on
    assert found.parts == tuple(expected)
    assert found.incentive == 700


@given(order=ORDERS)
def test_an_earning_is_reward_contribution_discount_and_their_parts(order: int) -> None:
    """S2.14: a redemption makes an incentive."""
    terms = some_terms()
    found = earning(terms, order)
    assert (found.reward, found.contribution) == (reward_down(terms, order), contribution_down(terms, order))
    assert found.discount == discount_down(terms, order)
    assert list(accumulate(found.parts))[-1] == found.incentive == found.reward + found.contribution


@pytest.mark.parametrize(("funder", "back"), [(Funder.OPERATOR, 400), (Funder.ISSUER, 400), (Funder.REDEEMER, 0)])
def test_a_discount_comes_back_to_the_redeemer_unless_it_funds_it_itself(funder: Funder, back: int) -> None:
    assert reimbursed(some_terms(funder=funder), 400) == back
