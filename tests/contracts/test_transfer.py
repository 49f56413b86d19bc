"""Transferring: a coupon goes from holder to holder, free."""

from typing import Any

import pytest

from ledger.chain.packing import share_record
from ledger.domain.errors import Reason, Verb
from ledger.domain.events import SharedItem, Transferred
from ledger.domain.ids import LANE_TRAVELLED
from ledger.domain.split import earning
from ledger.domain.terms import Role
from scripts.world import DAY, NOW, World, some_terms
from scripts.world.sharing import transfer_item
from tests.contracts.parties import ANN, BAKERY, BOB, BOOKSHOP, CID, CINEMA, HOLDERS, Held, held, issue
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
    journey,
    lane,
    put_journey,
    transferable,
)
from tests.contracts.sharing_cases import common_refusals


def item(coupons: Held, index: int = 0, **fields: Any) -> bytes:
    """A coupon of a Held given by its holder to Bob."""
    values = {"lot": coupons.lot, "to": BOB, "holder": HOLDERS[coupons.holder], **fields}
    return transfer_item(coupons.world, values.pop("coupon", coupons.coupons[index]), **values)


def of(coupons: Held, **fields: Any) -> Attempt:
    return attempt("transfer", item(coupons, **fields))


def malformed(world: World) -> Attempt:
    """A transfer names no index."""
    coupon = transferable(world).coupons[0]
    record = share_record(coupon=coupon, lot=1, to=BOB, deadline=NOW, version=0, signature=bytes(64), index=1)
    return attempt("transfer", record)


def at_the_last_version(world: World) -> Attempt:
    """As after 4,095 reversals."""
    coupons = transferable(world)
    of(coupons).send(world)
    put_journey(world, coupons.coupons[0], Journey(holder=BOB, sharer=ANN, version=VERSION_LIMIT))
    return of(coupons, to=CID, holder="Bob", version=VERSION_LIMIT)


REFUSALS: dict[Reason, Preparation] = {
    **common_refusals(transferable, of),
    Reason.ITEMS_MALFORMED: malformed,
    Reason.SHARE_NOT_ALLOWED: lambda world: of(held(world)),
    Reason.VERSION_EXHAUSTED: at_the_last_version,
}


@for_each(REFUSALS)
def test_a_transfer_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    refusal = check_refusal(world, REFUSALS[reason](world), Verb.TRANSFER, reason)
    assert refusal.subject >> 64 in (1, 2), "the subject names the coupon: its batch"


def test_the_giver_loses_the_coupon_and_the_receiver_has_it(world: World) -> None:
    """S1.18: shared by transfer; S1.26: given free."""
    coupons = transferable(world)
    coupon = coupons.coupons[0]
    receipt = of(coupons).send(world)
    assert events(world, receipt) == [Transferred(1, (SharedItem(coupon, 1, 0, ANN, BOB, 0),))]
    assert sealed(world, receipt).items == 1
    assert journey(world, coupon) == Journey(holder=BOB, sharer=ANN)
    assert lane(world, coupon) == LANE_TRAVELLED
    stale = world.redeem(BOOKSHOP, [coupons.item()], by="bookshop")
    assert reasons(world, stale) == [Reason.VERSION_STALE]
    assert not refused(world, world.redeem(BOOKSHOP, [coupons.item(holder="Bob", version=1)], by="bookshop"))


def test_the_last_and_the_first_who_gave_it_stay_known(world: World) -> None:
    """N4: sharing is recorded hop by hop; those in between gave it too, and their transfers are events."""
    coupons = transferable(world)
    coupon = coupons.coupons[0]
    path = [(ANN, BOB), (BOB, CID), (CID, ANN)]
    expected = [
        Journey(holder=BOB, sharer=ANN),
        Journey(holder=CID, sharer=BOB, first_sharer=ANN, version=2, hops=2),
        Journey(holder=ANN, sharer=CID, first_sharer=ANN, version=3, hops=3),
    ]
    for version, (giver, to) in enumerate(path):
        receipt = of(coupons, to=to, holder=HOLDERS[giver], version=version).send(world)
        assert events(world, receipt) == [Transferred(1, (SharedItem(coupon, version + 1, 0, giver, to, 0),))]
        assert journey(world, coupon) == expected[version]
    over = of(coupons, to=BOB, version=3)
    check_refusal(world, over, Verb.TRANSFER, Reason.HOPS_EXHAUSTED)


@pytest.mark.parametrize("hops", [0, 1, 2])
def test_those_who_shared_it_get_their_parts_when_it_is_used(world: World, hops: int) -> None:
    """S2.16, N1: the split over the path the coupon took, to the last unit."""
    coupons = transferable(world, hops=15)
    holders = [ANN, BOB, CID]
    for version in range(hops):
        of(coupons, to=holders[version + 1], holder=HOLDERS[holders[version]], version=version).send(world)
    before = [world.ask("consumer", each)[2] for each in holders]
    use = coupons.item(at=CINEMA, order=3_333, holder=HOLDERS[holders[hops]], version=hops)
    world.redeem(CINEMA, [use], by="cinema")
    parts = earning(some_terms(), 3_333, sharers=hops).parts
    gained = [world.ask("consumer", each)[2] - cash for each, cash in zip(holders, before, strict=True)]
    expected = [0, 0, 0]
    expected[hops] += parts[Role.CONSUMER]
    if hops:
        expected[hops - 1] += parts[Role.SHARER]
    if hops == 2:
        expected[0] += parts[Role.FIRST_SHARER]
    assert gained == expected
    assert parts[Role.SHARER] == (0 if hops == 0 else (3_333 * 1_000 // 10_000 + 3_333 * 200 // 10_000) * 500 // 10_000)


def test_a_signature_is_good_for_one_giving(world: World) -> None:
    """Back with Ann, and back with Bob: what each signed for an earlier version is stale."""
    coupons = transferable(world)
    first, second = of(coupons), of(coupons, to=ANN, holder="Bob", version=1)
    first.send(world)
    second.send(world)
    check_refusal(world, first, Verb.TRANSFER, Reason.VERSION_STALE)
    old_words = item(coupons, version=0)[32:]
    forged = item(coupons, version=2)[:32] + old_words
    check_refusal(world, attempt("transfer", forged), Verb.TRANSFER, Reason.SIGNATURE_INVALID)
    of(coupons, version=2).send(world)
    check_refusal(world, second, Verb.TRANSFER, Reason.VERSION_STALE)


def test_a_copied_version_may_not_be_named_before_the_coupon_has_travelled(world: World) -> None:
    check_refusal(world, of(transferable(world), version=1), Verb.TRANSFER, Reason.VERSION_STALE)


@pytest.mark.parametrize("lot", [0, 2, 2**32 - 1])
def test_a_travelled_coupon_keeps_its_lot(world: World, lot: int) -> None:
    coupons = transferable(world)
    of(coupons).send(world)
    check_refusal(world, of(coupons, to=CID, holder="Bob", version=1, lot=lot), Verb.TRANSFER, Reason.LOT_MISMATCH)


@pytest.mark.parametrize("to", [0, 4, 2**32 - 1])
def test_only_who_is_registered_receives(world: World, to: int) -> None:
    check_refusal(world, of(transferable(world), to=to), Verb.TRANSFER, Reason.CONSUMER_UNKNOWN)


def test_a_suspended_consumer_receives_and_may_not_give_on(world: World) -> None:
    """As with an issue: whoever is suspended is given to, and signs nothing."""
    coupons = transferable(world)
    world.send("suspendConsumer", BOB, True)
    assert not refused(world, of(coupons).send(world))
    onward = of(coupons, to=CID, holder="Bob", version=1)
    check_refusal(world, onward, Verb.TRANSFER, Reason.CONSUMER_SUSPENDED)


def test_the_deadline_itself_is_still_in_time(world: World) -> None:
    assert not refused(world, of(transferable(world), deadline=world.clock.now()).send(world))


def test_until_the_last_second_of_the_last_day_of_validity(world: World) -> None:
    coupons = transferable(world, valid_days=1, count=2)
    world.clock.set((NOW // DAY + 2) * DAY - 1)
    assert not refused(world, of(coupons).send(world))
    world.pass_time(1)
    late = attempt("transfer", item(coupons, 1))
    check_refusal(world, late, Verb.TRANSFER, Reason.COUPON_EXPIRED)
    travelled = of(coupons, to=CID, holder="Bob", version=1)
    check_refusal(world, travelled, Verb.TRANSFER, Reason.COUPON_EXPIRED)


def test_it_may_be_given_before_its_window_opens(world: World) -> None:
    assert not refused(world, of(transferable(world, opens=NOW + DAY)).send(world))


def test_records_that_do_not_fit_are_all_refused(world: World) -> None:
    coupons = transferable(world, count=2)
    receipt = attempt("transfer", item(coupons, 0), item(coupons, 1)[:40]).send(world)
    assert reasons(world, receipt) == [Reason.ITEMS_MALFORMED] * 2
    assert sealed(world, receipt).items == 2


@pytest.mark.parametrize("byte", range(23, 32))
def test_reserved_bytes_are_zero(world: World, byte: int) -> None:
    record = bytearray(item(transferable(world)))
    record[byte] = 1
    check_refusal(world, attempt("transfer", bytes(record)), Verb.TRANSFER, Reason.ITEMS_MALFORMED)


def test_nothing_is_no_item(world: World) -> None:
    receipt = attempt("transfer").send(world)
    assert events(world, receipt) == []
    assert sealed(world, receipt).items == 0


def test_many_coupons_of_many_batches_in_one_transaction_with_refused_neighbours(world: World) -> None:
    """One log a batch's run, in the order of the items; a coupon that comes twice goes on twice."""
    first = transferable(world, count=3)
    second = transferable(world, holder=BOB, count=2)
    items = [
        item(first, 0),
        item(first, 0, to=CID, holder="Bob", version=1),
        item(first, 1, holder="Bob", to=CID),
        item(second, 0, to=ANN),
        item(first, 2),
        item(second, 0, to=CID),
    ]
    receipt = attempt("transfer", *items).send(world)
    assert events(world, receipt)[:3] == [
        Transferred(
            1,
            (
                SharedItem(first.coupons[0], 1, 0, ANN, BOB, 0),
                SharedItem(first.coupons[0], 2, 0, BOB, CID, 0),
            ),
        ),
        Transferred(2, (SharedItem(second.coupons[0], 1, 0, BOB, ANN, 0),)),
        Transferred(1, (SharedItem(first.coupons[2], 1, 0, ANN, BOB, 0),)),
    ]
    assert [(each.item, each.reason, each.party) for each in refused(world, receipt)] == [
        (2, Reason.SIGNATURE_INVALID, CID),
        (5, Reason.VERSION_STALE, CID),
    ]
    assert sealed(world, receipt).items == 6


def test_a_refusal_names_coupon_version_and_receiver(world: World) -> None:
    coupons = transferable(world)
    refusal = check_refusal(world, of(coupons, version=7), Verb.TRANSFER, Reason.VERSION_STALE)
    assert (refusal.party, refusal.subject) == (BOB, coupons.coupons[0] << 24 | 7 << 8)


def test_neighbours_in_the_lane_stay_as_they_are(world: World) -> None:
    coupons = transferable(world, count=9)
    attempt("transfer", item(coupons, 1), item(coupons, 8)).send(world)
    lanes = [lane(world, each) for each in coupons.coupons]
    assert lanes == [LANE_TRAVELLED if index in (1, 8) else ANN for index in range(9)]


def test_a_pause_stops_it(world: World) -> None:
    coupons = transferable(world)
    world.send("pause", sender="pauser")
    check_revert(world, of(coupons), "LedgerPaused", until=world.clock.now() + 7 * DAY)


def test_a_travelled_coupon_is_used_once_and_then_gone(world: World) -> None:
    """S1.34, N8."""
    coupons = transferable(world)
    of(coupons).send(world)
    use = coupons.item(holder="Bob", version=1)
    world.redeem(BOOKSHOP, [use], by="bookshop")
    found = journey(world, coupons.coupons[0])
    assert found is not None
    assert (found.state, found.holder, found.version) == (4, BOB, 1)
    assert reasons(world, world.redeem(BOOKSHOP, [use], by="bookshop")) == [Reason.COUPON_REDEEMED]
    onward = of(coupons, to=CID, holder="Bob", version=1)
    check_refusal(world, onward, Verb.TRANSFER, Reason.COUPON_REDEEMED)


def test_a_coupon_of_another_lot_of_the_batch_goes_by_its_own(world: World) -> None:
    coupons = transferable(world)
    world.allocate(coupons.batch, BAKERY, 10)
    others = issue(world, coupons.batch, lot=2, holder=BOB)
    assert not refused(world, attempt("transfer", item(others, to=ANN, holder="Bob")).send(world))
    found = journey(world, others.coupons[0])
    assert found == Journey(holder=ANN, sharer=BOB, lot=2)
