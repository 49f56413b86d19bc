"""What the keys of agents, of the pauser and of the treasurer can do at most, measured (promise 26)."""

from typing import Any, Final

import pytest

from ledger.domain.errors import Reason
from ledger.domain.ids import OPERATOR
from scripts.world import DAY, Reverted, World, key, some_terms, terms_tuple
from scripts.world.accounts import statement
from tests.abuse.thief import PURSE
from tests.contracts.books import money, tokens
from tests.contracts.parties import ANN, BAKERY, BOB, BOOKSHOP, FUNDS, held, issue, opened_world, stock
from tests.contracts.reading import Attempt, check_revert, reasons, refused
from tests.contracts.stating import TODAY, set_policy

ISSUES, REDEEMS, RECRUITS, STATES = 1, 2, 4, 8
ALLOWANCE: Final = 5


def appointed(world: World, merchant: int, by: str, kind: int) -> None:
    appointment = world.appointment(merchant, 1, "till", by=by, kind=kind, allowance=ALLOWANCE)
    assert not refused(world, world.send("appoint", [appointment]))


def test_an_issuing_agents_key_gives_away_as_many_coupons_as_its_allowance(world: World) -> None:
    appointed(world, BAKERY, "bakery", ISSUES)
    batch = stock(world, count=100)
    before = money(world)
    fields: dict[str, Any] = {"by": "till", "agent": 1}
    intents = [world.issue_intent(BAKERY, batch, 1, [(BOB, count)], **fields) for count in (3, 3, 2, 1)]
    assert reasons(world, Attempt("issue", (intents,)).send(world)) == [Reason.ALLOWANCE_EXCEEDED] * 2
    assert money(world) == before


def test_a_redeeming_agents_key_costs_the_merchant_the_contributions_of_its_allowance(world: World) -> None:
    """With consumers who collude; what others pay for is under the merchant's cap of a day."""
    appointed(world, BOOKSHOP, "bookshop", REDEEMS)
    cap = 4_000
    terms: dict[str, Any] = {"contribution_bps": 10_000, "contribution_cap_minor": cap}
    coupons = held(world, count=9, split_bps=(0, 0, 0, 10_000, 0, 0, 0), **terms)
    for number in range(9):
        fields: dict[str, Any] = {"by": "till", "agent": 1}
        intent = world.redeem_intent(BOOKSHOP, [coupons.item(number, order=10_000)], **fields)
        expected = [] if number < ALLOWANCE else [Reason.ALLOWANCE_EXCEEDED]
        assert reasons(world, Attempt("redeem", ([intent],)).send(world)) == expected
    discounts = ALLOWANCE * 400
    assert FUNDS - int(world.ask("merchant", BOOKSHOP)[1]) == ALLOWANCE * cap - discounts


def test_a_recruiting_agents_key_registers_as_many_strangers_as_its_allowance(world: World) -> None:
    appointed(world, BAKERY, "bakery", RECRUITS)
    before = money(world)
    names = [f"bot {number}" for number in range(ALLOWANCE + 1)]
    for count, expected in ((ALLOWANCE + 1, Reason.ALLOWANCE_EXCEEDED), (ALLOWANCE, None)):
        records = [world.recruit_record(name, recruiter=BAKERY) for name in names[:count]]
        intent = world.recruit_intent(BAKERY, records, by="till", agent=1)
        found = set(reasons(world, Attempt("registerConsumers", ([intent],)).send(world)))
        assert found == ({expected} if expected else set())
    assert money(world) == before


def test_a_stating_agents_key_can_make_the_merchant_pay_commission_from_all_its_cash(world: World) -> None:
    """On turnover that never was: the platform's share comes back by hand, the rebate goes to whom the thief names.

    No cap of a day bounds it inside the ledger; what leaves the ledger is bounded as ever.
    """
    set_policy(world, commission_bps=500, rebate_bps=6_000)
    appointed(world, BOOKSHOP, "bookshop", STATES)
    fields: dict[str, Any] = {"by": "till", "agent": 1, "period": TODAY - 7}
    for amount, expected in ((FUNDS * 20 + 20, [Reason.COMMISSION_UNFUNDED]), (FUNDS * 20, [])):
        invented = statement(world, BOOKSHOP, [(BAKERY, amount)], **fields)
        assert reasons(world, Attempt("state", ([invented],)).send(world)) == expected
    assert int(world.ask("merchant", BOOKSHOP)[1]) == 0
    assert int(world.ask("merchant", BAKERY)[1]) == FUNDS + FUNDS * 6 // 10
    assert int(world.ask("merchant", OPERATOR)[1]) == FUNDS + FUNDS * 4 // 10


@pytest.mark.parametrize("kind", [ISSUES, REDEEMS, RECRUITS, STATES, 15])
def test_no_agents_key_withdraws_appoints_consents_recalls_or_changes_the_wallet(world: World, kind: int) -> None:
    appointed(world, BAKERY, "bakery", kind)
    batch = stock(world, count=10)
    attempts = (
        Attempt("withdraw", ([world.withdrawal(BAKERY, 5, by="till", to=PURSE)],)),
        Attempt("appoint", ([world.appointment(BAKERY, 2, "thief", by="till")],)),
        Attempt("recall", ([world.recall_intent(BAKERY, batch, 1, 5, by="till")],)),
    )
    for attempt in attempts:
        assert reasons(world, attempt.send(world)) == [Reason.SIGNATURE_INVALID]


def test_the_pausers_key_stops_the_ledger_for_seven_days_out_of_eight_and_takes_nothing(world: World) -> None:
    coupons = held(world)
    world.fund([(True, ANN, 100)])
    before = money(world)
    world.send("pause", sender="pauser")
    for attempt in (
        Attempt("mint", (terms_tuple(some_terms()),), "operator"),
        Attempt("allocate", ([],), "operator"),
        Attempt("issue", ([],)),
        Attempt("transfer", (b"",)),
        Attempt("redeem", ([world.redeem_intent(BOOKSHOP, [coupons.item()], by="bookshop")],)),
    ):
        with pytest.raises(Reverted, match="LedgerPaused"):
            attempt.send(world)
    withdrawal = world.withdrawal(ANN, 100, by="Ann", consumer=True)
    assert not refused(world, Attempt("withdraw", ([withdrawal],)).send(world)), "money stays open"
    assert money(world).total == before.total - 100
    world.pass_time(7 * DAY)
    with pytest.raises(Reverted, match="PauseCoolingDown"):
        world.send("pause", sender="pauser")
    assert not reasons(world, world.redeem(BOOKSHOP, [coupons.item()], by="bookshop"))
    world.pass_time(DAY)
    world.send("pause", sender="pauser")


def test_the_treasurers_key_takes_the_platforms_cash_and_nothing_that_is_reserved(world: World) -> None:
    issue(world, stock(world), count=9)
    world.send("grant", [(ANN, 500)])
    world.fund([(True, ANN, 100)])
    others = money(world).total - int(world.ask("merchant", OPERATOR)[1])
    cash = int(world.ask("merchant", OPERATOR)[1])
    too_much = Attempt("withdrawPlatform", (cash + 1, PURSE), "treasurer")
    check_revert(world, too_much, "CashInsufficient", amount=cash + 1, cash=cash)
    world.send("withdrawPlatform", cash, PURSE, sender="treasurer")
    assert tokens(world, PURSE) == cash
    assert money(world).total == tokens(world) == others


def test_the_operators_wallet_cannot_withdraw_what_it_earns() -> None:
    world = opened_world()
    intent = world.withdrawal(OPERATOR, 1, by="operator wallet", to=PURSE)
    assert reasons(world, Attempt("withdraw", ([intent],)).send(world)) == [Reason.KIND_INVALID]
    assert tokens(world, PURSE) == 0
    assert key("operator wallet").address != key("operator").address
