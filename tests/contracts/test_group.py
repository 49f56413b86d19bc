"""Groups of acceptance: which merchants take a batch's coupons."""

from ledger.domain.errors import Reason
from ledger.domain.events import GroupChanged
from scripts.world import World
from tests.contracts.books import HEAD, field, word
from tests.contracts.parties import BAKERY, BANK, BOOKSHOP, CINEMA, held
from tests.contracts.reading import Attempt, check_revert, events, reasons, refused, sealed


def change(group: int, member: bool, *merchants: int) -> Attempt:
    return Attempt("changeGroup", (group, member, list(merchants)), sender="operator")


def test_group_zero_opens_the_next_group(world: World) -> None:
    """Coupons may be limited to some merchants (S2.3)."""
    for expected in (1, 2):
        receipt = change(0, True, BAKERY, CINEMA).send(world)
        assert events(world, receipt) == [GroupChanged(expected, True, (BAKERY, CINEMA))]
        assert sealed(world, receipt).items == 1
        assert field(word(world, HEAD), 208, 32) == expected


def test_only_members_accept_and_membership_comes_and_goes(world: World) -> None:
    """Coupons may be limited to some merchants (S2.3)."""
    change(0, True, BAKERY).send(world)
    coupons = held(world, group=1, count=3)

    def redeem(index: int) -> list[Reason]:
        return reasons(world, world.redeem(BOOKSHOP, [coupons.item(index)], by="bookshop"))

    assert redeem(0) == [Reason.MERCHANT_NOT_ACCEPTED]
    receipt = change(1, True, BOOKSHOP).send(world)
    assert events(world, receipt) == [GroupChanged(1, True, (BOOKSHOP,))]
    assert redeem(0) == []
    change(1, False, BOOKSHOP, CINEMA).send(world)
    assert redeem(1) == [Reason.MERCHANT_NOT_ACCEPTED]
    assert not refused(world, world.redeem(BAKERY, [coupons.item(1, at=BAKERY)], by="bakery"))


def test_members_of_one_group_are_not_members_of_another(world: World) -> None:
    change(0, True, BAKERY).send(world)
    change(0, True, BOOKSHOP).send(world)
    coupons = held(world, group=2)
    receipt = world.redeem(BAKERY, [coupons.item(at=BAKERY)], by="bakery")
    assert reasons(world, receipt) == [Reason.MERCHANT_NOT_ACCEPTED]


def test_a_group_may_be_empty_and_then_accepts_nobody(world: World) -> None:
    assert events(world, change(0, True).send(world)) == [GroupChanged(1, True, ())]
    coupons = held(world, group=1)
    receipt = world.redeem(BAKERY, [coupons.item(at=BAKERY)], by="bakery")
    assert reasons(world, receipt) == [Reason.MERCHANT_NOT_ACCEPTED]


def test_members_stand_in_words_of_256(world: World) -> None:
    """Merchants 255, 256 and 257 lie around the border of two words."""
    wallets = [world.merchant_registration(f"shop {each}") for each in range(252)]
    world.send("registerMerchants", wallets)
    change(0, True, 255, 256).send(world)
    coupons = held(world, group=1, count=3)
    world.fund([(False, merchant, 1_000) for merchant in (255, 256, 257)])
    found = [
        reasons(world, world.redeem(merchant, [coupons.item(at=merchant)], by=f"shop {merchant - 6}"))
        for merchant in (257, 255, 256)
    ]
    assert found == [[Reason.MERCHANT_NOT_ACCEPTED], [], [Reason.COUPON_REDEEMED]]


def test_groups_and_merchants_that_do_not_exist_are_errors_and_change_nothing(world: World) -> None:
    check_revert(world, change(1, True, BAKERY), "GroupUnknown", group=1, groups=0)
    change(0, True, BAKERY).send(world)
    check_revert(world, change(2, True, BAKERY), "GroupUnknown", group=2, groups=1)
    for merchant in (0, BANK + 1):
        check_revert(world, change(1, True, BOOKSHOP, merchant), "MerchantUnknown", merchant=merchant, merchants=BANK)
    coupons = held(world, group=1)
    receipt = world.redeem(BOOKSHOP, [coupons.item()], by="bookshop")
    assert reasons(world, receipt) == [Reason.MERCHANT_NOT_ACCEPTED]
