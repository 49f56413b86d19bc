"""Give a copy of a coupon: both have one, and no more than the terms allow."""

import pytest

from ledger.domain.errors import Reason, Refused
from ledger.domain.events import Copied, SharedItem
from ledger.domain.ids import coupon_id
from ledger.domain.split import earning
from ledger.domain.terms import Funder, Role
from tests.ledger.house import (
    ANN,
    BOB,
    BOOKSHOP,
    CID,
    CINEMA,
    House,
    check_idempotent,
    check_key_stays_free,
    refusing,
)
from tests.ledger.intake.handing import copy, copy_of, copyable, row, transfer, transferable


def test_both_have_one(house: House) -> None:
    """S1.19: shared by copy."""
    coupon = copyable(house)
    accepted = copy(coupon)
    house.included(accepted)
    number = coupon_id(coupon.batch, coupon.serial)
    assert house.ledger.operations.events(accepted.id) == (
        Copied(coupon.batch, (SharedItem(number, 0, 0, ANN, BOB, 0),)),
    )
    root, copied = row(coupon), row(copy_of(coupon))
    assert (root.holder, root.version, root.hops) == (ANN, 0, 0)
    assert (copied.holder, copied.version, copied.sharer, copied.hops, copied.root) == (BOB, 1, ANN, 1, coupon.serial)
    assert (copied.lot, copied.issued_day) == (root.lot, root.issued_day)


def test_to_so_many_people_and_no_more(house: House) -> None:
    """S1.20, S1.11, N4: limited to a number of people, at once or one after the other."""
    coupon = copyable(house)
    first, second = copy(coupon, BOB), copy(coupon, CID)
    with refusing(house, Refused, reason=Reason.COPY_UNAVAILABLE, given=3, limit=2):
        copy(coupon, BOB)
    house.included(first, second)
    with refusing(house, Refused, reason=Reason.COPY_UNAVAILABLE, given=3, limit=2):
        copy(coupon, BOB)
    assert [row(copy_of(coupon, index)).holder for index in (0, 1)] == [BOB, CID]


@pytest.mark.parametrize("funder", Funder)
def test_each_is_used_and_pays_for_itself(house: House, funder: Funder) -> None:
    """S2.16, N1: reserves and pools are each coupon's own."""
    coupon = copyable(house, funder=funder)
    house.included(copy(coupon))
    copied = copy_of(coupon)
    parts = earning(house.ledger.batches.get(coupon.batch).terms, 10_000, sharers=1).parts
    house.included(copied.redeem(at=BOOKSHOP, order=10_000))
    assert (house.consumer_cash(ANN), house.consumer_cash(BOB)) == (parts[Role.SHARER], parts[Role.CONSUMER])
    house.included(coupon.redeem(at=CINEMA, order=10_000))
    assert (coupon.state, copied.state) == ("redeemed", "redeemed")
    assert house.ledger.audit.conservation().is_kept


def test_a_copy_comes_before_its_roots_use_in_one_round(house: House) -> None:
    """Both were accepted; the order of the relay lets both be done."""
    coupon = copyable(house)
    accepted = copy(coupon)
    used = coupon.redeem()
    house.included(accepted, used)
    with refusing(house, Refused, reason=Reason.COUPON_REDEEMED):
        copy(coupon, CID)


def test_a_root_on_its_way_to_another_is_not_copied(house: House) -> None:
    coupon = copyable(house)
    accepted = transfer(coupon, CID)
    with refusing(house, Refused, reason=Reason.VERSION_STALE):
        copy(coupon)
    house.included(accepted)
    house.included(copy(coupon))
    copied = row(copy_of(coupon))
    assert (copied.sharer, copied.first_sharer, copied.hops) == (CID, ANN, 2)


def test_a_copy_goes_on_and_is_not_copied(house: House) -> None:
    """N4."""
    coupon = copyable(house)
    house.included(copy(coupon))
    copied = copy_of(coupon)
    with refusing(house, Refused, reason=Reason.SHARE_NOT_ALLOWED):
        copy(copied, CID)
    house.included(transfer(copied, CID))
    assert (row(copied).holder, row(copied).first_sharer) == (CID, ANN)
    house.included(copied.redeem())


def test_terms_that_do_not_allow_it(house: House) -> None:
    moved_only = transferable(house)
    with refusing(house, Refused, reason=Reason.SHARE_NOT_ALLOWED):
        copy(moved_only)
    coupon = copyable(house, hops=1)
    house.included(transfer(coupon))
    with refusing(house, Refused, reason=Reason.HOPS_EXHAUSTED, given=2, limit=1):
        copy(coupon, CID)


def test_who_cannot_receive(house: House) -> None:
    coupon = copyable(house)
    with refusing(house, Refused, reason=Reason.RECIPIENT_INVALID):
        copy(coupon, ANN)
    with refusing(house, Refused, reason=Reason.CONSUMER_UNKNOWN):
        copy(coupon, 4)


def test_a_copy_that_was_refused_leaves_its_place_to_another(house: House) -> None:
    coupon = copyable(house)
    late = copy(coupon)
    house.pass_time(86_401)
    assert house.refused(late) == "DeadlinePassed"
    house.included(copy(coupon, CID))
    assert row(copy_of(coupon)).holder == CID


def test_once_a_key(house: House) -> None:
    """N10."""
    coupon = copyable(house)
    check_idempotent(house, lambda key: copy(coupon, key=key), lambda key: copy(coupon, CID, key=key))


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    coupon = copyable(house)
    check_key_stays_free(house, lambda key: copy(coupon, ANN, key=key), lambda key: copy(coupon, key=key))
