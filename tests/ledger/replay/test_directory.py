"""A directory of CSV files as facts, with whatever is wrong in it."""

from pathlib import Path

import pytest

from ledger.replay.directory import Directory
from ledger.replay.errors import FileMissing, FileUnreadable, HeaderInvalid, ReplayError, SettingInvalid, ZoneUnknown
from ledger.replay.facts import BatchFact, ConsumerFact, MerchantFact, Plan, RedemptionFact

SHOP = Path(__file__).parents[2] / "data" / "shop"
GOOD = {
    "merchants.csv": "merchant,registered_at,deposit\nanna,2026-03-01,12.50\nbert,2026-03-02,\n",
    "consumers.csv": "consumer,registered_at,recruiter\neva,2026-03-03,anna\n",
    "batches.csv": (
        "batch,minted_at,size,opens,closes,split_platform_bps,accepts,reward\n"
        "tea,2026-03-04,3,2026-03-04,2026-03-31,10000,all,0.25\n"
    ),
    "issues.csv": "coupon,batch,merchant,consumer,issued_at\nc1,tea,anna,eva,2026-03-05\n",
    "redemptions.csv": "coupon,merchant,order,amount,redeemed_at\nc1,bert,o1,9.90,2026-03-06T10:00:00Z\n",
}


def _plan(folder: Path, **files: str | bytes | None) -> Plan:
    """The plan of the good directory with some files replaced, lengthened (`+...`) or, where None, left out."""
    for name, text in GOOD.items():
        (folder / name).write_text(text, encoding="utf-8")
    for stem, content in files.items():
        path = folder / f"{stem}.csv"
        if content is None:
            path.unlink()
        elif isinstance(content, bytes):
            path.write_bytes(content)
        elif content.startswith("+"):
            path.write_text(GOOD[path.name] + content[1:] + "\n", encoding="utf-8")
        else:
            path.write_text(content, encoding="utf-8")
    return Directory(folder).plan()


def _reasons(plan: Plan) -> list[str]:
    return [str(refusal) for refusal in plan.refusals]


def test_the_shop_of_the_tests_is_read_and_its_bad_lines_reported() -> None:
    plan = Directory(SHOP).plan()
    assert (plan.name, plan.currency, plan.decimals, plan.zone) == ("shop", "EUR", 2, "Europe/Vienna")
    counts = plan.counts
    assert (counts.merchants, counts.consumers, counts.batches) == (3, 3, 3)
    assert (counts.allocations, counts.issues, counts.redemptions, counts.refused) == (4, 7, 9, 25)
    assert (counts.transfers, counts.copies, counts.amendments, counts.reversals) == (3, 2, 2, 2)
    assert (counts.statements, counts.purchases) == (3, 6)
    assert [(refusal.file, refusal.line) for refusal in plan.refusals] == [
        ("merchants.csv", 5),
        ("merchants.csv", 6),
        ("consumers.csv", 5),
        ("consumers.csv", 6),
        ("batches.csv", 4),
        ("issues.csv", 7),
        ("issues.csv", 8),
        ("issues.csv", 9),
        ("issues.csv", 10),
        ("copies.csv", 4),
        ("copies.csv", 5),
        ("transfers.csv", 5),
        ("transfers.csv", 6),
        ("redemptions.csv", 5),
        ("redemptions.csv", 6),
        ("redemptions.csv", 9),
        ("redemptions.csv", 10),
        ("amendments.csv", 4),
        ("amendments.csv", 5),
        ("reversals.csv", 4),
        ("policies.csv", 4),
        ("purchases.csv", 8),
        ("purchases.csv", 9),
        ("purchases.csv", 10),
        ("purchases.csv", 11),
    ]
    assert plan.notes == ("merchants.csv: the column 'city' is not known and is left out",)
    spring = next(fact for fact in plan.facts if isinstance(fact, BatchFact))
    assert spring.terms.accepts == ("baecker-huber", "cafe-anna")
    assert spring.terms.text == "Spring: 1,50 off from 5 euros"


def test_a_good_directory_has_no_refusal(tmp_path: Path) -> None:
    plan = _plan(tmp_path)
    assert plan.refusals == ()
    assert plan.counts.redemptions == 1
    redemption = plan.facts[-1]
    assert isinstance(redemption, RedemptionFact)
    assert (redemption.order_minor, redemption.at) == (990, 1_772_791_200)


def test_the_shape_of_the_file_does_not_matter(tmp_path: Path) -> None:
    """A byte order mark, CRLF, another order of columns, capitals, blank lines and no last line end."""
    plain = _plan(tmp_path)
    text = "\ufeffRegistered_At , Recruiter,CONSUMER\r\n\r\n2026-03-03, anna ,eva\r\n   \r\n2026-03-04,bert,fred"
    plan = _plan(tmp_path, consumers=text.encode())
    assert plan.refusals == ()
    consumers = [fact for fact in plan.facts if isinstance(fact, ConsumerFact)]
    assert [consumer for consumer in plain.facts if isinstance(consumer, ConsumerFact)] == consumers[:1]
    assert [consumer.key for consumer in consumers] == ["eva", "fred"]


def test_consumers_issues_and_redemptions_may_be_absent(tmp_path: Path) -> None:
    plan = _plan(tmp_path, consumers=None, issues=None, redemptions=None)
    assert (plan.counts.merchants, plan.counts.batches, plan.counts.issues) == (2, 1, 0)
    assert plan.notes[1:] == tuple(
        f"{n}.csv is not there: taken as empty" for n in ("consumers", "issues", "redemptions")
    )


@pytest.mark.parametrize("name", ["merchants", "batches"])
def test_merchants_and_batches_are_needed(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileMissing, match=rf"{name}.csv is missing: merchants.csv and batches.csv are needed"):
        _plan(tmp_path, **{name: None})


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        Directory(tmp_path / "nowhere").plan()
    with pytest.raises(FileMissing):
        Directory(SHOP / "ledger.csv").plan()


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "merchants.csv").mkdir()
    with pytest.raises(FileUnreadable, match=r"merchants\.csv cannot be read"):
        Directory(tmp_path).plan()


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("", "it must name the columns: merchant, registered_at"),
        ("\n", "it must name the columns"),
        ("merchant,city\n", "the columns registered_at are missing"),
        ("merchant;registered_at\n", "separate columns with commas, not semicolons"),
        ("merchant,registered_at,merchant\n", "the columns merchant stand in it twice"),
        ("merchant,registered_at\n".encode("utf-16"), "it is not UTF-8 text with commas"),
        ('merchant,"registered_at\n', "it is not UTF-8 text with commas"),
        (b"x" * 70_000, "it must name the columns"),
    ],
)
def test_a_header_that_names_no_columns_stops_it(tmp_path: Path, header: str | bytes, reason: str) -> None:
    with pytest.raises(HeaderInvalid, match=reason):
        _plan(tmp_path, merchants=header)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",2026-03-01,", "merchant is empty"),
        ("cleo,,", "registered_at is empty"),
        (f"{'x' * 65},2026-03-01,", "merchant is 65 characters long, at most 64"),
        ("a;b,2026-03-01,", "merchant 'a;b' must be printable and without a semicolon"),
        ("Issuer,2026-03-01,", "merchant 'Issuer' means something else in accepts: choose another key"),
        ("anna,2026-03-05,", "merchant 'anna' stands in line 2 already: give it another key"),
        ("cleo,2026-03-01,12.345", "deposit '12.345' has 3 decimals, at most 2"),
        ("cleo,2026-03-01", "it has 2 fields, the header 3: put a field that holds a comma in quotes"),
        ('cleo,"2026-03-01,', "its quotes are broken (unexpected end of data): write a field as"),
    ],
)
def test_a_bad_merchant_is_reported_and_the_others_done(tmp_path: Path, line: str, reason: str) -> None:
    plan = _plan(tmp_path, merchants=f"+{line}\ndora,2026-03-02,1")
    assert len(plan.refusals) == 1
    assert str(plan.refusals[0]).startswith(f"merchants.csv, line 4: {reason}")
    assert [fact.key for fact in plan.facts if isinstance(fact, MerchantFact)] == ["anna", "bert", "dora"]


@pytest.mark.parametrize(
    ("name", "line", "reason"),
    [
        ("consumers", "fred,2026-03-03,nobody", "recruiter 'nobody' is in no good line of merchants.csv"),
        ("consumers", "fred,2026-02-28,anna", "registered_at is before its recruiter 'anna' registers (86400 seconds"),
        ("consumers", "eva,2026-03-04,anna", "consumer 'eva' stands in line 2 already"),
        ("batches", "tea,2026-03-04,3,2026-03-04,2026-03-31,10000,all,0", "batch 'tea' stands in line 2 already"),
        ("batches", "b,2026-03-04,0,2026-03-04,2026-03-31,10000,all,0", "size is 0, it must be 1 to 4294967295"),
        ("batches", "b,2026-03-04,x,2026-03-04,2026-03-31,10000,all,0", "size 'x' is no whole number"),
        ("batches", "b,2026-03-04,1,2026-03-04,2026-03-03,10000,all,0", "closes (1772582400) must be after opens"),
        ("batches", "b,2026-03-04,1,2026-03-04,2026-03-31,9999,all,0", "the split's parts sum to 9999 bps"),
        ("batches", "b,2026-03-04,1,2026-03-04,2026-03-31,10000,cleo,0", "accepts names the merchant 'cleo', which no"),
        (
            "batches",
            "b,2026-03-01,1,2026-03-04,2026-03-31,10000,bert,0",
            "accepts names the merchant 'bert', which",
        ),
        ("batches", "b,2026-03-04,1,2026-03-04,2026-03-31,10000,anna;anna,0", "accepts names a merchant twice"),
        ("issues", "c1,tea,anna,eva,2026-03-05", "coupon 'c1' stands in line 2 already"),
        ("issues", "c2,ale,anna,eva,2026-03-05", "batch 'ale' is in no good line of batches.csv"),
        ("issues", "c2,tea,cleo,eva,2026-03-05", "merchant 'cleo' is in no good line of merchants.csv"),
        ("issues", "c2,tea,anna,fred,2026-03-05", "consumer 'fred' is in no good line of consumers.csv"),
        ("issues", "c2,tea,anna,eva,2026-03-03", "issued_at is before the batch 'tea' is minted (86400 seconds"),
        ("redemptions", "c9,bert,o2,1,2026-03-06", "coupon 'c9' is in no good line of issues.csv"),
        ("redemptions", "c1,cleo,o2,1,2026-03-06", "merchant 'cleo' is in no good line of merchants.csv"),
        ("redemptions", "c1,bert,,1,2026-03-06", "order is empty"),
        ("redemptions", "c1,bert,o2,,2026-03-06", "amount is empty"),
        ("redemptions", "c1,bert,o2,0,2026-03-06", "amount is 0 minor units, it must be 1 to 281474976710655"),
        ("redemptions", "c1,bert,o2,1,2026-03-04", "redeemed_at is before the coupon is issued (86400 seconds"),
    ],
)
def test_a_bad_line_is_reported_with_file_line_and_reason(tmp_path: Path, name: str, line: str, reason: str) -> None:
    plan = _plan(tmp_path, **{name: f"+{line}"})
    assert len(plan.refusals) == 1
    assert str(plan.refusals[0]).startswith(f"{name}.csv, line 3: {reason}")
    assert plan.counts.redemptions == 1


def test_every_broken_term_of_a_batch_is_named_at_once(tmp_path: Path) -> None:
    plan = _plan(tmp_path, batches="+b,2026-03-04,0,2026-03-04,2026-03-31,1,all,0")
    assert _reasons(plan) == [
        "batches.csv, line 3: size is 0, it must be 1 to 4294967295; "
        "the split's parts sum to 1 bps, they must sum to exactly 10000"
    ]


def test_no_more_is_issued_than_a_batch_holds(tmp_path: Path) -> None:
    lines = "\n".join(f"c{number},tea,anna,eva,2026-03-05" for number in range(2, 6))
    plan = _plan(tmp_path, issues=f"+{lines}")
    assert plan.counts.issues == 3
    held = "the batch 'tea' holds 3 coupons, all issued by earlier lines"
    assert _reasons(plan) == [f"issues.csv, line {line}: {held}" for line in (5, 6)]


def test_a_coupon_presented_twice_is_left_to_the_contract(tmp_path: Path) -> None:
    """The ledger itself refuses the second redemption: that is a fact worth replaying."""
    plan = _plan(tmp_path, redemptions="+c1,anna,o2,5.00,2026-03-07")
    assert (plan.counts.redemptions, plan.refusals) == (2, ())


def test_a_line_that_is_not_utf_8_or_too_long_is_reported(tmp_path: Path) -> None:
    latin = GOOD["merchants.csv"].encode() + "müller,2026-03-01,\n".encode("latin-1")
    long = b"x" * 200_000 + b"\n" + "müller,2026-03-01,\n".encode()
    plan = _plan(tmp_path, merchants=latin + long)
    assert _reasons(plan) == [
        "merchants.csv, line 4: it is not UTF-8: save the file as UTF-8",
        "merchants.csv, line 5: it is longer than 65536 bytes: is a line break missing?",
    ]
    assert [fact.key for fact in plan.facts if isinstance(fact, MerchantFact)] == ["anna", "müller", "bert"]


def test_the_first_good_line_of_a_key_counts(tmp_path: Path) -> None:
    plan = _plan(tmp_path, consumers="+fred,someday,anna\nfred,2026-03-09,anna\nfred,2026-03-10,anna")
    assert [refusal.line for refusal in plan.refusals] == [3, 5]
    assert _reasons(plan)[1].startswith("consumers.csv, line 5: consumer 'fred' stands in line 4 already")


def test_a_column_nobody_knows_is_noted_once(tmp_path: Path) -> None:
    plan = _plan(tmp_path, consumers="consumer,mood,registered_at,recruiter\na,,2026-03-03,anna\nb,x,2026-03-03,anna\n")
    assert [note for note in plan.notes if "mood" in note] == [
        "consumers.csv: the column 'mood' is not known and is left out"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, ("EUR", 2, "UTC")),
        ("currency,decimals,zone\nJPY,0,Asia/Tokyo\n", ("JPY", 0, "Asia/Tokyo")),
        ("zone\nAsia/Tokyo\n", ("EUR", 2, "Asia/Tokyo")),
        ("currency,decimals\nUSD,6\n", ("USD", 6, "UTC")),
    ],
)
def test_ledger_csv_says_currency_decimals_and_zone(
    tmp_path: Path, text: str | None, expected: tuple[str, int, str]
) -> None:
    plan = _plan(tmp_path, merchants="+cleo,2026-03-01,5", **({} if text is None else {"ledger": text}))
    assert (plan.currency, plan.decimals, plan.zone) == expected
    assumed = [note for note in plan.notes if note.startswith("ledger.csv does not say")]
    assert len(assumed) == ("currency,decimals,zone" not in (text or ""))


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [
        ("currency\neuro\n", SettingInvalid, "'euro' must be three capital letters"),
        ("decimals\n7\n", SettingInvalid, "'7' must be 0 to 6"),
        ("zone\nMars/Olympus\n", ZoneUnknown, "'Mars/Olympus' is not a time zone"),
        ("zone\nAmerica\n", ZoneUnknown, "'America' is not a time zone"),
        ("zone\n../etc\n", ZoneUnknown, "is not a time zone"),
        ("currency\n", SettingInvalid, "there must be one line under the header, not 0"),
        ("currency\nEUR\nUSD\n", SettingInvalid, "there must be one line under the header, not 2"),
        ('currency\n"EUR\n', SettingInvalid, "its quotes are broken"),
        ("", HeaderInvalid, "it must name the columns: currency, decimals, zone, statement_days"),
    ],
)
def test_a_ledger_csv_that_cannot_be_stops_it(tmp_path: Path, text: str, error: type[ReplayError], reason: str) -> None:
    with pytest.raises(error, match=reason):
        _plan(tmp_path, ledger=text)
