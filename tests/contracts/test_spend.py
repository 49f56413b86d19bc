"""Spending points: the consumer pays a batch's points price, the merchant issues the coupons; both sign one intent."""

from typing import Any

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Issued, RefusedItem, Spent
from ledger.domain.ids import coupon_id
from ledger.domain.terms import Funder
from scripts.world import DAY, NOW, OPERATOR, World
from scripts.world.accounts import spending
from tests.contracts.books import AGENTS, MERCHANTS, NONCES, field, place, word
from tests.contracts.parties import ANN, BAKERY, BOB, BOOKSHOP, CID, mint, stock
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
from tests.contracts.test_grant import backing, points_of

PRICE = 40
CONSUMER_BIT = 1 << 64
CONSUMER_PARTY = 1 << 32


def attempt(*intents: tuple[Any, ...]) -> Attempt:
    return Attempt("spend", (list(intents),))


def priced(world: World, *, points: int = 100, price: int = PRICE, count: int = 100, **terms: Any) -> int:
    """A batch of the bakery's that costs points, and a consumer, Ann, who has some; the batch."""
    world.send("grant", [(ANN, points)])
    return stock(world, count=count, points_price=price, **terms)


def of_ann(world: World, batch: int, **fields: Any) -> tuple[Any, ...]:
    """Ann's points for one coupon of the bakery's."""
    count = fields.get("count", 1)
    values = {"points": PRICE * count, "consumer_key": "Ann", "merchant_key": "bakery", **fields}
    consumer, merchant = values.pop("consumer", ANN), values.pop("merchant", BAKERY)
    return spending(world, consumer, merchant, batch, **values)


def one(world: World, **fields: Any) -> Attempt:
    return attempt(of_ann(world, priced(world), **fields))


def nonce_used(world: World) -> Attempt:
    batch = priced(world)
    attempt(of_ann(world, batch, nonce=1_000)).send(world)
    return attempt(of_ann(world, batch, nonce=1_000))


def consumer_suspended(world: World) -> Attempt:
    batch = priced(world)
    world.send("suspendConsumer", ANN, True)
    return attempt(of_ann(world, batch))


def merchant_suspended(world: World) -> Attempt:
    batch = priced(world)
    world.send("suspendMerchant", BAKERY, True)
    return attempt(of_ann(world, batch))


def expired(world: World) -> Attempt:
    batch = priced(world, closes=world.clock.now() + 100)
    world.pass_time(100)
    return attempt(of_ann(world, batch))


def came_back(world: World) -> Attempt:
    """Stock that a merchant gave back is the operator's without the reserve of its discounts."""
    batch = priced(world, funder=Funder.ISSUER)
    world.send("recall", [world.recall_intent(BAKERY, batch, 1, 10)])
    return attempt(of_ann(world, batch, merchant=OPERATOR, merchant_key="operator wallet", lot=2))


def by_agent(world: World, *, until: int | None = None, allowance: int = 2, kind: int = 1) -> Attempt:
    """Two coupons issued by the bakery's agent 1."""
    appointment = world.appointment(BAKERY, 1, "till", by="bakery", until=until, allowance=allowance, kind=kind)
    world.send("appoint", [appointment])
    return attempt(of_ann(world, priced(world), count=2, agent=1, merchant_key="till"))


def dismissed(world: World) -> Attempt:
    prepared = by_agent(world, until=world.clock.now() + 10)
    world.pass_time(11)
    return prepared


REFUSALS: dict[Reason, Preparation] = {
    Reason.COUNT_ZERO: lambda world: one(world, count=0),
    Reason.BATCH_UNKNOWN: lambda world: attempt(of_ann(world, 1)),
    Reason.BATCH_EXPIRED: expired,
    Reason.LOT_MISMATCH: lambda world: one(world, lot=2),
    Reason.LOT_EXHAUSTED: lambda world: attempt(of_ann(world, priced(world, count=1), count=2)),
    Reason.DISCOUNT_UNFUNDED: came_back,
    Reason.CONSUMER_UNKNOWN: lambda world: one(world, consumer=CID + 1),
    Reason.CONSUMER_SUSPENDED: consumer_suspended,
    Reason.POINTS_UNSPENT: lambda world: one(world, points=PRICE - 1),
    Reason.POINTS_INSUFFICIENT: lambda world: attempt(of_ann(world, priced(world, points=PRICE - 1))),
    Reason.NONCE_USED: nonce_used,
    Reason.SIGNATURE_INVALID: lambda world: one(world, consumer_key="Bob"),
    Reason.MERCHANT_SUSPENDED: merchant_suspended,
    Reason.DEADLINE_PASSED: lambda world: one(world, deadline=world.clock.now() - 1),
    Reason.AGENT_NOT_IN_FORCE: dismissed,
    Reason.AGENT_KIND_MISMATCH: lambda world: by_agent(world, kind=14),
    Reason.ALLOWANCE_EXCEEDED: lambda world: by_agent(world, allowance=1),
}


@for_each(REFUSALS)
def test_a_spending_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    check_refusal(world, REFUSALS[reason](world), Verb.SPEND, reason)


def test_points_buy_coupons_and_become_the_merchants(world: World) -> None:
    """Points are spent when a coupon is issued (S4.7), and the history of their use is kept (S4.11)."""
    batch = priced(world, valid_days=3)
    receipt = attempt(of_ann(world, batch, count=2, nonce=1_001)).send(world)
    first = world.ask("lot", batch, 1)[1]
    assert events(world, receipt) == [
        Issued(batch, 1, first, 0, 0, ((ANN, 2),)),
        Spent(BAKERY, ANN, batch, first, 2, 2 * PRICE, 1_001),
    ]
    assert sealed(world, receipt).items == 1
    assert [world.ask("coupon", coupon_id(batch, first + index)) for index in range(3)] == [(2, ANN), (2, ANN), (1, 0)]
    assert points_of(world, ANN) == 100 - 2 * PRICE
    assert field(word(world, place(MERCHANTS, BAKERY) + 1), 0, 64) == 2 * PRICE
    assert backing(world) == 100
    assert field(word(world, place(NONCES, CONSUMER_PARTY | ANN, 1_001 >> 8)), 1_001 & 255, 1) == 1


def test_coupons_bought_with_points_are_redeemed_like_any_other(world: World) -> None:
    batch = priced(world, valid_days=1)
    attempt(of_ann(world, batch)).send(world)
    coupon = coupon_id(batch, world.ask("lot", batch, 1)[1])
    world.clock.set((NOW // DAY + 2) * DAY - 1)
    item = world.redeem_item(coupon, lot=1, merchant=BOOKSHOP, holder="Ann", order=1_000)
    assert not refused(world, world.redeem(BOOKSHOP, [item], by="bookshop"))


def test_the_last_point_is_spent_and_the_last_coupon_issued(world: World) -> None:
    batch = priced(world, points=255 * 3, price=3, count=255, size=255)
    assert not refused(world, attempt(of_ann(world, batch, count=255, points=255 * 3)).send(world))
    assert points_of(world, ANN) == 0
    assert world.ask("coupon", coupon_id(batch, 254)) == (2, ANN)
    check_refusal(world, attempt(of_ann(world, batch, points=3)), Verb.SPEND, Reason.LOT_EXHAUSTED)


def test_a_batch_that_costs_points_is_not_issued_for_nothing(world: World) -> None:
    batch = priced(world)
    receipt = world.issue(BAKERY, batch, 1, [(ANN, 1)], by="bakery")
    assert reasons(world, receipt) == [Reason.POINTS_UNSPENT]


def test_a_batch_that_costs_nothing_takes_no_points(world: World) -> None:
    world.send("grant", [(ANN, 100)])
    free = stock(world)
    for points in (0, 1):
        check_refusal(world, attempt(of_ann(world, free, points=points)), Verb.SPEND, Reason.POINTS_UNSPENT)


def test_the_price_is_neither_more_nor_less_than_the_batch_says(world: World) -> None:
    batch = priced(world)
    for points in (0, PRICE - 1, PRICE + 1, 2 * PRICE):
        check_refusal(world, attempt(of_ann(world, batch, points=points)), Verb.SPEND, Reason.POINTS_UNSPENT)


def test_both_must_sign_the_same_words(world: World) -> None:
    batch = priced(world)
    item = check_refusal(
        world, attempt(of_ann(world, batch, merchant_key="bookshop", nonce=1_002)), Verb.SPEND, Reason.SIGNATURE_INVALID
    )
    assert (item.party, item.subject) == (ANN, CONSUMER_BIT | 1_002)
    good = of_ann(world, batch)
    for field_at, other in ((5, 2), (6, PRICE + 1), (7, 1), (8, good[8] + 1)):
        changed = (*good[:field_at], other, *good[field_at + 1 :])
        assert reasons(world, attempt(changed).send(world)) != []


def test_another_consumers_coupons_are_not_paid_with_ones_points(world: World) -> None:
    batch = priced(world)
    good = of_ann(world, batch)
    check_refusal(world, attempt((BOB, *good[1:])), Verb.SPEND, Reason.POINTS_INSUFFICIENT)


def test_an_agent_issues_for_points_up_to_its_allowance(world: World) -> None:
    assert not refused(world, by_agent(world, allowance=3).send(world))
    assert field(word(world, place(AGENTS, BAKERY, 1)), 200, 40) == 1


def test_the_deadline_itself_is_still_in_time(world: World) -> None:
    assert not refused(world, one(world, deadline=world.clock.now()).send(world))


def test_refused_neighbours_leave_good_spendings_done(world: World) -> None:
    batch = priced(world)
    good, again = of_ann(world, batch, nonce=1_003), of_ann(world, batch, nonce=1_004)
    receipt = attempt(of_ann(world, batch, count=3, nonce=1_005), good, good, again, of_ann(world, batch)).send(world)
    assert [type(event).__name__ for event in events(world, receipt)] == ["Issued", "Spent"] * 2 + ["Refusals"]
    assert refused(world, receipt)[:2] == [
        RefusedItem(Verb.SPEND, Reason.POINTS_INSUFFICIENT, 0, 0, ANN, CONSUMER_BIT | 1_005),
        RefusedItem(Verb.SPEND, Reason.NONCE_USED, 0, 2, ANN, CONSUMER_BIT | 1_003),
    ]
    assert refused(world, receipt)[2].reason is Reason.POINTS_INSUFFICIENT
    assert sealed(world, receipt).items == 5


def test_a_refused_spending_leaves_its_nonce_unused(world: World) -> None:
    batch = priced(world, points=PRICE - 1)
    attempt(of_ann(world, batch, nonce=1_006)).send(world)
    world.send("grant", [(ANN, 1)])
    assert not refused(world, attempt(of_ann(world, batch, nonce=1_006)).send(world))


def test_a_pause_stops_spending(world: World) -> None:
    prepared = one(world)
    world.send("pause", sender="pauser")
    check_revert(world, prepared, "LedgerPaused", until=world.clock.now() + 7 * DAY)


def test_the_operator_takes_points_for_its_own_stock(world: World) -> None:
    world.send("grant", [(ANN, PRICE)])
    batch = mint(world, points_price=PRICE)
    world.allocate(batch, OPERATOR, 5)
    intent = of_ann(world, batch, merchant=OPERATOR, merchant_key="operator wallet")
    assert not refused(world, attempt(intent).send(world))
    assert field(word(world, place(MERCHANTS, OPERATOR) + 1), 0, 64) == PRICE
