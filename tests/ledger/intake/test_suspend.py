"""Suspend parties and lift it."""

import pytest

from ledger.domain.errors import NotFound, Reason, Refused
from ledger.domain.events import ConsumerSuspended, MerchantSuspended
from ledger.intake.control import Suspend
from ledger.intake.desk import Accepted
from tests.ledger.house import (
    ANN,
    BAKERY,
    BANK,
    BOOKSHOP,
    OPERATOR,
    House,
    check_idempotent,
    check_key_stays_free,
    refusing,
)


def suspend(house: House, party: int, suspended: bool = True, *, consumer: bool = False, key: str = "") -> Accepted:
    return house.ledger.members.suspend(Suspend(party, suspended, consumer), key=key or house.key())


@pytest.mark.parametrize("suspended", [True, False])
def test_a_merchant_is_suspended_and_the_suspension_lifted(house: House, suspended: bool) -> None:
    if not suspended:
        house.included(suspend(house, BAKERY))
    accepted = suspend(house, BAKERY, suspended)
    house.included(accepted)
    assert house.ledger.members.find("merchant", "bakery").suspended is suspended
    assert house.ledger.operations.events(accepted.id) == (MerchantSuspended(BAKERY, suspended),)


def test_a_consumer_and_an_institution_too(house: House) -> None:
    accepted = suspend(house, ANN, consumer=True)
    house.included(accepted, suspend(house, BANK))
    assert house.ledger.members.find("consumer", "ann").suspended
    assert house.ledger.members.find("institution", "bank").suspended
    assert house.ledger.operations.events(accepted.id) == (ConsumerSuspended(ANN, True),)


@pytest.mark.parametrize(
    ("party", "consumer", "kind"), [(99, False, "merchant"), (99, True, "consumer"), (0, True, "consumer")]
)
def test_who_does_not_exist_is_not_suspended(house: House, party: int, consumer: bool, kind: str) -> None:
    with refusing(house, NotFound, kind=kind, name=party):
        suspend(house, party, consumer=consumer)


def test_the_operator_cannot_be_suspended(house: House) -> None:
    with refusing(house, Refused, reason=Reason.KIND_INVALID):
        suspend(house, OPERATOR)


def test_what_is_so_already_is_refused_by_the_chain(house: House) -> None:
    assert house.refused(suspend(house, BAKERY, False)) == "StatusUnchanged"


def test_once_a_key(house: House) -> None:
    """N10."""
    check_idempotent(house, lambda key: suspend(house, BAKERY, key=key), lambda key: suspend(house, BOOKSHOP, key=key))


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    check_key_stays_free(house, lambda key: suspend(house, 99, key=key), lambda key: suspend(house, BAKERY, key=key))
