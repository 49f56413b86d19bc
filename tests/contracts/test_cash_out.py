"""Cashing out: a merchant's points become its cash."""

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import CashedOut, RefusedItem
from scripts.world import OPERATOR, World
from scripts.world.accounts import spending
from tests.contracts.books import MERCHANTS, field, money, place, word
from tests.contracts.parties import ANN, BAKERY, BOOKSHOP, FUNDS, stock
from tests.contracts.parties import MERCHANTS as NAMES
from tests.contracts.reading import Attempt, Preparation, check_refusal, events, for_each, refused, sealed
from tests.contracts.test_grant import backing

PRICE = 40


def attempt(*merchants: int) -> Attempt:
    return Attempt("cashOut", (list(merchants),), sender="stranger")


def earned(world: World, merchant: int = BAKERY, count: int = 2) -> None:
    """A consumer bought coupons of the merchant's with points."""
    world.send("grant", [(ANN, PRICE * count)])
    batch = stock(world, merchant=merchant, points_price=PRICE, reward_minor=0, discount_bps=0, discount_minor=0)
    intent = spending(
        world,
        *(ANN, merchant, batch),
        points=PRICE * count,
        count=count,
        consumer_key="Ann",
        merchant_key=NAMES[merchant],
    )
    assert not refused(world, world.send("spend", [intent], sender="relayer"))


REFUSALS: dict[Reason, Preparation] = {Reason.AMOUNT_ZERO: lambda _: attempt(BAKERY)}


@for_each(REFUSALS)
def test_who_has_no_points_is_refused_and_nothing_changes(world: World, reason: Reason) -> None:
    check_refusal(world, REFUSALS[reason](world), Verb.CASH_OUT, reason)


def test_a_merchant_is_paid_for_the_points_it_took(world: World) -> None:
    """The provider is paid for points used (S4.15); anybody may see to it."""
    earned(world)
    receipt = attempt(BAKERY).send(world)
    assert events(world, receipt) == [CashedOut(BAKERY, 2 * PRICE)]
    assert sealed(world, receipt).items == 1
    assert world.ask("merchant", BAKERY)[1] == FUNDS + 2 * PRICE
    assert field(word(world, place(MERCHANTS, BAKERY) + 1), 0, 64) == 0
    assert backing(world) == money(world).points == 0


def test_what_was_cashed_out_is_withdrawn_like_any_cash(world: World) -> None:
    earned(world)
    attempt(BAKERY).send(world)
    world.send("withdraw", [world.withdrawal(BAKERY, FUNDS + 2 * PRICE, by="bakery")], sender="relayer")
    assert not refused(world, world.send("payOut", [BAKERY], sender="relayer"))


def test_a_suspended_merchant_keeps_what_it_earned(world: World) -> None:
    earned(world)
    world.send("suspendMerchant", BAKERY, True)
    assert not refused(world, attempt(BAKERY).send(world))


def test_the_operator_has_its_own_points_back(world: World) -> None:
    earned(world, OPERATOR)
    before = world.ask("merchant", OPERATOR)[1]
    attempt(OPERATOR).send(world)
    assert world.ask("merchant", OPERATOR)[1] == before + 2 * PRICE


def test_refused_neighbours_leave_good_merchants_paid(world: World) -> None:
    earned(world)
    earned(world, BOOKSHOP, 1)
    receipt = attempt(0, BAKERY, BAKERY, 99, BOOKSHOP).send(world)
    assert events(world, receipt)[:2] == [CashedOut(BAKERY, 2 * PRICE), CashedOut(BOOKSHOP, PRICE)]
    assert refused(world, receipt) == [
        RefusedItem(Verb.CASH_OUT, Reason.AMOUNT_ZERO, 0, 0, 0, 0),
        RefusedItem(Verb.CASH_OUT, Reason.AMOUNT_ZERO, 0, 2, BAKERY, 0),
        RefusedItem(Verb.CASH_OUT, Reason.AMOUNT_ZERO, 0, 3, 99, 0),
    ]
    assert sealed(world, receipt).items == 5
