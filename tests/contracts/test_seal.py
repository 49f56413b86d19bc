"""Seals: every transaction ends with its number, its items and the hash that chains every log of the ledger."""

import pytest
from eth_hash.auto import keccak

from ledger.chain.events import decode, roll
from ledger.chain.protocol import Log
from ledger.domain.events import Sealed
from scripts.world import DAY, World, key
from scripts.world.accounts import spending, statement
from scripts.world.sharing import cancelled, copy_item
from tests.contracts.bearing import issue_to
from tests.contracts.ghost import Ghost
from tests.contracts.parties import ANN, BAKERY, BOB, CINEMA, held, stock
from tests.contracts.random_life import Life
from tests.contracts.reading import Attempt, check_revert, refused, sealed
from tests.contracts.settling import amending, distributing, forfeiting, reversing
from tests.contracts.shared import COPYABLE, give
from tests.contracts.watch import DATA_TYPES, Watch, all_logs

NEVER_EMITTED = {"RoleAdminChanged", "EIP712DomainChanged"}
"""Declared by the parts the ledger is built of; nothing here changes a role's admin or the domain."""


def verify(logs: list[Log]) -> int:
    """Recompute the chain of seals from nothing; how many there are. Raises AssertionError at the first flaw."""
    rolling, sequence = bytes(32), 0
    for log in logs:
        event = decode(log)
        if isinstance(event, Sealed):
            sequence += 1
            assert (event.sequence, event.rolling) == (sequence, rolling[:24])
            rolling = rolling[:24] + bytes(8)
        else:
            rolling = roll(rolling, log)
    return sequence


def test_a_long_random_life_is_sealed_without_a_gap_and_every_log_is_chained(world: World) -> None:
    """A log that a node drops is noticed, whichever it is."""
    life = Life(world, 7, Ghost.of(world))
    life.begin()
    for _ in range(150):
        life.step()
    logs = all_logs(world)
    assert verify(logs) > 100
    assert life.reverted > 10, "not all that was tried is allowed"
    for position in range(0, len(logs), len(logs) // 25):
        with pytest.raises(AssertionError):
            verify(logs[:position] + logs[position + 1 :])


def test_every_event_is_observed_as_its_abi_declares_it(world: World) -> None:
    """Each event's signature, topics and data are checked on each log by `Watch`; here each comes at least once."""
    watch = world.watch
    assert isinstance(watch, Watch)
    coupons = held(world, funder=1, closes=world.clock.now() + 50)
    world.redeem(3, [coupons.item(), coupons.item()], by="bookshop")
    world.send("recall", [world.recall_intent(BAKERY, coupons.batch, 1, 1)])
    world.send("appoint", [world.appointment(BAKERY, 1, "till", by="bakery")])
    world.send("changeGroup", 0, True, [])
    world.send("withdraw", [world.withdrawal(BAKERY, 5, by="bakery")])
    world.send("payOut", [BAKERY])
    world.send("cancel", [cancelled(world, ANN, 1, by="Ann")])
    world.send_as_admin("setRewardCap", BAKERY, 5)
    shared_borne_and_settled(world)
    points_and_wallets(world)
    world.pass_time(8 * DAY)
    world.send("completeRecovery", True, ANN)
    world.send("close", coupons.batch)
    world.send("closeLots", coupons.batch, [1])
    world.send("suspendMerchant", BAKERY, True)
    world.send("suspendConsumer", 1, True)
    world.send("pause", sender="pauser")
    world.send("unpause", sender="pauser")
    assert watch.seen == {name for name, _, _ in DATA_TYPES.values()} - NEVER_EMITTED


def shared_borne_and_settled(world: World) -> None:
    """Coupons handed on, borne and revoked; redemptions that waited, and a statement."""
    coupons = held(world, count=6, bearer=True, revocable=True, settlement_delay_hours=1, **COPYABLE)
    first, second, *used = coupons.coupons
    world.send("copy", copy_item(world, first, lot=1, to=BOB, holder="Ann"))
    give(world, first, BOB, holder=ANN)
    issue_to(world, coupons.batch, "voucher")
    world.send("revoke", [second], 1)
    items = [coupons.item(index, at=CINEMA) for index in range(2, 6)]
    assert not refused(world, world.redeem(CINEMA, items, by="cinema"))
    for attempt in (amending(world, used[0]), reversing(world, used[1]), forfeiting(used[2])):
        attempt.send(world)
    world.pass_time(2 * 3_600)
    distributing(used[3]).send(world)
    world.send_as_admin("changePolicy", 0, 0, 0, 0)
    period = world.clock.now() // DAY - 1
    world.send("state", [statement(world, CINEMA, [(BAKERY, 60)], by="cinema", period=period, period_days=1)])


def points_and_wallets(world: World) -> None:
    """Leaves a recovery of Ann's that waits."""
    world.send("grant", [(ANN, 50)])
    priced = stock(world, points_price=40)
    intent = spending(world, ANN, BAKERY, priced, points=40, consumer_key="Ann", merchant_key="bakery")
    world.send("spend", [intent])
    world.send("cashOut", [BAKERY])
    world.send("expire", [(ANN, 10)])
    world.send("startRecovery", True, ANN, key("new phone").address)
    world.send("vetoRecovery", True, ANN, b"", sender="pauser")
    world.send("startRecovery", True, ANN, key("new phone").address)
    world.send_as_admin("retire", world.clock.now() + 100 * DAY)


def test_the_first_seal_is_the_deployments(world: World) -> None:
    first, second, third, *_ = all_logs(world)
    assert [type(decode(log)).__name__ for log in (first, second, third)] == [
        "MerchantsRegistered",
        "LimitsChanged",
        "Sealed",
    ]
    seal = decode(third)
    assert isinstance(seal, Sealed)
    assert (seal.sequence, seal.items) == (1, 2)


def test_the_rolling_hash_is_the_one_that_the_interface_documents(world: World) -> None:
    before = world.watch.rolling if isinstance(world.watch, Watch) else b""
    receipt = world.send("suspendMerchant", BAKERY, True)
    log = receipt.logs[0]
    expected = keccak(before + bytes(8) + log.topics[0] + log.topics[1] + keccak(log.data))[:24]
    assert sealed(world, receipt).rolling == expected


def test_a_transaction_that_reverts_leaves_no_gap(world: World) -> None:
    watch = world.watch
    assert isinstance(watch, Watch)
    sequence = watch.sequence
    check_revert(world, Attempt("close", (9,), "operator"), "BatchUnknown", batch=9, batches=0)
    world.send("suspendMerchant", BAKERY, True)
    assert watch.sequence == sequence + 1
