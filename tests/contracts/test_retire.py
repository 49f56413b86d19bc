"""Retiring a ledger: announced once, a week ahead; from then on nothing is minted or issued."""

from collections.abc import Callable

import pytest

from ledger.chain.contract import Revert
from ledger.domain.events import Retiring
from scripts.world import DAY, NOW, World, some_terms, terms_tuple
from scripts.world.accounts import spending
from scripts.world.sharing import bearer_intent
from tests.contracts.books import STANDING, field, word
from tests.contracts.parties import ANN, BAKERY, BOOKSHOP, Held, held, stock
from tests.contracts.reading import Attempt, check_revert, events, reasons, refused, sealed

NOTICE = 7 * DAY
END = NOW + 10 * DAY

STOPPED: dict[str, Callable[[World], Attempt]] = {
    "mint": lambda _: Attempt("mint", (terms_tuple(some_terms()),), sender="operator"),
    "issue": lambda world: Attempt("issue", ([world.issue_intent(BAKERY, stock(world), 1, [(1, 1)], by="bakery")],)),
    "issueToBearers": lambda world: Attempt(
        "issueToBearers", ([bearer_intent(world, BAKERY, stock(world, bearer=True), 1, ["voucher"], by="bakery")],)
    ),
    "spend": lambda world: Attempt(
        "spend",
        (
            [
                spending(
                    *(world, ANN, BAKERY, stock(world, points_price=1)),
                    points=1,
                    consumer_key="Ann",
                    merchant_key="bakery",
                    deadline=END + DAY,
                )
            ],
        ),
    ),
}


def revert_of(world: World, retires_at: int) -> Revert | None:
    data = world.ledger.encode("retire", retires_at)
    return world.ledger.revert_of(world.chain, data, sender=world.timelock.address)


def test_the_end_is_announced_and_stands_in_its_slot(world: World) -> None:
    receipt = world.send_as_admin("retire", END)
    assert events(world, receipt) == [Retiring(END)]
    assert sealed(world, receipt).items == 1
    assert field(word(world, STANDING), 64, 40) == END


def test_it_is_announced_at_least_seven_days_ahead(world: World) -> None:
    earliest = world.clock.now() + NOTICE
    for early in (0, earliest - 1):
        fields = {"retiresAt": early, "earliest": earliest}
        assert revert_of(world, early) == Revert("RetirementTooEarly", fields)
    assert revert_of(world, earliest) is None


def test_what_was_announced_is_neither_hastened_nor_taken_back(world: World) -> None:
    world.send_as_admin("retire", END)
    for moment in (END, END + DAY, 2**40 - 1):
        assert revert_of(world, moment) == Revert("LedgerRetired", {"retiresAt": END})


@pytest.mark.parametrize("verb", STOPPED)
def test_the_verb_works_until_the_last_second_and_never_again(world: World, verb: str) -> None:
    world.send_as_admin("retire", END)
    world.clock.set(END - 1)
    before, after = STOPPED[verb](world), STOPPED[verb](world)
    if verb == "spend":
        world.send("grant", [(ANN, 2)])
    assert not refused(world, before.send(world))
    world.clock.set(END)
    check_revert(world, after, "LedgerRetired", retiresAt=END)
    world.clock.set(END + 1_000 * DAY)
    check_revert(world, after, "LedgerRetired", retiresAt=END)


def at_bookshop(coupons: Held, index: int) -> list[object]:
    world = coupons.world
    return list(reasons(world, world.redeem(BOOKSHOP, [coupons.item(index)], by="bookshop")))


def test_what_was_promised_is_kept_after_the_end(world: World) -> None:
    """Coupons are redeemed and batches closed, cash is withdrawn, members come and go."""
    coupons = held(world, count=2)
    world.send_as_admin("retire", END)
    world.clock.set(END)
    assert at_bookshop(coupons, 0) == []
    assert not refused(world, world.send("withdraw", [world.withdrawal(BAKERY, 5, by="bakery")]))
    assert not refused(world, world.send("payOut", [BAKERY]))
    assert not refused(world, world.send("recall", [world.recall_intent(BAKERY, coupons.batch, 1, 5, by="bakery")]))
    assert not refused(world, world.fund([(True, ANN, 5)]))
    assert not refused(world, world.register_consumers(["Dora"], recruiter=BAKERY, by="bakery"))
    world.clock.set(NOW + 37 * DAY)
    world.send("close", coupons.batch)
    world.send("closeLots", coupons.batch, [1])
