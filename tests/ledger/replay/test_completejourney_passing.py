"""Coupons that change hands before their use, and what comes back: invented, the same every time, within the terms."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from ledger.replay.completejourney_passing import HOUR, Waiting, pass_on, returns
from ledger.replay.facts import (
    AmendmentFact,
    BatchFact,
    CopyFact,
    IssueFact,
    RedemptionFact,
    ReversalFact,
    SplitBps,
    TermsFact,
    TransferFact,
)

DAY = 86_400
START = 17_000 * DAY
SPLIT = SplitBps(platform=10_000, issuer=0, redeemer=0, consumer=0, sharer=0, first_sharer=0, recruiter=0)
TERMS = TermsFact(opens=START, closes=START + 40 * DAY, split=SPLIT, remainder_role="platform", text="")
TRANSFERS = BatchFact("transfers", at=START, terms=replace(TERMS, share_mode="transfer", hops=2), size=1_000)
ONE_HOP = BatchFact("one-hop", at=START, terms=replace(TERMS, share_mode="transfer", hops=1), size=1_000)
COPY_TERMS = replace(TERMS, share_mode="copy", copies_per_coupon=1, hops=1)
COPIES = BatchFact("copies", at=START, terms=COPY_TERMS, size=1_000)
SHORT = BatchFact("short", at=START, terms=replace(TRANSFERS.terms, valid_days=3), size=1_000)
CLOSED = BatchFact("closed", at=START, terms=TERMS, size=1_000)
BATCHES = (TRANSFERS, ONE_HOP, COPIES, SHORT, CLOSED)
STORES, HOUSEHOLDS, KINDS = 4, 24, 30

Shared = TransferFact | CopyFact


def issued(batch: BatchFact) -> list[IssueFact]:
    """Every household, of one store each, gets some coupons."""
    return [
        IssueFact(batch.key, f"store-{house % STORES}", f"house-{house}", f"{batch.key}/{house}/{kind}", at=START)
        for house in range(HOUSEHOLDS)
        for kind in range(KINDS)
    ]


ISSUES = tuple(each for batch in BATCHES for each in issued(batch))
USED = tuple(
    RedemptionFact(each.coupon_key, "store-0", f"order-{n}", 1_000, at=START + (1 + n % 30) * DAY // 2)
    for n, each in enumerate(ISSUES)
    if n % 3 == 0
)
PASSING = pass_on(ISSUES, USED, BATCHES)
ISSUE_OF = {each.coupon_key: each for each in ISSUES}


def paths() -> list[tuple[IssueFact, list[Shared], BatchFact]]:
    """Each coupon that was passed on: its own issue, or its root's, the steps from there, and its batch."""
    batch_of = {batch.key: batch for batch in BATCHES}
    firsts = {each.coupon_key.removesuffix("/root"): each for each in PASSING.issues}
    shared: dict[str, list[Shared]] = {}
    for each in PASSING.shared:
        shared.setdefault(each.copy_key if isinstance(each, CopyFact) else each.coupon_key, []).append(each)
    return [(firsts[key], steps, batch_of[ISSUE_OF[key].batch_key]) for key, steps in shared.items()]


def test_a_share_of_the_coupons_is_passed_on_by_transfer_and_by_copy() -> None:
    """S1.18, S1.19: about 40 of 100 that are used, 3 of 100 that never are."""
    used = {each.coupon_key for each in USED}
    passed = {steps[0].coupon_key.removesuffix("/root") for _, steps, _ in paths()}
    may_be = {each.coupon_key for each in ISSUES if each.batch_key != "closed"}
    assert 0.3 < len(passed & used) / len(may_be & used) < 0.5
    assert 0.01 < len(passed - used) / len(may_be - used) < 0.06
    assert {type(each) for each in PASSING.shared} == {TransferFact, CopyFact}
    assert {len(steps) for _, steps, _ in paths()} == {1, 2}


def test_the_same_facts_give_the_same_paths() -> None:
    assert pass_on(ISSUES, USED, BATCHES) == PASSING
    assert list(returns(USED, WAITING)) == list(returns(USED, WAITING))


def test_what_becomes_of_one_coupon_does_not_hang_on_the_others() -> None:
    alone = pass_on(issued(TRANSFERS), USED, BATCHES)
    theirs = [each for each in PASSING.shared if each.coupon_key.startswith("transfers/")]
    assert list(alone.shared) == theirs


def test_whoever_has_the_coupon_at_last_is_who_had_it_in_the_data() -> None:
    for _, steps, _ in paths():
        user = ISSUE_OF[steps[0].coupon_key.removesuffix("/root")].consumer_key
        assert steps[-1].consumer_key == user


def test_a_path_stays_with_the_households_of_the_batch_and_the_store() -> None:
    for first, steps, batch in paths():
        store = first.merchant_key
        theirs = {each.consumer_key for each in issued(batch) if each.merchant_key == store}
        assert {first.consumer_key, *(each.consumer_key for each in steps)} <= theirs


def test_nobody_is_given_what_he_has() -> None:
    for first, steps, _ in paths():
        hands = [first.consumer_key, *(each.consumer_key for each in steps)]
        assert all(giver != taker for giver, taker in pairwise(hands))


def test_every_coupon_is_issued_once_by_the_same_store_at_the_same_moment() -> None:
    assert len(PASSING.issues) == len(ISSUES)
    for before, after in zip(ISSUES, PASSING.issues, strict=True):
        assert (after.batch_key, after.merchant_key, after.at) == (before.batch_key, before.merchant_key, before.at)
        assert after.coupon_key in (before.coupon_key, f"{before.coupon_key}/root")


def test_hops_and_copies_stay_within_the_terms() -> None:
    """S1.20."""
    for _, steps, batch in paths():
        assert len(steps) <= batch.terms.hops
        copies = sum(isinstance(each, CopyFact) for each in steps)
        assert copies <= batch.terms.copies_per_coupon
        assert copies == 0 or len(steps) == 1
    assert any(batch is ONE_HOP for _, _, batch in paths())
    assert {type(steps[0]) for _, steps, batch in paths() if batch is COPIES} == {TransferFact, CopyFact}


def test_a_coupon_is_given_on_after_its_issue_before_its_use_and_in_date() -> None:
    used_at = {each.coupon_key: each.at for each in USED}
    for first, steps, batch in paths():
        key = steps[0].coupon_key.removesuffix("/root")
        end = min(used_at.get(key, batch.terms.closes), batch.terms.usable_until(START))
        moments = [first.at, *(each.at for each in steps), end]
        assert all(before < after for before, after in pairwise(moments))


def test_a_coupon_that_may_not_be_shared_is_not() -> None:
    assert not [each for each in PASSING.shared if each.coupon_key.startswith("closed/")]


def test_a_coupon_used_within_an_hour_or_by_the_only_household_of_its_store_stays_where_it_is() -> None:
    issues = issued(TRANSFERS)
    at_once = [RedemptionFact(each.coupon_key, "store-0", "o", 1, at=START + HOUR) for each in issues]
    assert pass_on(issues, at_once, BATCHES).shared == ()
    alone = [each for each in issues if each.consumer_key == "house-1"]
    assert pass_on(alone, [], BATCHES).issues == tuple(alone)


@pytest.mark.parametrize(("valid_days", "end"), [(0, TERMS.closes), (1, START + 2 * DAY), (9, START + 10 * DAY)])
def test_a_coupon_is_in_date_to_the_window_s_end_or_its_last_day(valid_days: int, end: int) -> None:
    terms = replace(TERMS, valid_days=valid_days)
    assert terms.usable_until(START) == terms.usable_until(START + DAY - 1) == end


WAITING = {each.coupon_key: Waiting(24, TERMS.closes) for each in USED}


def returned(**changes: Any) -> list[AmendmentFact | ReversalFact | RedemptionFact]:
    """What comes back where every redemption waits like this."""
    return list(returns(USED, {key: replace(each, **changes) for key, each in WAITING.items()}))


def test_parts_of_orders_come_back_and_some_redemptions_are_undone_and_made_again() -> None:
    """N9."""
    found = returned()
    counts = {kind: sum(isinstance(each, kind) for each in found) / len(USED) for kind in (AmendmentFact, ReversalFact)}
    assert 0.08 < counts[AmendmentFact] < 0.19
    assert 0.06 < counts[ReversalFact] < 0.14
    again = [each for each in found if isinstance(each, RedemptionFact)]
    undone = [each for each in found if isinstance(each, ReversalFact)]
    assert 0.35 < len(again) / len(undone) < 0.65


def test_what_comes_back_does_so_at_its_merchant_within_half_the_delay() -> None:
    used = {each.coupon_key: each for each in USED}
    for hours in (1, 24, 96):
        for each in returned(hours=hours):
            first = used[each.coupon_key]
            assert each.merchant_key == first.merchant_key
            assert first.at < each.at <= first.at + hours * HOUR // 2 + 1
            if isinstance(each, AmendmentFact):
                assert 0 < each.order_minor < first.order_minor


def test_an_order_of_one_cent_is_never_amended_and_what_does_not_wait_never_comes_back() -> None:
    cents = [replace(each, order_minor=1) for each in USED]
    assert not [each for each in returns(cents, WAITING) if isinstance(each, AmendmentFact)]
    assert list(returns(USED, {})) == []


def test_a_coupon_that_is_out_of_date_is_not_used_again() -> None:
    late = {each.coupon_key: Waiting(24, each.at + 1) for each in USED}
    assert not [each for each in returns(USED, late) if isinstance(each, RedemptionFact)]
    again = [each for each in returned() if isinstance(each, RedemptionFact)]
    edge = {each.coupon_key: Waiting(24, each.at + 1) for each in again}
    assert [each for each in returns(USED, edge) if isinstance(each, RedemptionFact)] == again
    just = {each.coupon_key: Waiting(24, each.at) for each in again}
    assert not [each for each in returns(USED, just) if isinstance(each, RedemptionFact)]


def test_a_redemption_made_again_is_the_same_but_for_its_moment_and_its_name() -> None:
    used = {each.coupon_key: each for each in USED}
    for each in returned():
        if isinstance(each, RedemptionFact):
            first = used[each.coupon_key]
            assert each == replace(first, at=each.at, order_key=f"{first.order_key}-again")
