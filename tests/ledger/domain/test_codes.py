"""Referral codes."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.codes import CODE_DIGITS, CodeInvalid, code_of, merchant_of, qr_text_of

MERCHANTS = st.integers(1, 2**32 - 1)


@given(merchant=MERCHANTS)
def test_a_code_names_its_merchant_as_digits_and_as_a_qr(merchant: int) -> None:
    """S3.1, S3.2."""
    code = code_of(merchant)
    assert len(code) == CODE_DIGITS
    spaced = f" {code[:3]} {code[3:7]} {code[7:]}"
    for text in (code, spaced, qr_text_of(merchant), qr_text_of(merchant).lower()):
        assert merchant_of(text) == merchant


def test_the_check_digit_is_damms() -> None:
    """The example of H. Michael Damm's dissertation: 572 is checked by 4."""
    assert code_of(572)[-1] == "4"


@given(merchant=MERCHANTS, place=st.integers(0, CODE_DIGITS - 1), digit=st.integers(0, 9))
def test_every_wrong_digit_is_found(merchant: int, place: int, digit: int) -> None:
    code = code_of(merchant)
    wrong = code[:place] + str(digit) + code[place + 1 :]
    if wrong != code:
        with pytest.raises(CodeInvalid):
            merchant_of(wrong)


@given(merchant=MERCHANTS, place=st.integers(0, CODE_DIGITS - 2))
def test_every_two_neighbours_that_changed_places_are_found(merchant: int, place: int) -> None:
    code = code_of(merchant)
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if wrong != code:
        with pytest.raises(CodeInvalid):
            merchant_of(wrong)


@pytest.mark.parametrize("text", ["", "2", "000000000210", "0000000002x", code_of(2**32), "0" * 11, "\u0660" * 11])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(CodeInvalid):
        merchant_of(text)


@given(text=st.text(max_size=30))
def test_no_text_at_all_makes_the_reader_fall_over(text: str) -> None:
    with suppress(CodeInvalid):
        assert merchant_of(text) > 0
