"""Keys, amounts, numbers, moments and words read from a line, at both edges."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.replay.csv_fields import LineRefused, Row, Settings
from ledger.replay.csv_lines import Record
from ledger.replay.days import zone_named
from ledger.replay.limits import AMOUNT_MAX_MINOR

EURO = Settings("EUR", decimals=2, zone=zone_named("Europe/Vienna"))
YEN = Settings("JPY", decimals=0, zone=zone_named("Asia/Tokyo"))


def _row(text: str, settings: Settings = EURO) -> Row:
    return Row(Record(line=2, fields={"x": text}), settings)


def _seconds(year: int, month: int, day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("", 0),
        ("0", 0),
        ("12", 1_200),
        ("12.3", 1_230),
        ("12.34", 1_234),
        ("0012.34", 1_234),
        ("2814749767106.55", AMOUNT_MAX_MINOR),
    ],
)
def test_an_amount_becomes_minor_units(text: str, minor: int) -> None:
    assert _row(text).amount("x") == minor


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12,34", "is no amount: write it like 12.34"),
        ("-1", "is no amount"),
        ("1e3", "is no amount"),
        ("٣", "is no amount"),
        (".5", "is no amount"),
        ("5.", "is no amount"),
        ("1.234", "has 3 decimals, at most 2"),
        ("2814749767106.56", "is 281474976710656 minor units, it must be 0 to 281474976710655"),
        ("9" * 19, "is too large"),
        ("9" * 5_000, "is too large"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, reason: str) -> None:
    with pytest.raises(LineRefused, match=reason):
        _row(text).amount("x")


def test_the_currency_says_how_many_decimals_there_are() -> None:
    assert _row("500", YEN).amount("x") == 500
    with pytest.raises(LineRefused, match="has 1 decimals, at most 0"):
        _row("500.5", YEN).amount("x")


def test_an_amount_that_must_be_something_is_not_empty_and_not_0() -> None:
    assert _row("0.01").amount("x", least=1) == 1
    for text in ("", "0", "0.00"):
        with pytest.raises(LineRefused):
            _row(text).amount("x", least=1)


@given(st.integers(min_value=0, max_value=AMOUNT_MAX_MINOR))
def test_every_amount_comes_back_exactly(minor: int) -> None:
    assert _row(f"{minor // 100}.{minor % 100:02}").amount("x") == minor


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-29", _seconds(2026, 3, 28, 23)),
        ("2026-03-30", _seconds(2026, 3, 29, 22)),
        ("2026-05-01T09:30:00Z", _seconds(2026, 5, 1, 9, 30)),
        ("2026-05-01t09:30:00z", _seconds(2026, 5, 1, 9, 30)),
        ("2026-05-01 09:30:00.999999999+02:00", _seconds(2026, 5, 1, 7, 30)),
        ("1970-01-02", _seconds(1970, 1, 1, 23)),
        ("2105-12-30", _seconds(2105, 12, 29, 23)),
    ],
)
def test_a_moment_is_rfc_3339_or_the_start_of_a_day(text: str, at: int) -> None:
    assert _row(text).moment("x") == at


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "x is empty"),
        ("01.05.2026", "is no day or moment"),
        ("20260501", "is no day or moment"),
        ("2026-05-01T09:30:00", "is no day or moment"),
        ("2026-05-01T09:30Z", "is no day or moment"),
        ("2026-02-29", "is no day of the calendar"),
        ("2026-05-01T24:30:00Z", "is no moment"),
        ("2026-05-01T09:30:00+24:00", "is no moment"),
        ("1970-01-01", "is not between 1970-01-02 and 2105-12-31"),
        ("2105-12-31", "is not between"),
        ("0001-01-01T00:00:00+23:59", "is not between"),
        ("9999-12-31T23:59:59-23:59", "is not between"),
    ],
)
def test_what_is_no_moment_is_refused(text: str, reason: str) -> None:
    with pytest.raises(LineRefused, match=reason):
        _row(text).moment("x")


def test_an_end_given_as_a_day_includes_that_day() -> None:
    """The day on which the clocks go forward has 23 hours."""
    assert _row("2026-03-29").end("x") == _row("2026-03-29").moment("x") + 23 * 3_600
    assert _row("2026-05-01T09:30:00Z").end("x") == _seconds(2026, 5, 1, 9, 30)


def test_a_whole_number_has_a_default_where_there_is_one() -> None:
    assert _row("").whole("x", 7) == 7
    assert _row("0").whole("x", 7) == 0
    assert _row("9" * 18).whole("x") == 10**18 - 1
    for text in ("", "1.5", "-1", "+1", "9" * 19, "²"):
        with pytest.raises(LineRefused):
            _row(text).whole("x")


def test_a_word_is_one_of_the_choices_in_any_case() -> None:
    assert _row("FIXED").word("x", ("none", "fixed"), "none") == "fixed"
    assert _row("").word("x", ("none", "fixed"), "none") == "none"
    with pytest.raises(LineRefused, match="x 'half' must be one of none, fixed"):
        _row("half").word("x", ("none", "fixed"), "none")


def test_a_flag_is_yes_or_no() -> None:
    assert [_row(text).flag("x") for text in ("Yes", "true", "1", "no", "FALSE", "0", "")] == [True] * 3 + [False] * 4
    with pytest.raises(LineRefused, match="x 'maybe' must be yes or no"):
        _row("maybe").flag("x")


def test_a_key_has_1_to_64_printable_characters() -> None:
    assert _row("x" * 64).key("x") == "x" * 64
    assert _row("Bäckerei 7").key("x") == "Bäckerei 7"
    for text in ("", "x" * 65, "a;b", "a\tb", "a\u202eb", "a\x00b"):
        with pytest.raises(LineRefused):
            _row(text).key("x")


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("0.01", 1),
        ("-0.01", -1),
        ("-12.3", -1_230),
        ("2814749767106.55", AMOUNT_MAX_MINOR),
        ("-2814749767106.55", -AMOUNT_MAX_MINOR),
    ],
)
def test_a_signed_amount_may_be_below_nothing(text: str, minor: int) -> None:
    assert _row(text).signed_amount("x") == minor


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "x is empty"),
        ("0", "x is 0 minor units, it must be 1 to"),
        ("-0.00", "x is 0 minor units, it must be 1 to"),
        ("--1", "x '--1' is no amount: write it like 12.34, a return like -12.34"),
        ("+1", "x '+1' is no amount"),
        ("- 1", "x '- 1' is no amount"),
        ("-2814749767106.56", "x is 281474976710656 minor units"),
        ("-" + "9" * 40, "is too large"),
    ],
)
def test_what_is_no_signed_amount_is_refused(text: str, reason: str) -> None:
    with pytest.raises(LineRefused, match=re.escape(reason)):
        _row(text).signed_amount("x")
