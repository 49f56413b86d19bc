"""Commission and rebate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.rebate import EqualCodes, Policy, commission_down, extract_down

BPS = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("equal_codes", "expected"),
    [
        (EqualCodes.RETURN_TO_SELLER, (49, 29)),
        (EqualCodes.PLATFORM_KEEPS, (49, 0)),
        (EqualCodes.NO_COMMISSION, (0, 0)),
    ],
)
def test_equal_codes_follow_the_policy(equal_codes: EqualCodes, expected: tuple[int, int]) -> None:
    """S3.14."""
    policy = Policy(1, 0, 500, 6_000, equal_codes)
    assert extract_down(policy, 999, equal=True) == expected
    assert extract_down(policy, 999, equal=False) == (49, 29)


@given(amount=st.integers(1, 2**63 - 1), commission=BPS, rebate=BPS, equal_codes=st.sampled_from(EqualCodes))
def test_no_more_goes_back_than_was_taken_nor_taken_than_was_sold(
    amount: int, commission: int, rebate: int, equal_codes: EqualCodes
) -> None:
    for equal in (False, True):
        taken, back = extract_down(Policy(1, 0, commission, rebate, equal_codes), amount, equal=equal)
        assert 0 <= back <= taken <= amount


def test_a_sellers_totals_are_taken_one_by_one() -> None:
    policy = Policy(1, 0, 500, 6_000, EqualCodes.NO_COMMISSION)
    assert commission_down(policy, 3, [(2, 19), (3, 1_000), (4, 39)]) == 0 + 0 + 1
