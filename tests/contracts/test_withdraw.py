"""Withdrawing: consumers and institutions are paid at once, merchants' requests wait."""

from typing import Any

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import RefusedItem, WithdrawalRequested, Withdrawn
from scripts.world import DAY, NOW, OPERATOR, World, key
from tests.contracts.books import OUTFLOW, WITHDRAWALS, field, place, tokens, word
from tests.contracts.parties import ANN, BAKERY, BANK, BOB, BOOKSHOP, CID, CONSUMERS, FUNDS
from tests.contracts.reading import Attempt, Preparation, check_refusal, events, for_each, reasons, refused, sealed

CONSUMER_BIT = 1 << 64
PAYEE = key("a bank account").address


def attempt(*withdrawals: tuple[Any, ...]) -> Attempt:
    return Attempt("withdraw", (list(withdrawals),))


def of_ann(world: World, amount: int = 10, **fields: Any) -> tuple[Any, ...]:
    return world.withdrawal(ANN, amount, **{"consumer": True, "by": "Ann", "to": PAYEE, **fields})


def of_bakery(world: World, amount: int = 10, **fields: Any) -> tuple[Any, ...]:
    return world.withdrawal(BAKERY, amount, **{"by": "bakery", "to": PAYEE, **fields})


def nonce_used(world: World) -> Attempt:
    world.fund([(True, ANN, 20)])
    attempt(of_ann(world, nonce=1_000)).send(world)
    return attempt(of_ann(world, nonce=1_000))


def consumer_suspended(world: World) -> Attempt:
    world.send("suspendConsumer", ANN, True)
    return attempt(of_ann(world))


def merchant_suspended(world: World) -> Attempt:
    world.send("suspendMerchant", BAKERY, True)
    return attempt(of_bakery(world))


def pending(world: World) -> Attempt:
    world.send_as_admin("setLimits", (10**12, 10**18, 10**18, DAY))
    attempt(of_bakery(world)).send(world)
    world.pass_time(DAY - 1)
    return attempt(of_bakery(world))


def forged(world: World) -> Attempt:
    world.fund([(True, ANN, 10)])
    return attempt(of_ann(world, by="Bob"))


def capped(world: World) -> Attempt:
    world.fund([(True, ANN, 10)])
    world.send_as_admin("setLimits", (10**12, 10**18, 9, 0))
    return attempt(of_ann(world, 10))


REFUSALS: dict[Reason, Preparation] = {
    Reason.AMOUNT_ZERO: lambda world: attempt(of_ann(world, 0)),
    Reason.WALLET_INVALID: lambda world: attempt(of_bakery(world, to=bytes(20))),
    Reason.DEADLINE_PASSED: lambda world: attempt(of_bakery(world, deadline=world.clock.now() - 1)),
    Reason.NONCE_USED: nonce_used,
    Reason.CONSUMER_UNKNOWN: lambda world: attempt(world.withdrawal(CID + 1, 1, by="Ann", consumer=True)),
    Reason.CONSUMER_SUSPENDED: consumer_suspended,
    Reason.MERCHANT_UNKNOWN: lambda world: attempt(world.withdrawal(BANK + 1, 1, by="bakery")),
    Reason.MERCHANT_SUSPENDED: merchant_suspended,
    Reason.KIND_INVALID: lambda world: attempt(world.withdrawal(OPERATOR, 1, by="operator wallet")),
    Reason.CASH_INSUFFICIENT: lambda world: attempt(of_bakery(world, FUNDS + 1)),
    Reason.WITHDRAWAL_PENDING: pending,
    Reason.SIGNATURE_INVALID: forged,
    Reason.WITHDRAWAL_CAP_REACHED: capped,
}


@for_each(REFUSALS)
def test_a_withdrawal_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    check_refusal(world, REFUSALS[reason](world), Verb.WITHDRAW, reason)


def test_a_consumer_is_paid_at_once_what_it_holds_and_not_a_unit_more(world: World) -> None:
    """Rewards are paid out (S2.21)."""
    world.fund([(True, ANN, 30)])
    item = check_refusal(world, attempt(of_ann(world, 31, nonce=1_001)), Verb.WITHDRAW, Reason.CASH_INSUFFICIENT)
    assert (item.party, item.subject) == (ANN, CONSUMER_BIT | 1_001)
    receipt = attempt(of_ann(world, 30, nonce=1_001)).send(world)
    assert events(world, receipt) == [Withdrawn(True, ANN, 30, PAYEE, 1_001)]
    assert world.ask("consumer", ANN)[2] == 0
    assert tokens(world, PAYEE) == 30


def test_an_institution_is_paid_at_once(world: World) -> None:
    world.fund([(False, BANK, 30)])
    receipt = attempt(world.withdrawal(BANK, 29, by="bank", to=PAYEE, nonce=0)).send(world)
    assert events(world, receipt) == [Withdrawn(False, BANK, 29, PAYEE, 0)]
    assert world.ask("merchant", BANK)[1] == 1


def test_the_ledger_itself_is_no_payee(world: World) -> None:
    check_refusal(world, attempt(of_bakery(world, to=world.ledger.address)), Verb.WITHDRAW, Reason.WALLET_INVALID)


def test_a_merchants_request_is_noted_and_its_cash_stays_in_use(world: World) -> None:
    world.send_as_admin("setLimits", (10**12, 10**18, 10**18, 2 * DAY))
    receipt = attempt(of_bakery(world, FUNDS, nonce=2**64 - 1)).send(world)
    ready = world.clock.now() + 2 * DAY
    assert events(world, receipt) == [WithdrawalRequested(BAKERY, FUNDS, PAYEE, ready, 2**64 - 1)]
    assert world.ask("merchant", BAKERY)[1] == FUNDS
    assert tokens(world, PAYEE) == 0
    stored = word(world, place(WITHDRAWALS, BAKERY))
    assert (field(stored, 160, 64), field(stored, 224, 32)) == (FUNDS, ready)


def test_the_deadline_itself_is_still_in_time(world: World) -> None:
    assert not refused(world, attempt(of_bakery(world, deadline=world.clock.now())).send(world))


def test_a_merchant_and_a_consumer_of_one_id_do_not_share_nonces(world: World) -> None:
    world.fund([(True, BAKERY, 10)])  # consumer 2 is Bob
    of_bob = world.withdrawal(BOB, 10, by=CONSUMERS[BOB], consumer=True, nonce=1_000)
    receipt = attempt(of_bob, of_bakery(world, nonce=1_000)).send(world)
    assert not refused(world, receipt)


def test_refused_neighbours_leave_good_withdrawals_done(world: World) -> None:
    world.fund([(True, ANN, 20)])
    good = of_ann(world, 15, nonce=1_005)
    forged_one = world.withdrawal(BOOKSHOP, 5, by="bakery", nonce=1_006)
    receipt = attempt(good, good, forged_one, of_ann(world, 6, nonce=1_007), of_ann(world, 5, nonce=1_008)).send(world)
    assert events(world, receipt)[:2] == [
        Withdrawn(True, ANN, 15, PAYEE, 1_005),
        Withdrawn(True, ANN, 5, PAYEE, 1_008),
    ]
    verb = Verb.WITHDRAW
    assert refused(world, receipt) == [
        RefusedItem(verb, Reason.NONCE_USED, 0, 1, ANN, CONSUMER_BIT | 1_005),
        RefusedItem(verb, Reason.SIGNATURE_INVALID, 0, 2, BOOKSHOP, 1_006),
        RefusedItem(verb, Reason.CASH_INSUFFICIENT, 0, 3, ANN, CONSUMER_BIT | 1_007),
    ]
    assert sealed(world, receipt).items == 5


def test_a_refused_withdrawal_leaves_its_nonce_unused(world: World) -> None:
    attempt(of_ann(world, 5, nonce=1_009)).send(world)
    world.fund([(True, ANN, 5)])
    assert not refused(world, attempt(of_ann(world, 5, nonce=1_009)).send(world))


def test_a_due_request_is_paid_before_the_next_one_is_noted(world: World) -> None:
    attempt(of_bakery(world, 40)).send(world)
    receipt = attempt(of_bakery(world, 2, to=key("bakery").address, nonce=1_010)).send(world)
    assert events(world, receipt) == [
        Withdrawn(False, BAKERY, 40, PAYEE, 0),
        WithdrawalRequested(BAKERY, 2, key("bakery").address, world.clock.now(), 1_010),
    ]
    assert sealed(world, receipt).items == 2
    assert tokens(world, PAYEE) == 40


def test_a_request_waits_for_its_last_second_before_the_next(world: World) -> None:
    world.send_as_admin("setLimits", (10**12, 10**18, 10**18, 100))
    attempt(of_bakery(world, 40)).send(world)
    world.pass_time(99)
    assert reasons(world, attempt(of_bakery(world, 2)).send(world)) == [Reason.WITHDRAWAL_PENDING]
    world.pass_time(1)
    assert not refused(world, attempt(of_bakery(world, 2)).send(world))
    assert field(word(world, place(WITHDRAWALS, BAKERY)), 224, 32) == world.clock.now() + 100


def withdrawn_today(world: World) -> tuple[int, int]:
    stored = word(world, OUTFLOW)
    return field(stored, 64, 64), field(stored, 128, 32)


def test_parties_withdraw_together_up_to_the_daily_cap_and_anew_from_midnight_utc(world: World) -> None:
    """A stolen custody takes out no more than that in a day, whoevers keys it holds."""
    world.fund([(True, ANN, 500), (False, BANK, 500)])
    world.send_as_admin("setLimits", (10**12, 10**18, 100, 0))
    of_bank = world.withdrawal(BANK, 40, by="bank", to=PAYEE)
    assert not refused(world, attempt(of_ann(world, 60), of_bank).send(world))
    assert withdrawn_today(world) == (100, NOW // DAY)
    check_refusal(world, attempt(of_ann(world, 1)), Verb.WITHDRAW, Reason.WITHDRAWAL_CAP_REACHED)
    world.clock.set((NOW // DAY + 1) * DAY - 1)
    check_refusal(world, attempt(of_ann(world, 1)), Verb.WITHDRAW, Reason.WITHDRAWAL_CAP_REACHED)
    world.clock.set((NOW // DAY + 1) * DAY)
    check_refusal(world, attempt(of_ann(world, 101)), Verb.WITHDRAW, Reason.WITHDRAWAL_CAP_REACHED)
    assert not refused(world, attempt(of_ann(world, 100)).send(world))
    assert withdrawn_today(world) == (100, NOW // DAY + 1)


def test_a_cap_set_below_what_left_today_leaves_nothing(world: World) -> None:
    world.fund([(True, ANN, 50)])
    attempt(of_ann(world, 20)).send(world)
    world.send_as_admin("setLimits", (10**12, 10**18, 19, 0))
    check_refusal(world, attempt(of_ann(world, 1)), Verb.WITHDRAW, Reason.WITHDRAWAL_CAP_REACHED)
    world.send_as_admin("setLimits", (10**12, 10**18, 21, 0))
    assert not refused(world, attempt(of_ann(world, 1)).send(world))


def test_a_merchants_request_above_a_days_cap_is_not_noted_for_it_would_never_be_paid(world: World) -> None:
    world.send_as_admin("setLimits", (10**12, 10**18, 100, 0))
    check_refusal(world, attempt(of_bakery(world, 101)), Verb.WITHDRAW, Reason.WITHDRAWAL_CAP_REACHED)
    assert not refused(world, attempt(of_bakery(world, 100)).send(world))
    assert withdrawn_today(world) == (0, 0)


def test_a_due_request_that_the_cap_holds_back_gives_way_to_the_next(world: World) -> None:
    """Nothing is paid in between; the next one is noted."""
    world.fund([(True, ANN, 100)])
    world.send_as_admin("setLimits", (10**12, 10**18, 100, 0))
    attempt(of_bakery(world, 40)).send(world)
    attempt(of_ann(world, 61)).send(world)
    receipt = attempt(of_bakery(world, 39, nonce=1_011)).send(world)
    assert events(world, receipt) == [WithdrawalRequested(BAKERY, 39, PAYEE, world.clock.now(), 1_011)]


def test_the_treasurers_own_withdrawals_are_beside_the_cap(world: World) -> None:
    world.send_as_admin("setLimits", (10**12, 10**18, 0, 0))
    world.send("withdrawPlatform", 5, PAYEE, sender="treasurer")
    assert withdrawn_today(world) == (0, 0)


def test_withdrawing_goes_on_during_a_pause(world: World) -> None:
    world.fund([(True, ANN, 20)])
    world.send("pause", sender="pauser")
    assert not refused(world, attempt(of_ann(world), of_bakery(world)).send(world))
    receipt = world.send("payOut", [BAKERY], sender="stranger")
    assert events(world, receipt) == [Withdrawn(False, BAKERY, 10, PAYEE, 0)]


def test_what_comes_in_on_a_day_makes_room_for_what_leaves(world: World) -> None:
    """Whoever brings money in and takes it out again keeps nobody else waiting; the operator's own makes no room."""
    world.fund([(True, ANN, 100), (True, BOB, 100)])
    world.send_as_admin("setLimits", (10**12, 10**18, 50, 0))
    attempt(of_ann(world, 40)).send(world)
    world.fund([(False, OPERATOR, 1_000)])
    assert withdrawn_today(world)[0] == 40
    world.fund([(True, BOB, 15), (False, BAKERY, 15)])
    assert withdrawn_today(world)[0] == 10
    attempt(of_ann(world, 40)).send(world)
    world.fund([(True, BOB, 1_000)])
    assert withdrawn_today(world)[0] == 0, "never below nothing: one day saves nothing for the next"
