"""A plan as steps: the same for the same plan, each with what it needs and gives."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ledger.replay.directory import Directory
from ledger.replay.facts import (
    AmendmentFact,
    BatchFact,
    CopyFact,
    DistributionFact,
    Fact,
    IssueFact,
    Plan,
    PurchaseLine,
    RedemptionFact,
    ReversalFact,
    StatementFact,
    TransferFact,
)
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
        + ["deposit"] * 5
        + ["policy"] * 2
        + ["mint"] * 3
        + ["group"]
        + ["allocate"] * 4
        + ["issue"] * 6
        + ["transfer"] * 3
        + ["copy"] * 2
        + ["redeem"] * 9
        + ["amend"] * 2
        + ["reverse"] * 2
        + ["distribute"] * 3
        + ["purchases"] * 3
        + ["state"] * 3
    )
    told: list[Fact] = [fact for step in steps if step.kind not in ("group", "purchases") for fact in step.facts]
    assert sorted(map(repr, told)) == sorted(map(repr, facts))
    opened = next(step for step in steps if step.kind == "group")
    minted = next(step for step in steps if step.kind == "mint" and step.facts == opened.facts)
    assert opened.number < minted.number
    assert opened.gives & minted.needs == {("group", "spring")}


def test_steps_come_in_the_order_of_time() -> None:
    times = [step.at for step in steps_of(plan().facts)]
    assert times == sorted(times)


def test_whatever_a_step_needs_was_given_before_it() -> None:
    given_so_far = {OPERATOR_CASH, ("group", "ride"), ("group", "friends")}
    for step in steps_of(plan().facts):
        # What serves the order alone, one copy or statement after another, need not be there.
        needs = {need for need in step.needs if need[0] not in ("copied", "stated")}
        assert needs <= given_so_far | step.gives, step
        given_so_far |= step.gives


def test_a_redemption_needs_its_coupon_its_merchant_and_the_merchants_cash() -> None:
    redeemed = next(step for step in steps_of(plan().facts) if step.kind == "redeem")
    assert redeemed.needs == {("coupon", "s1"), ("merchant", "cafe-anna"), ("cash", "cafe-anna")}
    assert redeemed.gives == {("redeemed", "s1")}


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


def redemption(coupon: str = "k1") -> RedemptionFact:
    return RedemptionFact(coupon, "m", "o", 100, at=7)


def shares_a_window(*facts: Fact) -> bool:
    """Whether none of the facts needs what one before it gives."""
    gives: set[tuple[str, ...]] = set()
    for step in steps_of(facts):
        if step.needs & gives:
            return False
        gives |= step.gives
    return True


def test_what_is_given_on_twice_waits_for_the_first_time() -> None:
    first, second = TransferFact("k1", "eva", at=6), TransferFact("k1", "fred", at=7)
    assert not shares_a_window(first, second)
    assert not shares_a_window(issue(1, at=5), first)
    assert not shares_a_window(first, redemption())
    assert shares_a_window(first, TransferFact("k2", "fred", at=7), redemption("k3"))


def test_copies_of_one_coupon_come_one_after_the_other() -> None:
    """Each takes the next index."""
    first, second = CopyFact("k1", "c1", "eva", at=6), CopyFact("k1", "c2", "fred", at=7)
    assert not shares_a_window(first, second)
    assert not shares_a_window(first, TransferFact("k1", "fred", at=7))
    assert not shares_a_window(first, redemption("c1"))
    assert shares_a_window(first, redemption("k1"))


def test_what_comes_back_waits_for_the_redemption_and_a_second_use_for_the_reversal() -> None:
    amended, reversed_ = AmendmentFact("k1", "m", 50, at=8), ReversalFact("k1", "m", at=8)
    assert not shares_a_window(redemption(), amended)
    assert not shares_a_window(redemption(), reversed_)
    assert not shares_a_window(amended, replace(amended, at=9))
    assert not shares_a_window(reversed_, redemption())


def statement(*lines: PurchaseLine, merchant: str = "m", period: int = 7) -> StatementFact:
    return StatementFact(merchant, period=period, days=7, lines=lines, at=10**6)


def test_a_statement_is_two_steps_its_purchases_and_itself() -> None:
    line = PurchaseLine("p", "eva", 100, 5)
    first, second = steps_of([statement(line)])
    assert (first.kind, second.kind) == ("purchases", "state")
    assert first.needs == second.needs >= {("consumer", "eva"), ("merchant", "m"), ("cash", "m")}
    assert first.gives == frozenset()
    assert not shares_a_window(statement(line), statement(line, period=14))
    assert shares_a_window(statement(line), statement(line, merchant="n"))


def test_what_a_delay_hangs_on_stays_within_its_hour() -> None:
    """A redemption that waits, of a coupon or its copy, and what comes back; nothing else."""
    batch = next(fact for fact in plan().facts if isinstance(fact, BatchFact) and fact.key == "friends")
    facts: list[Fact] = [
        batch,
        issue(1, at=5, batch="friends"),
        issue(2, at=5, batch="b"),
        CopyFact("k1", "c1", "eva", at=6),
        CopyFact("k2", "c2", "eva", at=6),
        *(redemption(key) for key in ("k1", "k2", "c1", "c2")),
        AmendmentFact("k1", "m", 50, at=8),
        ReversalFact("k1", "m", at=8),
        DistributionFact(at=9),
    ]
    hourly = [repr(step.facts[0]) for step in steps_of(facts) if step.hourly]
    assert hourly == [repr(fact) for fact in (redemption("k1"), redemption("c1"), *facts[-3:-1])]
