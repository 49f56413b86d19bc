"""What a stolen key can take, measured: nothing by the relayer's, at most the caps of a day by any other (promise 26).

The table of it is in `contracts/README.md`.
"""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from ledger.custody.keys import KeySigner
from ledger.domain.errors import Reason
from ledger.domain.ids import OPERATOR
from ledger.domain.intents import Intent
from scripts.world import DAY, Reverted, World, key
from tests.abuse.checking import check_refused, forging
from tests.abuse.stage import Stage
from tests.abuse.thief import OUT_DAILY, PURSE, REWARD_DAILY, Thief, capped, check_books, reserves, rewarded_today
from tests.abuse.verbs import VERBS
from tests.conftest import Report
from tests.contracts.books import tokens
from tests.contracts.parties import (
    ANN,
    BAKERY,
    BANK,
    BOB,
    BOOKSHOP,
    CID,
    CINEMA,
    CONSUMERS,
    MERCHANTS,
    held,
)
from tests.contracts.reading import Attempt, changing_only_the_seal, reasons, refused
from tests.contracts.test_roles import ARGUMENTS, functions, gates

Scaled = Callable[[int], int]
# ---------------------------------------------------------------- the relayer's key

BY_ANYBODY: Final[dict[str, tuple[Any, ...]]] = {
    "deposit": ([(True, ANN, 5)],),
    "payOut": ([OPERATOR, BAKERY, BOOKSHOP, CINEMA, BANK],),
    "cashOut": ([OPERATOR, BAKERY, BOOKSHOP],),
    "closeLots": (1, [1]),
    "completeRecovery": (True, CID),
    "grantRole": (bytes(32), PURSE),
    "revokeRole": (bytes(32), PURSE),
    "renounceRole": (bytes(32), key("operator").address),
}


def test_the_relayers_key_is_tried_at_every_entrance() -> None:
    signed = {each.function for each in VERBS.values()} - set(gates())
    assert functions("nonpayable") == set(gates()) | signed | set(BY_ANYBODY) | {"distribute"}


def test_the_relayers_key_moves_no_coupon_and_no_money(stage: Stage, scaled: Scaled, report: Report) -> None:
    """As every role, for every party, and where nobody needs to have signed."""
    world, random, tried = stage.world, Random(26), 0

    def by_relayer(_: KeySigner, intent: Intent, __: bytes) -> bytes:
        return World.sign(world, key("relayer"), intent)

    for _ in range(max(1, scaled(1_000) // 50)):
        for verb in VERBS.values():
            if verb.sender != "operator":
                with forging(world, by_relayer):
                    attempt = verb.attempt(stage, 0 if verb.in_order else random.randrange(10))
                check_refused(stage, attempt)
                tried += 1
        for function, arguments in (*ARGUMENTS.items(), *BY_ANYBODY.items()):
            check_nothing_gained(world, Attempt(function, arguments))
            tried += 1
        check_nothing_gained(world, Attempt("distribute", (list(stage.waiting[:5]),)))
        world.pass_time(random.randrange(600))
    assert tokens(world, key("relayer").address) == tokens(world, PURSE) == 0
    report("the relayer's key", tried=tried, moved=0)


def check_nothing_gained(world: World, attempt: Attempt) -> None:
    """An error, or nothing but refusals; in every slot of the ledger and of its token stands what stood before."""
    before = [world.chain.proof(each.address, []).storage_root for each in (world.ledger, world.token)]
    try:
        with changing_only_the_seal(world):
            receipt = attempt.send(world)
    except Reverted:
        assert before == [world.chain.proof(each.address, []).storage_root for each in (world.ledger, world.token)]
    else:
        assert refused(world, receipt), attempt.function


def test_what_the_relayer_may_set_going_goes_where_the_parties_said(stage: Stage) -> None:
    """A due payment is paid out, a due pool distributed: to those who are owed, whoever sends."""
    world = stage.world
    account = key("the bakery's account").address
    intent = world.withdrawal(BAKERY, 500, by="bakery", to=account)
    assert not refused(world, world.send("withdraw", [intent], sender="relayer"))
    assert not refused(world, world.send("payOut", [BAKERY], sender="relayer"))
    world.pass_time(3 * DAY)
    assert not refused(world, world.send("distribute", list(stage.waiting), sender="relayer"))
    assert (tokens(world, account), tokens(world, key("relayer").address)) == (500, 0)


# ---------------------------------------------------------------- the custody seed: every party's key


def test_with_every_partys_key_at_most_the_cap_leaves_in_a_day(scaled: Scaled, report: Report) -> None:
    """All cash of all, and every coupon there is, redeemed at merchants of the thief's choice."""
    world = capped()
    world.fund([*((True, each, 10**8) for each in CONSUMERS), (False, BANK, 10**8)])
    coupons = held(world, count=250, stocked=250, size=1_000)
    parties = [(True, each, name) for each, name in CONSUMERS.items()]
    parties += [(False, each, name) for each, name in MERCHANTS.items() if each != OPERATOR]
    thief, days, used = Thief(world, parties), max(2, scaled(30)), 0
    thief.next_day()
    for _ in range(days):
        before = reserves(world, [1])
        for merchant in (BOOKSHOP, CINEMA):
            for _ in range(3):
                items = [coupons.item(number, at=merchant, order=10_000) for number in range(used, used + 30)]
                receipt = world.redeem(merchant, items, by=MERCHANTS[merchant])
                used = min(220, used + 30 - len(refused(world, receipt)))
            assert rewarded_today(world, merchant) <= REWARD_DAILY
        assert before - reserves(world, [1]) <= 2 * REWARD_DAILY
        taken = thief.take()
        assert taken == OUT_DAILY
        assert thief.take() == 0
        thief.next_day()
    assert thief.purse == days * OUT_DAILY
    assert world.ask("merchant", OPERATOR)[1] > 0
    check_books(world)
    report("every party's key", days=days, taken_in_a_day=OUT_DAILY, cap=OUT_DAILY)


def test_the_platforms_own_cash_is_not_among_what_parties_keys_open(scaled: Scaled) -> None:
    world = capped()
    intent = world.withdrawal(OPERATOR, 1, by="operator wallet", to=PURSE)
    assert reasons(world, Attempt("withdraw", ([intent],)).send(world)) == [Reason.KIND_INVALID]


def test_the_cap_is_of_a_day_in_utc_so_that_two_of_them_may_leave_around_midnight() -> None:
    world = capped()
    world.fund([(True, ANN, 10**8)])
    thief = Thief(world, [(True, ANN, "Ann")])
    world.clock.set((world.clock.now() // DAY + 1) * DAY - 1)
    assert thief.take() == OUT_DAILY
    world.pass_time(1)
    assert thief.take() == OUT_DAILY


def test_what_others_bring_in_on_the_day_can_go_out_beside_the_cap_and_not_a_unit_more() -> None:
    """The cap is on what leaves in all, so that nobody keeps others waiting with money that only passes through."""
    world = capped()
    world.fund([(True, ANN, 10**8)])
    thief = Thief(world, [(True, ANN, "Ann")])
    thief.next_day()
    assert thief.take() == OUT_DAILY
    world.fund([(True, BOB, 70_000), (False, OPERATOR, 30_000)])
    assert thief.take() == 70_000
    assert thief.take() == 0
    thief.next_day()
    world.fund([(True, BOB, 70_000)])
    assert thief.take() == OUT_DAILY, "what came before the first withdrawal of the day makes no room"
