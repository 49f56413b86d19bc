"""The limits of terms, at both edges."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.replay.facts import SplitBps, TermsFact
from ledger.replay.limits import (
    AMOUNT_MAX_MINOR,
    COPIES_MAX,
    DELAY_MAX_HOURS,
    HOPS_MAX,
    POOL_MAX_MINOR,
    SIZE_MAX,
    TERM_MAX_MINOR,
    VALID_DAYS_MAX,
    broken_rules,
    reserve_minor,
)

SPLIT = SplitBps(
    platform=1_000, issuer=1_000, redeemer=2_000, consumer=3_000, sharer=1_000, first_sharer=1_000, recruiter=1_000
)
TERMS = TermsFact(opens=1_000, closes=2_000, split=SPLIT, remainder_role="platform", text="")
COPY = replace(TERMS, share_mode="copy", copies_per_coupon=1, hops=1)
DISCOUNT = replace(TERMS, discount_kind="bps", discount_minor=100, discount_bps=100)
REWARD = replace(TERMS, reward_minor=10, reward_cap_bps=100)
CONTRIBUTION = replace(TERMS, contribution_bps=100, contribution_cap_minor=10)


def _with(terms: TermsFact, changes: dict[str, Any]) -> TermsFact:
    return replace(terms, **changes)


@pytest.mark.parametrize(
    ("terms", "field", "least", "most"),
    [
        (TERMS, "valid_days", 0, VALID_DAYS_MAX),
        (COPY, "copies_per_coupon", 1, COPIES_MAX),
        (COPY, "hops", 1, HOPS_MAX),
        (TERMS, "minimum_order_minor", 0, AMOUNT_MAX_MINOR),
        (REWARD, "reward_minor", 1, POOL_MAX_MINOR),
        (REWARD, "reward_cap_bps", 1, 10_000),
        (CONTRIBUTION, "contribution_bps", 1, 10_000),
        (CONTRIBUTION, "contribution_cap_minor", 1, POOL_MAX_MINOR),
        (DISCOUNT, "discount_minor", 1, TERM_MAX_MINOR),
        (DISCOUNT, "discount_bps", 1, 10_000),
        (TERMS, "settlement_delay_hours", 0, DELAY_MAX_HOURS),
        (TERMS, "points_price", 0, TERM_MAX_MINOR),
    ],
)
def test_every_term_has_two_edges(terms: TermsFact, field: str, least: int, most: int) -> None:
    for value in (least, most):
        assert broken_rules(_with(terms, {field: value}), 1) == ()
    for value in (least - 1, most + 1):
        broken = broken_rules(_with(terms, {field: value}), 1)
        assert broken
        assert str(value) in broken[0]


def test_the_size_is_at_least_1_and_fits_32_bits() -> None:
    assert broken_rules(TERMS, 1) == broken_rules(TERMS, SIZE_MAX) == ()
    assert broken_rules(TERMS, 0) == (f"size is 0, it must be 1 to {SIZE_MAX}",)
    assert broken_rules(TERMS, SIZE_MAX + 1) == (f"size is {SIZE_MAX + 1}, it must be 1 to {SIZE_MAX}",)


def test_the_parts_sum_to_exactly_10000() -> None:
    for platform, total in ((999, 9_999), (1_001, 10_001)):
        broken = broken_rules(replace(TERMS, split=replace(SPLIT, platform=platform)), 1)
        assert broken == (f"the split's parts sum to {total} bps, they must sum to exactly 10000",)


def test_no_part_is_negative_even_where_the_sum_is_right() -> None:
    split = replace(SPLIT, platform=-1, issuer=2_001)
    assert broken_rules(replace(TERMS, split=split), 1) == ("split platform is -1, it must be 0 to 10000",)


def test_reward_and_contribution_cap_fit_one_event_word_together() -> None:
    terms = replace(REWARD, contribution_bps=1, contribution_cap_minor=1, reward_minor=POOL_MAX_MINOR - 1)
    assert broken_rules(terms, 1) == ()
    broken = broken_rules(replace(terms, contribution_cap_minor=2), 1)
    assert broken == (f"reward and contribution cap together are {POOL_MAX_MINOR + 1}, at most {POOL_MAX_MINOR}",)


def test_a_window_closes_after_it_opens() -> None:
    assert broken_rules(replace(TERMS, closes=1_001), 1) == ()
    assert broken_rules(replace(TERMS, closes=1_000), 1) == ("closes (1000) must be after opens (1000)",)


@pytest.mark.parametrize(
    "terms",
    [
        replace(TERMS, reward_minor=5),
        replace(TERMS, reward_cap_bps=5),
        replace(TERMS, contribution_bps=5),
        replace(TERMS, contribution_cap_minor=5),
        replace(TERMS, discount_minor=5),
        replace(TERMS, discount_bps=5),
        replace(TERMS, discount_kind="fixed"),
        replace(DISCOUNT, discount_bps=0),
        replace(DISCOUNT, discount_kind="fixed"),
        replace(TERMS, share_mode="copy", hops=1),
        replace(TERMS, share_mode="transfer"),
        replace(TERMS, hops=1),
        replace(TERMS, copies_per_coupon=5),
        replace(TERMS, share_mode="transfer", copies_per_coupon=5, hops=1),
    ],
)
def test_terms_that_belong_together_come_together(terms: TermsFact) -> None:
    assert len(broken_rules(terms, 1)) == 1


def test_minting_reserves_rewards_and_discounts_of_the_operator_copies_included() -> None:
    terms = replace(
        COPY, copies_per_coupon=2, reward_minor=10, reward_cap_bps=1, discount_kind="fixed", discount_minor=5
    )
    assert reserve_minor(terms, 100) == 100 * 3 * 15
    assert reserve_minor(replace(terms, funder="issuer"), 100) == 100 * 3 * 10


def test_a_reserve_that_no_account_can_hold_is_refused() -> None:
    terms = replace(DISCOUNT, discount_minor=2**39)
    assert broken_rules(terms, 2**25 - 1) == ()
    assert broken_rules(terms, 2**25) == (f"minting would reserve {2**64}, at most {2**64 - 1}",)
