"""Which basket a redemption of the data means: the data names neither basket nor store."""

from collections.abc import Callable
from dataclasses import dataclass

from ledger.replay.completejourney_year import Basket, CouponUse, ShopYear


@dataclass(frozen=True, slots=True)
class Match:
    """A redemption with the basket it is taken to mean; `candidates` baskets fitted equally well."""

    use: CouponUse
    basket: Basket
    candidates: int


def match_uses(year: ShopYear) -> tuple[tuple[Match, ...], tuple[CouponUse, ...]]:
    """Every redemption with its basket, and those whose household bought nothing that day."""
    matches: list[Match] = []
    lost: list[CouponUse] = []
    for use in year.uses:
        baskets = year.baskets_of.get((use.household, use.day), ())
        if baskets:
            matches.append(_match(use, baskets, year.products_of.get((use.campaign, use.coupon), frozenset())))
        else:
            lost.append(use)
    return tuple(matches), tuple(lost)


def _match(use: CouponUse, baskets: tuple[Basket, ...], products: frozenset[int]) -> Match:
    """The best reason that holds for any basket decides; among its baskets the largest, then the earliest number."""
    reasons: tuple[Callable[[Basket], bool], ...] = (
        lambda basket: not products.isdisjoint(basket.discounted),
        lambda basket: not products.isdisjoint(basket.products),
        lambda basket: bool(basket.discounted),
    )
    fitting = baskets
    for reason in reasons:
        found = tuple(basket for basket in baskets if reason(basket))
        if found:
            fitting = found
            break
    largest = max(fitting, key=lambda basket: (basket.order_minor, -basket.number))
    return Match(use=use, basket=largest, candidates=len(fitting))
