"""What a ledger refuses of a plan is counted by its rule, and stops nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.domain.terms import Funder, Role, ShareMode
from ledger.ledger import Ledger
from ledger.replay.acts import terms_of
from ledger.replay.directory import Directory
from ledger.replay.facts import BatchFact, ConsumerFact, DepositFact, Fact, MerchantFact, Plan, RedemptionFact
from ledger.replay.player import Player
from tests.ledger.house import House, create

SHOP = Path(__file__).parents[2] / "data" / "shop"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Directory(SHOP).plan()


@pytest.fixture
def ledger(plan: Plan, tmp_path: Path) -> Iterator[Ledger]:
    """A new ledger whose time begins before the plan's."""
    with create(tmp_path / "state", start=plan.facts[0].at) as ledger:
        yield ledger


def without(plan: Plan, *facts: Fact) -> Plan:
    """The plan as it would be if these had never happened."""
    return replace(plan, facts=tuple(fact for fact in plan.facts if fact not in facts))


def test_what_rests_on_something_that_was_refused_is_refused_too(ledger: Ledger, plan: Plan) -> None:
    """A merchant that never settled in: its consumers, its stock, its coupons and its redemptions fail by name."""
    missing = next(fact for fact in plan.facts if isinstance(fact, MerchantFact) and fact.key == "cafe-anna")
    standing = Player(ledger, without(plan, missing)).play()
    assert standing.refused == {
        "consumer: MerchantUnknown": 1,
        "deposit: MerchantUnknown": 1,
        "group: MerchantUnknown": 1,
        "mint: GroupUnknown": 1,
        "allocate: BatchUnknown": 1,
        "allocate: MerchantUnknown": 2,
        "issue: BatchUnknown": 3,
        "issue: MerchantUnknown": 2,
        "transfer: CouponNotIssued": 2,
        "transfer: ConsumerUnknown": 1,
        "copy: CouponNotIssued": 2,
        "redeem: CouponNotIssued": 8,
        "amend: CouponNotIssued": 2,
        "reverse: CouponNotIssued": 2,
        "purchases: MerchantUnknown": 3,
        "purchases: ConsumerUnknown": 2,
        "state: MerchantUnknown": 1,
        "state: CountZero": 2,
    }
    assert standing.done["redeem"] == 1
    assert ledger.audit.conservation().is_kept


def test_a_merchant_without_money_is_refused_its_stock(ledger: Ledger, plan: Plan) -> None:
    deposits = [fact for fact in plan.facts if isinstance(fact, DepositFact) and fact.merchant_key == "cafe-anna"]
    standing = Player(ledger, without(plan, *deposits)).play()
    assert standing.refused["allocate: DiscountUnfunded"] == 1
    assert standing.refused["issue: LotMismatch"] == 2


def test_an_operator_without_money_mints_nothing(ledger: Ledger, plan: Plan) -> None:
    deposits = [fact for fact in plan.facts if isinstance(fact, DepositFact) and fact.merchant_key is None]
    standing = Player(ledger, without(plan, *deposits)).play()
    assert standing.refused["mint: CashInsufficient"] == 2
    assert standing.done["mint"] == 1


def test_terms_that_are_refused_are_counted_by_their_rule(ledger: Ledger, plan: Plan) -> None:
    spring = next(fact for fact in plan.facts if isinstance(fact, BatchFact) and fact.key == "spring")
    broken = replace(spring, terms=replace(spring.terms, contribution_bps=10_001))
    facts = tuple(broken if fact is spring else fact for fact in plan.facts)
    standing = Player(ledger, replace(plan, facts=facts)).play()
    assert standing.refused["mint: BpsTooHigh"] == 1


def test_a_reference_that_is_taken_belongs_to_who_has_it(ledger: Ledger, plan: Plan) -> None:
    """Parties of an earlier replay are the same parties; the operator's name is nobody else's."""
    house = House(ledger)
    known = house.register_merchants(["baecker-huber", "radladen"])
    house.register_consumers({"eva": known[0]})
    taken = MerchantFact(key="operator", at=plan.facts[0].at)
    consumer = ConsumerFact(key="olga", at=taken.at, recruiter_key="operator")
    standing = Player(ledger, replace(plan, facts=(taken, consumer, *plan.facts))).play()
    assert standing.refused["merchant: ReferenceTaken"] == 1
    assert standing.refused["consumer: MerchantUnknown"] == 1
    assert (standing.done["merchant"], standing.done["consumer"], standing.done["redeem"]) == (3, 3, 7)
    assert (ledger.members.count("merchant"), ledger.members.count("consumer")) == (4, 3)


def test_an_empty_plan_is_over_at_once(ledger: Ledger, plan: Plan) -> None:
    player = Player(ledger, replace(plan, facts=()))
    assert player.play().position == 0
    assert player.finish() == 0


def test_a_plan_of_a_directory_full_of_garbage_plays_what_is_good(tmp_path: Path) -> None:
    """Bad lines are the source's to report; whatever is left is played, and refused where it must be."""
    folder = tmp_path / "garbage"
    folder.mkdir()
    (folder / "merchants.csv").write_text("merchant,registered_at\nanna,2026-03-01\n\x00,\n,,,\nanna,2026-03-01\n")
    (folder / "consumers.csv").write_text("consumer,registered_at,recruiter\neva,2026-03-01,anna\neva,x,anna\n")
    columns = "batch,minted_at,size,opens,closes,split_platform_bps,minimum_order"
    (folder / "batches.csv").write_text(
        f"{columns}\ntea,2026-03-02,2,2026-03-02,2026-03-09,10000,5.00\nbad,2026-03-02,-1,x,y,9,z\n"
    )
    (folder / "issues.csv").write_text(
        "coupon,batch,merchant,consumer,issued_at\nt1,tea,anna,eva,2026-03-03\nt2,tea,anna,eva,2026-03-03\nt3,bad,anna,eva,1\n"
    )
    (folder / "redemptions.csv").write_text(
        "coupon,merchant,order,amount,redeemed_at\nt1,anna,o1,4.99,2026-03-04\nt1,anna,o2,5.00,2026-03-04\n"
        "t2,anna,o3,9.00,2026-03-10\nt9,anna,o4,9.00,2026-03-04\n"
    )
    plan = Directory(folder).plan()
    assert len(plan.refusals) == 7
    with create(tmp_path / "state", start=plan.facts[0].at) as ledger:
        player = Player(ledger, plan)
        standing = player.play()
        assert standing.refused == {"redeem: OrderBelowMinimum": 1, "redeem: BatchExpired": 1}
        assert standing.done["redeem"] == 1
        assert player.finish() == 1
        assert ledger.audit.conservation().is_kept


def test_redemptions_wait_for_the_opening_of_their_batch(ledger: Ledger, plan: Plan) -> None:
    """An order of the second before is refused, one of the first second done: no block spans the edge."""
    spring = next(fact for fact in plan.facts if isinstance(fact, BatchFact) and fact.key == "spring")
    used = next(fact for fact in plan.facts if isinstance(fact, RedemptionFact) and fact.coupon_key == "s1")
    opens = used.at + 50
    late = replace(spring, terms=replace(spring.terms, opens=opens))
    before, after = replace(used, at=opens - 1), replace(used, at=opens)
    facts = [late if fact is spring else fact for fact in plan.facts if fact != used]
    facts += [before, after]
    facts.sort(key=lambda fact: fact.at)
    standing = Player(ledger, replace(plan, facts=tuple(facts))).play()
    assert standing.refused["redeem: BatchNotOpen"] == 1
    assert standing.done["redeem"] == 7


def test_terms_of_a_source_are_the_ledgers(plan: Plan) -> None:
    spring, ride, friends = (fact for fact in plan.facts if isinstance(fact, BatchFact))
    terms = terms_of(spring.terms, spring.size, 4)
    assert (terms.size, terms.group, terms.valid_days) == (6, 4, 30)
    assert (terms.discount_bps, terms.discount_minor, terms.funder) == (0, 150, Funder.ISSUER)
    assert (terms.share_mode, terms.remainder_role) == (ShareMode.NONE, Role.REDEEMER)
    assert terms.split_bps == (1_500, 2_000, 2_500, 2_500, 0, 0, 1_500)
    assert len(terms.text) == 32
    other = terms_of(ride.terms, ride.size, 0)
    assert (other.discount_bps, other.discount_minor, other.revocable) == (1_000, 800, True)
    shared = terms_of(friends.terms, friends.size, 0)
    assert (shared.share_mode, shared.copies, shared.hops) == (ShareMode.COPY, 2, 3)
    assert (shared.settlement_delay_hours, shared.split_bps[4:6]) == (24, (1_000, 500))
    none = terms_of(replace(ride.terms, discount_kind="none"), 1, 0)
    assert (none.discount_bps, none.discount_minor) == (0, 0)
