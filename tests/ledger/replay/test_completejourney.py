"""A small year, made by hand, as facts."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from ledger.replay.completejourney import coupons_given, draft_of
from ledger.replay.completejourney_year import ZONE, Basket, Campaign, CouponUse, ShopYear, Visit
from ledger.replay.days import end_of, start_of, zone_named
from ledger.replay.facts import BatchFact, Plan, RedemptionFact

NEW_YORK = zone_named(ZONE)
TYPE_B = Campaign(number=3, kind="Type B", first_day=date(2017, 3, 10), last_day=date(2017, 3, 20))
TYPE_A = Campaign(number=8, kind="Type A", first_day=date(2017, 4, 1), last_day=date(2017, 4, 30))
CATALOGUE = tuple(range(1_000, 1_040))


def _noon(day: date) -> int:
    return start_of(day, NEW_YORK) + 12 * 3_600


def _basket(number: int, household: int, store: int, *, day: date, order_minor: int) -> Basket:
    return Basket(
        number=number,
        household=household,
        store=store,
        at=_noon(day) + number,
        order_minor=order_minor,
        products=frozenset({number}),
        discounted=frozenset({number}),
    )


def _use(household: int, coupon: int, campaign: int, *, day: date) -> CouponUse:
    return CouponUse(household=household, coupon=coupon, campaign=campaign, day=day)


FIRST, SECOND, NOTHING = date(2017, 4, 5), date(2017, 4, 9), date(2017, 3, 12)
YEAR = ShopYear(
    campaigns=(TYPE_B, TYPE_A),
    targets={3: (1, 2), 8: (1, 2)},
    products_of={(3, 500): frozenset({1}), (3, 501): frozenset({2})}
    | {(8, coupon): frozenset({coupon}) for coupon in CATALOGUE},
    uses=(
        _use(1, 500, 3, day=NOTHING),
        _use(1, 1_030, 8, day=FIRST),
        _use(1, 1_030, 8, day=SECOND),
        _use(2, 777, 8, day=FIRST),
        _use(2, 1_001, 8, day=date(2017, 4, 6)),
    ),
    baskets_of={
        (1, NOTHING): (_basket(1, 1, 40, day=NOTHING, order_minor=0),),
        (1, FIRST): (_basket(2, 1, 41, day=FIRST, order_minor=900),),
        (1, SECOND): (_basket(3, 1, 41, day=SECOND, order_minor=1_200),),
        (2, FIRST): (_basket(4, 2, 40, day=FIRST, order_minor=800),),
    },
    first_visits={
        1: Visit(at=_noon(date(2017, 3, 1)), store=40),
        2: Visit(at=_noon(date(2017, 4, 5)), store=41),
        9: Visit(at=_noon(date(2017, 5, 5)), store=42),
    },
    store_opens={40: _noon(date(2017, 3, 1)), 41: _noon(date(2017, 4, 5)), 42: _noon(date(2017, 5, 5))},
    baskets=1_234,
    baskets_of_nothing=1,
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return draft_of(YEAR).plan(None, None)


def test_a_household_registers_when_it_first_buys_or_is_first_targeted(plan: Plan) -> None:
    consumers = {consumer.key: consumer for consumer in draft_of(YEAR).consumers}
    assert consumers["household-1"].at == _noon(date(2017, 3, 1))
    assert consumers["household-2"].at == start_of(TYPE_B.first_day, NEW_YORK)
    assert consumers["household-9"].at == _noon(date(2017, 5, 5))
    assert plan.counts.consumers == 3


def test_the_store_of_the_first_basket_is_recruiter_and_issuer() -> None:
    draft = draft_of(YEAR)
    recruiters = {consumer.key: consumer.recruiter_key for consumer in draft.consumers}
    assert recruiters == {"household-1": "store-40", "household-2": "store-41", "household-9": "store-42"}
    assert all(issue.merchant_key == recruiters[issue.consumer_key] for issue in draft.issues)


def test_a_store_registers_no_later_than_it_is_needed() -> None:
    merchants = {merchant.key: merchant.at for merchant in draft_of(YEAR).merchants}
    assert merchants["store-41"] == start_of(TYPE_B.first_day, NEW_YORK)
    assert merchants["store-42"] == _noon(date(2017, 5, 5))


def test_a_campaign_is_a_batch_open_from_its_first_day_to_the_end_of_its_last() -> None:
    batch = draft_of(YEAR).batches[0]
    assert (batch.key, batch.at) == ("campaign-3", start_of(TYPE_B.first_day, NEW_YORK))
    assert (batch.terms.opens, batch.terms.closes) == (batch.at, end_of(TYPE_B.last_day, NEW_YORK))


def test_a_batch_holds_what_is_issued_and_a_small_stock() -> None:
    issued = Counter(issue.batch_key for issue in draft_of(YEAR).issues)
    assert issued == {"campaign-3": 4, "campaign-8": 33}
    assert {batch.key: batch.size for batch in draft_of(YEAR).batches} == {"campaign-3": 14, "campaign-8": 43}


def test_types_b_and_c_get_all_coupons_of_the_campaign() -> None:
    for campaign in (TYPE_B, replace(TYPE_B, kind="Type C")):
        given = list(coupons_given(campaign, 1, catalogue=[500, 501, 502], used={}))
        assert given == ["500", "501", "502"]


def test_type_a_gives_16_coupons_among_them_always_those_used_later() -> None:
    for household in range(100):
        given = list(coupons_given(TYPE_A, household, catalogue=list(CATALOGUE), used={1_030: 1, 1_001: 1}))
        assert len(set(given)) == len(given) == 16
        assert {"1001", "1030"} <= set(given)


def test_type_a_gives_different_households_different_coupons() -> None:
    given = {tuple(coupons_given(TYPE_A, household, catalogue=list(CATALOGUE), used={})) for household in range(40)}
    assert len(given) == 40


def test_a_catalogue_of_fewer_than_16_is_given_whole() -> None:
    assert len(list(coupons_given(TYPE_A, 5, catalogue=[1, 2, 3], used={}))) == 3
    assert list(coupons_given(TYPE_A, 5, catalogue=[], used={})) == []


def test_a_coupon_used_n_times_is_given_n_times() -> None:
    given = list(coupons_given(TYPE_A, 1, catalogue=list(CATALOGUE), used={1_030: 2}))
    assert len(given) == 17
    assert {"1030", "1030/2"} <= set(given)


def test_repeats_redeem_one_coupon_each_at_the_moment_of_their_baskets(plan: Plan) -> None:
    found = [fact for fact in plan.facts if isinstance(fact, RedemptionFact)]
    assert found == [
        RedemptionFact("8/1/1030", merchant_key="store-41", order_key="basket-2", order_minor=900, at=_noon(FIRST) + 2),
        RedemptionFact(
            "8/1/1030/2", merchant_key="store-41", order_key="basket-3", order_minor=1_200, at=_noon(SECOND) + 3
        ),
    ]


def test_what_cannot_be_redeemed_is_refused_with_its_reason(plan: Plan) -> None:
    assert {refusal.key: refusal.reason for refusal in plan.refusals} == {
        "8/2/1001": "household 2 has no basket on 2017-04-06",
        "3/1/500": "the order is 0 cents (basket 1), it must be more than 0",
        "8/2/777": "campaign 8 gave household 2 no such coupon",
    }
    assert str(plan.refusals[0]) == "coupon_redemptions, 8/2/1001: household 2 has no basket on 2017-04-06"


def test_baskets_of_nothing_are_counted_in_a_note(plan: Plan) -> None:
    assert plan.notes[0] == "1 of 1,234 baskets are worth 0 or less and are skipped"


def test_a_group_is_the_recruiters_and_the_stores_of_real_use() -> None:
    grouped = replace(TYPE_A, number=9)
    year = replace(
        YEAR,
        campaigns=(grouped,),
        targets={9: (2,)},
        products_of={(9, 1_001): frozenset({4})},
        uses=(_use(2, 1_001, 9, day=FIRST),),
    )
    assert draft_of(year).batches[0].terms.accepts == ("store-40", "store-41")


def test_the_same_year_gives_the_same_plan(plan: Plan) -> None:
    assert draft_of(YEAR).plan(None, None) == plan


def test_a_cut_leaves_out_the_refusals_of_other_days() -> None:
    cut = draft_of(YEAR).plan(FIRST, None)
    assert [refusal.key for refusal in cut.refusals] == ["8/2/1001", "8/2/777"]
    assert [fact.key for fact in cut.facts if isinstance(fact, BatchFact)] == ["campaign-8"]
