"""Redeeming what a bearer presents: the key signs, and nobody's part goes to the remainder role."""

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Redeemed
from ledger.domain.ids import LANE_SPENT, coupon_id
from ledger.domain.split import contribution_down, discount_down, parts_down, reward_down
from ledger.domain.terms import Role
from scripts.world import DAY, World, key, some_terms
from scripts.world.sharing import bearer_item
from tests.contracts.bearing import Borne, borne
from tests.contracts.parties import ANN, BAKERY, BOOKSHOP, CINEMA, HOLDERS, held, issue
from tests.contracts.reading import Attempt, Preparation, check_refusal, events, for_each, reasons, refused
from tests.contracts.settling import balances, moved
from tests.contracts.shared import COPYABLE, TRANSFERABLE, copy_of, give, lane

PRESENT = (Role.PLATFORM, Role.ISSUER, Role.REDEEMER)


def attempt(world: World, *items: bytes, at: int = BOOKSHOP, by: str = "bookshop") -> Attempt:
    return Attempt("redeem", ([world.redeem_intent(at, items, by=by)],))


def of(coupons: Borne, **fields: object) -> Attempt:
    """One coupon presented at the bookshop."""
    return attempt(coupons.world, coupons.item(**fields))  # type: ignore[arg-type]


def revoked(world: World) -> Attempt:
    coupons = borne(world, revocable=True)
    world.send("revoke", list(coupons.coupons), 1)
    return of(coupons)


def redeemed_already(world: World) -> Attempt:
    coupons = borne(world)
    of(coupons).send(world)
    return of(coupons)


def taken_into_an_account(world: World) -> Attempt:
    coupons = borne(world)
    world.send("transfer", coupons.given(), sender="relayer")
    return of(coupons)


def taken_at_its_new_version(world: World) -> Attempt:
    """The key is worth nothing any more, whatever it signs."""
    coupons = borne(world)
    world.send("transfer", coupons.given(), sender="relayer")
    return of(coupons, version=1)


def naming_nobody_where_bearers_are_not_allowed(world: World) -> Attempt:
    coupons = held(world)
    item = bearer_item(world, coupons.coupons[0], lot=1, key_name="Ann", order=1_000)
    return attempt(world, item)


def never_copied(world: World) -> Attempt:
    coupons = borne(world, **COPYABLE)
    copy = Borne(world, coupons.batch, 1, (copy_of(coupons.coupons[0]),), coupons.keys)
    return of(copy)


def expired(world: World) -> Attempt:
    coupons = borne(world, valid_days=1)
    world.pass_time(2 * DAY)
    return of(coupons)


CASES: dict[str, tuple[Preparation, Reason]] = {
    "another key": (lambda world: of(borne(world), key_name="stranger"), Reason.SIGNATURE_INVALID),
    "for another merchant": (
        lambda world: attempt(world, borne(world).item(at=CINEMA)),
        Reason.SIGNATURE_INVALID,
    ),
    "a version to come": (lambda world: of(borne(world), version=1), Reason.VERSION_STALE),
    "another lot": (lambda world: of(borne(world), lot=2), Reason.LOT_MISMATCH),
    "revoked": (revoked, Reason.COUPON_VOID),
    "used": (redeemed_already, Reason.COUPON_REDEEMED),
    "taken into an account": (taken_into_an_account, Reason.VERSION_STALE),
    "taken, at its version": (taken_at_its_new_version, Reason.SIGNATURE_INVALID),
    "a copy that nobody made": (never_copied, Reason.COUPON_NOT_ISSUED),
    "out of date": (expired, Reason.COUPON_EXPIRED),
    "nobody named, no bearers allowed": (naming_nobody_where_bearers_are_not_allowed, Reason.BEARER_NOT_ALLOWED),
    "late": (lambda world: of(borne(world), deadline=world.clock.now() - 1), Reason.DEADLINE_PASSED),
}
REFUSALS: dict[Reason, Preparation] = {reason: prepare for prepare, reason in CASES.values()}


@for_each(REFUSALS)
def test_each_reason_that_only_bearers_or_revoking_bring(world: World, reason: Reason) -> None:
    check_refusal(world, REFUSALS[reason](world), Verb.REDEEM, reason)


@pytest.mark.parametrize("case", CASES)
def test_a_voucher_that_does_not_fit_is_refused_and_changes_nothing(world: World, case: str) -> None:
    prepare, reason = CASES[case]
    check_refusal(world, prepare(world), Verb.REDEEM, reason)


@pytest.mark.parametrize("remainder", [Role.PLATFORM, Role.ISSUER, Role.REDEEMER])
@pytest.mark.parametrize("order", [100, 1_000, 3_333, 2**48 - 1])
def test_the_parts_of_the_consumer_and_its_recruiter_go_to_the_remainder_role(
    world: World, remainder: Role, order: int
) -> None:
    """N2: every unit goes somewhere, exactly."""
    coupons = borne(world, remainder_role=remainder)
    terms = some_terms(bearer=True, remainder_role=remainder)
    reward, contribution = reward_down(terms, order), contribution_down(terms, order)
    discount = discount_down(terms, order)
    parts = parts_down(reward + contribution, terms.split_bps, present=PRESENT, remainder=remainder)
    before = balances(world, coupons.batch)
    receipt = attempt(world, coupons.item(at=CINEMA, order=order), at=CINEMA, by="cinema").send(world)
    (event,) = events(world, receipt)
    assert isinstance(event, Redeemed)
    (item,) = event.items
    assert (item.reward, item.contribution, item.discount) == (reward, contribution, discount)
    assert item.parts == parts
    assert sum(parts) == reward + contribution
    assert item.parts[Role.CONSUMER] == item.parts[Role.RECRUITER] == item.parts[Role.SHARER] == 0
    # `redeemer` is the cinema; nobody recruited and nobody consumed.
    expected = {
        "platform": parts[Role.PLATFORM],
        "issuer": parts[Role.ISSUER],
        "redeemer": parts[Role.REDEEMER] + discount - contribution,
        "batch": -reward - discount,
    }
    assert moved(before, balances(world, coupons.batch)) == {name: each for name, each in expected.items() if each}


def test_a_voucher_is_used_once(world: World) -> None:
    """S4.20, N8."""
    coupons = borne(world, "one", "two")
    of(coupons).send(world)
    assert [lane(world, each) for each in coupons.coupons] == [LANE_SPENT, lane(world, coupons.coupons[1])]
    check_refusal(world, of(coupons), Verb.REDEEM, Reason.COUPON_REDEEMED)
    assert not refused(world, attempt(world, coupons.item(1)).send(world))


@pytest.mark.parametrize(("at", "by"), [(BAKERY, "bakery"), (BOOKSHOP, "bookshop"), (CINEMA, "cinema")])
def test_a_presentation_that_names_nobody_is_good_at_any_merchant(world: World, at: int, by: str) -> None:
    """Printed ahead of time, as on a ticket."""
    coupons = borne(world)
    assert not refused(world, attempt(world, coupons.item(at=0), at=at, by=by).send(world))


def test_naming_nobody_is_signed_for_as_such(world: World) -> None:
    """The flag alone makes no presentation to one merchant good at all of them, nor the other way round."""
    coupons = borne(world)
    named, unnamed = bytearray(coupons.item(at=BOOKSHOP)), bytearray(coupons.item(at=0))
    named[31], unnamed[31] = 1, 0
    for forged in (named, unnamed):
        check_refusal(world, attempt(world, bytes(forged)), Verb.REDEEM, Reason.SIGNATURE_INVALID)


def test_a_consumer_of_such_a_batch_may_name_nobody_too(world: World) -> None:
    coupons = held(world, bearer=True)
    item = bearer_item(world, coupons.coupons[0], lot=1, key_name=HOLDERS[ANN], order=1_000)
    (event,) = events(world, attempt(world, item).send(world))
    assert isinstance(event, Redeemed)
    assert event.items[0].parts[Role.CONSUMER]


@pytest.mark.parametrize("flags", [2, 3, 128, 255])
def test_no_other_flag_has_a_meaning(world: World, flags: int) -> None:
    item = bytearray(borne(world).item())
    item[31] = flags
    check_refusal(world, attempt(world, bytes(item)), Verb.REDEEM, Reason.ITEMS_MALFORMED)


def test_the_key_of_one_voucher_opens_no_other(world: World) -> None:
    coupons = borne(world, "one", "two")
    check_refusal(world, of(coupons, key_name="two"), Verb.REDEEM, Reason.SIGNATURE_INVALID)


def test_a_consumers_coupon_has_no_key_and_no_zero_key_opens_it(world: World) -> None:
    """What recovers to no signer at all is no bearer."""
    coupons = held(world, bearer=True)
    garbage = coupons.item()[:32] + bytes(64)
    check_refusal(world, attempt(world, garbage), Verb.REDEEM, Reason.SIGNATURE_INVALID)


def test_vouchers_and_consumers_coupons_share_a_transaction(world: World) -> None:
    """Each is paid by itself: what was absent for one is there for the next."""
    coupons = borne(world, "one", "two")
    others = issue(world, coupons.batch, holder=ANN, count=2)
    items = [coupons.item(0), others.item(0), coupons.item(1), others.item(1)]
    (event,) = events(world, attempt(world, *items).send(world))
    assert isinstance(event, Redeemed)
    assert [bool(item.parts[Role.CONSUMER]) for item in event.items] == [False, True, False, True]
    assert [bool(item.parts[Role.RECRUITER]) for item in event.items] == [False, True, False, True]


def test_a_voucher_that_was_taken_and_given_on_pays_who_gave_it(world: World) -> None:
    """Out of the account it is a coupon like any other."""
    coupons = borne(world, **TRANSFERABLE)
    world.send("transfer", coupons.given(to=ANN), sender="relayer")
    give(world, coupons.coupons[0], 2, holder=ANN, version=1)
    item = world.redeem_item(coupons.coupons[0], lot=1, merchant=BOOKSHOP, holder="Bob", order=1_000, version=2)
    (event,) = events(world, attempt(world, item).send(world))
    assert isinstance(event, Redeemed)
    parts = event.items[0].parts
    assert parts[Role.SHARER]
    assert parts[Role.FIRST_SHARER] == 0, "the bearer was nobody"


def test_suspending_a_wallet_does_not_stop_its_key_as_a_bearer(world: World) -> None:
    """A bearer is a key and no account: only revoking stops it."""
    coupons = borne(world, "Ann")
    world.send("suspendConsumer", ANN, True)
    assert world.ask("partyOf", key("Ann").address) == (True, ANN)
    assert not refused(world, of(coupons).send(world))


def test_a_serial_of_the_lot_that_nobody_was_given_is_no_coupon(world: World) -> None:
    coupons = borne(world)
    beyond = Borne(world, coupons.batch, 1, (coupon_id(coupons.batch, 901),), coupons.keys)
    assert reasons(world, of(beyond).send(world)) == [Reason.LOT_MISMATCH]
