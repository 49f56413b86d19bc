"""Reasons and verbs: one rule, one name and one number in Solidity and in Python."""

from enum import IntEnum

import pytest

from ledger.domain.errors import LedgerError, NotFound, OutOfRange, Reason, Refused, TermsInvalid, Verb
from ledger.domain.terms import Funder, Role, ShareMode
from tests.ledger.domain.solidity import enum


def test_every_reason_has_the_number_and_the_name_that_solidity_gives_it() -> None:
    assert [reason.title for reason in Reason] == enum("Reason")
    assert [int(reason) for reason in Reason] == list(range(len(Reason)))


@pytest.mark.parametrize("kind", [Verb, ShareMode, Funder, Role], ids=lambda kind: kind.__name__)
def test_every_other_enumeration_is_that_of_solidity(kind: type[IntEnum]) -> None:
    assert ["".join(word.capitalize() for word in each.name.split("_")) for each in kind] == enum(kind.__name__)
    assert [int(each) for each in kind] == list(range(len(kind)))


def test_a_refusal_says_its_rule_both_values_and_what_to_do() -> None:
    """N14: precise reasons, for those who are entitled to them."""
    refused = Refused(Reason.CASH_INSUFFICIENT, "deposit more", given=700, limit=500)
    assert str(refused) == "CashInsufficient (700 against 500): deposit more"
    assert (refused.reason, refused.given, refused.limit) == (Reason.CASH_INSUFFICIENT, 700, 500)
    assert str(Refused(Reason.ORDER_ZERO)) == "OrderZero"


def test_invalid_terms_say_the_same() -> None:
    invalid = TermsInvalid("BpsTooHigh", "lower it", given=10_001, limit=10_000)
    assert str(invalid) == "BpsTooHigh (10001 against 10000): lower it"
    assert str(TermsInvalid("SizeZero", "mint one")) == "SizeZero: mint one"


def test_all_of_them_are_ledger_errors() -> None:
    errors = (Refused(Reason.NONE), TermsInvalid("", ""), NotFound("batch", 3), OutOfRange("size", -1, low=0, high=9))
    assert all(isinstance(error, LedgerError) for error in errors)
    assert str(errors[2]) == "there is no batch 3"
    assert str(errors[3]) == "size is -1; it must be from 0 to 9"
