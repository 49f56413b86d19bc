"""A draft cut, stocked, funded and put in order."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.replay.draft import Draft
from ledger.replay.errors import DayOutOfRange, RangeEmpty
from ledger.replay.facts import (
    AllocationFact,
    BatchFact,
    ConsumerFact,
    DepositFact,
    IssueFact,
    MerchantFact,
    RedemptionFact,
)
from tests.ledger.replay.drafts import DRAFT, EARLY, LATE, day, deposits


def test_facts_of_one_second_stand_in_the_order_in_which_they_need_each_other() -> None:
    at = day(2)
    draft = replace(
        DRAFT,
        merchants=(MerchantFact("anna", at=at),),
        consumers=(ConsumerFact("eva", at=at, recruiter_key="anna"),),
        batches=(EARLY,),
        issues=(replace(DRAFT.issues[0], at=at),),
        redemptions=(RedemptionFact("e1", merchant_key="anna", order_key="1", order_minor=1, at=at),),
        given_minor={"anna": 5},
    )
    kinds = [type(fact) for fact in draft.plan(None, None).facts]
    assert kinds == [
        MerchantFact,
        ConsumerFact,
        DepositFact,
        BatchFact,
        AllocationFact,
        IssueFact,
        RedemptionFact,
    ]


def test_each_merchant_is_allocated_what_it_issues() -> None:
    found = [fact for fact in DRAFT.plan(None, None).facts if isinstance(fact, AllocationFact)]
    assert found == [
        AllocationFact("early", merchant_key="anna", count=1, at=day(2)),
        AllocationFact("late", merchant_key="bert", count=2, at=day(12)),
    ]


def test_a_merchant_that_settles_in_after_the_mint_is_allocated_then() -> None:
    merchants = (MerchantFact("anna", at=day(3)), *DRAFT.merchants[1:])
    plan = replace(DRAFT, merchants=merchants).plan(None, None)
    assert next(fact.at for fact in plan.facts if isinstance(fact, AllocationFact)) == day(3)


def test_a_cut_keeps_the_batches_of_its_days_and_whom_they_need() -> None:
    plan = DRAFT.plan(date(2026, 3, 11), date(2026, 3, 16))
    assert [fact for fact in plan.facts if isinstance(fact, (BatchFact, IssueFact, RedemptionFact))] == [
        LATE,
        DRAFT.issues[1],
        DRAFT.redemptions[1],
    ]
    assert [fact.key for fact in plan.facts if isinstance(fact, (MerchantFact, ConsumerFact))] == ["bert", "fred"]
    assert plan.counts.refused == 2


def test_both_days_of_a_cut_are_included() -> None:
    for first, last, found in ((5, 5, 1), (6, 14, 0), (15, 15, 1), (5, 15, 2)):
        plan = DRAFT.plan(date(2026, 3, first), date(2026, 3, last))
        assert plan.counts.redemptions == found


def test_a_batch_is_active_from_its_first_day_to_its_last() -> None:
    for first, last, keys in ((10, 11, ["early"]), (11, 11, []), (11, 12, ["late"]), (20, 25, ["late"]), (21, 25, [])):
        plan = DRAFT.plan(date(2026, 3, first), date(2026, 3, last))
        assert [fact.key for fact in plan.facts if isinstance(fact, BatchFact)] == keys


def test_a_redemption_after_the_window_still_brings_its_batch() -> None:
    late = replace(DRAFT.redemptions[0], at=day(28))
    plan = replace(DRAFT, redemptions=(late,)).plan(date(2026, 3, 27), None)
    assert [type(fact) for fact in plan.facts if not isinstance(fact, (MerchantFact, ConsumerFact))] == [
        BatchFact,
        AllocationFact,
        IssueFact,
        RedemptionFact,
    ]


def test_a_cut_keeps_the_members_of_a_group() -> None:
    group = replace(LATE, terms=replace(LATE.terms, accepts=("cleo", "dora")))
    plan = replace(DRAFT, batches=(EARLY, group)).plan(date(2026, 3, 12), None)
    assert [fact.key for fact in plan.facts if isinstance(fact, MerchantFact)] == ["bert", "cleo", "dora"]


def test_a_cut_leaves_out_refusals_of_other_days_and_keeps_those_of_none() -> None:
    assert DRAFT.plan(date(2026, 3, 2), date(2026, 3, 9)).refusals == DRAFT.refusals[:1]


def test_days_that_are_none_are_refused() -> None:
    with pytest.raises(RangeEmpty, match="from 2026-03-02 to 2026-03-01"):
        DRAFT.plan(date(2026, 3, 2), date(2026, 3, 1))
    with pytest.raises(DayOutOfRange, match="1969-12-31 is not between 1970-01-02"):
        DRAFT.plan(date(1969, 12, 31), None)
    with pytest.raises(DayOutOfRange, match="2200-01-01"):
        DRAFT.plan(None, date(2200, 1, 1))


def _with_terms(**changes: Any) -> Draft:
    return replace(DRAFT, batches=(replace(EARLY, terms=replace(EARLY.terms, **changes)), LATE))


def test_the_operator_deposits_what_a_mint_reserves_with_a_margin() -> None:
    draft = _with_terms(reward_minor=100, reward_cap_bps=500, discount_kind="fixed", discount_minor=11)
    assert deposits(draft) == {None: 1_300}  # 10 x 111 is 1,110, a tenth more 1,221, in whole hundreds


def test_an_issuer_that_funds_discounts_deposits_one_for_each_coupon() -> None:
    draft = _with_terms(discount_kind="bps", discount_minor=1_000, discount_bps=100, funder="issuer")
    assert deposits(draft) == {"anna": 1_100}


def test_an_issuer_funds_the_discounts_of_copies_too() -> None:
    terms = {"share_mode": "copy", "copies_per_coupon": 3, "hops": 1, "funder": "issuer"}
    assert deposits(_with_terms(discount_kind="fixed", discount_minor=1_000, **terms)) == {"anna": 4_400}


def test_a_redeemer_deposits_its_contributions_rounded_up() -> None:
    assert deposits(_with_terms(contribution_bps=1_000, contribution_cap_minor=5_000)) == {"cleo": 200}
    assert deposits(_with_terms(contribution_bps=1_000, contribution_cap_minor=90)) == {"cleo": 100}


def test_a_discount_of_the_redeemer_needs_no_cash() -> None:
    assert deposits(_with_terms(discount_kind="fixed", discount_minor=500, funder="redeemer")) == {}


def test_a_deposit_that_was_given_stands_as_it_is_even_when_it_is_none() -> None:
    draft = _with_terms(contribution_bps=1_000, contribution_cap_minor=5_000)
    assert deposits(replace(draft, given_minor={"cleo": 7, "dora": 3})) == {"cleo": 7, "dora": 3}
    assert deposits(replace(draft, given_minor={"cleo": 0})) == {}
