"""When and where a coupon is accepted: its window, its days, and the merchants that take it."""

import pytest

from ledger.domain.errors import Reason
from ledger.domain.ids import GROUP_ISSUER_ONLY
from scripts.world import DAY, NOW, World
from tests.contracts.parties import ANN, BAKERY, BOOKSHOP, CINEMA, MERCHANTS, Held, held, issue, stock
from tests.contracts.reading import reasons, refused

MIDNIGHT = (NOW // DAY + 1) * DAY
"""The first midnight (UTC) of a world."""


def at_bookshop(coupons: Held, index: int = 0) -> list[Reason]:
    world = coupons.world
    return reasons(world, world.redeem(BOOKSHOP, [coupons.item(index)], by="bookshop"))


def test_a_window_opens_at_its_first_second_and_ends_before_its_last(world: World) -> None:
    coupons = held(world, count=2, opens=NOW + 100, closes=NOW + 200)
    for moment, expected in (
        (NOW + 99, [Reason.BATCH_NOT_OPEN]),
        (NOW + 100, []),
        (NOW + 199, []),
        (NOW + 200, [Reason.BATCH_EXPIRED]),
    ):
        world.clock.set(moment)
        assert at_bookshop(coupons, index=moment >= NOW + 199) == expected


@pytest.mark.parametrize("days", [1, 2, 30])
def test_the_day_of_issue_is_free_and_then_whole_days_count(world: World, days: int) -> None:
    """Issued in the afternoon, a coupon of one day is good until the end of tomorrow (UTC)."""
    coupons = held(world, count=2, valid_days=days, closes=NOW + 400 * DAY)
    end = MIDNIGHT + days * DAY
    world.clock.set(end - 1)
    assert at_bookshop(coupons, 0) == []
    world.clock.set(end)
    assert at_bookshop(coupons, 1) == [Reason.COUPON_EXPIRED]


def test_days_count_from_each_coupons_own_issue(world: World) -> None:
    batch = stock(world, valid_days=1, closes=NOW + 400 * DAY)
    first = issue(world, batch)
    world.clock.set(MIDNIGHT)
    second = issue(world, batch)
    world.clock.set(MIDNIGHT + DAY)
    assert at_bookshop(first) == [Reason.COUPON_EXPIRED]
    assert at_bookshop(second) == []


def test_with_days_the_window_bounds_the_issuing_and_coupons_outlive_it(world: World) -> None:
    """Issued in the last second of a window that closes at midnight, for two days more."""
    batch = stock(world, valid_days=2, closes=MIDNIGHT)
    world.clock.set(MIDNIGHT - 1)
    coupons = issue(world, batch, count=2)
    world.clock.set(MIDNIGHT + 2 * DAY - 1)
    assert at_bookshop(coupons, 0) == []
    world.clock.set(MIDNIGHT + 2 * DAY)
    assert at_bookshop(coupons, 1) == [Reason.BATCH_EXPIRED]


def test_a_coupon_issued_early_expires_before_its_batch_does(world: World) -> None:
    batch = stock(world, valid_days=1, closes=MIDNIGHT + DAY)
    early = issue(world, batch, count=2)
    world.clock.set(MIDNIGHT + DAY - 1)
    late = issue(world, batch)
    world.clock.set(MIDNIGHT + DAY)
    assert at_bookshop(early) == [Reason.COUPON_EXPIRED]
    assert at_bookshop(late) == []


def test_universal_coupons_are_taken_by_every_merchant(world: World) -> None:
    """Universal coupons, usable at all merchants of the network (S2.2)."""
    coupons = held(world, count=4)
    for index, merchant in enumerate((1, BAKERY, BOOKSHOP, CINEMA)):
        item = coupons.item(index, at=merchant)
        assert reasons(world, world.redeem(merchant, [item], by=MERCHANTS[merchant])) == []


def test_coupons_for_their_issuer_only_are_taken_by_nobody_else(world: World) -> None:
    """A batch may be limited to some merchants (S2.3): here to the one that issued each coupon."""
    coupons = held(world, group=GROUP_ISSUER_ONLY)
    world.allocate(coupons.batch, BOOKSHOP, 10)
    other = issue(world, coupons.batch, lot=2, issuer=BOOKSHOP, holder=ANN)
    assert at_bookshop(coupons) == [Reason.MERCHANT_NOT_ACCEPTED]
    assert at_bookshop(other) == []
    assert reasons(world, world.redeem(BAKERY, [coupons.item(at=BAKERY)], by="bakery")) == []


def test_issuer_only_is_asked_of_each_lot_within_a_transaction(world: World) -> None:
    """Coupons of two issuers alternate in one intent of the bookshop."""
    coupons = held(world, group=GROUP_ISSUER_ONLY, count=2)
    world.allocate(coupons.batch, BOOKSHOP, 10)
    own = issue(world, coupons.batch, lot=2, issuer=BOOKSHOP, holder=ANN, count=2)
    items = [own.item(0), coupons.item(0), own.item(1), coupons.item(1)]
    receipt = world.redeem(BOOKSHOP, items, by="bookshop")
    assert reasons(world, receipt) == [Reason.MERCHANT_NOT_ACCEPTED] * 2


def test_membership_is_asked_of_each_merchant_and_batch_within_a_transaction(world: World) -> None:
    """The bakery takes the first batch and the bookshop the second; one ends with the batch the next begins with."""
    world.send("changeGroup", 0, True, [BAKERY])
    world.send("changeGroup", 0, True, [BOOKSHOP])
    first, second = held(world, group=1, count=3), held(world, group=2, count=2)
    uses = (
        (BAKERY, (first, 0), (second, 0)),
        (BOOKSHOP, (second, 0), (first, 1)),
        (BAKERY, (first, 1), (first, 2)),
        (BOOKSHOP, (first, 2), (second, 1)),
    )
    intents = [
        world.redeem_intent(
            merchant, [coupons.item(index, at=merchant) for coupons, index in items], by=MERCHANTS[merchant]
        )
        for merchant, *items in uses
    ]
    receipt = world.send("redeem", intents, sender="relayer")
    assert [(item.group, item.item, item.reason) for item in refused(world, receipt)] == [
        (0, 1, Reason.MERCHANT_NOT_ACCEPTED),
        (1, 1, Reason.MERCHANT_NOT_ACCEPTED),
        (3, 0, Reason.MERCHANT_NOT_ACCEPTED),
    ]
