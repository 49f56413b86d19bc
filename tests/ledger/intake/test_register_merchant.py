"""Register merchants and institutions."""

import pytest

from ledger.domain.events import MerchantsRegistered
from ledger.intake.desk import Accepted
from ledger.intake.register import REFERENCE_LENGTH, ReferenceInvalid, ReferenceTaken, RegisterMerchant
from tests.ledger.house import BANK, House, check_idempotent, check_key_stays_free, refusing


def register(house: House, reference: str, *, key: str | None = None, name: str | None = None) -> Accepted:
    return house.ledger.members.register_merchant(RegisterMerchant(reference, name=name), key=key or house.key())


def test_a_merchant_settles_in_under_its_reference(house: House) -> None:
    """S2.1, S3.1: merchants settle in; the id is the merchant's unique code."""
    accepted = register(house, "zoo", name="The Zoo")
    house.included(accepted)
    party = house.ledger.members.find("merchant", "zoo")
    assert (party.kind, party.id, party.name, party.cash, party.suspended) == (
        "merchant",
        BANK + 1,
        "The Zoo",
        0,
        False,
    )
    assert house.ledger.operations.events(accepted.id) == (MerchantsRegistered(party.id, ((party.wallet, 1),)),)


def test_an_institution_is_a_payee_under_a_reference_of_its_own(house: House) -> None:
    request = RegisterMerchant("bakery", kind="institution")
    house.included(house.ledger.members.register_merchant(request, key="k"))
    institution = house.ledger.members.find("institution", "bakery")
    merchant = house.ledger.members.find("merchant", "bakery")
    assert institution.kind == "institution"
    assert institution.id != merchant.id
    assert institution.wallet != merchant.wallet


@pytest.mark.parametrize("reference", ["x", "ä" * REFERENCE_LENGTH, "Bäckerei Müller & Söhne #1"])
def test_a_reference_is_some_printable_characters(house: House, reference: str) -> None:
    house.included(register(house, reference))
    assert house.ledger.members.find("merchant", reference).reference == reference


@pytest.mark.parametrize("reference", ["", "x" * (REFERENCE_LENGTH + 1), "two\nlines", "\x00", "\u202e"])
def test_any_other_is_refused(house: House, reference: str) -> None:
    with refusing(house, ReferenceInvalid, reference=reference):
        register(house, reference)


@pytest.mark.parametrize("reference", ["bakery", "operator"])
def test_a_reference_that_is_taken_is_refused(house: House, reference: str) -> None:
    """The operator's own is taken from the start: nobody is confused with it."""
    with refusing(house, ReferenceTaken, kind="merchant", reference=reference):
        register(house, reference)


def test_a_reference_is_taken_from_acceptance_on(house: House) -> None:
    register(house, "zoo")
    with refusing(house, ReferenceTaken, kind="merchant", reference="zoo"):
        register(house, "zoo")


def test_once_a_key(house: House) -> None:
    """N10."""
    check_idempotent(house, lambda key: register(house, "zoo", key=key), lambda key: register(house, "fair", key=key))


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    check_key_stays_free(house, lambda key: register(house, "", key=key), lambda key: register(house, "zoo", key=key))
