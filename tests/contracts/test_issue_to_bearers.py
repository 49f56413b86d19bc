"""Issuing to bearers: coupons leave a merchant's stock for whoever holds a printed key."""

from typing import Any

import pytest

from ledger.chain.packing import issue_records
from ledger.domain.errors import Reason, Verb
from ledger.domain.events import IssuedToBearers, RefusedItem
from ledger.domain.ids import LANE_BEARER, coupon_id
from ledger.domain.intents import IssueToBearers
from ledger.domain.terms import Funder
from scripts.world import DAY, NOW, OPERATOR, World, key
from tests.contracts.bearing import address, attempt, bearer, borne, issue_to, of
from tests.contracts.books import ISSUE_DAYS, field, place, word
from tests.contracts.parties import ANN, BAKERY, BOOKSHOP, held, issue, stock
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
    text,
)
from tests.contracts.shared import lane

ISSUED = 2


def bearing(world: World, **changes: Any) -> int:
    """Stock of a batch that allows bearers."""
    return stock(world, **{"bearer": True, **changes})


def of_bytes(world: World, batch: int, keys: bytes) -> Attempt:
    """An issue of the bakery's to keys packed already."""
    nonce, until = world.fresh_nonce(), world.deadline
    signature = world.sign(key("bakery"), IssueToBearers(BAKERY, batch, 1, keys, nonce, until))
    return attempt((BAKERY, 0, batch, 1, nonce, until, keys, signature))


def expired(world: World) -> Attempt:
    batch = bearing(world, closes=NOW + 10)
    world.clock.set(NOW + 10)
    return attempt(of(world, batch))


def nonce_used(world: World) -> Attempt:
    """By an issue to a consumer: a merchant has one row of nonces."""
    batch = bearing(world)
    world.send("issue", [world.issue_intent(BAKERY, batch, 1, [(ANN, 1)], by="bakery", nonce=1_000)])
    return attempt(of(world, batch, nonce=1_000))


def suspended(world: World) -> Attempt:
    batch = bearing(world)
    world.send("suspendMerchant", BAKERY, True)
    return attempt(of(world, batch))


def unfunded(world: World) -> Attempt:
    """Stock that came back to the operator left its reserve with the merchant that had funded it."""
    batch = bearing(world, funder=Funder.ISSUER)
    world.send("recall", [world.recall_intent(BAKERY, batch, 1, 100)])
    return attempt(of(world, batch, merchant=OPERATOR, lot=2))


def by_agent(world: World, *, allowance: int = 1, kind: int = 1, until: int | None = None) -> Attempt:
    """One voucher issued by the bakery's agent 1."""
    appointment = world.appointment(BAKERY, 1, "till", by="bakery", allowance=allowance, kind=kind, until=until)
    world.send("appoint", [appointment])
    return attempt(of(world, bearing(world), by="till", agent=1))


def dismissed(world: World) -> Attempt:
    prepared = by_agent(world, until=world.clock.now() + 10)
    world.pass_time(11)
    return prepared


REFUSALS: dict[Reason, Preparation] = {
    Reason.COUNT_ZERO: lambda world: of_bytes(world, bearing(world), b""),
    Reason.ITEMS_MALFORMED: lambda world: of_bytes(world, bearing(world), address("voucher") + b"\x01"),
    Reason.BATCH_UNKNOWN: lambda world: attempt(of(world, bearing(world) + 1)),
    Reason.BATCH_EXPIRED: expired,
    Reason.LOT_MISMATCH: lambda world: attempt(of(world, bearing(world), merchant=BOOKSHOP)),
    Reason.LOT_EXHAUSTED: lambda world: attempt(of(world, bearing(world, count=1), "one", "two")),
    Reason.DISCOUNT_UNFUNDED: unfunded,
    Reason.BEARER_NOT_ALLOWED: lambda world: attempt(of(world, stock(world))),
    Reason.POINTS_UNSPENT: lambda world: attempt(of(world, bearing(world, points_price=1))),
    Reason.NONCE_USED: nonce_used,
    Reason.MERCHANT_SUSPENDED: suspended,
    Reason.DEADLINE_PASSED: lambda world: attempt(of(world, bearing(world), deadline=world.clock.now() - 1)),
    Reason.AGENT_NOT_IN_FORCE: dismissed,
    Reason.AGENT_KIND_MISMATCH: lambda world: by_agent(world, kind=14),
    Reason.ALLOWANCE_EXCEEDED: lambda world: by_agent(world, allowance=0),
    Reason.SIGNATURE_INVALID: lambda world: attempt(of(world, bearing(world), by="bookshop")),
    Reason.WALLET_INVALID: lambda world: of_bytes(world, bearing(world), address("voucher") + bytes(20)),
}


@for_each(REFUSALS)
def test_an_issue_to_bearers_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    check_refusal(world, REFUSALS[reason](world), Verb.ISSUE_TO_BEARERS, reason)


def test_the_next_serials_of_the_lot_go_to_the_keys_in_order(world: World) -> None:
    """S4.20: a coupon as a printed voucher, on the chain under its own id."""
    batch = bearing(world)
    issue(world, batch)
    receipt = attempt(of(world, batch, "one", "two", nonce=1_001)).send(world)
    keys = (address("one"), address("two"))
    assert events(world, receipt) == [IssuedToBearers(batch, 1, 901, 1_001, 0, keys)]
    assert sealed(world, receipt).items == 1
    coupons = [coupon_id(batch, 900 + index) for index in range(4)]
    assert [lane(world, each) for each in coupons] == [ANN, LANE_BEARER, LANE_BEARER, 0]
    assert [bearer(world, each) for each in coupons] == [bytes(20), *keys, bytes(20)]
    assert world.ask("lot", batch, 1)[1:4] == (900, 903, 1_000)


def test_the_lens_says_that_a_bearer_has_it_and_which(world: World) -> None:
    coupons = borne(world)
    assert world.ask("coupon", coupons.coupons[0]) == (ISSUED, 0)
    assert world.ask("bearerOf", coupons.coupons[0]) == text("voucher")
    assert world.ask("balanceOf", address("voucher"), coupons.coupons[0]) == 0


def test_an_agent_and_the_operator_issue_too(world: World) -> None:
    world.send("appoint", [world.appointment(BAKERY, 7, "kiosk", by="bakery", kind=1)])
    batch, own = bearing(world), bearing(world, merchant=OPERATOR)
    by_kiosk = of(world, batch, "one", by="kiosk", agent=7, nonce=1_002)
    receipt = attempt(by_kiosk, of(world, own, "two", merchant=OPERATOR, nonce=1_003)).send(world)
    assert events(world, receipt) == [
        IssuedToBearers(batch, 1, 900, 1_002, 7, (address("one"),)),
        IssuedToBearers(own, 1, 900, 1_003, 0, (address("two"),)),
    ]


def test_an_agents_allowance_counts_coupons(world: World) -> None:
    world.send("appoint", [world.appointment(BAKERY, 1, "till", by="bakery", kind=1, allowance=3)])
    batch = bearing(world)
    over = attempt(of(world, batch, "one", "two", "three", "four", by="till", agent=1))
    check_refusal(world, over, Verb.ISSUE_TO_BEARERS, Reason.ALLOWANCE_EXCEEDED)
    assert not refused(world, attempt(of(world, batch, "one", "two", "three", by="till", agent=1)).send(world))
    last = attempt(of(world, batch, by="till", agent=1))
    check_refusal(world, last, Verb.ISSUE_TO_BEARERS, Reason.ALLOWANCE_EXCEEDED)


def test_a_lot_issues_all_it_has_and_not_one_more(world: World) -> None:
    batch = bearing(world, count=2)
    assert len(issue_to(world, batch, "one", "two").coupons) == 2
    check_refusal(world, attempt(of(world, batch)), Verb.ISSUE_TO_BEARERS, Reason.LOT_EXHAUSTED)


@pytest.mark.parametrize("batch", [0, 2])
def test_batch_zero_and_the_one_after_the_last_are_unknown(world: World, batch: int) -> None:
    bearing(world)
    check_refusal(world, attempt(of(world, batch)), Verb.ISSUE_TO_BEARERS, Reason.BATCH_UNKNOWN)


def test_less_than_one_key_is_no_voucher(world: World) -> None:
    short = of_bytes(world, bearing(world), address("voucher")[:19])
    check_refusal(world, short, Verb.ISSUE_TO_BEARERS, Reason.COUNT_ZERO)


def test_one_key_may_bear_several(world: World) -> None:
    """A card that holds more than one coupon."""
    coupons = borne(world, "card", "card")
    assert [bearer(world, each) for each in coupons.coupons] == [address("card")] * 2
    items = [coupons.item(0), coupons.item(1)]
    assert not refused(world, world.redeem(BOOKSHOP, items, by="bookshop"))


@pytest.mark.parametrize("first", [0, 5, 7])
def test_a_run_over_the_border_of_a_word_leaves_its_neighbours_alone(world: World, first: int) -> None:
    batch = bearing(world, size=24, count=24)
    if first:
        issue(world, batch, count=first)
    issue_to(world, batch, *(f"voucher {number}" for number in range(9)))
    issue(world, batch, count=1)
    expected = [ANN] * first + [LANE_BEARER] * 9 + [ANN]
    assert [lane(world, coupon_id(batch, serial)) for serial in range(24)] == expected + [0] * (24 - len(expected))


def test_the_day_of_issue_is_kept_where_validity_counts_from_it(world: World) -> None:
    batch = bearing(world, size=16, count=16, valid_days=3)
    issue_to(world, batch, "one", "two")
    days = [field(word(world, place(ISSUE_DAYS, batch)), index * 16, 16) for index in range(3)]
    assert days == [NOW // DAY, NOW // DAY, 0]


def test_issuing_ends_with_the_last_second_of_the_window(world: World) -> None:
    batch = bearing(world, opens=NOW + 5, closes=NOW + 10)
    world.clock.set(NOW + 9)
    assert not refused(world, attempt(of(world, batch)).send(world))
    world.clock.set(NOW + 10)
    assert reasons(world, attempt(of(world, batch)).send(world)) == [Reason.BATCH_EXPIRED]


def test_the_deadline_itself_is_still_in_time(world: World) -> None:
    assert not refused(world, attempt(of(world, bearing(world), deadline=world.clock.now())).send(world))


def test_one_signature_issues_once(world: World) -> None:
    batch = bearing(world)
    first = attempt(of(world, batch, "one"))
    assert not refused(world, first.send(world))
    check_refusal(world, first, Verb.ISSUE_TO_BEARERS, Reason.NONCE_USED)


def test_a_signature_of_an_issue_to_consumers_is_none_of_an_issue_to_bearers(world: World) -> None:
    batch = bearing(world)
    records = issue_records([(ANN, 1)] * 4)
    merchant, agent, _, lot, nonce, until, packed, signature = world.issue_intent(
        BAKERY, batch, 1, records, by="bakery"
    )
    swapped = attempt((merchant, agent, batch, lot, nonce, until, packed, signature))
    check_refusal(world, swapped, Verb.ISSUE_TO_BEARERS, Reason.SIGNATURE_INVALID)


def test_refused_neighbours_leave_good_issues_done(world: World) -> None:
    batch = bearing(world, count=3)
    good = of(world, batch, "one", "two", nonce=1_004)
    over = of(world, batch, "three", "four", nonce=1_005)
    rest = of(world, batch, "three", nonce=1_006)
    receipt = attempt(good, good, over, rest).send(world)
    assert [type(event).__name__ for event in events(world, receipt)] == ["IssuedToBearers"] * 2 + ["Refusals"]
    assert refused(world, receipt) == [
        RefusedItem(Verb.ISSUE_TO_BEARERS, Reason.LOT_EXHAUSTED, 0, 1, BAKERY, 1_004),
        RefusedItem(Verb.ISSUE_TO_BEARERS, Reason.LOT_EXHAUSTED, 0, 2, BAKERY, 1_005),
    ]
    assert sealed(world, receipt).items == 4


def test_a_pause_stops_it(world: World) -> None:
    batch = bearing(world)
    world.send("pause", sender="pauser")
    check_revert(world, attempt(of(world, batch)), "LedgerPaused", until=world.clock.now() + 7 * DAY)


def test_a_bearers_serials_never_return_to_stock(world: World) -> None:
    """Ids are never reused."""
    borne(world, "one", "two")
    assert reasons(world, world.send("recall", [world.recall_intent(BAKERY, 1, 1, 99)])) == [Reason.LOT_EXHAUSTED]
    assert held(world).batch == 2
