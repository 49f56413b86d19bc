"""How amounts, moments, durations, names and addresses are read and shown."""

from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.cli.errors import (
    AddressInvalid,
    AmountInvalid,
    BadInput,
    CouponNameInvalid,
    DurationInvalid,
    MomentInvalid,
    RecipientInvalid,
)
from ledger.cli.moments import Zone, read_duration, show_duration
from ledger.cli.money import LIMIT_MINOR, Money
from ledger.cli.names import address, coupon_name, coupon_named, recipient, short

DOLLARS = Money("USD", 2)
VIENNA = Zone(ZoneInfo("Europe/Vienna"))


@pytest.mark.parametrize(("text", "minor"), [("0", 0), ("12", 1_200), ("12.3", 1_230), ("012.34", 1_234), ("0.01", 1)])
def test_an_amount_is_read_exactly(text: str, minor: int) -> None:
    assert DOLLARS.read(text) == minor


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1.", ".5", "1.234", "1.230", "1e3", "1,000", "1 000", "\u0663", "nan", "0x1"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(AmountInvalid):
        DOLLARS.read(text)


def test_the_largest_amount_is_read_and_the_next_refused() -> None:
    assert Money("JPY", 0).read(str(LIMIT_MINOR)) == LIMIT_MINOR
    for text in (str(LIMIT_MINOR + 1), "9" * 5_000):
        with pytest.raises(AmountInvalid):
            Money("JPY", 0).read(text)


@given(minor=st.integers(0, LIMIT_MINOR), decimals=st.integers(0, 6))
def test_what_is_shown_reads_back_to_the_same_amount(minor: int, decimals: int) -> None:
    money = Money("EUR", decimals)
    assert money.read(money.number(minor).replace(",", "")) == minor


def test_amounts_are_shown_with_separators_and_sign() -> None:
    assert DOLLARS.show(-123_456_789) == "-1,234,567.89 USD"
    assert DOLLARS.number(-1) == "-0.01"
    assert Money("JPY", 0).show(1_234) == "1,234 JPY"


def test_a_day_is_its_start_or_its_end_in_the_zone() -> None:
    assert VIENNA.document(VIENNA.read("2026-03-29")) == "2026-03-29T00:00:00+01:00"
    assert VIENNA.document(VIENNA.read("2026-03-29", end=True)) == "2026-03-30T00:00:00+02:00"
    assert VIENNA.show(VIENNA.read("2026-03-29T12:00:00Z")) == "2026-03-29 14:00:00 CEST"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "2026-02-30",
        "2026-13-01",
        "2026-05-01T10:00:00",
        "2026-05-01T25:00:00Z",
        "1969-01-01",
        "9999-12-31",
        "20260501",
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(MomentInvalid):
        VIENNA.read(text)


@given(seconds=st.integers(0, 3_650 * 86_400))
def test_a_duration_reads_back(seconds: int) -> None:
    assert read_duration(show_duration(seconds)) == seconds


@pytest.mark.parametrize("text", ["", "h", "-1h", "1w", "1.5h", "1h30m", "9999999999", "3651d"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(DurationInvalid):
        read_duration(text)


@given(batch=st.integers(1, 2**32 - 1), serial=st.integers(0, 2**40 - 1))
def test_a_coupon_is_found_by_its_name_and_by_its_id(batch: int, serial: int) -> None:
    assert coupon_named(coupon_name(batch, serial)) == (batch, serial)
    assert coupon_named(str(batch << 40 | serial)) == (batch, serial)


@pytest.mark.parametrize(
    "text", ["", "1", "1/", "/1", "0/1", "1/-1", "1/1/1", "4294967296/0", "1/1099511627776", "9" * 22]
)
def test_what_names_no_coupon_is_refused(text: str) -> None:
    with pytest.raises(CouponNameInvalid):
        coupon_named(text)


def test_a_recipient_has_a_count_of_one_or_its_own() -> None:
    assert recipient("carol") == ("carol", 1)
    assert recipient("carol:12") == ("carol", 12)
    assert recipient("a:b") == ("a:b", 1)
    assert recipient("a:7:1") == ("a:7", 1)
    for text in ("", ":3", "carol:0", "carol:9999999999"):
        with pytest.raises(RecipientInvalid):
            recipient(text)


def test_an_address_with_capitals_must_carry_its_checksum() -> None:
    """The examples of EIP-55."""
    for text in (
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0x27b1fdb04752bbc536007a920d24acb045561c26",
    ):
        assert address(text).hex() == text[2:].lower()
    for text in (
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
        "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        "0x",
        "0xzz",
    ):
        with pytest.raises(AddressInvalid):
            address(text)
    assert short(address("0x27b1fdb04752bbc536007a920d24acb045561c26")) == "0x27b1…1c26"


@given(text=st.text(max_size=40))
def test_no_text_at_all_makes_a_reader_fall_over(text: str) -> None:
    for read in (DOLLARS.read, VIENNA.read, read_duration, coupon_named, recipient, address):
        with suppress(BadInput):
            read(text)
