"""The lens: what it reads out of raw slots is what the events told."""

import pytest

from ledger.chain.events import decode
from ledger.domain.ids import LANE_SPENT, batch_of, coupon_id, serial_of
from scripts.world import World, key
from tests.contracts.books import LANES, field, money, place, tokens, words
from tests.contracts.ghost import SPENT, Ghost
from tests.contracts.parties import ANN, BAKERY, BANK, BOOKSHOP, CONSUMERS, held, mint
from tests.contracts.random_life import Life
from tests.contracts.reading import text
from tests.contracts.watch import all_logs

UNKNOWN, STOCK, ISSUED, TRAVELLED, REDEEMED, VOID = range(6)
NOBODY = f"0x{'0' * 40}"


@pytest.mark.parametrize("seed", range(3))
def test_every_read_agrees_with_the_events_of_a_random_life(world: World, seed: int) -> None:
    """Circulation is recorded under the coupon's id (S2.17): all state can be rebuilt from events, and the ledger holds
    exactly what its parties, pools and reserves hold (N2)."""
    ghost = Ghost()
    ghost.apply([decode(log) for log in all_logs(world)], timestamp=world.clock.now())
    life = Life(world, seed, ghost)
    life.begin()
    for _ in range(120):
        life.step()
    check_parties(world, ghost)
    check_batches(world, ghost)
    check_coupons(world, ghost)
    assert money(world).total == tokens(world)
    assert {known.holder == SPENT for known in ghost.coupons.values()} == {True, False}


def check_parties(world: World, ghost: Ghost) -> None:
    for merchant, known in ghost.merchants.items():
        status = 2 if known.suspended else 1
        expected = (f"0x{known.wallet.hex()}", known.cash, status, known.kind, 0, known.reward_cap)
        found = world.ask("merchant", merchant)
        assert found == (*expected, known.reward_today, known.reward_day)
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
    lanes = [place(LANES, batch_of(coupon)) + serial_of(coupon) // 8 for coupon in ghost.coupons]
    stored = [
        field(value, serial_of(coupon) % 8 * 32, 32)
        for coupon, value in zip(ghost.coupons, words(world, lanes), strict=True)
    ]
    assert stored == [LANE_SPENT if known.holder == SPENT else known.holder for known in ghost.coupons.values()]


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


def test_a_merchants_id_is_not_taken_for_a_consumers(world: World) -> None:
    """The bakery is merchant 2; Bob, consumer 2, holds the coupon."""
    coupons = held(world, holder=2)
    assert world.ask("balanceOf", key("bakery").address, coupons.coupons[0]) == 0
    assert world.ask("balanceOf", key("Bob").address, coupons.coupons[0]) == 1


def test_nobody_and_nothing_read_as_zeros(world: World) -> None:
    stranger = key("stranger").address
    assert world.ask("partyOf", stranger) == (False, 0)
    assert world.ask("cashOf", stranger) == 0
    assert world.ask("merchant", BANK + 1) == (NOBODY, 0, 0, 0, 0, 0, 0, 0)
    assert world.ask("consumer", 99) == (NOBODY, 0, 0, NOBODY, 0)
    assert world.ask("batch", 1) == (0, 0, 0, 0, 0, 0, False)
    assert world.ask("lot", 1, 1) == (0, 0, 0, 0, 0)


def test_the_lens_knows_its_ledger_and_where_descriptions_stand(world: World) -> None:
    batch = mint(world)
    assert world.ask("ledger") == f"0x{world.ledger.address.hex()}"
    assert world.ask("uri", coupon_id(batch, 3)) == str((1 << 40) + 3)
    assert world.ask("merchant", BAKERY)[0] == text("bakery")
