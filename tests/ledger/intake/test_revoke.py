"""Make issued coupons void."""

from typing import Any

import pytest
from sqlalchemy import select

from ledger.domain.errors import OutOfRange, Reason, Refused
from ledger.domain.events import Revoked
from ledger.intake import revoke as revoking
from ledger.intake.desk import Accepted
from ledger.intake.give import CopyCoupon, TransferCoupon
from ledger.store.projections_sharing import REVOCATIONS
from tests.contracts.shared import COPYABLE
from tests.ledger.house import BOB, DAY, Held, House, check_idempotent, check_key_stays_free, refusing


def revoke(house: House, *coupons: Held, cause: int = 3, key: str | None = None) -> tuple[Accepted, ...]:
    places = [(each.batch, each.serial) for each in coupons]
    return house.ledger.coupons.revoke(places, cause=cause, key=key or house.key())


def alone(house: House, coupon: Held, *, key: str, cause: int = 3) -> Accepted:
    """One coupon, under the key as it is."""
    with house.ledger.desk() as desk:
        return revoking.revoke(desk, revoking.RevokeCoupon(coupon.batch, coupon.serial, cause), key=key)


def revocable(house: House, count: int = 1, **changes: Any) -> list[Held]:
    return house.held(count=count, **{"revocable": True, **changes})


def test_a_revoked_coupon_is_void_with_its_cause(house: House) -> None:
    first, second = revocable(house, 2)
    accepted = revoke(house, first)
    house.included(*accepted)
    assert [each.state for each in (first, second)] == ["void", "issued"]
    assert house.ledger.operations.events(accepted[0].id) == (Revoked(1, 3, (900,)),)
    with house.ledger.store.read() as connection:
        rows = connection.execute(select(REVOCATIONS.c.batch, REVOCATIONS.c.serial, REVOCATIONS.c.cause)).all()
    assert [tuple(row) for row in rows] == [(1, 900, 3)]
    with refusing(house, Refused, reason=Reason.COUPON_VOID):
        first.redeem()
    house.included(second.redeem())


def test_many_share_a_transaction_by_their_cause(house: House) -> None:
    coupons = revocable(house, 5)
    accepted = (
        *revoke(house, *coupons[:2], cause=1),
        *revoke(house, *coupons[2:4], cause=2),
        *revoke(house, coupons[4], cause=1),
    )
    house.included(*accepted)
    assert {each.state for each in coupons} == {"void"}
    hashes = [house.ledger.operations.get(each.id).transaction for each in accepted]
    assert hashes[0] == hashes[1] == hashes[4]
    assert hashes[2] == hashes[3] != hashes[0]
    assert house.ledger.operations.events(accepted[0].id) == (Revoked(1, 1, (900, 901, 904)),)


def test_no_money_moves_before_the_batch_is_closed(house: House) -> None:
    """N2."""
    (coupon,) = revocable(house)
    before = house.merchant_cash(1)
    house.included(*revoke(house, coupon))
    assert house.merchant_cash(1) == before
    assert house.ledger.audit.conservation().is_kept


def test_a_revocation_is_taken_once(house: House) -> None:
    (coupon,) = revocable(house)
    check_idempotent(
        house, lambda key: alone(house, coupon, key=key), lambda key: alone(house, coupon, cause=4, key=key)
    )


def test_a_refused_revocation_leaves_its_key_free(house: House) -> None:
    (coupon,) = revocable(house)
    check_key_stays_free(
        house,
        lambda key: alone(house, coupon, cause=256, key=key),
        lambda key: alone(house, coupon, cause=255, key=key),
    )


def test_all_of_them_or_none(house: House) -> None:
    first, second = revocable(house, 2)
    house.included(second.redeem())
    with refusing(house, Refused, reason=Reason.COUPON_REDEEMED):
        revoke(house, first, second)


@pytest.mark.parametrize("cause", [-1, 256])
def test_a_cause_is_a_byte(house: House, cause: int) -> None:
    (coupon,) = revocable(house)
    with refusing(house, OutOfRange, field="cause"):
        revoke(house, coupon, cause=cause)


@pytest.mark.parametrize(
    ("batch", "serial", "reason"),
    [(9, 0, Reason.BATCH_UNKNOWN), (1, 0, Reason.COUPON_NOT_ISSUED), (1, 5_000, Reason.COUPON_NOT_ISSUED)],
)
def test_what_is_no_coupon_is_not_revoked(house: House, batch: int, serial: int, reason: Reason) -> None:
    revocable(house)
    with refusing(house, Refused, reason=reason):
        house.ledger.coupons.revoke([(batch, serial)], cause=1, key="none")


def test_terms_must_let_it(house: House) -> None:
    (coupon,) = house.held()
    with refusing(house, Refused, reason=Reason.NOT_REVOCABLE):
        revoke(house, coupon)


def test_void_already(house: House) -> None:
    (coupon,) = revocable(house)
    house.included(*revoke(house, coupon))
    with refusing(house, Refused, reason=Reason.COUPON_VOID):
        revoke(house, coupon)


def test_on_its_way_to_its_use_it_is_not_revoked(house: House) -> None:
    (coupon,) = revocable(house)
    first = coupon.redeem()
    with refusing(house, Refused, reason=Reason.COUPON_REDEEMED):
        revoke(house, coupon)
    house.included(first)


def test_while_it_is_revoked_nobody_uses_it(house: House) -> None:
    (coupon,) = revocable(house)
    first = revoke(house, coupon)
    with refusing(house, Refused, reason=Reason.COUPON_VOID):
        coupon.redeem()
    house.included(*first)


def test_travelled_coupons_and_copies_too(house: House) -> None:
    """N4."""
    (root,) = revocable(house, size=200, **COPYABLE)
    house.included(house.ledger.sharing.copy(CopyCoupon(root.batch, root.serial, BOB), key="copy"))
    (copy,) = (Held(house, each.batch, each.serial) for each in house.ledger.coupons.held_by(BOB))
    house.included(house.ledger.sharing.transfer(TransferCoupon(root.batch, root.serial, BOB), key="give"))
    house.included(*revoke(house, root, copy))
    assert {root.state, copy.state} == {"void"}


def test_out_of_date_it_may_still_be_revoked(house: House) -> None:
    (coupon,) = revocable(house, valid_days=1)
    house.pass_time(3 * DAY)
    house.included(*revoke(house, coupon))
