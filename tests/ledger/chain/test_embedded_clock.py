"""The moments that blocks carry, and the clocks they come from."""

import time
from pathlib import Path

import pytest

from ledger.chain.clock import ReplayClock, WallClock
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.errors import ClockBackwards, ClockMismatch
from tests.ledger.chain.wallet import CHAIN_ID, Wallet

SOMEBODY = b"\x11" * 20


def test_blocks_follow_the_replay_clock(chain: EmbeddedChain, clock: ReplayClock, wallet: Wallet) -> None:
    """N15: the clock can be set to any later moment."""
    start = clock.now()
    assert chain.head().timestamp == start
    for ahead in (1, 1, 86_400 * 365):
        clock.set(start + ahead)
        wallet.send(chain, SOMEBODY)
        assert chain.head().timestamp == start + ahead


def test_blocks_of_one_second_carry_the_same_second(chain: EmbeddedChain, clock: ReplayClock, wallet: Wallet) -> None:
    for _ in range(5):
        wallet.send(chain, SOMEBODY)
    assert chain.head().timestamp == clock.now()
    assert len({chain.block(number).hash for number in range(6)}) == 6


def test_a_replay_clock_goes_forward_or_stays_but_not_back() -> None:
    clock = ReplayClock(1_000)
    clock.set(1_000)
    clock.set(1_001)
    with pytest.raises(ClockBackwards) as raised:
        clock.set(1_000)
    assert (raised.value.present, raised.value.asked) == (1_001, 1_000)
    assert clock.now() == 1_001


def test_a_block_is_never_before_its_parent_even_if_the_clock_is(tmp_path: Path) -> None:
    path = tmp_path / "chain.db"
    wallet = Wallet("writer")
    late = EmbeddedChain(path, ReplayClock(5_000), chain_id=CHAIN_ID)
    wallet.send(late, SOMEBODY)
    late.close()
    early = EmbeddedChain(path, ReplayClock(10), chain_id=CHAIN_ID)
    wallet.send(early, SOMEBODY)
    assert early.head().timestamp == 5_000
    early.close()


def test_the_wall_clock_gives_the_present_second() -> None:
    before = int(time.time())
    chain = EmbeddedChain(None, WallClock(), chain_id=CHAIN_ID)
    Wallet("writer").send(chain, SOMEBODY)
    assert before <= chain.head().timestamp <= time.time()


@pytest.mark.parametrize(
    ("made", "opened"), [(ReplayClock(1), WallClock()), (WallClock(), ReplayClock(1))], ids=["replay", "wall"]
)
def test_a_chain_file_keeps_to_its_kind_of_clock(
    tmp_path: Path, made: ReplayClock | WallClock, opened: ReplayClock | WallClock
) -> None:
    path = tmp_path / "chain.db"
    EmbeddedChain(path, made, chain_id=CHAIN_ID).close()
    with pytest.raises(ClockMismatch) as raised:
        EmbeddedChain(path, opened, chain_id=CHAIN_ID)
    assert (raised.value.stored, raised.value.asked) == (made.mode, opened.mode)
    EmbeddedChain(path, made, chain_id=CHAIN_ID).close()


def test_a_replayed_chain_says_so_in_its_name(tmp_path: Path) -> None:
    path = tmp_path / "chain.db"
    EmbeddedChain(path, ReplayClock(1), chain_id=CHAIN_ID, name="shop").close()
    again = EmbeddedChain(path, ReplayClock(1), chain_id=CHAIN_ID, name="another")
    assert again.name == "shop (replay)"
    again.close()
    assert EmbeddedChain(None, WallClock(), chain_id=CHAIN_ID, name="shop").name == "shop"


def test_the_same_transactions_at_the_same_moments_give_the_same_blocks() -> None:
    heads = []
    for _ in range(2):
        clock = ReplayClock(1_000)
        chain = EmbeddedChain(None, clock, chain_id=CHAIN_ID)
        wallet = Wallet("writer")
        for moment in range(1_000, 1_010):
            clock.set(moment)
            wallet.send(chain, SOMEBODY)
        heads.append(chain.head())
    assert heads[0] == heads[1]
