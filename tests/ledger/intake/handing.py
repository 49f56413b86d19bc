"""Coupons that may be shared, in a house, and where they are."""

from typing import Any, Final

from sqlalchemy import Row, select

from ledger.domain.terms import ShareMode
from ledger.intake.claim import ClaimOffer, TakeOffer
from ledger.intake.desk import Accepted
from ledger.intake.give import CopyCoupon, TransferCoupon
from ledger.intake.offer import CancelOffer, OfferCoupon, Offered
from ledger.store.projections import COUPONS
from tests.ledger.house import BOB, Held, House

TRANSFERABLE: Final[dict[str, Any]] = {"share_mode": ShareMode.TRANSFER, "hops": 3, "size": 100}
COPYABLE: Final[dict[str, Any]] = {"share_mode": ShareMode.COPY, "copies": 2, "hops": 3, "size": 100}


def transferable(house: House, **changes: Any) -> Held:
    """One coupon of Ann's that may be given on."""
    return house.held(**{**TRANSFERABLE, **changes})[0]


def copyable(house: House, **changes: Any) -> Held:
    """One coupon of Ann's that may be given on and copied to two."""
    return house.held(**{**COPYABLE, **changes})[0]


def copy_of(coupon: Held, index: int = 0, *, size: int = 100, copies: int = 2) -> Held:
    """A copy of a coupon."""
    return Held(coupon.house, coupon.batch, size + coupon.serial * copies + index)


def transfer(coupon: Held, to: int = BOB, *, key: str | None = None) -> Accepted:
    """Its holder gives it."""
    house = coupon.house
    return house.ledger.sharing.transfer(TransferCoupon(coupon.batch, coupon.serial, to), key=key or house.key())


def copy(coupon: Held, to: int = BOB, *, key: str | None = None) -> Accepted:
    """Its holder gives a copy."""
    house = coupon.house
    return house.ledger.sharing.copy(CopyCoupon(coupon.batch, coupon.serial, to), key=key or house.key())


def offer(coupon: Held, *, key: str | None = None, **fields: Any) -> Offered:
    """Its holder offers it."""
    house = coupon.house
    return house.ledger.sharing.offer(OfferCoupon(coupon.batch, coupon.serial, **fields), key=key or house.key())


def claim(house: House, offered: Offered, consumer: int = BOB, *, key: str | None = None) -> Accepted:
    """A consumer takes it up by its link."""
    assert offered.link is not None
    return house.ledger.sharing.claim(ClaimOffer(offered.link, consumer), key=key or house.key())


def accept(house: House, number: int, *, key: str | None = None) -> Accepted:
    """The consumer whom it names takes it up."""
    return house.ledger.sharing.accept(TakeOffer(number), key=key or house.key())


def cancel(house: House, number: int, *, key: str | None = None) -> Accepted:
    """Its giver takes it back."""
    return house.ledger.sharing.cancel(CancelOffer(number), key=key or house.key())


def row(coupon: Held) -> Row[Any]:
    """Where a coupon is."""
    query = select(COUPONS).where(COUPONS.c.batch == coupon.batch, COUPONS.c.serial == coupon.serial)
    with coupon.house.ledger.store.read() as connection:
        return connection.execute(query).one()
