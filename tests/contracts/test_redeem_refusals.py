"""Redemptions that are refused: of one item, and of a whole intent."""

from typing import Any

import pytest

from ledger.chain.packing import ANY_MERCHANT, redeem_record
from ledger.domain.errors import Reason, Verb
from ledger.domain.ids import GROUP_ISSUER_ONLY, copy_serial, coupon_id, serial_of
from ledger.domain.terms import ShareMode
from scripts.world import DAY, NOW, World
from tests.contracts.parties import ANN, BAKERY, BANK, BOB, BOOKSHOP, CINEMA, FUNDS, Held, held, issue, mint, stock
from tests.contracts.reading import Attempt, Preparation, check_refusal, for_each, reasons, refused


def attempt(world: World, *items: bytes, at: int = BOOKSHOP, by: str = "bookshop", **fields: Any) -> Attempt:
    return Attempt("redeem", ([world.redeem_intent(at, items, by=by, **fields)],))


def of(coupons: Held, **fields: Any) -> Attempt:
    """One coupon presented at the bookshop."""
    return attempt(coupons.world, coupons.item(**fields))


def reserved_byte(world: World) -> Attempt:
    item = bytearray(held(world).item())
    item[31] = 2
    return attempt(world, bytes(item))


def merchant_suspended(world: World) -> Attempt:
    coupons = held(world)
    world.send("suspendMerchant", BOOKSHOP, True)
    return of(coupons)


def consumer_suspended(world: World) -> Attempt:
    coupons = held(world)
    world.send("suspendConsumer", ANN, True)
    return of(coupons)


def by_agent(world: World, *, allowance: int = 1, kind: int = 2, until: int | None = None) -> Attempt:
    appointment = world.appointment(BOOKSHOP, 1, "till", by="bookshop", allowance=allowance, kind=kind, until=until)
    world.send("appoint", [appointment])
    return attempt(world, held(world).item(), by="till", agent=1)


def dismissed(world: World) -> Attempt:
    prepared = by_agent(world, until=world.clock.now() + 10)
    world.pass_time(11)
    return prepared


def of_another_batch(world: World) -> Attempt:
    coupons = held(world)
    return of(Held(world, 2, 1, ANN, (coupon_id(2, 900), *coupons.coupons)))


def closed(world: World) -> Attempt:
    coupons = held(world, closes=NOW + 10)
    world.pass_time(10 + 7 * DAY)
    world.send("close", coupons.batch)
    return of(coupons)


def expired(world: World) -> Attempt:
    coupons = held(world, closes=NOW + 10)
    world.pass_time(10)
    return of(coupons)


def coupon_expired(world: World) -> Attempt:
    coupons = held(world, valid_days=1)
    world.pass_time(2 * DAY)
    return of(coupons)


def not_issued_yet(world: World) -> Attempt:
    """The serial after the last that the lot issued."""
    coupons = held(world)
    return of(Held(world, coupons.batch, 1, ANN, (coupons.coupons[0] + 1,)))


def redeemed_already(world: World) -> Attempt:
    coupons = held(world)
    of(coupons).send(world)
    return of(coupons)


def unfunded(world: World) -> Attempt:
    coupons = held(world, contribution_bps=10_000, contribution_cap_minor=2**30)
    return of(coupons, order=FUNDS + 1)


def capped(world: World) -> Attempt:
    world.send_as_admin("setRewardCap", BOOKSHOP, 99)
    return of(held(world))


def revoked(world: World) -> Attempt:
    coupons = held(world, revocable=True)
    world.send("revoke", [coupons.coupons[0]], 1)
    return of(coupons)


def copy_that_nobody_made(world: World) -> Attempt:
    coupons = held(world, share_mode=ShareMode.COPY, copies=2, hops=1)
    root = serial_of(coupons.coupons[0])
    copy = coupon_id(coupons.batch, copy_serial(root, 0, size=1_000, copies=2))
    return of(Held(world, coupons.batch, 1, ANN, (copy,)), version=1)


def to_any_merchant(world: World) -> Attempt:
    """A presentation that names no merchant, of a coupon whose terms know no bearers."""
    item = bytearray(held(world).item())
    item[31] = ANY_MERCHANT
    return attempt(world, bytes(item))


REFUSALS: dict[Reason, Preparation] = {
    Reason.ITEMS_MALFORMED: reserved_byte,
    Reason.MERCHANT_UNKNOWN: lambda world: attempt(world, held(world).item(at=9), at=9),
    Reason.MERCHANT_SUSPENDED: merchant_suspended,
    Reason.KIND_INVALID: lambda world: attempt(world, held(world).item(at=BANK), at=BANK, by="bank"),
    Reason.AGENT_NOT_IN_FORCE: dismissed,
    Reason.AGENT_KIND_MISMATCH: lambda world: by_agent(world, kind=5),
    Reason.ALLOWANCE_EXCEEDED: lambda world: by_agent(world, allowance=0),
    Reason.DEADLINE_PASSED: lambda world: of(held(world), deadline=world.clock.now() - 1),
    Reason.ORDER_ZERO: lambda world: of(held(world), order=0),
    Reason.ORDER_ABOVE_MAXIMUM: lambda world: of(held(world), order=1_001, maximum_order=1_000),
    Reason.BATCH_UNKNOWN: of_another_batch,
    Reason.BATCH_CLOSED: closed,
    Reason.BATCH_NOT_OPEN: lambda world: of(held(world, opens=NOW + 1)),
    Reason.BATCH_EXPIRED: expired,
    Reason.MERCHANT_NOT_ACCEPTED: lambda world: of(held(world, group=GROUP_ISSUER_ONLY)),
    Reason.LOT_MISMATCH: not_issued_yet,
    Reason.ORDER_BELOW_MINIMUM: lambda world: of(held(world), order=99),
    Reason.CONTRIBUTION_UNFUNDED: unfunded,
    Reason.REWARD_CAP_REACHED: capped,
    Reason.COUPON_REDEEMED: redeemed_already,
    Reason.COUPON_VOID: revoked,
    Reason.COUPON_NOT_ISSUED: copy_that_nobody_made,
    Reason.BEARER_NOT_ALLOWED: to_any_merchant,
    Reason.VERSION_STALE: lambda world: of(held(world), version=1),
    Reason.COUPON_EXPIRED: coupon_expired,
    Reason.CONSUMER_SUSPENDED: consumer_suspended,
    Reason.SIGNATURE_INVALID: lambda world: of(held(world), holder="Bob"),
}


@for_each(REFUSALS)
def test_a_redemption_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    item = check_refusal(world, REFUSALS[reason](world), Verb.REDEEM, reason)
    assert item.subject >> 56 in (1, 2), "the subject names the coupon: its batch"


@pytest.mark.parametrize("batch", [0, 2**32 - 1])
def test_batch_zero_and_batches_never_minted_are_unknown(world: World, batch: int) -> None:
    item = world.redeem_item(batch << 40, lot=1, merchant=BOOKSHOP, holder="Ann", order=500)
    check_refusal(world, attempt(world, item), Verb.REDEEM, Reason.BATCH_UNKNOWN)


@pytest.mark.parametrize("lot", [0, 2, 2**32 - 1])
def test_the_lot_named_must_have_issued_the_coupon(world: World, lot: int) -> None:
    """Lot 2 issued its neighbours."""
    coupons = held(world)
    world.allocate(coupons.batch, BAKERY, 10)
    issue(world, coupons.batch, lot=2, count=5)
    check_refusal(world, of(coupons, lot=lot), Verb.REDEEM, Reason.LOT_MISMATCH)


@pytest.mark.parametrize("serial", [899, 902, 1_000, 2**32 + 900, 2**40 - 1])
def test_serials_around_those_issued_and_far_beyond_are_no_coupons(world: World, serial: int) -> None:
    coupons = held(world, count=2)
    wrong = Held(world, coupons.batch, 1, ANN, (coupon_id(coupons.batch, serial),))
    check_refusal(world, of(wrong), Verb.REDEEM, Reason.LOT_MISMATCH)


def test_orders_are_taken_from_the_minimum_up_to_what_the_holder_agreed_to(world: World) -> None:
    coupons = held(world, count=4)
    least = coupons.item(0, order=100, maximum_order=2**48 - 1)
    most = coupons.item(1, order=1_000, maximum_order=1_000)
    below, above = coupons.item(2, order=99), coupons.item(3, order=1_001, maximum_order=1_000)
    receipt = attempt(world, least, most, below, above).send(world)
    assert reasons(world, receipt) == [Reason.ORDER_BELOW_MINIMUM, Reason.ORDER_ABOVE_MAXIMUM]


def test_both_deadlines_are_still_in_time_at_their_second_and_late_after_it(world: World) -> None:
    coupons, now = held(world, count=3), world.clock.now()
    in_time = attempt(world, coupons.item(0, deadline=now), coupons.item(1, deadline=now - 1), deadline=now)
    receipt = in_time.send(world)
    assert reasons(world, receipt) == [Reason.DEADLINE_PASSED]
    late = attempt(world, coupons.item(2), deadline=now - 1)
    check_refusal(world, late, Verb.REDEEM, Reason.DEADLINE_PASSED)


def test_an_agent_redeems_until_its_last_second(world: World) -> None:
    prepared = by_agent(world, until=world.clock.now() + 10)
    world.pass_time(10)
    assert not refused(world, prepared.send(world))


def test_a_merchants_signature_covers_all_its_items(world: World) -> None:
    coupons = held(world, count=2)
    merchant, agent, until, records, signature = world.redeem_intent(BOOKSHOP, [coupons.item(0)], by="bookshop")
    swapped = (merchant, agent, until, coupons.item(1), signature)
    check_refusal(world, Attempt("redeem", ([swapped],)), Verb.REDEEM, Reason.SIGNATURE_INVALID)
    longer = (merchant, agent, until, records + coupons.item(1), signature)
    receipt = world.send("redeem", [longer])
    assert reasons(world, receipt) == [Reason.SIGNATURE_INVALID] * 2


def test_what_a_holder_signed_for_one_merchant_is_worth_nothing_at_another(world: World) -> None:
    coupons = held(world)
    stolen = attempt(world, coupons.item(at=BOOKSHOP), at=CINEMA, by="cinema")
    check_refusal(world, stolen, Verb.REDEEM, Reason.SIGNATURE_INVALID)


def test_only_the_holder_presents_a_coupon(world: World) -> None:
    coupons = held(world, holder=ANN)
    issue(world, coupons.batch, holder=BOB)
    check_refusal(world, of(coupons, holder="Bob"), Verb.REDEEM, Reason.SIGNATURE_INVALID)


def test_an_operators_stock_is_nobodys_to_redeem(world: World) -> None:
    """Stock that was never issued has no holder whose signature could fit."""
    batch = mint(world)
    item = world.redeem_item(coupon_id(batch, 0), lot=0, merchant=BOOKSHOP, holder="Ann", order=500)
    check_refusal(world, attempt(world, item), Verb.REDEEM, Reason.LOT_MISMATCH)
    unissued = world.redeem_item(coupon_id(stock(world), 900), lot=1, merchant=BOOKSHOP, holder="Ann", order=500)
    check_refusal(world, attempt(world, unissued), Verb.REDEEM, Reason.LOT_MISMATCH)


def test_an_unsigned_item_of_nobody_is_refused(world: World) -> None:
    """The zero wallet signs nothing."""
    coupons = held(world)
    unsigned = redeem_record(
        coupon=coupons.coupons[0],
        lot=1,
        order=500,
        maximum_order=500,
        deadline=world.deadline,
        version=0,
        signature=bytes(64),
    )
    check_refusal(world, attempt(world, unsigned), Verb.REDEEM, Reason.SIGNATURE_INVALID)
