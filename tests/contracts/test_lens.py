"""The lens: what it reads out of raw slots is what the events told."""

import pytest

from ledger.domain.ids import coupon_id
from scripts.world import DAY, World, key
from scripts.world.accounts import statement
from scripts.world.sharing import copy_item
from tests.contracts.bearing import address, borne
from tests.contracts.books import money, tokens
from tests.contracts.ghost import Ghost
from tests.contracts.ghost_records import State
from tests.contracts.parties import ANN, BAKERY, BANK, BOB, BOOKSHOP, CID, CINEMA, CONSUMERS, held, mint
from tests.contracts.random_life import Life
from tests.contracts.reading import refused, text
from tests.contracts.rebuilt import check_rebuilt
from tests.contracts.settling import (
    DELAY_HOURS,
    amending,
    distributing,
    forfeiting,
    make_due,
    reversing,
    until_of,
    waiting,
)
from tests.contracts.shared import copy_of, copyable, give, transferable

UNKNOWN, STOCK, ISSUED, PENDING, REDEEMED, VOIDED, FORFEITED = range(7)
NOBODY = f"0x{'0' * 40}"


@pytest.mark.parametrize("seed", range(3))
def test_every_read_agrees_with_the_events_of_a_random_life(world: World, seed: int) -> None:
    """Circulation is recorded under the coupon's id (S2.17): all state can be rebuilt from events, and the ledger holds
    exactly what its parties, pools and reserves hold (N2)."""
    ghost = Ghost.of(world)
    life = Life(world, seed, ghost)
    life.begin()
    for _ in range(120):
        life.step()
    check_parties(world, ghost)
    check_batches(world, ghost)
    check_coupons(world, ghost)
    assert check_rebuilt(world, ghost) > 100
    assert money(world).total == tokens(world)
    found = {known.state for known in ghost.coupons.values()}
    assert found >= {State.REDEEMED, State.LIVE}, "some are used and some are not"


def check_parties(world: World, ghost: Ghost) -> None:
    for merchant, known in ghost.merchants.items():
        status = 2 if known.suspended else 1
        expected = (f"0x{known.wallet.hex()}", known.cash, status, known.kind, 0, known.reward_cap)
        found = world.ask("merchant", merchant)
        assert found == (*expected, known.reward_today, known.reward_day, 0)
        assert world.ask("partyOf", known.wallet) == (False, merchant)
        assert world.ask("cashOf", known.wallet) == known.cash
    for consumer, member in ghost.consumers.items():
        wallet = f"0x{member.wallet.hex()}"
        wallets = (NOBODY, wallet) if member.suspended else (wallet, NOBODY)
        assert world.ask("consumer", consumer) == (wallets[0], member.recruiter, member.cash, wallets[1], 0)
        assert world.ask("cashOf", member.wallet) == member.cash


def check_batches(world: World, ghost: Ghost) -> None:
    for batch, known in ghost.batches.items():
        terms, lots = known.terms, sum(1 for each, _ in ghost.lots if each == batch)
        expected = (terms.size, terms.opens, terms.closes, known.reserve, lots, known.stock, known.closed)
        assert world.ask("batch", batch) == expected
    for (batch, number), lot in ghost.lots.items():
        assert world.ask("lot", batch, number) == (lot.merchant, lot.first, lot.next, lot.end, lot.reserve)


def check_coupons(world: World, ghost: Ghost) -> None:
    """Each coupon, minted or a copy, is where its events say, with whoever has it, at its version."""
    for coupon, known in ghost.coupons.items():
        live = known.state is State.LIVE
        status = {State.REDEEMED: REDEEMED, State.VOID: VOIDED}.get(known.state, ISSUED)
        assert world.ask("coupon", coupon) == (status, known.holder if live else 0)
        assert world.ask("versionOf", coupon) == (known.version, len(known.givers))
        borne = live and known.holder == 0
        assert world.ask("bearerOf", coupon) == (f"0x{known.key.hex()}" if borne else NOBODY)
        if live and known.holder:
            consumer = ghost.consumers[known.holder]
            assert world.ask("balanceOf", consumer.wallet, coupon) == 1


def test_a_coupon_is_stock_then_issued_then_redeemed(world: World) -> None:
    """Every coupon has a unique id (S2.9) and its state is on the chain (S2.8, S2.12, S2.13)."""
    coupons = held(world, count=2, size=50, stocked=10)
    serials = {0: (STOCK, 0), 39: (STOCK, 0), 40: (ISSUED, ANN), 41: (ISSUED, ANN), 42: (STOCK, 0), 50: (UNKNOWN, 0)}
    for serial, expected in serials.items():
        assert world.ask("coupon", coupon_id(coupons.batch, serial)) == expected
    world.redeem(BOOKSHOP, [coupons.item(1)], by="bookshop")
    assert world.ask("coupon", coupons.coupons[1]) == (REDEEMED, 0)
    assert world.ask("coupon", coupon_id(coupons.batch + 1, 0)) == (UNKNOWN, 0)


def test_a_wallet_holds_one_of_what_it_holds(world: World) -> None:
    coupons = held(world, count=2)
    coupon = coupons.coupons[0]
    ann, bob = key(CONSUMERS[ANN]).address, key("Bob").address
    assert [world.ask("balanceOf", wallet, coupon) for wallet in (ann, bob, key("bakery").address)] == [1, 0, 0]
    assert world.ask("balanceOf", ann, coupon + (1 << 72)) == 0
    world.redeem(BOOKSHOP, [coupons.item()], by="bookshop")
    assert world.ask("balanceOf", ann, coupon) == 0


def test_a_travelled_coupon_is_with_whoever_has_it_now(world: World) -> None:
    """N4: its journey says who gave it first, who last, and how often."""
    coupons = transferable(world)
    coupon = coupons.coupons[0]
    wallets = [key(name).address for name in ("Ann", "Bob", "Cid")]
    assert world.ask("journey", coupon) == (0,) * 9
    give(world, coupon, BOB, holder=ANN)
    give(world, coupon, CID, holder=BOB, version=1)
    assert world.ask("coupon", coupon) == (ISSUED, CID)
    assert [world.ask("balanceOf", wallet, coupon) for wallet in wallets] == [0, 0, 1]
    assert world.ask("journey", coupon) == (CID, BOB, ANN, 1, 0, 0, 0, 2 << 12 | 2, 1)
    assert world.ask("versionOf", coupon) == (2, 2)
    item = coupons.item(holder="Cid", version=2)
    world.redeem(BOOKSHOP, [item], by="bookshop")
    assert world.ask("coupon", coupon) == (REDEEMED, 0)
    assert world.ask("balanceOf", wallets[2], coupon) == 0


def test_a_copy_is_a_coupon_of_its_own_and_one_that_nobody_made_is_none(world: World) -> None:
    root = copyable(world).coupons[0]
    assert not refused(world, world.send("copy", copy_item(world, root, lot=1, to=BOB, holder="Ann"), sender="relayer"))
    assert world.ask("coupon", copy_of(root)) == (ISSUED, BOB)
    assert world.ask("coupon", copy_of(root, 1)) == (UNKNOWN, 0)
    assert [world.ask("balanceOf", key("Bob").address, each) for each in (root, copy_of(root))] == [0, 1]
    assert world.ask("coupon", coupon_id(1, 2**40 - 1)) == (UNKNOWN, 0)


def test_a_bearers_coupon_is_issued_to_a_key_until_an_account_takes_it(world: World) -> None:
    coupons = borne(world, "one", "two")
    first, second = coupons.coupons
    assert [world.ask("coupon", each) for each in (first, second)] == [(ISSUED, 0)] * 2
    assert [world.ask("bearerOf", each) for each in (first, second)] == [text("one"), text("two")]
    world.send("transfer", coupons.given(to=BOB), sender="relayer")
    assert world.ask("coupon", first) == (ISSUED, BOB)
    assert world.ask("bearerOf", first) == NOBODY
    world.redeem(BOOKSHOP, [coupons.item(1)], by="bookshop")
    assert world.ask("coupon", second) == (REDEEMED, 0)
    assert world.ask("bearerOf", second) == NOBODY, "used, whatever its slot still says"
    assert world.ask("balanceOf", address("one"), first) == 0


def test_a_redemption_that_waits_is_pending_until_it_is_settled_one_way_or_the_other(world: World) -> None:
    coupons = waiting(world, orders=(1_000, 2_000, 3_000))
    paid, lost, back = coupons.coupons
    until = until_of(world, paid) // 3_600
    assert world.ask("journey", paid) == (BOB, 0, 0, 1, CINEMA, 1_000, until, 1, 2)
    assert [world.ask("coupon", each) for each in coupons.coupons] == [(PENDING, BOB)] * 3
    assert world.ask("balanceOf", key("Bob").address, paid) == 0
    amending(world, paid).send(world)
    assert world.ask("coupon", paid) == (PENDING, BOB)
    assert [world.ask("amendedFrom", each) for each in (paid, back)] == [1_000, 0]
    reversing(world, back).send(world)
    assert world.ask("coupon", back) == (ISSUED, BOB)
    forfeiting(lost).send(world)
    assert world.ask("coupon", lost) == (FORFEITED, 0)
    make_due(world, paid)
    distributing(paid).send(world)
    assert world.ask("coupon", paid) == (REDEEMED, 0)


def test_a_bearers_redemption_that_waits_is_still_its_keys(world: World) -> None:
    coupons = borne(world, settlement_delay_hours=DELAY_HOURS)
    world.redeem(CINEMA, [coupons.item(at=CINEMA)], by="cinema")
    assert world.ask("coupon", coupons.coupons[0]) == (PENDING, 0)
    assert world.ask("bearerOf", coupons.coupons[0]) == text("voucher")


def test_statements_policies_points_and_outflow_are_read_too(world: World) -> None:
    """Whoever holds a proof of a purchase line finds its root here."""
    nothing = (0, 0, 0, 0)
    assert (world.ask("policy", 1), world.ask("statement", BOOKSHOP, 1)) == (nothing, bytes(32))
    world.send_as_admin("changePolicy", 0, 100, 5_000, 1)
    assert world.ask("policy", 1) == (0, 100, 5_000, 1)
    assert world.ask("policy", 2) == nothing
    period = world.clock.now() // DAY - 1
    world.send("state", [statement(world, BOOKSHOP, [(BAKERY, 60)], by="bookshop", period=period, period_days=1)])
    assert world.ask("statement", BOOKSHOP, period) != bytes(32)
    assert world.ask("statement", BAKERY, period) == bytes(32)
    assert world.ask("merchant", BOOKSHOP)[8] == period + 1
    assert world.ask("standing") == (0, 0, 1)
    cap, withdrawn, day = world.ask("outflow")
    assert (cap, withdrawn, day) == (10**18, 0, 0)
    world.fund([(True, ANN, 100)])
    world.send("withdraw", [world.withdrawal(ANN, 70, by="Ann", consumer=True)], sender="relayer")
    assert world.ask("outflow")[1:] == (70, world.clock.now() // DAY)


def test_a_merchants_id_is_not_taken_for_a_consumers(world: World) -> None:
    """The bakery is merchant 2; Bob, consumer 2, holds the coupon."""
    coupons = held(world, holder=2)
    assert world.ask("balanceOf", key("bakery").address, coupons.coupons[0]) == 0
    assert world.ask("balanceOf", key("Bob").address, coupons.coupons[0]) == 1


def test_nobody_and_nothing_read_as_zeros(world: World) -> None:
    stranger = key("stranger").address
    assert world.ask("partyOf", stranger) == (False, 0)
    assert world.ask("cashOf", stranger) == 0
    assert world.ask("merchant", BANK + 1) == (NOBODY, 0, 0, 0, 0, 0, 0, 0, 0)
    assert world.ask("consumer", 99) == (NOBODY, 0, 0, NOBODY, 0)
    assert world.ask("batch", 1) == (0, 0, 0, 0, 0, 0, False)
    assert world.ask("lot", 1, 1) == (0, 0, 0, 0, 0)


def test_the_lens_knows_its_ledger_and_where_descriptions_stand(world: World) -> None:
    batch = mint(world)
    assert world.ask("ledger") == f"0x{world.ledger.address.hex()}"
    assert world.ask("uri", coupon_id(batch, 3)) == str((1 << 40) + 3)
    assert world.ask("merchant", BAKERY)[0] == text("bakery")
