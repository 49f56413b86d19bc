"""Short ways to redemptions that wait in a house, and to what becomes of them."""

from typing import Any

from ledger.intake.desk import Accepted
from ledger.intake.settlement import AmendRedemption, DistributePool, ForfeitRedemption, ReverseRedemption
from tests.ledger.house import BOOKSHOP, Held, House

HOUR = 3_600
DELAY_HOURS = 48


def waiting(house: House, *, count: int = 1, order: int = 10_000, at: int = BOOKSHOP, **changes: Any) -> list[Held]:
    """Coupons of the bakery's that Ann used at a merchant; their pools wait for two days."""
    coupons = house.held(count=count, **{"settlement_delay_hours": DELAY_HOURS, "size": 100, **changes})
    house.included(*(each.redeem(at=at, order=order) for each in coupons))
    return coupons


def amend(coupon: Held, order: int = 5_000, *, at: int = BOOKSHOP, key: str | None = None) -> Accepted:
    """Lower the order."""
    house, request = coupon.house, AmendRedemption(coupon.batch, coupon.serial, at, order)
    return house.ledger.settlements.amend(request, key=key or house.key())


def reverse(coupon: Held, *, at: int = BOOKSHOP, key: str | None = None) -> Accepted:
    """Undo the redemption."""
    house, request = coupon.house, ReverseRedemption(coupon.batch, coupon.serial, at)
    return house.ledger.settlements.reverse(request, key=key or house.key())


def forfeit(coupon: Held, *, cause: int = 3, discount_too: bool = False, key: str | None = None) -> Accepted:
    """Take the pool back."""
    house, request = coupon.house, ForfeitRedemption(coupon.batch, coupon.serial, cause, discount_too)
    return house.ledger.settlements.forfeit(request, key=key or house.key())


def distribute(coupon: Held, *, key: str | None = None) -> Accepted:
    """Pay the pool out."""
    house, request = coupon.house, DistributePool(coupon.batch, coupon.serial)
    return house.ledger.settlements.distribute(request, key=key or house.key())


def make_due(house: House, hours: int = DELAY_HOURS) -> None:
    """Let the delay pass, to the next full hour."""
    house.pass_time(hours * HOUR + HOUR)
