"""kill -9 at any moment: what was acknowledged is there, and the file is whole."""

import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import sleep

import pytest

from ledger.chain.clock import WallClock
from ledger.chain.embedded import EmbeddedChain
from tests.conftest import Report
from tests.ledger.chain.miner import find_notebook
from tests.ledger.chain.wallet import CHAIN_ID, Wallet

LONGEST_LIFE_SECONDS = 0.4


def mine_until_killed(path: Path, life_seconds: float) -> tuple[int, list[str]]:
    """Run the miner and kill it a while after it opened the file; give the head it found and what it acknowledged."""
    command = [sys.executable, "-m", "tests.ledger.chain.miner", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as miner:
        assert miner.stdout is not None
        opened = miner.stdout.readline()
        sleep(life_seconds)
        miner.send_signal(signal.SIGKILL)
        lines = miner.stdout.read().split("\n")
    # The last piece has no line end: it was not said in full and nobody can have relied on it.
    return int(opened.split()[1]), [line for line in lines[:-1] if line.startswith("block ")]


def check(path: Path, said: list[str], checked_up_to: int) -> int:
    """Assert that all said is in the file and that the file is whole; give its head's number."""
    chain = EmbeddedChain(path, WallClock(), chain_id=CHAIN_ID)
    head = chain.head()
    for line in said:
        _, spoken_number, block_hash, *transactions = line.split()
        number = int(spoken_number)
        assert chain.block(number).hash.hex() == block_hash
        receipts = chain.receipts([bytes.fromhex(transaction) for transaction in transactions])
        assert [receipt and (receipt.block_number, receipt.succeeded) for receipt in receipts] == [(number, True)] * 3
    for number in range(checked_up_to, head.number + 1):
        chain.verify(number)
    notebook = find_notebook(chain)
    if notebook is not None and head.number > 1:
        assert chain.nonce(Wallet("miner").address) == 1 + 3 * (head.number - 1)
        for slot in range(3):
            assert chain.storage_at(notebook, slot.to_bytes(32, "big")) == head.number.to_bytes(32, "big")
        assert len(chain.logs(2, head.number)) == 3 * (head.number - 1)
    chain.close()
    return head.number


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_every_acknowledged_block_survives_kill_9(tmp_path: Path, scaled: Callable[[int], int], report: Report) -> None:
    """A 2xx is on disk: kills at random moments lose nothing, double nothing and leave no half of a block."""
    path = tmp_path / "chain.db"
    kills = max(5, scaled(200))
    moments = random.Random(20_240_229)
    head = acknowledged = unsaid = 0
    for _ in range(kills):
        opened, said = mine_until_killed(path, moments.random() * LONGEST_LIFE_SECONDS)
        assert opened == head
        checked = check(path, said, max(0, head - 5))
        assert checked >= head + len(said)
        acknowledged += len(said)
        unsaid += checked - head - len(said)
        head = checked
    assert acknowledged > 0
    report("kill -9 of the embedded chain", kills=kills, acknowledged=acknowledged, lost=0, whole_but_unsaid=unsaid)
