"""Which basket a redemption means."""

from datetime import date

from ledger.replay.completejourney_matching import match_uses
from ledger.replay.completejourney_year import Basket, CouponUse, ShopYear

DAY = date(2017, 5, 20)
USE = CouponUse(household=7, coupon=500, campaign=1, day=DAY)
COUPON_PRODUCTS = frozenset({11, 12})


def _basket(number: int, order_minor: int, *, products: set[int], discounted: set[int] | None = None) -> Basket:
    return Basket(
        number=number,
        household=7,
        store=3,
        at=1_495_300_000 + number,
        order_minor=order_minor,
        products=frozenset(products),
        discounted=frozenset(discounted or ()),
    )


def _year(*baskets: Basket) -> ShopYear:
    return ShopYear(
        campaigns=(),
        targets={},
        products_of={(1, 500): COUPON_PRODUCTS},
        uses=(USE,),
        baskets_of={(7, DAY): baskets} if baskets else {},
        first_visits={},
        store_opens={},
        baskets=len(baskets),
        baskets_of_nothing=0,
    )


def _chosen(*baskets: Basket) -> tuple[int, int]:
    (match,), lost = match_uses(_year(*baskets))
    assert lost == ()
    return match.basket.number, match.candidates


def test_a_discounted_product_of_the_coupon_beats_every_other_reason() -> None:
    plain = _basket(1, 9_000, products={11, 12}, discounted={99})
    meant = _basket(2, 100, products={12, 50}, discounted={12})
    assert _chosen(plain, meant, _basket(3, 50_000, products={50})) == (2, 1)


def test_a_product_of_the_coupon_beats_a_discount_on_another_product() -> None:
    discounted = _basket(1, 9_000, products={99}, discounted={99})
    assert _chosen(discounted, _basket(2, 100, products={11})) == (2, 1)


def test_any_discount_beats_none() -> None:
    assert _chosen(_basket(1, 9_000, products={99}), _basket(2, 100, products={98}, discounted={98})) == (2, 1)


def test_without_any_reason_all_baskets_of_the_day_are_candidates() -> None:
    assert _chosen(_basket(1, 100, products={97}), _basket(2, 300, products={98})) == (2, 2)


def test_among_several_the_largest_is_taken_and_of_equals_the_lowest_number() -> None:
    baskets = [_basket(number, order, products={11}) for number, order in ((5, 700), (4, 700), (6, 699))]
    assert _chosen(*baskets) == (4, 3)


def test_a_basket_worth_nothing_stays_a_candidate() -> None:
    assert _chosen(_basket(1, 0, products={11}), _basket(2, 500, products={98})) == (1, 1)


def test_a_household_without_a_basket_that_day_is_reported() -> None:
    assert match_uses(_year()) == ((), (USE,))
