"""A plan as steps: the same for the same plan, each with what it needs and gives."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ledger.replay.directory import Directory
from ledger.replay.facts import BatchFact, Fact, IssueFact, Plan
from ledger.replay.steps import ISSUE_COUPONS, OPERATOR_CASH, Step, steps_of

SHOP = Path(__file__).parents[2] / "data" / "shop"


def plan() -> Plan:
    return Directory(SHOP).plan()


def kinds(steps: list[Step]) -> list[str]:
    return [step.kind for step in steps]


def test_the_same_plan_gives_the_same_steps() -> None:
    first, second = steps_of(plan().facts), steps_of(plan().facts)
    assert first == second
    assert [step.number for step in first] == list(range(len(first)))


def test_every_fact_is_in_a_step_and_a_group_is_opened_before_its_batch() -> None:
    facts = plan().facts
    steps = steps_of(facts)
    assert sorted(kinds(steps)) == sorted(
        ["merchant"] * 3
        + ["consumer"] * 3
        + ["deposit"] * 4
        + ["mint"] * 2
        + ["group"]
        + ["allocate"] * 3
        + ["issue"] * 5
        + ["redeem"] * 5
    )
    told: list[Fact] = [fact for step in steps if step.kind != "group" for fact in step.facts]
    assert sorted(map(repr, told)) == sorted(map(repr, facts))
    opened = next(step for step in steps if step.kind == "group")
    minted = next(step for step in steps if step.kind == "mint" and step.facts == opened.facts)
    assert opened.number < minted.number
    assert opened.gives & minted.needs == {("group", "spring")}


def test_steps_come_in_the_order_of_time() -> None:
    times = [step.at for step in steps_of(plan().facts)]
    assert times == sorted(times)


def test_whatever_a_step_needs_was_given_before_it() -> None:
    given_so_far = {OPERATOR_CASH, ("group", "ride")}
    for step in steps_of(plan().facts):
        assert step.needs <= given_so_far | step.gives, step
        given_so_far |= step.gives


def test_a_redemption_needs_its_coupon_its_merchant_and_the_merchants_cash() -> None:
    redeemed = next(step for step in steps_of(plan().facts) if step.kind == "redeem")
    assert redeemed.needs == {("coupon", "s1"), ("merchant", "cafe-anna"), ("cash", "cafe-anna")}
    assert redeemed.gives == frozenset()


def issue(number: int, *, at: int, batch: str = "b", merchant: str = "m", consumer: str = "c") -> IssueFact:
    return IssueFact(batch_key=batch, merchant_key=merchant, consumer_key=consumer, coupon_key=f"k{number}", at=at)


def test_issues_of_one_moment_and_lot_share_a_step() -> None:
    facts: list[Fact] = [
        issue(1, at=5, consumer="z"),
        issue(2, at=5, consumer="a"),
        issue(3, at=5, merchant="n"),
        issue(4, at=5, batch="d"),
        issue(5, at=6),
    ]
    found = [[fact.coupon_key for fact in step.facts if isinstance(fact, IssueFact)] for step in steps_of(facts)]
    assert found == [["k2", "k1"], ["k3"], ["k4"], ["k5"]]


@given(count=st.integers(1, 3 * ISSUE_COUPONS))
def test_no_issue_has_more_coupons_than_its_limit(count: int) -> None:
    steps = steps_of([issue(each, at=5) for each in range(count)])
    sizes = [len(step.facts) for step in steps]
    assert sum(sizes) == count
    assert all(size == ISSUE_COUPONS for size in sizes[:-1])
    assert 0 < sizes[-1] <= ISSUE_COUPONS


def test_a_batch_that_everybody_accepts_needs_no_group() -> None:
    batch = next(fact for fact in plan().facts if isinstance(fact, BatchFact) and fact.key == "ride")
    assert kinds(steps_of([batch])) == ["mint"]
    limited = replace(batch, terms=replace(batch.terms, accepts="issuer"))
    assert kinds(steps_of([limited])) == ["mint"]
