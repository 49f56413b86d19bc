"""Redemptions refused among others in one transaction: their neighbours are done, and each is named."""

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Redeemed, RefusedItem
from scripts.world import World
from tests.contracts.parties import BOOKSHOP, CINEMA, held
from tests.contracts.reading import check_refusal, events, reasons, refused, sealed
from tests.contracts.test_redeem_refusals import attempt, of


def test_one_coupon_twice_in_a_transaction_is_done_once(world: World) -> None:
    """No double redemption by construction (N8): twice in an intent, and in two merchants' intents."""
    coupons = held(world, count=2)
    item, elsewhere = coupons.item(0), coupons.item(0, at=CINEMA)
    of_bookshop = world.redeem_intent(BOOKSHOP, [item, item], by="bookshop")
    of_cinema = world.redeem_intent(CINEMA, [elsewhere, coupons.item(1, at=CINEMA)], by="cinema")
    receipt = world.send("redeem", [of_bookshop, of_cinema], sender="relayer")
    subject = coupons.coupons[0] << 16
    assert refused(world, receipt) == [
        RefusedItem(Verb.REDEEM, Reason.COUPON_REDEEMED, 0, 1, BOOKSHOP, subject),
        RefusedItem(Verb.REDEEM, Reason.COUPON_REDEEMED, 1, 0, CINEMA, subject),
    ]
    assert sealed(world, receipt).items == 4


def test_a_malformed_intent_is_counted_with_its_last_piece_and_refused_whole(world: World) -> None:
    coupons = held(world, count=2)
    receipt = attempt(world, coupons.item(0), coupons.item(1)[:40]).send(world)
    assert reasons(world, receipt) == [Reason.ITEMS_MALFORMED] * 2
    assert sealed(world, receipt).items == 2


def test_an_intent_without_items_is_no_item(world: World) -> None:
    receipt = attempt(world).send(world)
    assert events(world, receipt) == []
    assert sealed(world, receipt).items == 0


def test_refused_neighbours_of_every_kind_leave_good_ones_done(world: World) -> None:
    coupons = held(world, count=8)
    bad = [
        coupons.item(1, order=99),
        coupons.item(2, holder="Bob"),
        coupons.item(3, lot=5),
        coupons.item(4, version=4_095),
        coupons.item(5, deadline=1),
        bytes(96),
    ]
    items = [coupons.item(0), *bad, coupons.item(7)]
    receipt = attempt(world, *items).send(world)
    assert [(item.item, item.reason) for item in refused(world, receipt)] == [
        (1, Reason.ORDER_BELOW_MINIMUM),
        (2, Reason.SIGNATURE_INVALID),
        (3, Reason.LOT_MISMATCH),
        (4, Reason.VERSION_STALE),
        (5, Reason.DEADLINE_PASSED),
        (6, Reason.DEADLINE_PASSED),
    ]
    redeemed = events(world, receipt)[0]
    assert isinstance(redeemed, Redeemed)
    assert [item.coupon for item in redeemed.items] == [coupons.coupons[0], coupons.coupons[7]]
    assert sealed(world, receipt).items == 8


def test_a_refusal_names_the_coupon_and_the_version_that_was_presented(world: World) -> None:
    coupons = held(world)
    item = check_refusal(world, of(coupons, version=4_095), Verb.REDEEM, Reason.VERSION_STALE)
    assert (item.party, item.subject) == (BOOKSHOP, coupons.coupons[0] << 16 | 4_095)


def test_every_one_of_many_refusals_is_recorded_in_order(world: World) -> None:
    coupons = held(world, count=2)
    items = [coupons.item(0, order=order) for order in range(1, 100)]
    receipt = attempt(world, *items, coupons.item(1)).send(world)
    found = [(item.item, item.reason) for item in refused(world, receipt)]
    assert found == [(index, Reason.ORDER_BELOW_MINIMUM) for index in range(99)]
    assert sealed(world, receipt).items == 100
