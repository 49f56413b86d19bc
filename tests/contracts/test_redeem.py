"""Redeeming: a coupon is written off and everybody who made the sale happen is paid."""

from typing import Any, Final

import pytest

from ledger.domain.errors import Reason
from ledger.domain.events import Redeemed, RedeemedItem
from ledger.domain.split import Earning, earning, reimbursed
from ledger.domain.terms import Funder, Role, Terms
from scripts.world import OPERATOR, World, some_terms
from tests.contracts.parties import ANN, BAKERY, BOB, BOOKSHOP, CINEMA, FUNDS, held
from tests.contracts.reading import events, reasons, refused, sealed

REDEEMED = 4
PARTS_LIMIT: Final = 2**36 - 1

TERMS: Final[dict[str, dict[str, Any]]] = {
    "all kinds of money": {},
    "reward alone": {"contribution_bps": 0, "contribution_cap_minor": 0, "discount_bps": 0, "discount_minor": 0},
    "contribution alone": {"reward_minor": 0, "discount_bps": 0, "discount_minor": 0},
    "discount alone": {"reward_minor": 0, "contribution_bps": 0, "contribution_cap_minor": 0},
    "nothing": {
        "reward_minor": 0,
        "contribution_bps": 0,
        "contribution_cap_minor": 0,
        "discount_bps": 0,
        "discount_minor": 0,
    },
    "reward cap most": {"reward_cap_bps": 2**16 - 1},
    "contribution of the whole order": {"contribution_bps": 10_000, "contribution_cap_minor": 2**20},
    "discount of the whole order": {"discount_bps": 10_000, "discount_minor": 20_000},
    "fixed discount": {"discount_bps": 0},
    "fixed discount by the issuer": {"discount_bps": 0, "funder": Funder.ISSUER},
    "fixed discount by the redeemer": {"discount_bps": 0, "funder": Funder.REDEEMER},
    "discount by the issuer": {"funder": Funder.ISSUER},
    "discount by the redeemer": {"funder": Funder.REDEEMER},
    **{
        f"remainder to the {role.name.lower()}": {
            "remainder_role": role,
            "split_bps": (1_111, 1_111, 1_111, 1_111, 2_222, 2_223, 1_111),
        }
        for role in (Role.PLATFORM, Role.ISSUER, Role.REDEEMER, Role.CONSUMER, Role.RECRUITER)
    },
    **{
        f"all to the {role.name.lower()}": {"split_bps": tuple(10_000 if each is role else 0 for each in Role)}
        for role in Role
    },
}
ORDERS: Final = (100, 101, 999, 1_000, 3_999, 4_000, 4_001, 5_000, 14_999, 15_000, 2**40)
"""Around the minimum order and where each cap of `some_terms` begins to bind."""


def balances(world: World) -> dict[str, int]:
    """Cash of every party that a redemption may pay."""
    merchants = {OPERATOR: "platform", BAKERY: "issuer", CINEMA: "redeemer", BOOKSHOP: "recruiter"}
    cash = {name: int(world.ask("merchant", merchant)[1]) for merchant, name in merchants.items()}
    return {**cash, "consumer": int(world.ask("consumer", BOB)[2])}


def expected_changes(terms: Terms, earned: Earning) -> dict[str, int]:
    """What a redemption at the cinema of Bob's coupon from the bakery does to each balance."""
    changes = {role.name.lower(): earned.parts[role] for role in Role}
    assert changes.pop("sharer") == changes.pop("first_sharer") == 0
    changes["redeemer"] += reimbursed(terms, earned.discount) - earned.contribution
    return changes


@pytest.mark.parametrize("changes", TERMS.values(), ids=TERMS)
def test_every_order_moves_exactly_what_independent_arithmetic_says(world: World, changes: dict[str, Any]) -> None:
    """A merchant writes off what a consumer holds (S2.13); the incentive (S2.14) enters the coupon's pool (S2.15), is
    divided among the parties linked to it (S2.16), each paid on the chain (S2.21); absent parts and rounding go to the
    named role (N1)."""
    terms = some_terms(size=100, **changes)
    coupons = held(world, holder=BOB, count=len(ORDERS), size=100, **changes)
    earned = [earning(terms, order) for order in ORDERS]
    before = balances(world)
    items = [coupons.item(index, at=CINEMA, order=order) for index, order in enumerate(ORDERS)]
    receipt = world.redeem(CINEMA, items, by="cinema")
    expected = tuple(map(item_of, coupons.coupons, ORDERS, earned))
    assert events(world, receipt) == [Redeemed(CINEMA, 0, expected)]
    assert all(sum(item.parts) == item.reward + item.contribution for item in expected)
    after = balances(world)
    moved = [expected_changes(terms, each) for each in earned]
    assert {name: after[name] - before[name] for name in after} == {
        name: sum(each[name] for each in moved) for name in after
    }


def item_of(coupon: int, order: int, earned: Earning) -> RedeemedItem:
    amounts = (earned.reward, earned.contribution, earned.discount)
    return RedeemedItem(coupon, 0, order, *amounts, parts=parts_of(earned))


def parts_of(earned: Earning) -> tuple[int, int, int, int, int, int, int]:
    platform, issuer, redeemer, consumer, sharer, first_sharer, recruiter = earned.parts
    return platform, issuer, redeemer, consumer, sharer, first_sharer, recruiter


def test_the_coupon_is_spent_for_good(world: World) -> None:
    """No double redemption by construction (N8)."""
    coupons = held(world, count=2)
    world.redeem(BOOKSHOP, [coupons.item()], by="bookshop")
    assert world.ask("coupon", coupons.coupons[0]) == (REDEEMED, 0)
    assert world.ask("coupon", coupons.coupons[1]) == (2, ANN)
    for merchant, by in ((BOOKSHOP, "bookshop"), (BAKERY, "bakery")):
        receipt = world.redeem(merchant, [coupons.item(at=merchant)], by=by)
        assert reasons(world, receipt) == [Reason.COUPON_REDEEMED]


def test_the_reserves_give_what_was_paid_and_keep_the_rest(world: World) -> None:
    """Each coupon's reward (S2.10) is traced to its source (S2.20): the reserve of its batch, and of its lot."""
    coupons = held(world, funder=Funder.ISSUER, size=100)
    world.redeem(BOOKSHOP, [coupons.item(order=1_000)], by="bookshop")
    assert world.ask("batch", coupons.batch)[3] == 500 * 100 - 100
    assert world.ask("lot", coupons.batch, 1)[4] == 400 * 100 - 100


def test_one_merchant_in_every_role_is_paid_every_part(world: World) -> None:
    """Ann was recruited by the bakery, which issued and redeems."""
    coupons = held(world, issuer=BAKERY, holder=ANN, funder=Funder.ISSUER, size=100)
    before = world.ask("merchant", BAKERY)[1]
    world.redeem(BAKERY, [coupons.item(at=BAKERY, order=1_000)], by="bakery")
    earned = earning(some_terms(), 1_000)
    parts = earned.parts[Role.ISSUER] + earned.parts[Role.REDEEMER] + earned.parts[Role.RECRUITER]
    assert world.ask("merchant", BAKERY)[1] - before == parts + earned.discount - earned.contribution


def test_the_operator_issues_and_redeems_as_merchant_one(world: World) -> None:
    coupons = held(world, issuer=OPERATOR, size=100)
    before = world.ask("merchant", OPERATOR)[1]
    receipt = world.redeem(OPERATOR, [coupons.item(at=OPERATOR, order=1_000)], by="operator wallet")
    assert not refused(world, receipt)
    earned = earning(some_terms(), 1_000)
    parts = sum(earned.parts[role] for role in (Role.PLATFORM, Role.ISSUER, Role.REDEEMER))
    assert world.ask("merchant", OPERATOR)[1] - before == parts + earned.discount - earned.contribution


def test_an_agent_redeems_for_its_merchant_as_often_as_it_is_allowed(world: World) -> None:
    world.send("appoint", [world.appointment(BOOKSHOP, 3, "till", by="bookshop", kind=2, allowance=2)])
    coupons = held(world, count=3)
    receipt = world.redeem(BOOKSHOP, [coupons.item(0), coupons.item(1)], by="till", agent=3)
    (redeemed,) = events(world, receipt)
    assert isinstance(redeemed, Redeemed)
    assert (redeemed.merchant, redeemed.agent, len(redeemed.items)) == (BOOKSHOP, 3, 2)
    receipt = world.redeem(BOOKSHOP, [coupons.item(2)], by="till", agent=3)
    assert reasons(world, receipt) == [Reason.ALLOWANCE_EXCEEDED]


def test_refused_items_do_not_use_up_an_agents_allowance(world: World) -> None:
    world.send("appoint", [world.appointment(BOOKSHOP, 3, "till", by="bookshop", kind=2, allowance=2)])
    coupons = held(world, count=2)
    world.redeem(BOOKSHOP, [coupons.item(0), coupons.item(0)], by="till", agent=3)
    assert not refused(world, world.redeem(BOOKSHOP, [coupons.item(1)], by="till", agent=3))


def test_the_largest_incentive_fills_its_36_bits_exactly(world: World) -> None:
    world.fund([(False, OPERATOR, PARTS_LIMIT)])
    split = (0, 0, 0, 0, 5_000, 5_000, 0)
    changes: dict[str, Any] = {
        "size": 1,
        "reward_minor": PARTS_LIMIT,
        "reward_cap_bps": 2**16 - 1,
        "contribution_bps": 0,
        "contribution_cap_minor": 0,
        "discount_bps": 0,
        "discount_minor": 0,
        "split_bps": split,
        "remainder_role": Role.RECRUITER,
    }
    coupons = held(world, holder=BOB, stocked=1, **changes)
    receipt = world.redeem(CINEMA, [coupons.item(at=CINEMA, order=2**48 - 1)], by="cinema")
    (redeemed,) = events(world, receipt)
    assert isinstance(redeemed, Redeemed)
    assert redeemed.items[0].parts == (0, 0, 0, 0, 0, 0, PARTS_LIMIT)
    assert world.ask("merchant", BOOKSHOP)[1] == FUNDS + PARTS_LIMIT


def test_anybody_may_send_what_the_parties_signed(world: World) -> None:
    coupons = held(world)
    intent = world.redeem_intent(BOOKSHOP, [coupons.item()], by="bookshop")
    receipt = world.send("redeem", [intent], sender="stranger")
    assert sealed(world, receipt).items == 1
    assert not refused(world, receipt)
