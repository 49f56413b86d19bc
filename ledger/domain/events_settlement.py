"""Events of redemptions and of what becomes of their pools; amounts in minor units."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RedeemedItem:
    """One coupon written off; `parts` by `Role`."""

    coupon: int
    version: int
    order: int
    reward: int
    contribution: int
    discount: int
    parts: tuple[int, int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A merchant wrote coupons off."""

    merchant: int
    agent: int
    items: tuple[RedeemedItem, ...]


@dataclass(frozen=True, slots=True)
class PooledItem:
    """One coupon written off whose pool waits; `until` in hours since 1970, `version` the one presented."""

    coupon: int
    version: int
    order: int
    reward: int
    contribution: int
    discount: int
    until: int


@dataclass(frozen=True, slots=True)
class Pooled:
    """A merchant wrote coupons off whose pools wait for their delay."""

    merchant: int
    agent: int
    items: tuple[PooledItem, ...]


@dataclass(frozen=True, slots=True)
class Distributed:
    """Pools of a batch were paid out; versions, orders and amounts as amended."""

    batch: int
    items: tuple[RedeemedItem, ...]


@dataclass(frozen=True, slots=True)
class Amended:
    """A redemption that waits has a lower order; `version` is the one the intent named.

    Amounts are what the pool holds now.
    """

    merchant: int
    agent: int
    coupon: int
    version: int
    order: int
    reward: int
    contribution: int
    discount: int


@dataclass(frozen=True, slots=True)
class Reversed:
    """A redemption that waited was undone and its coupon lives again; amounts are what the pool gave back."""

    merchant: int
    agent: int
    coupon: int
    version: int
    reward: int
    contribution: int
    discount: int


@dataclass(frozen=True, slots=True)
class Forfeited:
    """The operator took a pool back; the discount went to its funder, or (`discount_too` false) to the redeemer."""

    batch: int
    coupon: int
    version: int
    cause: int
    discount_too: bool
    reward: int
    contribution: int
    discount: int
