"""Issuing: coupons leave a merchant's stock for consumers."""

from collections.abc import Sequence
from typing import Any

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Issued, RefusedItem
from ledger.domain.ids import coupon_id
from ledger.domain.terms import Funder
from scripts.world import DAY, NOW, OPERATOR, World
from tests.contracts.books import ISSUE_DAYS, LANES, field, place, word
from tests.contracts.parties import ANN, BAKERY, BOB, BOOKSHOP, CID, CINEMA, held, issue, stock
from tests.contracts.reading import Attempt, Preparation, check_refusal, events, for_each, reasons, refused, sealed

ISSUED = 2
TODAY = NOW // DAY


def attempt(*intents: tuple[Any, ...]) -> Attempt:
    return Attempt("issue", (list(intents),))


def of(
    world: World, batch: int, consumers: Sequence[tuple[int, int]] | bytes = ((ANN, 1),), **fields: Any
) -> tuple[Any, ...]:
    """An issue from the bakery's first lot, signed by it."""
    values = {"merchant": BAKERY, "lot": 1, "by": "bakery", **fields}
    return world.issue_intent(values.pop("merchant"), batch, values.pop("lot"), consumers, **values)


def expired(world: World) -> Attempt:
    batch = stock(world, closes=NOW + 10)
    world.clock.set(NOW + 10)
    return attempt(of(world, batch))


def nonce_used(world: World) -> Attempt:
    batch = stock(world)
    attempt(of(world, batch, nonce=1_000)).send(world)
    return attempt(of(world, batch, nonce=1_000))


def suspended(world: World) -> Attempt:
    batch = stock(world)
    world.send("suspendMerchant", BAKERY, True)
    return attempt(of(world, batch))


def unfunded(world: World) -> Attempt:
    """Stock that came back to the operator left its reserve with the merchant that had funded it."""
    batch = stock(world, funder=Funder.ISSUER)
    world.send("recall", [world.recall_intent(BAKERY, batch, 1, 100)])
    return attempt(of(world, batch, merchant=OPERATOR, lot=2, by="operator wallet"))


def by_agent(world: World, *, allowance: int = 1, kind: int = 1, until: int | None = None) -> Attempt:
    """One coupon issued by the bakery's agent 1."""
    appointment = world.appointment(BAKERY, 1, "till", by="bakery", allowance=allowance, kind=kind, until=until)
    world.send("appoint", [appointment])
    return attempt(of(world, stock(world), by="till", agent=1))


def dismissed(world: World) -> Attempt:
    prepared = by_agent(world, until=world.clock.now() + 10)
    world.pass_time(11)
    return prepared


REFUSALS: dict[Reason, Preparation] = {
    Reason.BATCH_UNKNOWN: lambda world: attempt(of(world, stock(world) + 1)),
    Reason.COUNT_ZERO: lambda world: attempt(of(world, stock(world), b"")),
    Reason.ITEMS_MALFORMED: lambda world: attempt(of(world, stock(world), bytes((0, 0, 0, ANN, 1, 0)))),
    Reason.CONSUMER_UNKNOWN: lambda world: attempt(of(world, stock(world), [(ANN, 1), (CID + 1, 1)])),
    Reason.BATCH_EXPIRED: expired,
    Reason.LOT_MISMATCH: lambda world: attempt(of(world, stock(world), merchant=BOOKSHOP, by="bookshop")),
    Reason.LOT_EXHAUSTED: lambda world: attempt(of(world, stock(world), [(ANN, 101)])),
    Reason.DISCOUNT_UNFUNDED: unfunded,
    Reason.NONCE_USED: nonce_used,
    Reason.MERCHANT_SUSPENDED: suspended,
    Reason.DEADLINE_PASSED: lambda world: attempt(of(world, stock(world), deadline=world.clock.now() - 1)),
    Reason.AGENT_NOT_IN_FORCE: dismissed,
    Reason.AGENT_KIND_MISMATCH: lambda world: by_agent(world, kind=6),
    Reason.ALLOWANCE_EXCEEDED: lambda world: by_agent(world, allowance=0),
    Reason.SIGNATURE_INVALID: lambda world: attempt(of(world, stock(world), by="bookshop")),
    Reason.POINTS_UNSPENT: lambda world: attempt(of(world, stock(world, points_price=1))),
}


@for_each(REFUSALS)
def test_an_issue_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    check_refusal(world, REFUSALS[reason](world), Verb.ISSUE, reason)


def test_the_next_serials_of_the_lot_go_to_consumers_in_order(world: World) -> None:
    """From merchants to consumers, each holding on the chain under the coupon's own id (S2.9, S2.12)."""
    batch = stock(world)
    receipt = attempt(of(world, batch, [(ANN, 2), (BOB, 1)], nonce=1_001)).send(world)
    assert events(world, receipt) == [Issued(batch, 1, 900, 1_001, 0, ((ANN, 2), (BOB, 1)))]
    assert sealed(world, receipt).items == 1
    found = [world.ask("coupon", coupon_id(batch, 900 + index)) for index in range(4)]
    assert found == [(ISSUED, ANN), (ISSUED, ANN), (ISSUED, BOB), (1, 0)]
    assert world.ask("lot", batch, 1)[1:4] == (900, 903, 1_000)


def test_an_agent_and_the_operator_issue_too(world: World) -> None:
    world.send("appoint", [world.appointment(BAKERY, 7, "till", by="bakery", kind=1)])
    batch, own = stock(world), stock(world, merchant=OPERATOR)
    by_till = of(world, batch, by="till", agent=7, nonce=1_002)
    by_operator = of(world, own, merchant=OPERATOR, by="operator wallet", nonce=1_003)
    receipt = attempt(by_till, by_operator).send(world)
    assert events(world, receipt) == [
        Issued(batch, 1, 900, 1_002, 7, ((ANN, 1),)),
        Issued(own, 1, 900, 1_003, 0, ((ANN, 1),)),
    ]


def test_an_agents_allowance_counts_coupons(world: World) -> None:
    world.send("appoint", [world.appointment(BAKERY, 1, "till", by="bakery", kind=1, allowance=5)])
    batch = stock(world)
    over = attempt(of(world, batch, [(ANN, 3), (BOB, 3)], by="till", agent=1))
    check_refusal(world, over, Verb.ISSUE, Reason.ALLOWANCE_EXCEEDED)
    assert not refused(world, attempt(of(world, batch, [(ANN, 3), (BOB, 2)], by="till", agent=1)).send(world))
    check_refusal(world, attempt(of(world, batch, by="till", agent=1)), Verb.ISSUE, Reason.ALLOWANCE_EXCEEDED)


def test_a_lot_issues_all_it_has_and_not_one_more(world: World) -> None:
    batch = stock(world, count=10)
    assert len(issue(world, batch, count=10).coupons) == 10
    check_refusal(world, attempt(of(world, batch)), Verb.ISSUE, Reason.LOT_EXHAUSTED)


@pytest.mark.parametrize("batch", [0, 2])
def test_batch_zero_and_the_one_after_the_last_are_unknown(world: World, batch: int) -> None:
    stock(world)
    check_refusal(world, attempt(of(world, batch)), Verb.ISSUE, Reason.BATCH_UNKNOWN)


@pytest.mark.parametrize("lot", [0, 2])
def test_lot_zero_and_the_one_after_the_last_are_nobodys(world: World, lot: int) -> None:
    check_refusal(world, attempt(of(world, stock(world), lot=lot)), Verb.ISSUE, Reason.LOT_MISMATCH)


def test_a_consumer_gets_at_least_one_and_consumer_zero_is_nobody(world: World) -> None:
    batch = stock(world)
    none = attempt(of(world, batch, bytes((0, 0, 0, ANN, 1, 0, 0, 0, BOB, 0))))
    check_refusal(world, none, Verb.ISSUE, Reason.COUNT_ZERO)
    nobody = attempt(of(world, batch, bytes((0, 0, 0, 0, 1))))
    check_refusal(world, nobody, Verb.ISSUE, Reason.CONSUMER_UNKNOWN)


def test_a_record_holds_up_to_255_coupons_and_more_are_written_as_several(world: World) -> None:
    batch = stock(world, count=600)
    receipt = attempt(of(world, batch, [(ANN, 255), (BOB, 300)])).send(world)
    (issued,) = events(world, receipt)
    assert isinstance(issued, Issued)
    assert issued.consumers == ((ANN, 255), (BOB, 255), (BOB, 45))
    holders = [world.ask("coupon", coupon_id(batch, 400 + index))[1] for index in (0, 254, 255, 554)]
    assert holders == [ANN, ANN, BOB, BOB]


def test_issuing_ends_with_the_last_second_of_the_window_and_does_not_wait_for_its_first(world: World) -> None:
    batch = stock(world, opens=NOW + 5, closes=NOW + 10)
    assert not refused(world, attempt(of(world, batch)).send(world))
    world.clock.set(NOW + 9)
    assert not refused(world, attempt(of(world, batch)).send(world))
    world.clock.set(NOW + 10)
    assert reasons(world, attempt(of(world, batch)).send(world)) == [Reason.BATCH_EXPIRED]


def test_the_deadline_itself_is_still_in_time(world: World) -> None:
    assert not refused(world, attempt(of(world, stock(world), deadline=world.clock.now())).send(world))


def lanes(world: World, batch: int, first_word: int, count: int) -> list[int]:
    """Holders in whole words of the lanes."""
    start = place(LANES, batch)
    found = [word(world, start + first_word + index) for index in range(count)]
    return [field(value, lane * 32, 32) for value in found for lane in range(8)]


@pytest.mark.parametrize("first", range(8))
@pytest.mark.parametrize("count", [1, 7, 8, 9, 17])
def test_a_run_fills_its_lanes_over_the_borders_of_words_and_no_others(world: World, first: int, count: int) -> None:
    """Every coupon of a run has its holder, wherever in a word the run starts and ends."""
    batch = stock(world, size=40, count=40)
    if first:
        issue(world, batch, holder=CID, count=first)
    issue(world, batch, holder=BOB, count=count)
    issue(world, batch, holder=ANN, count=1)
    expected = [CID] * first + [BOB] * count + [ANN]
    assert lanes(world, batch, 0, 5) == expected + [0] * (40 - len(expected))


def test_neighbouring_lots_that_share_a_word_leave_each_other_alone(world: World) -> None:
    """Three lots of 3, 2 and 3 serials stand in one word; they issue in any order."""
    batch = stock(world, size=8, count=3)  # serials 5 to 7
    world.allocate(batch, BOOKSHOP, 2)  # 3 and 4
    world.allocate(batch, CINEMA, 3)  # 0 to 2
    issue(world, batch, lot=2, issuer=BOOKSHOP, holder=BOB, count=2)
    issue(world, batch, lot=1, issuer=BAKERY, holder=ANN, count=2)
    issue(world, batch, lot=3, issuer=CINEMA, holder=CID, count=3)
    issue(world, batch, lot=1, issuer=BAKERY, holder=CID, count=1)
    assert lanes(world, batch, 0, 1) == [CID, CID, CID, BOB, BOB, ANN, ANN, CID]


def test_a_run_that_ends_in_the_word_of_a_neighbours_coupons_leaves_them_alone(world: World) -> None:
    batch = stock(world, size=32, count=4, valid_days=3)  # serials 28 to 31
    world.allocate(batch, BOOKSHOP, 28)  # 0 to 27, over three borders
    issue(world, batch, lot=1, issuer=BAKERY, holder=ANN, count=4)
    issue(world, batch, lot=2, issuer=BOOKSHOP, holder=BOB, count=28)
    assert lanes(world, batch, 0, 4) == [BOB] * 28 + [ANN] * 4


def test_many_intents_from_lots_of_one_word_share_a_transaction(world: World) -> None:
    batch = stock(world, size=8, count=4)
    world.allocate(batch, BOOKSHOP, 4)
    intents = [
        intent
        for holder in (ANN, BOB)
        for intent in (
            of(world, batch, [(holder, 2)]),
            of(world, batch, [(holder, 2)], merchant=BOOKSHOP, lot=2, by="bookshop"),
        )
    ]
    attempt(*intents).send(world)
    assert lanes(world, batch, 0, 1) == [ANN, ANN, BOB, BOB, ANN, ANN, BOB, BOB]


def test_the_day_of_issue_is_kept_only_where_validity_counts_from_it(world: World) -> None:
    for valid_days, expected in ((0, 0), (3, TODAY)):
        batch = stock(world, size=16, count=16, valid_days=valid_days)
        issue(world, batch, count=1)
        assert field(word(world, place(ISSUE_DAYS, batch)), 0, 16) == expected


@pytest.mark.parametrize(("first", "count"), [(0, 16), (15, 2), (5, 30), (1, 1), (16, 16)])
def test_the_days_of_a_run_fill_their_places_over_the_borders_of_words(world: World, first: int, count: int) -> None:
    batch = stock(world, size=48, count=48, valid_days=3)
    if first:
        issue(world, batch, count=first)
    world.pass_time(DAY)
    issue(world, batch, count=count)
    start = place(ISSUE_DAYS, batch)
    days = [field(word(world, start + index // 16), index % 16 * 16, 16) for index in range(48)]
    assert days == [TODAY] * first + [TODAY + 1] * count + [0] * (48 - first - count)


def test_refused_neighbours_leave_good_issues_done(world: World) -> None:
    batch = stock(world, count=10)
    good = of(world, batch, [(ANN, 8)], nonce=1_004)
    over = of(world, batch, [(BOB, 3)], nonce=1_005)
    rest = of(world, batch, [(BOB, 2)], nonce=1_006)
    receipt = attempt(good, good, over, rest).send(world)
    assert [type(event).__name__ for event in events(world, receipt)] == ["Issued", "Issued", "Refusals"]
    assert refused(world, receipt) == [
        RefusedItem(Verb.ISSUE, Reason.LOT_EXHAUSTED, 0, 1, BAKERY, 1_004),
        RefusedItem(Verb.ISSUE, Reason.LOT_EXHAUSTED, 0, 2, BAKERY, 1_005),
    ]
    assert sealed(world, receipt).items == 4


def test_an_operators_lot_that_was_allocated_anew_is_funded_and_issues(world: World) -> None:
    """A coupon can never be unfunded."""
    unfunded(world)
    world.allocate(1, OPERATOR, 100, by="operator wallet", from_lot=2)
    coupons = issue(world, 1, lot=3, issuer=OPERATOR, count=2)
    world.redeem(BOOKSHOP, [coupons.item()], by="bookshop")
    assert world.ask("lot", 1, 3)[4] == 100 * 400 - 100


def test_a_returned_lot_without_a_funded_discount_issues_in_the_operators_name(world: World) -> None:
    batch = stock(world)
    world.send("recall", [world.recall_intent(BAKERY, batch, 1, 100)])
    assert issue(world, batch, lot=2, issuer=OPERATOR).coupons


def test_serials_issued_never_return_to_stock(world: World) -> None:
    """Ids are never reused."""
    coupons = held(world, count=3)
    assert reasons(world, world.send("recall", [world.recall_intent(BAKERY, 1, 1, 98)])) == [Reason.LOT_EXHAUSTED]
    assert [world.ask("coupon", each) for each in coupons.coupons] == [(ISSUED, ANN)] * 3
