"""Groups of acceptance."""

import pytest

from ledger.domain.errors import NotFound, Reason, Refused
from ledger.domain.events import GroupChanged
from ledger.intake.control import GROUP_CHANGES_LIMIT, ChangeGroup, Suspend
from ledger.intake.desk import Accepted
from tests.ledger.house import (
    BAKERY,
    BANK,
    BOOKSHOP,
    CINEMA,
    House,
    check_idempotent,
    check_key_stays_free,
    refusing,
)


def change(house: House, group: int, *merchants: int, member: bool = True, key: str | None = None) -> Accepted:
    return house.ledger.members.change_group(ChangeGroup(group, member, merchants), key=key or house.key())


def test_a_group_is_opened_and_changed(house: House) -> None:
    """S2.3: a batch may be limited to some merchants."""
    accepted = change(house, 0, BAKERY, CINEMA)
    house.included(accepted)
    assert house.ledger.members.groups() == {1: [BAKERY, CINEMA]}
    assert house.ledger.operations.events(accepted.id) == (GroupChanged(1, True, (BAKERY, CINEMA)),)
    house.included(change(house, 1, BOOKSHOP))
    house.included(change(house, 1, BAKERY, BOOKSHOP, member=False))
    assert house.ledger.members.groups() == {1: [CINEMA]}
    house.included(change(house, 0))
    assert house.ledger.members.groups() == {1: [CINEMA], 2: []}


@pytest.mark.parametrize("group", [1, -1, 2**32])
def test_a_group_that_does_not_exist_is_not_changed(house: House, group: int) -> None:
    with refusing(house, NotFound, kind="group", name=group):
        change(house, group, BAKERY)


@pytest.mark.parametrize(("merchant", "reason"), [(99, Reason.MERCHANT_UNKNOWN), (BANK, Reason.KIND_INVALID)])
def test_who_cannot_redeem_does_not_join(house: House, merchant: int, reason: Reason) -> None:
    with refusing(house, Refused, reason=reason):
        change(house, 0, BAKERY, merchant)


def test_a_suspended_merchant_leaves_but_does_not_join(house: House) -> None:
    house.included(change(house, 0, BAKERY))
    house.included(house.ledger.members.suspend(Suspend(BAKERY, True), key="s"))
    with refusing(house, Refused, reason=Reason.MERCHANT_SUSPENDED):
        change(house, 0, BAKERY)
    house.included(change(house, 1, BAKERY, member=False))
    assert house.ledger.members.groups() == {1: []}


def test_who_does_not_exist_does_not_leave(house: House) -> None:
    house.included(change(house, 0, BAKERY))
    with refusing(house, Refused, reason=Reason.MERCHANT_UNKNOWN):
        change(house, 1, 99, member=False)


def test_as_many_as_fit_a_transaction_and_no_more(house: House) -> None:
    house.included(change(house, 0, *[BAKERY] * GROUP_CHANGES_LIMIT))
    assert house.ledger.members.groups() == {1: [BAKERY]}
    too_many = GROUP_CHANGES_LIMIT + 1
    with refusing(house, Refused, reason=Reason.ITEMS_MALFORMED, given=too_many, limit=GROUP_CHANGES_LIMIT):
        change(house, 0, *[BAKERY] * too_many)


def test_once_a_key(house: House) -> None:
    """N10."""
    check_idempotent(house, lambda key: change(house, 0, BAKERY, key=key), lambda key: change(house, 0, key=key))


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    check_key_stays_free(house, lambda key: change(house, 9, key=key), lambda key: change(house, 0, key=key))
