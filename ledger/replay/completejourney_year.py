"""A year of a grocery chain in plain Python: what the replay needs of the data, whoever has read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

ZONE = "America/New_York"
"""The redemption days and campaign days are days of this zone; the moments of baskets are UTC.

Converted so, all 2,102 redemptions have a basket of their household on their day; unconverted, 233 have none.
"""

CampaignKind = Literal["Type A", "Type B", "Type C"]


@dataclass(frozen=True, slots=True)
class Campaign:
    """A mailing to chosen households, valid from its first day to its last, both included."""

    number: int
    kind: CampaignKind
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Basket:
    """One purchase of one household in one store; `order_minor` is what the store received for it, in cents.

    `discounted` are those of its products for which a manufacturer's coupon was taken off.
    """

    number: int
    household: int
    store: int
    at: int
    order_minor: int
    products: frozenset[int]
    discounted: frozenset[int]


@dataclass(frozen=True, slots=True)
class CouponUse:
    """The data's word that a household redeemed a coupon of a campaign on a day; it names no basket and no store."""

    household: int
    coupon: int
    campaign: int
    day: date


@dataclass(frozen=True, slots=True)
class Visit:
    """When and in which store somebody bought something."""

    at: int
    store: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """A basket of more than 0, cents, for which no coupon may have been used."""

    basket: int
    household: int
    store: int
    at: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ShopYear:
    """All tables, reduced: no line of a basket is kept that no redemption may mean.

    `targets` are a campaign's households; `products_of` the products of (campaign, coupon); `baskets_of` the baskets
    of (household, day) for the days on which that household redeemed; `first_visits` and `store_opens` look at
    baskets of more than 0 only, which `purchases` are, the others (`baskets_of_nothing`) are skipped.
    """

    campaigns: tuple[Campaign, ...]
    targets: Mapping[int, tuple[int, ...]]
    products_of: Mapping[tuple[int, int], frozenset[int]]
    uses: tuple[CouponUse, ...]
    baskets_of: Mapping[tuple[int, date], tuple[Basket, ...]]
    first_visits: Mapping[int, Visit]
    store_opens: Mapping[int, int]
    baskets: int
    baskets_of_nothing: int
    purchases: tuple[Purchase, ...] = ()
