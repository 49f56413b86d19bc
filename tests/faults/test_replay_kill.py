"""kill -9 during a replay, again and again: nothing is lost, nothing is doubled, and it goes on to the same end."""

import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import func, select

from ledger.audit.checks import Mismatch
from ledger.ledger import Ledger, open_ledger
from ledger.store.outbox import ACCOUNTS, OPERATIONS, SETTINGS, TRANSACTIONS
from ledger.store.projections import CONSUMERS, COUPONS, MERCHANTS, REDEMPTIONS
from tests.conftest import Report
from tests.faults.replayer import PASSWORD
from tests.faults.shop import write_shop

KILLS_IN_A_RELEASE = 200
LIVES_OF_ONE_LEDGER = 8
LONGEST_LIFE_SECONDS = 1.2


@dataclass(frozen=True, slots=True)
class End:
    """What is left of a replay that came to its end, by the source's own names."""

    cash: dict[tuple[str, str], int]
    coupons: Counter[tuple[int, str, str]]
    redemptions: Counter[tuple[int, ...]]
    operations: dict[tuple[str, str], int]
    standing: str


def end_of(ledger: Ledger) -> End:
    """Read it from the tables."""
    with ledger.store.read() as connection:
        cash = {
            (kind, reference): amount
            for kind, table in (("merchant", MERCHANTS), ("consumer", CONSUMERS))
            for reference, amount in connection.execute(
                select(ACCOUNTS.c.reference, table.c.cash).join(table, table.c.wallet == ACCOUNTS.c.wallet)
            )
        }
        coupons = connection.execute(
            select(COUPONS.c.batch, ACCOUNTS.c.reference, COUPONS.c.state)
            .join(CONSUMERS, CONSUMERS.c.id == COUPONS.c.holder)
            .join(ACCOUNTS, ACCOUNTS.c.wallet == CONSUMERS.c.wallet)
        )
        columns = [column for column in REDEMPTIONS.c if column.name not in ("serial", "occurrence_id")]
        redemptions = Counter(tuple(row) for row in connection.execute(select(*columns)))
        standing = connection.scalar(select(SETTINGS.c.value).where(SETTINGS.c.name.startswith("replay/")))
        return End(cash, Counter(tuple(row) for row in coupons), redemptions, ledger.operations.counts(), str(standing))


def check_whole(ledger: Ledger) -> None:
    """Nothing on the way any more, one payload a nonce, the money kept, every row as the chain says."""
    assert {state for _, state in ledger.operations.counts()} <= {"included", "refused"}
    with ledger.store.read() as connection:
        unsettled = select(func.count()).select_from(TRANSACTIONS).where(TRANSACTIONS.c.state == "stored")
        assert connection.scalar(unsettled) == 0
        keys = connection.scalars(select(OPERATIONS.c.key)).all()
        assert len(keys) == len(set(keys))
        sent = connection.execute(select(TRANSACTIONS.c.sender, TRANSACTIONS.c.nonce)).all()
        assert len(sent) == len(set(sent))
    assert ledger.audit.conservation().is_kept
    assert [each for each in ledger.audit.verify() if isinstance(each, Mismatch)] == []


def run(folder: Path, source: Path, *, life_seconds: float | None) -> bool:
    """Start the replay and kill it some time after it began, or let it be; whether it came to its end."""
    command = [sys.executable, "-m", "tests.faults.replayer", str(folder), str(source)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as replayer:
        assert replayer.stdout is not None
        assert replayer.stderr is not None
        said = replayer.stdout.readline()
        if life_seconds is not None:
            sleep(life_seconds)
            replayer.send_signal(signal.SIGKILL)
        said += replayer.stdout.read()
        wrong = replayer.stderr.read()
    assert wrong == "", wrong
    assert said.startswith("playing")
    return "finished" in said


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_a_replay_killed_at_any_moment_comes_to_the_same_end(
    tmp_path: Path, scaled: Callable[[int], int], report: Report
) -> None:
    """N10: the same facts under the same keys are done once, whatever dies in between."""
    source = write_shop(tmp_path / "source", seed=7)
    assert run(tmp_path / "whole", source, life_seconds=None)
    with open_ledger(tmp_path / "whole", password=PASSWORD) as ledger:
        check_whole(ledger)
        expected = end_of(ledger)
    chance, kills, wanted, folders = random.Random(11), 0, scaled(KILLS_IN_A_RELEASE), 0
    while kills < wanted:
        folder = tmp_path / f"killed-{folders}"
        folders += 1
        for _ in range(min(LIVES_OF_ONE_LEDGER, wanted - kills)):
            if run(folder, source, life_seconds=chance.uniform(0.0, LONGEST_LIFE_SECONDS)):
                break
            kills += 1
        assert run(folder, source, life_seconds=None)
        with open_ledger(folder, password=PASSWORD) as ledger:
            check_whole(ledger)
            assert end_of(ledger) == expected
    report("kill -9 of a replay", kills=kills, ledgers=folders, lost=0, doubled=0)


def test_a_finished_replay_does_nothing_more(tmp_path: Path) -> None:
    """N10: played again, the same plan changes nothing and adds no block."""
    source = write_shop(tmp_path / "source", seed=8)
    assert run(tmp_path / "ledger", source, life_seconds=None)
    with open_ledger(tmp_path / "ledger", password=PASSWORD) as ledger:
        before, head = end_of(ledger), ledger.chain.head()
    assert run(tmp_path / "ledger", source, life_seconds=None)
    with open_ledger(tmp_path / "ledger", password=PASSWORD) as ledger:
        assert (end_of(ledger), ledger.chain.head()) == (before, head)
