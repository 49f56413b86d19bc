"""The files of a directory beyond issues and redemptions: sharing, what comes back, policies and purchases."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.replay.directory import Directory
from ledger.replay.errors import FileUnreadable, HeaderInvalid, SettingInvalid
from ledger.replay.facts import (
    AmendmentFact,
    CopyFact,
    DistributionFact,
    Plan,
    PolicyFact,
    PurchaseLine,
    RedemptionFact,
    ReversalFact,
    StatementFact,
    TransferFact,
)
from ledger.replay.statements import STATED_AFTER

DAY = 86_400
GOOD = {
    "merchants": "merchant,registered_at\nanna,2026-03-01\nbert,2026-03-02\n",
    "consumers": "consumer,registered_at,recruiter\neva,2026-03-03,anna\nfred,2026-03-06,bert\n",
    "batches": (
        "batch,minted_at,size,opens,closes,split_platform_bps,share_mode,copies_per_coupon,hops,settlement_delay_hours\n"
        "tea,2026-03-04,3,2026-03-04,2026-03-31,10000,copy,2,2,24\n"
    ),
    "issues": "coupon,batch,merchant,consumer,issued_at\nc1,tea,anna,eva,2026-03-05\nc2,tea,anna,eva,2026-03-05\n",
    "transfers": "coupon,consumer,transferred_at\nc1,fred,2026-03-07\n",
    "copies": "coupon,copy,consumer,copied_at\nc2,c2/fred,fred,2026-03-08\n",
    "redemptions": (
        "coupon,merchant,order,amount,redeemed_at\nc1,bert,o1,9.90,2026-03-09\nc2/fred,anna,o2,5.00,2026-03-10\n"
    ),
    "amendments": "coupon,merchant,amount,amended_at\nc1,bert,4.90,2026-03-09T12:00:00Z\n",
    "reversals": "coupon,merchant,reversed_at\nc2/fred,anna,2026-03-10T12:00:00Z\n",
    "policies": "starts_at,commission_bps,rebate_bps\n2026-03-01,200,5000\n",
    "purchases": "merchant,reference,consumer,amount,purchased_at\nanna,p1,eva,12.50,2026-03-05\n",
}
LATER = ("transfers", "copies", "amendments", "reversals", "policies", "purchases")


def plan_of(folder: Path, **files: str | None) -> Plan:
    """The plan of the good directory with some files replaced, lengthened (`+...`) or, where None, left out."""
    for stem, text in (GOOD | files).items():
        if text is not None:
            content = GOOD[stem] + text[1:] + "\n" if text.startswith("+") else text
            (folder / f"{stem}.csv").write_text(content, encoding="utf-8")
    return Directory(folder).plan()


def at(day: int, hour: int = 0) -> int:
    return int(datetime(2026, 3, day, hour, tzinfo=UTC).timestamp())


def test_every_file_becomes_facts(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert plan.refusals == ()
    later = (TransferFact, CopyFact, RedemptionFact, AmendmentFact, ReversalFact, PolicyFact, StatementFact)
    assert [fact for fact in plan.facts if isinstance(fact, later)] == [
        PolicyFact(at(1), 200, 5_000, "return_to_seller", at=at(1)),
        TransferFact("c1", "fred", at=at(7)),
        CopyFact("c2", "c2/fred", "fred", at=at(8)),
        RedemptionFact("c1", "bert", "o1", 990, at=at(9)),
        AmendmentFact("c1", "bert", 490, at=at(9, 12)),
        RedemptionFact("c2/fred", "anna", "o2", 500, at=at(10)),
        ReversalFact("c2/fred", "anna", at=at(10, 12)),
        StatementFact(
            "anna",
            period=at(5) // DAY,
            days=7,
            lines=(PurchaseLine("p1", "eva", 1_250, at(5)),),
            at=at(12) + STATED_AFTER,
        ),
    ]
    assert [fact.at for fact in plan.facts if isinstance(fact, DistributionFact)] == [at(11), at(12)]


def test_each_of_these_files_may_be_absent_without_a_word(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, **{"redemptions": GOOD["redemptions"].splitlines()[0], **dict.fromkeys(LATER)})
    assert plan.refusals == ()
    assert not [note for note in plan.notes if "is not there" in note]
    counts = plan.counts
    assert (counts.transfers, counts.copies, counts.amendments, counts.reversals, counts.statements) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("name", "line", "reason"),
    [
        ("transfers", "c9,fred,2026-03-07", "coupon 'c9' is in no good line of issues.csv or copies.csv"),
        ("transfers", "c1,gina,2026-03-07", "consumer 'gina' is in no good line of consumers.csv"),
        ("transfers", "c1,fred,2026-03-04", "transferred_at is before anybody has the coupon 'c1' (86400 seconds"),
        ("transfers", "c1,fred,2026-03-05", "transferred_at is before the consumer 'fred' registers (86400 seconds"),
        ("transfers", "c1,fred,soon", "transferred_at 'soon' is no day or moment"),
        ("copies", "c9,x,fred,2026-03-08", "coupon 'c9' is in no good line of issues.csv or copies.csv"),
        ("copies", "c1,c2,fred,2026-03-08", "copy 'c2' stands in an earlier line of issues.csv or copies.csv"),
        (
            "copies",
            "c1,c2/fred,fred,2026-03-08",
            "copy 'c2/fred' stands in an earlier line of issues.csv or copies.csv",
        ),
        ("copies", "c1,,fred,2026-03-08", "copy is empty"),
        ("copies", "c1,x,fred,2026-03-04", "copied_at is before anybody has the coupon 'c1' (86400 seconds too early)"),
        ("copies", "c2/fred,x,fred,2026-03-07", "copied_at is before anybody has the coupon 'c2/fred' (86400 seconds"),
        (
            "copies",
            "c1,x,fred,2026-03-05",
            "copied_at is before the consumer 'fred' registers (86400 seconds too early)",
        ),
        ("redemptions", "c2/fred,anna,o3,1,2026-03-07", "redeemed_at is before the coupon is issued (86400 seconds"),
        ("amendments", "c2,anna,1,2026-03-11", "coupon 'c2' is redeemed in no good line of redemptions.csv: add it"),
        ("amendments", "c1,cleo,1,2026-03-11", "merchant 'cleo' is in no good line of merchants.csv"),
        ("amendments", "c1,bert,0,2026-03-11", "amount is 0 minor units, it must be 1 to 281474976710655"),
        ("amendments", "c1,bert,1,2026-03-08", "amended_at is before the coupon 'c1' is redeemed (86400 seconds"),
        ("reversals", "c2,anna,2026-03-11", "coupon 'c2' is redeemed in no good line of redemptions.csv: add it"),
        ("reversals", "c1,bert,2026-03-08", "reversed_at is before the coupon 'c1' is redeemed (86400 seconds"),
        ("policies", "2026-03-09,10001,0", "commission_bps is 10001, at most 10000"),
        ("policies", "2026-03-09,0,10001", "rebate_bps is 10001, at most 10000"),
        ("policies", "2026-03-09,,0", "commission_bps is empty"),
        ("policies", "someday,1,1", "starts_at 'someday' is no day or moment"),
        (
            "purchases",
            "anna,p1,eva,9.00,2026-03-09",
            "reference 'p1' of 'anna' stands in line 2 already: give it another",
        ),
        ("purchases", "anna,p2,eva,0.00,2026-03-09", "amount is 0 minor units, it must be 1 to 281474976710655"),
        (
            "purchases",
            "anna,p2,eva,+1,2026-03-09",
            "amount '+1' is no amount: write it like 12.34, a return like -12.34",
        ),
        ("purchases", "anna,p2,eva,-,2026-03-09", "amount '-' is no amount"),
        ("purchases", "anna,p2,eva,-1.234,2026-03-09", "amount '1.234' has 3 decimals, at most 2"),
        ("purchases", "anna,p2,gina,1,2026-03-09", "consumer 'gina' is in no good line of consumers.csv"),
        ("purchases", "cleo,p2,eva,1,2026-03-09", "merchant 'cleo' is in no good line of merchants.csv"),
        (
            "purchases",
            "bert,p2,eva,1,2026-03-01",
            "purchased_at is before the merchant 'bert' registers (86400 seconds",
        ),
        ("purchases", "anna,p2,eva,1,2026-03-02", "purchased_at is before the consumer 'eva' registers (86400 seconds"),
    ],
)
def test_a_bad_line_is_reported_with_file_line_and_reason(tmp_path: Path, name: str, line: str, reason: str) -> None:
    plan = plan_of(tmp_path, **{name: f"+{line}"})
    assert len(plan.refusals) == 1
    number = 4 if name == "redemptions" else 3
    assert str(plan.refusals[0]).startswith(f"{name}.csv, line {number}: {reason}")
    assert plan.counts == replace(plan_of(tmp_path).counts, refused=1)


def test_what_only_the_ledger_can_judge_is_left_to_it(tmp_path: Path) -> None:
    """A copy of a copy, a transfer after the use, an amendment upwards, another merchant's reversal, a second use."""
    plan = plan_of(
        tmp_path,
        copies="+c2/fred,x,eva,2026-03-09",
        transfers="+c1,eva,2026-03-20",
        amendments="+c1,anna,99.00,2026-03-09T13:00:00Z",
        reversals="+c1,anna,2026-03-20",
        redemptions="+x,anna,o3,1,2026-03-11",
    )
    assert plan.refusals == ()
    assert (plan.counts.copies, plan.counts.transfers, plan.counts.redemptions) == (2, 2, 3)


def test_the_first_redemption_of_a_coupon_is_what_may_come_back(tmp_path: Path) -> None:
    later_first = "coupon,merchant,order,amount,redeemed_at\nc1,bert,o2,1,2026-03-20\nc1,bert,o1,9.90,2026-03-09\n"
    plan = plan_of(tmp_path, redemptions=later_first, reversals=None)
    assert plan.refusals == ()


def test_a_return_is_a_purchase_of_less_than_nothing_with_a_reference_of_its_own(tmp_path: Path) -> None:
    """S3.7; another merchant may use the same reference."""
    plan = plan_of(tmp_path, purchases="+anna,p1-back,eva,-12.50,2026-03-06\nbert,p1,eva,0.01,2026-03-06")
    found = [fact for fact in plan.facts if isinstance(fact, StatementFact)]
    assert [(fact.merchant_key, [line.amount_minor for line in fact.lines]) for fact in found] == [
        ("anna", [1_250, -1_250]),
        ("bert", [1]),
    ]


@pytest.mark.parametrize(("days", "period"), [("1", at(5) // DAY), ("", at(5) // DAY), ("30", 20_490), ("366", 20_496)])
def test_the_directory_says_how_long_a_period_is(tmp_path: Path, days: str, period: int) -> None:
    plan = plan_of(tmp_path, ledger=f"currency,statement_days\nEUR,{days}\n")
    (found,) = (fact for fact in plan.facts if isinstance(fact, StatementFact))
    assert (found.period, found.days) == (period, int(days or 7))
    assert found.period <= at(5) // DAY < found.period + found.days


@pytest.mark.parametrize("days", ["0", "367", "-1", "7.0", "a week", "99999999999"])
def test_a_period_that_cannot_be_stops_it(tmp_path: Path, days: str) -> None:
    with pytest.raises(SettingInvalid, match=f"statement_days: '{days}' must be 1 to 366"):
        plan_of(tmp_path, ledger=f"statement_days\n{days}\n")


@pytest.mark.parametrize(
    ("line", "announced"),
    [
        ("2026-02-01,1,1,", at(1)),
        ("2026-03-02,1,1,", at(1)),
        ("2026-03-20,1,1,", at(19)),
        ("2026-03-20,1,1,2026-03-04", at(4)),
    ],
)
def test_a_policy_is_announced_a_day_before_it_starts_or_when_the_file_says(
    tmp_path: Path, line: str, announced: int
) -> None:
    plan = plan_of(tmp_path, policies=f"starts_at,commission_bps,rebate_bps,announced_at\n{line}\n")
    (found,) = (fact for fact in plan.facts if isinstance(fact, PolicyFact))
    assert found.at == announced


@pytest.mark.parametrize("word", ["return_to_seller", "platform_keeps", "no_commission", "Platform_Keeps"])
def test_a_policy_says_what_equal_codes_mean(tmp_path: Path, word: str) -> None:
    """S3.14."""
    plan = plan_of(tmp_path, policies=f"starts_at,commission_bps,rebate_bps,equal_codes\n2026-03-01,1,1,{word}\n")
    (found,) = (fact for fact in plan.facts if isinstance(fact, PolicyFact))
    assert found.equal_codes == word.casefold()


def test_another_word_for_equal_codes_is_refused(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, policies="starts_at,commission_bps,rebate_bps,equal_codes\n2026-03-01,1,1,mine\n")
    must = "equal_codes 'mine' must be one of return_to_seller, platform_keeps, no_commission"
    assert [str(refusal) for refusal in plan.refusals] == [f"policies.csv, line 2: {must}"]


def test_purchases_without_a_policy_are_noted(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, policies=None)
    assert plan.notes[-1].startswith("purchases.csv has good lines and policies.csv none")
    assert plan.counts.purchases == 1


def test_policies_without_a_merchant_are_no_crash(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, merchants="merchant,registered_at\n", policies="+1970-01-02,1,1")
    assert [fact.at for fact in plan.facts if isinstance(fact, PolicyFact)] == [DAY, at(1)]


@pytest.mark.parametrize("name", LATER)
def test_a_header_or_a_file_that_is_none_stops_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(HeaderInvalid, match=rf"{name}.csv, line 1: the columns .* are missing"):
        plan_of(tmp_path, **{name: "what,ever\n1,2\n"})
    (tmp_path / f"{name}.csv").unlink()
    (tmp_path / f"{name}.csv").mkdir()
    with pytest.raises(FileUnreadable, match=rf"{name}\.csv cannot be read"):
        Directory(tmp_path).plan()
