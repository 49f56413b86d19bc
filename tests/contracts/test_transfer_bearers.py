"""Taking a bearer's coupon into an account: a transfer that the printed key signs."""

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import SharedItem, Transferred
from ledger.domain.ids import LANE_TRAVELLED
from ledger.domain.terms import ShareMode
from scripts.world import DAY, World
from scripts.world.sharing import claimed, copy_item, offered, transfer_item
from tests.contracts.bearing import Borne, bearer, borne
from tests.contracts.parties import ANN, BOB, BOOKSHOP, CID, CINEMA
from tests.contracts.reading import check_refusal, check_revert, events, reasons, refused, sealed
from tests.contracts.settling import DELAY_HOURS, reversing
from tests.contracts.shared import COPYABLE, TRANSFERABLE, Journey, attempt, give, journey, lane


def taken(world: World, coupons: Borne, **fields: int) -> None:
    """Into an account; it must be done."""
    assert not refused(world, world.send("transfer", coupons.given(**fields), sender="relayer"))


def taken_twice(world: World) -> bytes:
    coupons = borne(world)
    taken(world, coupons)
    return coupons.given(to=CID)


def taken_twice_at_its_version(world: World) -> bytes:
    coupons = borne(world, **TRANSFERABLE)
    taken(world, coupons)
    return coupons.given(to=CID, version=1)


def used(world: World) -> bytes:
    coupons = borne(world)
    world.redeem(BOOKSHOP, [coupons.item()], by="bookshop")
    return coupons.given()


def revoked(world: World) -> bytes:
    coupons = borne(world, revocable=True)
    world.send("revoke", list(coupons.coupons), 1)
    return coupons.given()


def expired(world: World) -> bytes:
    coupons = borne(world, valid_days=1)
    world.pass_time(2 * DAY)
    return coupons.given()


CASES: Final[Mapping[str, tuple[Callable[[World], bytes], Reason]]] = {
    "another key": (lambda world: borne(world).given(holder="stranger"), Reason.SIGNATURE_INVALID),
    "another voucher's key": (lambda world: borne(world, "one", "two").given(holder="two"), Reason.SIGNATURE_INVALID),
    "nobody": (lambda world: borne(world).given(to=0), Reason.CONSUMER_UNKNOWN),
    "a consumer to come": (lambda world: borne(world).given(to=4), Reason.CONSUMER_UNKNOWN),
    "a version to come": (lambda world: borne(world).given(version=1), Reason.VERSION_STALE),
    "another lot": (lambda world: borne(world).given(lot=2), Reason.LOT_MISMATCH),
    "late": (lambda world: borne(world).given(deadline=world.clock.now() - 1), Reason.DEADLINE_PASSED),
    "taken before": (taken_twice, Reason.VERSION_STALE),
    "taken before, at its version": (taken_twice_at_its_version, Reason.SIGNATURE_INVALID),
    "used": (used, Reason.COUPON_REDEEMED),
    "revoked": (revoked, Reason.COUPON_VOID),
    "out of date": (expired, Reason.COUPON_EXPIRED),
}


@pytest.mark.parametrize("case", CASES)
def test_a_voucher_that_cannot_be_taken_is_refused_and_changes_nothing(world: World, case: str) -> None:
    prepare, reason = CASES[case]
    check_refusal(world, attempt("transfer", prepare(world)), Verb.TRANSFER, reason)


@pytest.mark.parametrize("mode", list(ShareMode))
def test_a_voucher_is_taken_into_an_account_whatever_its_terms_say_of_sharing(world: World, mode: ShareMode) -> None:
    """S4.20: nobody has shared it: it has no sharer and no hop, and its key is worth nothing any more."""
    coupons = borne(world, share_mode=mode, copies=1 if mode is ShareMode.COPY else 0, hops=1 if mode else 0)
    coupon = coupons.coupons[0]
    receipt = attempt("transfer", coupons.given()).send(world)
    assert events(world, receipt) == [Transferred(1, (SharedItem(coupon, 1, 0, 0, BOB, 0),))]
    assert sealed(world, receipt).items == 1
    assert journey(world, coupon) == Journey(holder=BOB, hops=0)
    assert lane(world, coupon) == LANE_TRAVELLED
    assert bearer(world, coupon) == bytes(20)
    item = world.redeem_item(coupon, lot=1, merchant=BOOKSHOP, holder="Bob", order=1_000, version=1)
    assert not refused(world, world.redeem(BOOKSHOP, [item], by="bookshop"))


def test_a_taken_voucher_is_given_on_as_often_as_its_terms_allow(world: World) -> None:
    coupons = borne(world, **{**TRANSFERABLE, "hops": 1})
    taken(world, coupons)
    coupon = coupons.coupons[0]
    give(world, coupon, CID, holder=BOB, version=1)
    assert journey(world, coupon) == Journey(holder=CID, sharer=BOB, version=2)
    over = transfer_item(world, coupon, lot=1, to=ANN, holder="Cid", version=2)
    check_refusal(world, attempt("transfer", over), Verb.TRANSFER, Reason.HOPS_EXHAUSTED)


def test_a_taken_voucher_that_is_not_shared_stays_where_it_is(world: World) -> None:
    coupons = borne(world)
    taken(world, coupons)
    onward = transfer_item(world, coupons.coupons[0], lot=1, to=CID, holder="Bob", version=1)
    check_refusal(world, attempt("transfer", onward), Verb.TRANSFER, Reason.SHARE_NOT_ALLOWED)


def test_a_bearer_neither_copies_nor_offers(world: World) -> None:
    """There is no account that a price could go to, or that shares."""
    coupons = borne(world, **COPYABLE)
    copied = copy_item(world, coupons.coupons[0], lot=1, to=BOB, holder="voucher")
    check_refusal(world, attempt("copy", copied), Verb.COPY, Reason.SHARE_NOT_ALLOWED)
    made = offered(world, coupons.coupons[0], holder="voucher", claim_key="link")
    claim = claimed(world, made, lot=1, claimant=BOB, claim_key="link")
    assert reasons(world, world.send("claim", [claim], sender="relayer")) == [Reason.SHARE_NOT_ALLOWED]


def test_a_suspended_consumer_takes_it_and_may_not_use_it(world: World) -> None:
    coupons = borne(world)
    world.send("suspendConsumer", BOB, True)
    taken(world, coupons)
    item = world.redeem_item(coupons.coupons[0], lot=1, merchant=BOOKSHOP, holder="Bob", order=1_000, version=1)
    assert reasons(world, world.redeem(BOOKSHOP, [item], by="bookshop")) == [Reason.CONSUMER_SUSPENDED]


def test_a_voucher_that_came_back_from_a_reversal_is_taken_at_its_version(world: World) -> None:
    coupons = borne(world, settlement_delay_hours=DELAY_HOURS)
    coupon = coupons.coupons[0]
    world.redeem(CINEMA, [coupons.item(at=CINEMA)], by="cinema")
    assert not refused(world, reversing(world, coupon).send(world))
    check_refusal(world, attempt("transfer", coupons.given()), Verb.TRANSFER, Reason.VERSION_STALE)
    taken(world, coupons, version=2)
    assert journey(world, coupon) == Journey(holder=BOB, version=3, hops=0)
    assert bearer(world, coupon) == bytes(20)


def test_one_that_waits_for_settlement_is_not_taken(world: World) -> None:
    coupons = borne(world, settlement_delay_hours=DELAY_HOURS)
    world.redeem(CINEMA, [coupons.item(at=CINEMA)], by="cinema")
    for version in (0, 1):
        late = attempt("transfer", coupons.given(version=version))
        check_refusal(world, late, Verb.TRANSFER, Reason.COUPON_REDEEMED)


def test_a_pause_stops_it(world: World) -> None:
    coupons = borne(world)
    world.send("pause", sender="pauser")
    check_revert(world, attempt("transfer", coupons.given()), "LedgerPaused", until=world.clock.now() + 7 * DAY)
