"""Recovering a lost wallet: the operator names a new one, and the old one has seven days to say no."""

from typing import Any

import pytest

from ledger.domain.errors import Reason
from ledger.domain.events import RecoveryStarted, RecoveryVetoed, WalletChanged
from scripts.world import DAY, NOW, OPERATOR, World, key
from scripts.world.accounts import veto, wallet_change
from tests.contracts.books import RECOVERIES, field, place, word
from tests.contracts.parties import ANN, BAKERY, BANK, BOB, CID
from tests.contracts.reading import Attempt, check_revert, events, number, reasons, refused, sealed, text

DELAY = 7 * DAY
CONSUMER_PARTY = 1 << 32
NOBODY = f"0x{'0' * 40}"


def start(party: int = ANN, name: str = "new phone", *, consumer: bool = True) -> Attempt:
    return Attempt("startRecovery", (consumer, party, key(name).address), "operator")


def complete(party: int = ANN, *, consumer: bool = True) -> Attempt:
    return Attempt("completeRecovery", (consumer, party), "stranger")


def stop(signature: bytes = b"", party: int = ANN, *, consumer: bool = True, sender: str = "stranger") -> Attempt:
    return Attempt("vetoRecovery", (consumer, party, signature), sender)


def started(world: World, **given: Any) -> int:
    """A recovery of Ann's that waits; when it is ready."""
    start(**given).send(world)
    return world.clock.now() + DELAY


def test_a_lost_wallet_is_replaced_after_seven_days_and_not_a_second_before(world: World) -> None:
    world.fund([(True, ANN, 30)])
    receipt = start().send(world)
    ready = world.clock.now() + DELAY
    assert events(world, receipt) == [RecoveryStarted(True, ANN, key("new phone").address, ready)]
    assert sealed(world, receipt).items == 1
    stored = word(world, place(RECOVERIES, CONSUMER_PARTY | ANN))
    assert (field(stored, 0, 160), field(stored, 160, 40)) == (number("new phone"), ready)
    world.clock.set(ready - 1)
    check_revert(world, complete(), "RecoveryNotReady", readyAt=ready, time=ready - 1)
    world.clock.set(ready)
    receipt = complete().send(world)
    assert events(world, receipt) == [WalletChanged(True, ANN, key("new phone").address, 0)]
    assert sealed(world, receipt).items == 1
    assert word(world, place(RECOVERIES, CONSUMER_PARTY | ANN)) == 0
    assert world.ask("consumer", ANN)[:3] == (text("new phone"), BAKERY, 30)
    assert world.ask("partyOf", key("Ann").address) == (False, 0)
    assert world.ask("partyOf", key("new phone").address) == (True, ANN)


@pytest.mark.parametrize("party", [BAKERY, BANK, OPERATOR])
def test_merchants_are_recovered_too(world: World, party: int) -> None:
    world.clock.set(started(world, party=party, consumer=False))
    complete(party, consumer=False).send(world)
    assert world.ask("merchant", party)[0] == text("new phone")


def test_until_then_the_old_wallet_is_in_force(world: World) -> None:
    started(world)
    world.fund([(True, ANN, 30)])
    assert not refused(world, world.send("withdraw", [world.withdrawal(ANN, 30, by="Ann", consumer=True)]))


def test_the_wallet_in_force_stops_a_recovery_by_its_signature_whoever_brings_it(world: World) -> None:
    ready = started(world)
    world.clock.set(ready)  # still, as long as nobody completed it
    receipt = stop(veto(world, ANN, "new phone", by="Ann", ready_at=ready, consumer=True)).send(world)
    assert events(world, receipt) == [RecoveryVetoed(True, ANN, key("new phone").address)]
    assert sealed(world, receipt).items == 1
    check_revert(world, complete(), "RecoveryUnknown", consumer=True, party=ANN)
    assert world.ask("consumer", ANN)[0] == text("Ann")


def test_the_pauser_stops_a_recovery_by_its_call(world: World) -> None:
    """A stolen operator key takes over nobody whose owner, or whose platform, is awake within a week."""
    started(world, party=BAKERY, consumer=False)
    receipt = stop(party=BAKERY, consumer=False, sender="pauser").send(world)
    assert events(world, receipt) == [RecoveryVetoed(False, BAKERY, key("new phone").address)]


def test_no_other_signature_and_no_other_caller_stops_it(world: World) -> None:
    ready = started(world)
    bad = {
        "by another": veto(world, ANN, "new phone", by="Bob", ready_at=ready, consumer=True),
        "by the new one": veto(world, ANN, "new phone", by="new phone", ready_at=ready, consumer=True),
        "of another wallet": veto(world, ANN, "Eve", by="Ann", ready_at=ready, consumer=True),
        "of another moment": veto(world, ANN, "new phone", by="Ann", ready_at=ready + 1, consumer=True),
        "of a merchant": veto(world, ANN, "new phone", by="Ann", ready_at=ready),
        "none": b"",
    }
    for signature in bad.values():
        for sender in ("stranger", "operator", "treasurer", "relayer", "admin"):
            check_revert(world, stop(signature, sender=sender), "VetoInvalid")


def test_a_veto_does_not_work_on_the_next_recovery(world: World) -> None:
    ready = started(world)
    signature = veto(world, ANN, "new phone", by="Ann", ready_at=ready, consumer=True)
    stop(signature).send(world)
    world.pass_time(1)
    started(world)
    check_revert(world, stop(signature), "VetoInvalid")


def test_a_recovery_needs_a_party_a_wallet_and_nobody_elses(world: World) -> None:
    check_revert(world, start(CID + 1), "ConsumerUnknown", consumer=CID + 1, consumers=CID)
    check_revert(world, start(0), "ConsumerUnknown", consumer=0, consumers=CID)
    check_revert(world, start(BANK + 1, consumer=False), "MerchantUnknown", merchant=BANK + 1, merchants=BANK)
    check_revert(world, Attempt("startRecovery", (True, ANN, bytes(20)), "operator"), "WalletInvalid", wallet=NOBODY)
    check_revert(world, start(name="Bob"), "WalletInUse", wallet=text("Bob"))
    check_revert(world, start(name="bakery"), "WalletInUse", wallet=text("bakery"))
    check_revert(world, start(name="Ann"), "WalletInUse", wallet=text("Ann"))


def test_one_recovery_at_a_time_so_that_its_week_is_never_cut_short(world: World) -> None:
    ready = started(world)
    world.pass_time(DELAY)
    check_revert(world, start(name="Eve"), "RecoveryPending", readyAt=ready)
    complete().send(world)
    assert started(world, name="Eve") == ready + DELAY


def test_what_is_not_asked_for_is_neither_completed_nor_stopped(world: World) -> None:
    started(world)
    check_revert(world, complete(BOB), "RecoveryUnknown", consumer=True, party=BOB)
    check_revert(world, complete(ANN, consumer=False), "RecoveryUnknown", consumer=False, party=ANN)
    check_revert(world, stop(party=BOB, sender="pauser"), "RecoveryUnknown", consumer=True, party=BOB)


def test_a_wallet_that_somebody_took_meanwhile_is_not_given_twice(world: World) -> None:
    """The recovery then waits to be stopped, by the pauser if its owner is gone."""
    world.clock.set(started(world, name="Dora"))
    world.register_consumers(["Dora"], recruiter=BAKERY, by="bakery")
    check_revert(world, complete(), "WalletInUse", wallet=text("Dora"))
    stop(sender="pauser").send(world)
    assert events(world, start().send(world))


def test_who_moves_by_itself_meanwhile_has_lost_nothing_and_the_recovery_is_over(world: World) -> None:
    ready = started(world)
    world.send("changeWallet", [wallet_change(world, ANN, "newest phone", by="Ann", consumer=True)])
    assert word(world, place(RECOVERIES, CONSUMER_PARTY | ANN)) == 0
    world.clock.set(ready)
    check_revert(world, complete(), "RecoveryUnknown", consumer=True, party=ANN)
    assert world.ask("consumer", ANN)[0] == text("newest phone")
    start().send(world)


def test_a_suspended_consumer_is_recovered_and_stays_suspended(world: World) -> None:
    world.send("suspendConsumer", ANN, True)
    world.clock.set(started(world))
    complete().send(world)
    assert world.ask("consumer", ANN)[0] == NOBODY
    assert world.ask("consumer", ANN)[3] == text("new phone")
    assert world.ask("partyOf", key("new phone").address) == (True, ANN)
    world.fund([(True, ANN, 5)])
    receipt = world.send("withdraw", [world.withdrawal(ANN, 5, by="new phone", consumer=True)])
    assert reasons(world, receipt) == [Reason.CONSUMER_SUSPENDED]
    world.send("suspendConsumer", ANN, False)
    assert not refused(world, world.send("withdraw", [world.withdrawal(ANN, 5, by="new phone", consumer=True)]))


def test_a_suspended_consumers_old_wallet_may_still_say_no(world: World) -> None:
    world.send("suspendConsumer", ANN, True)
    ready = started(world)
    stop(veto(world, ANN, "new phone", by="Ann", ready_at=ready, consumer=True)).send(world)


def test_a_merchant_and_a_consumer_of_one_id_are_recovered_apart(world: World) -> None:
    started(world, party=BOB)
    assert started(world, party=BAKERY, name="new safe", consumer=False) == NOW + DELAY
    stop(party=BOB, sender="pauser").send(world)
    world.pass_time(DELAY)
    complete(BAKERY, consumer=False).send(world)
    assert world.ask("consumer", BOB)[0] == text("Bob")
