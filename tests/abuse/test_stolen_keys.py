"""What a stolen key can take, measured: nothing by the relayer's, at most the caps of a day by any other (promise 26).

The table of it is in `contracts/README.md`.
"""

from collections.abc import Callable
from random import Random
from typing import Any, Final

import pytest

from ledger.custody.keys import KeySigner
from ledger.domain.errors import Reason
from ledger.domain.ids import OPERATOR, coupon_id
from ledger.domain.intents import Intent
from scripts.world import DAY, Reverted, World, key, some_terms, terms_tuple
from scripts.world.accounts import spending, veto
from tests.abuse.checking import check_refused, forging
from tests.abuse.stage import Stage
from tests.abuse.thief import PURSE, Thief, reserves, rewarded_today
from tests.abuse.verbs import VERBS
from tests.conftest import Report
from tests.contracts.books import money, tokens
from tests.contracts.parties import (
    ANN,
    BAKERY,
    BANK,
    BOOKSHOP,
    CID,
    CINEMA,
    CONSUMERS,
    MERCHANTS,
    held,
    opened_world,
    stock,
)
from tests.contracts.reading import Attempt, check_revert, reasons, refused
from tests.contracts.test_roles import ARGUMENTS, functions, gates

Scaled = Callable[[int], int]
OUT_DAILY, REWARD_DAILY, RESERVE_DAILY = 1_000_000, 70_000, 900_000
TO_CONSUMER: Final = (0, 0, 0, 10_000, 0, 0, 0)


def capped(**options: Any) -> World:
    """A ledger with daily caps that are far below what it holds."""
    caps = {"withdrawal_cap_daily": OUT_DAILY, "reward_cap_daily": REWARD_DAILY, "withdrawal_delay": DAY}
    return opened_world(**{**caps, "reserve_cap_daily": 10**18, **options})


def check_books(world: World) -> None:
    assert money(world).total == tokens(world)


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
        for name, verb in VERBS.items():
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
    """An error, or nothing but refusals; no money and no token is anywhere else than before."""
    before = (money(world), tokens(world))
    try:
        receipt = attempt.send(world)
    except Reverted:
        pass
    else:
        assert refused(world, receipt), attempt.function
    assert (money(world), tokens(world)) == before


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


# ---------------------------------------------------------------- the operator's key


def test_with_the_operators_key_at_most_the_caps_are_reserved_earned_and_taken_in_a_day(
    scaled: Scaled, report: Report
) -> None:
    """Merchants and consumers of the thief's own, batches that give it everything, points it cashes: all of a day."""
    world = capped(reserve_cap_daily=RESERVE_DAILY)
    world.register_merchants(["den", "lair"])
    den, lair = 6, 7
    world.register_consumers(["fence"], recruiter=den, by="den")
    fence = 4
    thief = Thief(world, [(True, fence, "fence"), (False, den, "den"), (False, lair, "lair")])
    days = max(3, scaled(30))
    thief.next_day()
    platform = int(world.ask("merchant", OPERATOR)[1])
    for day in range(days):
        batch = day + 1
        reserved = _reserve_all(world, fence)
        assert reserved == RESERVE_DAILY
        _spend_all(world, fence, den, batch)
        for merchant in (den, lair):
            assert rewarded_today(world, merchant) <= REWARD_DAILY
        assert thief.take() <= OUT_DAILY
        thief.next_day()
    gone = platform - int(world.ask("merchant", OPERATOR)[1])
    assert gone == days * RESERVE_DAILY
    assert 0 < thief.purse <= days * min(OUT_DAILY, RESERVE_DAILY)
    check_books(world)
    report("the operator's key", days=days, taken=thief.purse, reserved=gone, cap_of_reserves=days * RESERVE_DAILY)


def _reserve_all(world: World, fence: int) -> int:
    """A batch whose 140 coupons give it 1,000 each, and points for the rest of the day's cap; a unit more is refused."""
    before = int(world.ask("merchant", OPERATOR)[1])
    closes = world.clock.now() + 5 * DAY
    money_of_it = {"reward_minor": 0, "contribution_bps": 0, "contribution_cap_minor": 0, "discount_bps": 0}
    terms = some_terms(size=140, discount_minor=1_000, closes=closes, **money_of_it, split_bps=TO_CONSUMER)
    world.send("mint", terms_tuple(terms))
    world.send("grant", [(fence, RESERVE_DAILY - 140_000)])
    check_revert(world, Attempt("grant", ([(fence, 1)],), "operator"), "ReserveCapReached", reserve=1, left=0)
    return before - int(world.ask("merchant", OPERATOR)[1])


def _spend_all(world: World, fence: int, den: int, batch: int) -> None:
    """The coupons are issued to the thief and used, half of them at each of its merchants, as far as the cap lets it."""
    world.allocate(batch, den, 140)
    world.issue(den, batch, 1, [(fence, 140)], by="den")
    for merchant, name, numbers in ((den, "den", range(70)), (den + 1, "lair", range(70, 140))):
        fields = {"lot": 1, "merchant": merchant, "holder": "fence", "order": 1_000}
        items = [world.redeem_item(coupon_id(batch, number), **fields) for number in (*numbers, 139)]
        world.redeem(merchant, items, by=name)


def test_points_that_the_operators_key_grants_become_cash_by_the_same_caps() -> None:
    world = capped(reserve_cap_daily=RESERVE_DAILY)
    batch = stock(world, count=900, points_price=1_000, reward_minor=0, discount_bps=0, discount_minor=0)
    world.send("grant", [(ANN, RESERVE_DAILY)])
    intent = spending(world, ANN, BAKERY, batch, points=250_000, count=250, consumer_key="Ann", merchant_key="bakery")
    assert not refused(world, Attempt("spend", ([intent],)).send(world))
    before = int(world.ask("merchant", BAKERY)[1])
    assert not refused(world, world.send("cashOut", [BAKERY], sender="relayer"))
    assert int(world.ask("merchant", BAKERY)[1]) - before == 250_000 <= RESERVE_DAILY
    check_books(world)


def test_the_operators_key_takes_over_a_party_after_seven_days_if_nobody_objects() -> None:
    """Until then it has nothing of it; afterwards what it takes is under the cap of a day."""
    world = capped()
    world.fund([(True, ANN, 10**8)])
    world.send("startRecovery", True, ANN, key("thief").address)
    thief = Thief(world, [(True, ANN, "thief")])
    for _ in range(7):
        assert thief.take() == 0
        with pytest.raises(Reverted, match="RecoveryNotReady"):
            world.send("completeRecovery", True, ANN, sender="relayer")
        world.pass_time(DAY)
    world.send("completeRecovery", True, ANN, sender="relayer")
    assert thief.take() == OUT_DAILY


@pytest.mark.parametrize("who", ["the party", "the pauser"])
def test_one_objection_within_seven_days_ends_it(who: str) -> None:
    world = capped()
    world.send("startRecovery", True, ANN, key("thief").address)
    ready_at = world.clock.now() + 7 * DAY
    world.pass_time(7 * DAY - 1)
    if who == "the party":
        signature = veto(world, ANN, "thief", by="Ann", ready_at=ready_at, consumer=True)
        world.send("vetoRecovery", True, ANN, signature, sender="relayer")
    else:
        world.send("vetoRecovery", True, ANN, b"", sender="pauser")
    world.pass_time(DAY)
    with pytest.raises(Reverted, match="RecoveryUnknown"):
        world.send("completeRecovery", True, ANN, sender="relayer")
    assert world.ask("consumer", ANN)[0] == f"0x{key('Ann').address.hex()}"
