"""A draft whose coupons change hands and whose redemptions wait, with purchases that are stated."""

from dataclasses import replace
from datetime import date

from ledger.replay.draft import Draft
from ledger.replay.facts import (
    AmendmentFact,
    ConsumerFact,
    CopyFact,
    DistributionFact,
    MerchantFact,
    PolicyFact,
    PurchaseLine,
    RedemptionFact,
    ReversalFact,
    StatementFact,
    TransferFact,
)
from tests.ledger.replay.drafts import DRAFT, EARLY, LATE, day, deposits

HOUR, UTC_DAY = 3_600, 86_400


def _delayed(hours: int, *moments: int) -> list[int]:
    """When distributions come where redemptions at these moments wait for so many hours."""
    early = replace(EARLY, terms=replace(EARLY.terms, settlement_delay_hours=hours))
    redemptions = tuple(replace(DRAFT.redemptions[0], order_key=str(at), at=at) for at in moments)
    draft = replace(DRAFT, batches=(early, LATE), redemptions=redemptions)
    return [fact.at for fact in draft.plan(None, None).facts if isinstance(fact, DistributionFact)]


def test_pools_are_distributed_at_the_end_of_the_day_on_which_they_are_due_at_the_latest() -> None:
    """Their block may come at the end of the redemption's day (UTC), and its delay ends with a whole hour."""
    midnight = (day(5) // UTC_DAY + 1) * UTC_DAY
    for at in (midnight, midnight + 11 * HOUR, midnight + UTC_DAY - 1):
        assert _delayed(24, at) == [midnight + 2 * UTC_DAY]
        assert _delayed(1, at) == _delayed(23, at) == [midnight + 2 * UTC_DAY]
        assert _delayed(25, at) == [midnight + 3 * UTC_DAY]
    assert _delayed(24, midnight, midnight + 5, midnight + UTC_DAY) == [midnight + day * UTC_DAY for day in (2, 3)]


def test_without_a_delay_nothing_is_distributed_later() -> None:
    assert _delayed(0, day(5)) == []


SHARED = replace(
    DRAFT,
    consumers=(
        *DRAFT.consumers,
        ConsumerFact("gina", at=day(2), recruiter_key="anna"),
        ConsumerFact("hugo", at=day(2), recruiter_key="dora"),
    ),
    shared=(
        TransferFact("e1", "gina", at=day(4)),
        CopyFact("l1", "l1-copy", "hugo", at=day(13)),
        TransferFact("l2", "gina", at=day(19)),
    ),
    redemptions=(
        DRAFT.redemptions[0],
        replace(DRAFT.redemptions[1], coupon_key="l1-copy"),
    ),
    returned=(
        AmendmentFact("e1", "cleo", 500, at=day(6)),
        ReversalFact("l1-copy", "bert", at=day(16)),
        replace(DRAFT.redemptions[1], coupon_key="l1-copy", at=day(17)),
    ),
)


def _told(draft: Draft, first: int, last: int, *kinds: type) -> list[object]:
    plan = draft.plan(date(2026, 3, first), date(2026, 3, last))
    return [fact for fact in plan.facts if isinstance(fact, kinds)]


def test_a_cut_keeps_what_its_batches_coupons_went_through_by_its_last_day_and_who_had_them() -> None:
    sharing = (TransferFact, CopyFact, ReversalFact, AmendmentFact)
    assert _told(SHARED, 2, 10, *sharing) == [SHARED.shared[0], SHARED.returned[0]]
    assert _told(SHARED, 12, 18, *sharing) == [SHARED.shared[1], SHARED.returned[1]]
    assert [fact.key for fact in _told(SHARED, 12, 18, ConsumerFact) if isinstance(fact, ConsumerFact)] == [
        "fred",
        "hugo",
    ]
    merchants = [fact.key for fact in _told(SHARED, 12, 18, MerchantFact) if isinstance(fact, MerchantFact)]
    assert merchants == ["bert", "dora"]


def test_a_redemption_is_never_cut_from_what_comes_back_of_it() -> None:
    """Though that may lie behind the last day."""
    assert _told(SHARED, 12, 15, ReversalFact, RedemptionFact) == [SHARED.redemptions[1], *SHARED.returned[1:]]
    assert _told(SHARED, 16, 18, ReversalFact, RedemptionFact) == []


def test_a_redemption_that_is_made_again_counts_as_one() -> None:
    counts = SHARED.plan(None, None).counts
    assert (counts.redemptions, counts.transfers, counts.copies) == (3, 2, 1)
    assert (counts.amendments, counts.reversals) == (1, 1)


PERIOD = day(9) // UTC_DAY
STATED = replace(
    DRAFT,
    policies=(
        PolicyFact(0, 100, 5_000, "return_to_seller", at=day(1)),
        PolicyFact(day(30), 300, 5_000, "no_commission", at=day(20)),
    ),
    statements=tuple(
        StatementFact(
            merchant,
            period=PERIOD + 7 * week,
            days=7,
            lines=tuple(
                PurchaseLine(f"{consumer}-{week}", consumer, 10_000, at=(PERIOD + 7 * week) * UTC_DAY)
                for consumer in ("eva", "fred")
            ),
            at=(PERIOD + 7 * week + 7) * UTC_DAY + HOUR,
        )
        for merchant in ("bert", "dora")
        for week in (0, 1)
    ),
)


def test_a_cut_keeps_statements_of_whole_periods_of_its_merchants_and_consumers() -> None:
    (found,) = _told(STATED, 8, 20, StatementFact)
    assert isinstance(found, StatementFact)
    assert (found.merchant_key, found.period) == ("bert", PERIOD)
    assert [line.consumer_key for line in found.lines] == ["eva", "fred"]
    (narrow,) = _told(STATED, 11, 31, StatementFact)
    assert isinstance(narrow, StatementFact)
    assert (narrow.period, [line.consumer_key for line in narrow.lines]) == (PERIOD + 7, ["fred"])
    assert _told(STATED, 8, 14, StatementFact) == _told(STATED, 18, 31, StatementFact) == []


def test_a_statement_without_a_line_left_is_none() -> None:
    others = replace(STATED, consumers=STATED.consumers[:1], issues=STATED.issues[:1], redemptions=())
    assert _told(others, 11, 31, StatementFact) == []


def test_a_cut_keeps_the_policies_announced_by_its_last_day() -> None:
    assert _told(STATED, 12, 19, PolicyFact) == [STATED.policies[0]]
    assert _told(STATED, 12, 20, PolicyFact) == list(STATED.policies)


def test_purchases_are_counted_line_by_line() -> None:
    counts = STATED.plan(None, None).counts
    assert (counts.statements, counts.purchases) == (4, 8)


def test_a_merchant_deposits_the_commissions_of_its_statements_at_the_highest_rate() -> None:
    assert deposits(STATED) == {"bert": 1_400, "dora": 1_400}  # 3 % of 400.00 is 12.00, with the margin 13.20
    assert deposits(replace(STATED, policies=())) == {}


def test_returns_do_not_lessen_what_a_merchant_deposits() -> None:
    back = PurchaseLine("back", "eva", -10_000, at=PERIOD * UTC_DAY)
    first = replace(STATED.statements[0], lines=(*STATED.statements[0].lines, back))
    assert deposits(replace(STATED, statements=(first, *STATED.statements[1:]))) == deposits(STATED)


def test_a_redemption_that_is_made_again_is_funded_twice() -> None:
    late = replace(LATE, terms=replace(LATE.terms, contribution_bps=1_000, contribution_cap_minor=5_000))
    assert deposits(replace(SHARED, batches=(EARLY, late))) == {"bert": 500}
