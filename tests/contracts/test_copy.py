"""Copying: both have a coupon, and the contract counts the copies."""

from typing import Any

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Copied, Redeemed, SharedItem, Transferred
from ledger.domain.split import earning
from ledger.domain.terms import Funder, Role
from scripts.world import DAY, NOW, World, some_terms
from scripts.world.sharing import copy_item, transfer_item
from tests.contracts.parties import ANN, BAKERY, BOB, BOOKSHOP, CID, CINEMA, HOLDERS, Held
from tests.contracts.reading import (
    Attempt,
    Preparation,
    check_refusal,
    check_revert,
    events,
    for_each,
    reasons,
    refused,
    sealed,
)
from tests.contracts.shared import (
    VERSION_LIMIT,
    Journey,
    attempt,
    copy_of,
    copyable,
    give,
    journey,
    lane,
    put_journey,
    redeemed,
    transferable,
)
from tests.contracts.sharing_cases import common_refusals


def item(coupons: Held, index: int = 0, *, coupon: int = 0, **fields: Any) -> bytes:
    """A copy, for Bob, given by the holder of the root."""
    values = {"lot": coupons.lot, "to": BOB, "holder": HOLDERS[coupons.holder], "index": index, **fields}
    return copy_item(coupons.world, coupon or coupons.coupons[0], **values)


def of(coupons: Held, index: int = 0, **fields: Any) -> Attempt:
    return attempt("copy", item(coupons, index, **fields))


def malformed(world: World) -> Attempt:
    record = bytearray(item(copyable(world)))
    record[31] = 1
    return attempt("copy", bytes(record))


REFUSALS: dict[Reason, Preparation] = {
    **common_refusals(copyable, of),
    Reason.ITEMS_MALFORMED: malformed,
    Reason.SHARE_NOT_ALLOWED: lambda world: of(transferable(world)),
    Reason.COPY_UNAVAILABLE: lambda world: of(copyable(world), 2),
}


@for_each(REFUSALS)
def test_a_copy_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    refusal = check_refusal(world, REFUSALS[reason](world), Verb.COPY, reason)
    assert refusal.subject >> 64 in (1, 2), "the subject names the coupon: its batch"


def test_both_have_a_coupon(world: World) -> None:
    """S1.19: shared by copy; the root stays where it is, at its version."""
    coupons = copyable(world)
    root = coupons.coupons[0]
    receipt = of(coupons, 1).send(world)
    assert events(world, receipt) == [Copied(1, (SharedItem(root, 0, 1, ANN, BOB, 0),))]
    assert sealed(world, receipt).items == 1
    assert journey(world, copy_of(root, 1)) == Journey(holder=BOB, sharer=ANN)
    assert (journey(world, root), journey(world, copy_of(root, 0)), lane(world, root)) == (None, None, ANN)


def test_a_coupon_is_copied_to_so_many_and_no_more(world: World) -> None:
    """S1.20, S1.11, N4: the contract counts; an index is used once for ever, whatever became of its copy."""
    coupons = copyable(world)
    first, second = of(coupons, 0), of(coupons, 1, to=CID)
    first.send(world)
    for again in (first, of(coupons, 0, to=CID)):
        check_refusal(world, again, Verb.COPY, Reason.COPY_UNAVAILABLE)
    second.send(world)
    for index in (0, 1, 2, 255):
        check_refusal(world, of(coupons, index, to=CID), Verb.COPY, Reason.COPY_UNAVAILABLE)
    use = world.redeem_item(copy_of(coupons.coupons[0]), lot=1, merchant=BOOKSHOP, holder="Bob", order=500, version=1)
    assert not refused(world, world.redeem(BOOKSHOP, [use], by="bookshop"))
    check_refusal(world, of(coupons, 0, to=CID), Verb.COPY, Reason.COPY_UNAVAILABLE)


def test_255_copies_of_a_coupon_are_255_coupons(world: World) -> None:
    """The most that terms can say; serials of different roots never meet."""
    coupons = copyable(world, size=10, stocked=10, copies=255, hops=1, count=2, reward_minor=1, discount_minor=1)
    items = [item(coupons, index, coupon=root) for root in coupons.coupons for index in (0, 254)]
    assert not refused(world, attempt("copy", *items).send(world))
    held = [copy_of(root, index, size=10, copies=255) for root in coupons.coupons for index in (0, 254)]
    assert held[2] == held[1] + 1, "the next root's first copy follows this one's last"
    assert all(journey(world, each) == Journey(holder=BOB, sharer=ANN) for each in held)


def test_a_copy_may_be_given_on_and_not_be_copied(world: World) -> None:
    """N4: the tree grows from the minted coupon alone."""
    coupons = copyable(world)
    of(coupons).send(world)
    copied = copy_of(coupons.coupons[0])
    again = of(coupons, coupon=copied, to=CID, holder="Bob", version=1)
    check_refusal(world, again, Verb.COPY, Reason.SHARE_NOT_ALLOWED)
    record = transfer_item(world, copied, lot=1, to=CID, holder="Bob", version=1)
    receipt = world.send("transfer", record, sender="relayer")
    assert events(world, receipt) == [Transferred(1, (SharedItem(copied, 2, 0, BOB, CID, 0),))]
    assert journey(world, copied) == Journey(holder=CID, sharer=BOB, first_sharer=ANN, version=2, hops=2)


def test_what_the_root_went_through_is_the_copys_path_too(world: World) -> None:
    """Ann gave it to Bob, who copies it to Cid: two have shared what Cid has."""
    coupons = copyable(world)
    give(world, coupons.coupons[0], BOB, holder=ANN)
    receipt = of(coupons, to=CID, holder="Bob", version=1).send(world)
    assert events(world, receipt) == [Copied(1, (SharedItem(coupons.coupons[0], 0, 0, BOB, CID, 0),))]
    expected = Journey(holder=CID, sharer=BOB, first_sharer=ANN, version=1, hops=2)
    assert journey(world, copy_of(coupons.coupons[0])) == expected
    assert journey(world, coupons.coupons[0]) == Journey(holder=BOB, sharer=ANN), "the root is as it was"


def test_the_last_version_may_still_be_copied(world: World) -> None:
    """A copy makes no version of the root."""
    coupons = copyable(world)
    give(world, coupons.coupons[0], BOB, holder=ANN)
    put_journey(world, coupons.coupons[0], Journey(holder=BOB, sharer=ANN, version=VERSION_LIMIT))
    assert not refused(world, of(coupons, to=CID, holder="Bob", version=VERSION_LIMIT).send(world))


@pytest.mark.parametrize("funder", list(Funder))
def test_root_and_copies_are_each_funded_and_each_pay_everybody(world: World, funder: Funder) -> None:
    """S2.16, N1: each has a pool of its own, reserved for all copies since mint and allocation."""
    terms = some_terms(funder=funder)
    coupons = copyable(world, funder=funder, size=10, stocked=10, reward_cap_bps=10_000)
    reserve, lot_reserve = world.ask("batch", 1)[3], world.ask("lot", 1, 1)[4]
    assert reserve == 30 * (500 + (400 if funder is Funder.OPERATOR else 0))
    assert lot_reserve == (30 * 400 if funder is Funder.ISSUER else 0)
    root = coupons.coupons[0]
    attempt("copy", item(coupons, 0), item(coupons, 1, to=CID)).send(world)
    items = [
        coupons.item(order=5_000),
        *(
            world.redeem_item(
                copy_of(root, index, size=10), lot=1, merchant=BOOKSHOP, holder=name, order=5_000, version=1
            )
            for index, name in enumerate(("Bob", "Cid"))
        ),
    ]
    before = [world.ask("consumer", each)[2] for each in (ANN, BOB, CID)]
    (done,) = events(world, world.redeem(BOOKSHOP, items, by="bookshop"))
    assert isinstance(done, Redeemed)
    assert [each.reward for each in done.items] == [500] * 3
    own = earning(some_terms(reward_cap_bps=10_000), 5_000).parts
    shared = earning(some_terms(reward_cap_bps=10_000), 5_000, sharers=1).parts
    assert [each.parts for each in done.items] == [own, shared, shared]
    gained = [world.ask("consumer", each)[2] - cash for each, cash in zip((ANN, BOB, CID), before, strict=True)]
    assert gained == [own[Role.CONSUMER] + 2 * shared[Role.SHARER], shared[Role.CONSUMER], shared[Role.CONSUMER]]
    assert terms.discount_minor == 400
    drawn = 3 * (500 + (400 if funder is Funder.OPERATOR else 0))
    assert world.ask("batch", 1)[3] == reserve - drawn
    assert world.ask("lot", 1, 1)[4] == lot_reserve - (1_200 if funder is Funder.ISSUER else 0)


def test_a_copy_expires_with_its_root(world: World) -> None:
    """Its day of issue is the root's: copying does not make a coupon younger."""
    coupons = copyable(world, valid_days=1)
    world.clock.set((NOW // DAY + 2) * DAY - 1)
    of(coupons).send(world)
    world.pass_time(1)
    copied = copy_of(coupons.coupons[0])
    use = world.redeem_item(copied, lot=1, merchant=BOOKSHOP, holder="Bob", order=500, version=1)
    assert reasons(world, world.redeem(BOOKSHOP, [use], by="bookshop")) == [Reason.COUPON_EXPIRED]
    onward = attempt("transfer", transfer_item(world, copied, lot=1, to=CID, holder="Bob", version=1))
    check_refusal(world, onward, Verb.TRANSFER, Reason.COUPON_EXPIRED)


@pytest.mark.parametrize("serial", [1_000, 1_000 + 899 * 2, 1_000 + 901 * 2 + 1, 3_000, 2**40 - 1])
def test_a_copy_that_was_not_made_is_no_coupon(world: World, serial: int) -> None:
    coupons = copyable(world)
    of(coupons).send(world)
    missing = (coupons.batch << 40) + serial
    onward = attempt("transfer", transfer_item(world, missing, lot=1, to=CID, holder="Bob", version=1))
    check_refusal(world, onward, Verb.TRANSFER, Reason.COUPON_NOT_ISSUED)


def test_a_copy_is_redeemed_by_its_own_version_and_the_lot_of_its_root(world: World) -> None:
    coupons = copyable(world)
    of(coupons).send(world)
    world.allocate(coupons.batch, BAKERY, 10)
    copied = copy_of(coupons.coupons[0])

    def use(**fields: Any) -> list[Reason]:
        values = {"lot": 1, "merchant": CINEMA, "holder": "Bob", "order": 500, "version": 1, **fields}
        return reasons(world, world.redeem(CINEMA, [world.redeem_item(copied, **values)], by="cinema"))

    assert use(version=0) == use(version=2) == [Reason.VERSION_STALE]
    assert use(lot=2) == [Reason.LOT_MISMATCH]
    assert use(holder="Ann") == [Reason.SIGNATURE_INVALID]
    assert use() == []
    assert use() == [Reason.COUPON_REDEEMED]


def test_a_root_that_was_used_is_not_copied_and_its_copies_live_on(world: World) -> None:
    coupons = copyable(world)
    of(coupons).send(world)
    redeemed(world, coupons)
    check_refusal(world, of(coupons, 1), Verb.COPY, Reason.COUPON_REDEEMED)
    use = world.redeem_item(copy_of(coupons.coupons[0]), lot=1, merchant=CINEMA, holder="Bob", order=500, version=1)
    assert not refused(world, world.redeem(CINEMA, [use], by="cinema"))


def test_a_transfers_signature_makes_no_copy_and_a_copys_no_transfer(world: World) -> None:
    coupons = copyable(world)
    given = transfer_item(world, coupons.coupons[0], lot=1, to=BOB, holder="Ann")
    check_refusal(world, attempt("copy", given), Verb.COPY, Reason.SIGNATURE_INVALID)
    check_refusal(world, attempt("transfer", item(coupons)), Verb.TRANSFER, Reason.SIGNATURE_INVALID)
    other_index = item(coupons, 1)[:32] + item(coupons, 0)[32:]
    check_refusal(world, attempt("copy", other_index), Verb.COPY, Reason.SIGNATURE_INVALID)


def test_refused_neighbours_leave_good_copies_done(world: World) -> None:
    coupons = copyable(world, count=2)
    second = coupons.coupons[1]
    items = [
        item(coupons),
        item(coupons),
        item(coupons, 1, to=4),
        item(coupons, 1, to=CID),
        item(coupons, coupon=second),
    ]
    receipt = attempt("copy", *items).send(world)
    assert [(each.item, each.reason, each.party, each.subject & 0xFF) for each in refused(world, receipt)] == [
        (1, Reason.COPY_UNAVAILABLE, BOB, 0),
        (2, Reason.CONSUMER_UNKNOWN, 4, 1),
    ]
    (copied, _) = events(world, receipt)
    assert isinstance(copied, Copied)
    assert [(each.coupon, each.index, each.to) for each in copied.items] == [
        (coupons.coupons[0], 0, BOB),
        (coupons.coupons[0], 1, CID),
        (second, 0, BOB),
    ]
    assert sealed(world, receipt).items == 5


def test_a_pause_stops_it(world: World) -> None:
    coupons = copyable(world)
    world.send("pause", sender="pauser")
    check_revert(world, of(coupons), "LedgerPaused", until=world.clock.now() + 7 * DAY)
