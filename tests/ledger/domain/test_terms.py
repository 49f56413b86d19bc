"""Terms of a batch: both edges of every limit, each rule named as the contract names it."""

from dataclasses import fields
from typing import Any

import pytest

from ledger.chain.compile import compile_contracts
from ledger.domain.errors import OutOfRange, TermsInvalid
from ledger.domain.ids import GROUP_ISSUER_ONLY
from ledger.domain.terms import ALWAYS_PRESENT, Funder, Role, ShareMode, Terms
from scripts.world import some_terms
from tests.ledger.domain.solidity import camel, widths

SOLIDITY_NAMES = {
    "minimum_order_minor": "minimumOrder",
    "reward_minor": "reward",
    "contribution_cap_minor": "contributionCap",
    "discount_minor": "discountAmount",
}
NUMBERS = {
    **{SOLIDITY_NAMES.get(field.name, camel(field.name)): field.name for field in fields(Terms)},
}
BITS = {NUMBERS[name]: bits for name, bits in widths("Terms").items() if name in NUMBERS}
COPY = {"share_mode": ShareMode.COPY, "hops": 1}
COMPANIONS: dict[str, dict[str, Any]] = {
    # What must go with a field at its largest so that no other rule is broken.
    "copies": {**COPY, "copies": 255},
    "hops": {"share_mode": ShareMode.TRANSFER},
    "opens": {"closes": 2**40 - 1},
    "reward_minor": {"contribution_bps": 0, "contribution_cap_minor": 0},
    "contribution_cap_minor": {"reward_minor": 0},
}
LARGEST = {
    # Where a rule of its own stops a field before its bits do.
    "hops": 15,
    "opens": 2**40 - 2,
    "contribution_bps": 10_000,
    "discount_bps": 10_000,
    "reward_minor": 2**36 - 1,
    "contribution_cap_minor": 2**36 - 1,
}


def test_every_number_of_the_contracts_terms_is_one_of_ours() -> None:
    assert set(widths("Terms")) <= set(NUMBERS)
    assert len(BITS) == 16


@pytest.mark.parametrize("field", BITS)
def test_the_largest_value_that_fits_is_good(field: str) -> None:
    largest = LARGEST.get(field, 2 ** BITS[field] - 1)
    some_terms(**{**COMPANIONS.get(field, {}), field: largest}).check()


@pytest.mark.parametrize("field", BITS)
def test_a_value_beyond_its_bits_is_out_of_range(field: str) -> None:
    high = 2 ** BITS[field] - 1
    for value in (high + 1, -1):
        with pytest.raises(OutOfRange) as caught:
            some_terms(**{field: value}).check()
        assert (caught.value.field, caught.value.given) == (field, value)
        assert (caught.value.low, caught.value.high) == (0, high)


@pytest.mark.parametrize("length", [31, 33])
def test_the_hash_of_the_wording_has_32_bytes(length: int) -> None:
    with pytest.raises(OutOfRange) as caught:
        some_terms(text=bytes(length)).check()
    assert caught.value.given == length


BROKEN: list[tuple[str, dict[str, Any], object, object]] = [
    ("SizeZero", {"size": 0}, None, None),
    ("WindowEmpty", {"opens": 500, "closes": 500}, 500, 500),
    ("ShareTermsInvalid", {"copies": 1}, None, None),
    ("ShareTermsInvalid", {"hops": 1}, None, None),
    ("ShareTermsInvalid", {"share_mode": ShareMode.TRANSFER, "hops": 0}, None, None),
    ("ShareTermsInvalid", {"share_mode": ShareMode.TRANSFER, "hops": 16}, None, None),
    ("ShareTermsInvalid", {"share_mode": ShareMode.TRANSFER, "hops": 1, "copies": 1}, None, None),
    ("ShareTermsInvalid", {**COPY, "copies": 0}, None, None),
    ("ShareTermsInvalid", {**COPY, "copies": 1, "hops": 0}, None, None),
    ("RewardCapMissing", {"reward_minor": 1, "reward_cap_bps": 0}, None, None),
    ("BpsTooHigh", {"contribution_bps": 10_001}, 10_001, 10_000),
    ("BpsTooHigh", {"discount_bps": 10_001}, 10_001, 10_000),
    ("ContributionTermsInvalid", {"contribution_bps": 0}, None, None),
    ("ContributionTermsInvalid", {"contribution_cap_minor": 0}, None, None),
    ("DiscountTermsInvalid", {"discount_bps": 1, "discount_minor": 0}, None, None),
    ("IncentiveTooLarge", {"reward_minor": 2**36, "contribution_cap_minor": 300}, 2**36 + 300, 2**36 - 1),
    ("IncentiveTooLarge", {"reward_minor": 2**36 - 300, "contribution_cap_minor": 300}, 2**36, 2**36 - 1),
    ("SplitSumWrong", {"split_bps": (9_999, 0, 0, 0, 0, 0, 0)}, 9_999, 10_000),
    ("SplitSumWrong", {"split_bps": (10_000, 0, 0, 0, 0, 0, 1)}, 10_001, 10_000),
    ("SplitSumWrong", {"split_bps": (10_001, -1, 0, 0, 0, 0, 0)}, 10_000, 10_000),
    ("RemainderRoleAbsent", {"remainder_role": Role.SHARER}, None, None),
    ("RemainderRoleAbsent", {"remainder_role": Role.FIRST_SHARER}, None, None),
]


@pytest.mark.parametrize(("rule", "changes", "given", "limit"), BROKEN)
def test_a_broken_rule_is_named_with_both_values(
    rule: str, changes: dict[str, Any], given: object, limit: object
) -> None:
    """S2.16: rates and parts are terms of the batch, and terms that cannot be paid out are never minted."""
    with pytest.raises(TermsInvalid) as caught:
        some_terms(**changes).check()
    assert (caught.value.rule, caught.value.given, caught.value.limit) == (rule, given, limit)


def test_every_rule_is_an_error_of_the_contract() -> None:
    errors = {entry["name"] for entry in compile_contracts()["Minting"].abi if entry["type"] == "error"}
    elsewhere = {
        "WindowPast",
        "GroupUnknown",
        "ReserveCapReached",
    }  # said at the desk, which knows the time and the money
    assert {rule for rule, *_ in BROKEN} | elsewhere <= errors


@pytest.mark.parametrize(
    "changes",
    [
        {"size": 1},
        {"opens": 499, "closes": 500},
        {"share_mode": ShareMode.TRANSFER, "hops": 1},
        {"share_mode": ShareMode.TRANSFER, "hops": 15},
        {**COPY, "copies": 1},
        {**COPY, "copies": 255},
        {"reward_minor": 1, "reward_cap_bps": 1},
        {"reward_minor": 0, "reward_cap_bps": 0},
        {"contribution_bps": 0, "contribution_cap_minor": 0},
        {"discount_bps": 0, "discount_minor": 0},
        {"discount_bps": 1, "discount_minor": 1},
        {"reward_minor": 2**36 - 301, "contribution_cap_minor": 300},
        {"split_bps": (10_000, 0, 0, 0, 0, 0, 0)},
        {"group": GROUP_ISSUER_ONLY},
    ],
)
def test_terms_at_the_good_side_of_each_rule_are_good(changes: dict[str, Any]) -> None:
    some_terms(**changes).check()


@pytest.mark.parametrize("role", ALWAYS_PRESENT)
def test_each_role_that_is_always_there_may_take_the_remainder(role: Role) -> None:
    some_terms(remainder_role=role).check()


def test_a_batch_reserves_the_most_that_it_can_cost_the_operator() -> None:
    """S2.10: every coupon's pool is funded from the mint on."""
    terms = some_terms(size=10, reward_minor=500, discount_minor=400, funder=Funder.OPERATOR)
    assert (terms.operator_funded_minor, terms.reserve_minor, terms.issuer_reserve_minor) == (900, 9_000, 0)
    copied = some_terms(size=10, reward_minor=500, discount_minor=400, **COPY, copies=2)
    assert copied.reserve_minor == 27_000
    issuer = some_terms(size=10, reward_minor=500, discount_minor=400, funder=Funder.ISSUER, **COPY, copies=2)
    assert (issuer.reserve_minor, issuer.issuer_reserve_minor) == (15_000, 1_200)
    redeemer = some_terms(size=10, reward_minor=500, discount_minor=400, funder=Funder.REDEEMER)
    assert (redeemer.reserve_minor, redeemer.issuer_reserve_minor) == (5_000, 0)


def test_terms_know_whether_only_the_issuer_redeems() -> None:
    assert some_terms(group=GROUP_ISSUER_ONLY).issuer_only
    assert not some_terms(group=0).issuer_only
