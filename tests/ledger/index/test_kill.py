"""kill -9 while the index catches up: rows and cursor come together or not at all, and it goes on where it was."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import sleep

import pytest

from ledger.chain.clock import ReplayClock
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.source import ChainSource
from ledger.index import Index, content_hash
from ledger.store.engine import Store, open_sqlite
from ledger.store.projections import CURSOR
from scripts.world import CHAIN_ID, NOW
from tests.conftest import Report
from tests.ledger.index.desk import new_store, rows
from tests.ledger.index.life import Life

LONGEST_LIFE_SECONDS = 0.3


def follow_until_killed(arguments: list[str], life_seconds: float) -> int:
    """Run the follower and kill it a while after it opened its files; the last block it said it had committed."""
    command = [sys.executable, "-m", "tests.ledger.index.follower", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as follower:
        assert follower.stdout is not None
        assert follower.stdout.readline() == "opened\n"
        sleep(life_seconds)
        follower.send_signal(signal.SIGKILL)
        # The last piece has no line end: it was not said in full.
        said = follower.stdout.read().split("\n")[:-1]
    return int(said[-1]) if said else 0


def hashes_by_block(source: ChainSource, store: Store) -> dict[int, bytes]:
    """What the tables are after each block, without any kill."""
    return {step.block_number: content_hash(store) for step in Index(store, source, step_blocks=1).steps()}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_a_killed_index_goes_on_where_it_was(tmp_path: Path, scaled: Callable[[int], int], report: Report) -> None:
    """After each kill the tables are those of a block, whole, at or after the last one committed."""
    life = Life(tmp_path, seed=9)
    life.live(60)
    ledger, first_block = life.world.deployment.ledger, life.source.first_block
    expected = hashes_by_block(life.source, new_store(tmp_path / "reference.db"))
    life.close()
    store = new_store(tmp_path / "killed.db")
    arguments = [str(tmp_path / "chain.db"), str(tmp_path / "killed.db"), ledger.hex(), str(first_block)]
    moments, kills, between = Random(3), max(3, scaled(200)), 0
    for _ in range(kills):
        said = follow_until_killed(arguments, moments.random() * LONGEST_LIFE_SECONDS)
        found = rows(store, CURSOR)
        number = found[0]["block_number"] if found else 0
        assert number >= said
        if number:
            assert content_hash(store) == expected[number]
            between += number < max(expected)
    chain = EmbeddedChain(tmp_path / "chain.db", ReplayClock(NOW), chain_id=CHAIN_ID)
    Index(open_sqlite(tmp_path / "killed.db"), ChainSource(chain, ledger, first_block)).catch_up()
    assert content_hash(store) == expected[max(expected)]
    report("kill -9 of the index", kills=kills, killed_on_the_way=between, lost=0, doubled=0)
