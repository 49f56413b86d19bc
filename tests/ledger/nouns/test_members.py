"""Parties, agents and groups as a ledger shows them."""

import pytest
from sqlalchemy import delete

from ledger.custody.errors import KeyNotHeld
from ledger.domain.errors import NotFound
from ledger.nouns.members import Kind, Members
from ledger.store.outbox import ACCOUNTS
from tests.ledger.house import BAKERY, BANK, CINEMA, FUNDS, OPERATOR, House


def test_a_party_is_found_by_its_reference_and_by_its_number(house: House) -> None:
    members = house.ledger.members
    bakery = members.find("merchant", "bakery")
    assert (bakery.id, bakery.cash, bakery.recruiter) == (BAKERY, FUNDS, None)
    assert members.find("merchant", f"#{BAKERY}") == bakery
    assert members.find("institution", "bank") == members.find("institution", f"#{BANK}")
    assert members.find("merchant", "operator").id == members.find("merchant", "#1").id == OPERATOR
    assert members.find("consumer", "bob") == members.find("consumer", "#3")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("merchant", "nobody"),
        ("merchant", "#99"),
        ("merchant", "#0"),
        ("merchant", f"#{10**30}"),
        ("merchant", "#"),
        ("merchant", "bank"),
        ("consumer", "operator"),
        ("consumer", "bakery"),
        ("institution", "bakery"),
        ("institution", "#2"),
    ],
)
def test_who_is_not_there_is_not_found(house: House, kind: Kind, name: str) -> None:
    with pytest.raises(NotFound) as caught:
        house.ledger.members.find(kind, name)
    assert (caught.value.kind, caught.value.name) == (kind, name)


def test_parties_are_listed_by_number_from_behind_one(house: House) -> None:
    members = house.ledger.members
    assert [each.id for each in members.all("merchant", limit=9)] == [1, 2, 3, 4, 5]
    assert [each.id for each in members.all("merchant", limit=2, after=BAKERY)] == [3, 4]
    assert [each.reference for each in members.all("consumer", limit=9)] == ["ann", "cid", "bob"]
    assert [each.id for each in members.all("institution", limit=9)] == [BANK]
    assert (members.count("merchant"), members.count("consumer")) == (5, 3)


def test_references_are_looked_up_by_the_many(house: House) -> None:
    members = house.ledger.members
    assert members.references("merchant", [OPERATOR, CINEMA, 99]) == {OPERATOR: "operator", CINEMA: "cinema"}
    assert members.references("consumer", []) == {}


def test_a_party_that_signs_by_itself_has_its_number_for_a_name(house: House) -> None:
    with house.ledger.store.write() as connection:
        connection.execute(delete(ACCOUNTS).where(ACCOUNTS.c.reference == "cinema"))
    members = house.ledger.members
    party = members.find("merchant", f"#{CINEMA}")
    assert (party.reference, party.name) == (f"#{CINEMA}", None)
    with house.ledger.store.read() as connection:
        wallet = Members.wallet_of_merchant(connection, CINEMA)
        assert wallet == party.wallet
        with pytest.raises(KeyNotHeld) as caught:
            Members.custody_path(connection, wallet)
        assert caught.value.wallet == wallet
        with pytest.raises(NotFound):
            Members.wallet_of_merchant(connection, 99)


def test_custody_does_not_sign_for_a_party_that_signs_by_itself(house: House) -> None:
    """Refused by name, and nothing is left behind."""
    (coupon,) = house.held()
    with house.ledger.store.write() as connection:
        connection.execute(delete(ACCOUNTS).where(ACCOUNTS.c.reference == "ann"))
    before = house.rows()
    with pytest.raises(KeyNotHeld):
        coupon.redeem()
    assert house.rows() == before
