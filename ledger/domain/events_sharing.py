"""Events of passing coupons on, of bearers, and of revoking."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SharedItem:
    """A coupon handed on: to its next `version`, or copied to `index`; giver 0 was a bearer; price in minor units."""

    coupon: int
    version: int
    index: int
    giver: int
    to: int
    price: int


@dataclass(frozen=True, slots=True)
class Transferred:
    """Coupons of a batch went from holder to holder; each `version` is the new one."""

    batch: int
    items: tuple[SharedItem, ...]


@dataclass(frozen=True, slots=True)
class Copied:
    """Coupons of a batch were copied; each `coupon` is the root."""

    batch: int
    items: tuple[SharedItem, ...]


@dataclass(frozen=True, slots=True)
class OfferCancelled:
    """No offer of this nonce is taken up any more."""

    consumer: int
    nonce: int


@dataclass(frozen=True, slots=True)
class Revoked:
    """Coupons of a revocable batch became void; `cause` is the operator's code."""

    batch: int
    cause: int
    serials: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class IssuedToBearers:
    """Serials from `first` on went to bearers' keys (20 bytes each)."""

    batch: int
    lot: int
    first: int
    nonce: int
    agent: int
    keys: tuple[bytes, ...]
