"""A plan played beyond its issues: coupons handed on, what comes back, distributions, policies, statements."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from ledger.audit.checks import Mismatch
from ledger.ledger import Ledger, open_ledger
from ledger.nouns.admin import Admin
from ledger.replay.directory import Directory
from ledger.replay.facts import (
    AmendmentFact,
    BatchFact,
    CopyFact,
    Fact,
    Plan,
    PolicyFact,
    RedemptionFact,
    ReversalFact,
    StatementFact,
    TransferFact,
)
from ledger.replay.player import Player
from tests.ledger.house import PASSWORD, create

SHOP = Path(__file__).parents[2] / "data" / "shop"
HOUR, DAY = 3_600, 86_400


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Directory(SHOP).plan()


@pytest.fixture
def ledger(plan: Plan, tmp_path: Path) -> Iterator[Ledger]:
    """A new ledger whose time begins before the plan's."""
    with create(tmp_path / "state", start=plan.facts[0].at) as ledger:
        yield ledger


def told(plan: Plan, *facts: Fact, without: type | tuple[type, ...] = ()) -> Plan:
    """The plan with other facts, and without those of some kinds."""
    kept = [fact for fact in plan.facts if not isinstance(fact, without)]
    return replace(plan, facts=tuple(sorted([*kept, *facts], key=lambda fact: fact.at)))


def parts_of(ledger: Ledger, serial: int) -> list[tuple[str, str]]:
    """How a coupon of the third batch came to its user: kind and receiver."""
    found, waiting = [], list(ledger.audit.trace(3, serial).shared)
    while waiting:
        each = waiting.pop(0)
        found.append((each.kind, each.receiver.reference or ""))
        waiting += each.then
    return found


def test_a_coupon_goes_from_hand_to_hand_before_it_is_used(ledger: Ledger, plan: Plan) -> None:
    """S1.18, S1.19, N4: the trace shows the way of each."""
    Player(ledger, plan).play()
    assert parts_of(ledger, 1) == [("transfer", "mira"), ("transfer", "jonas")]
    assert parts_of(ledger, 2) == [("copy", "eva")]
    assert [(coupon.batch, coupon.serial) for coupon in ledger.coupons.held_by(2, state="redeemed")] == [(3, 1), (3, 2)]


def test_as_many_copies_as_the_terms_allow_are_made_and_no_more(ledger: Ledger, plan: Plan) -> None:
    """S1.20: f2 has two copies; the third finds none left, and each has a key of its own from then on."""
    at = next(fact.at for fact in plan.facts if isinstance(fact, CopyFact))
    copies = [CopyFact("f2", f"more-{n}", "mira", at=at + n) for n in (1, 2)]
    used = RedemptionFact("more-1", "radladen", "o", 1_000, at=at + DAY)
    standing = Player(ledger, told(plan, *copies, used)).play()
    assert standing.done["copy"] == 2
    assert standing.refused["copy: CopyUnavailable"] == 1
    assert standing.done["redeem"] == 8
    more = ledger.audit.trace(3, 8)
    assert (more.root, more.state.value) == (2, "redeemed")


def test_a_coupon_is_given_on_as_often_as_its_terms_allow(ledger: Ledger, plan: Plan) -> None:
    at = next(fact.at for fact in plan.facts if isinstance(fact, TransferFact))
    more = [TransferFact("f1", name, at=at + n) for n, name in enumerate(("eva", "mira", "jonas"), 1)]
    standing = Player(ledger, told(plan, *more)).play()
    assert standing.refused["transfer: HopsExhausted"] == 2
    assert standing.done["transfer"] == 3


def test_what_is_amended_and_undone_in_its_hour_counts_before_the_delay_is_over(ledger: Ledger, plan: Plan) -> None:
    """Delays end with a whole hour after the redemption's block: none of these shares a block with a later hour."""
    friends = with_delay(plan, hours=1)
    first = next(fact for fact in plan.facts if isinstance(fact, RedemptionFact) and fact.coupon_key == "f1")
    hour = first.at // HOUR * HOUR
    used = replace(first, at=hour + 600)
    other = RedemptionFact("f2", "radladen", "o-2", 900, at=hour + 601)
    in_time = AmendmentFact("f1", "radladen", 1_500, at=hour + 2 * HOUR - 1)
    late = AmendmentFact("f1", "radladen", 1_400, at=hour + 2 * HOUR)
    too_late = ReversalFact("f2", "radladen", at=hour + 2 * HOUR)
    without = (RedemptionFact, AmendmentFact, ReversalFact, StatementFact)
    standing = Player(ledger, told(friends, used, other, in_time, late, too_late, without=without)).play()
    assert (standing.done["redeem"], standing.done["amend"]) == (2, 1)
    assert standing.refused["amend: SettlementOver"] == 1
    assert standing.refused["reverse: SettlementOver"] == 1
    assert standing.done["distribute"] == 2


def with_delay(plan: Plan, *, hours: int) -> Plan:
    """The plan with another delay of its batch `friends`."""
    friends = next(fact for fact in plan.facts if isinstance(fact, BatchFact) and fact.key == "friends")
    changed = replace(friends, terms=replace(friends.terms, settlement_delay_hours=hours))
    return replace(plan, facts=tuple(changed if fact is friends else fact for fact in plan.facts))


def test_a_coupon_whose_redemption_was_undone_lives_again(ledger: Ledger, plan: Plan) -> None:
    """N9: f2-eva is used at one merchant, undone, and used at another; the second time counts."""
    Player(ledger, plan).play()
    trace = ledger.audit.trace(3, 7)
    assert [used.merchant.reference for used in trace.redeemed] == ["baecker-huber"]
    assert trace.state.value == "redeemed"
    assert ledger.operations.counts()["reverse", "included"] == 1


def test_every_pool_that_waits_is_distributed_when_it_is_due(ledger: Ledger, plan: Plan) -> None:
    standing = Player(ledger, plan).play()
    assert standing.done["distribute"] == 3
    assert ledger.operations.counts()["distribute", "included"] == 3
    assert [ledger.coupons.held_by(consumer, state="pending") for consumer in (1, 2, 3)] == [[], [], []]


def test_policies_go_through_the_timelock_and_each_has_its_statements(ledger: Ledger, plan: Plan) -> None:
    """S3.8, S3.11, S3.14: two versions, and what is in force when a period begins is what counts for it."""
    Player(ledger, plan).play()
    first, second = ledger.statements.policies()
    assert (first.commission_bps, second.commission_bps) == (200, 300)
    assert ledger.operations.counts()["schedule", "included"] == ledger.operations.counts()["execute", "included"] == 2
    found = [(each.policy, each.amount, each.commission, each.rebate) for each in ledger.statements.all()]
    assert found == [(first.id, 5_500, 110, 55), (second.id, 17_000, 510, 180)]


def test_a_policy_that_starts_too_early_is_refused_by_name(ledger: Ledger, plan: Plan) -> None:
    policies = [fact for fact in plan.facts if isinstance(fact, PolicyFact)]
    early = replace(policies[1], starts_at=policies[1].at - 1)
    standing = Player(ledger, told(plan, early)).play()
    assert standing.refused["policy: PolicyStartsTooEarly"] == 1
    assert (standing.done["policy"], len(ledger.statements.policies())) == (2, 2)


def test_a_policy_that_must_wait_in_the_timelock_is_refused_by_name(plan: Plan, tmp_path: Path) -> None:
    """A replay does not let time pass that the source does not tell of."""
    with create(tmp_path / "state", start=plan.facts[0].at, admin_delay=2 * DAY) as ledger:
        standing = Player(ledger, plan).play()
    assert standing.refused["policy: CallNotDue"] == 2
    # The return's week too: the lines before it are still open.
    assert standing.refused["state: PolicyUnknown"] == 3
    assert "policy" not in standing.done


def test_purchases_are_reported_line_by_line_and_a_week_in_which_more_came_back_waits(
    ledger: Ledger, plan: Plan
) -> None:
    """S3.7, S3.12: the week of a return alone has no total above 0; its line stays open."""
    standing = Player(ledger, plan).play()
    assert (standing.done["purchases"], ledger.purchases.count()) == (6, 6)
    assert standing.refused["state: CountZero"] == 1
    listed, _ = ledger.purchases.all(4, limit=9)
    assert [each.period is None for each in listed] == [False, False, True]
    statement = ledger.statements.all(3)[0]
    lines = ledger.statements.lines(statement)
    assert lines is not None
    assert (lines.count, lines.as_stated) == (3, True)


def test_a_week_with_an_unknown_consumer_is_reported_by_none_of_its_lines(ledger: Ledger, plan: Plan) -> None:
    facts = [replace_line(fact) if isinstance(fact, StatementFact) else fact for fact in plan.facts]
    standing = Player(ledger, replace(plan, facts=tuple(facts))).play()
    assert standing.refused["purchases: ConsumerUnknown"] == 3
    assert (standing.done["purchases"], ledger.purchases.count()) == (3, 3)


def replace_line(fact: StatementFact) -> StatementFact:
    """The statement with a stranger as the consumer of `kassa-2`."""
    lines = [replace(line, consumer_key="nobody") if line.reference == "kassa-2" else line for line in fact.lines]
    return replace(fact, lines=tuple(lines))


class Crash(Exception):
    """The process ends here."""


def crash(*_: object, **__: object) -> NoReturn:
    raise Crash


def test_a_policy_that_was_scheduled_before_a_crash_is_executed_once(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the process ends between the two operations or before the count of what they did."""
    state = tmp_path / "state"
    create(state, start=plan.facts[0].at).close()
    for point in ("execute", "executed_by"):
        with open_ledger(state, password=PASSWORD) as ledger, monkeypatch.context() as patch:
            if point == "execute":
                patch.setattr(Admin, "execute", crash)
            else:
                patch.setattr(ledger.operations, "get", crash)
            with pytest.raises(Crash):
                Player(ledger, plan).play()
    with open_ledger(state, password=PASSWORD) as ledger:
        standing = Player(ledger, plan).play()
        assert (standing.done["policy"], len(ledger.statements.policies())) == (2, 2)
        assert [each for each in ledger.audit.verify() if isinstance(each, Mismatch)] == []


def test_nothing_of_the_shop_is_unfunded(ledger: Ledger, plan: Plan) -> None:
    """Deposits cover reserves, contributions and commissions: no refusal is about money."""
    standing = Player(ledger, plan).play()
    about_money = ("Insufficient", "Unfunded")
    assert not [name for name in standing.refused if name.endswith(about_money)]
    assert ledger.audit.conservation().is_kept
