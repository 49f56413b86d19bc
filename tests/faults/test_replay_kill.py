"""kill -9 during a replay, again and again: nothing is lost, nothing is doubled, and it goes on to the same end."""

import random
from collections.abc import Callable
from pathlib import Path

from ledger.ledger import open_ledger
from tests.conftest import Report
from tests.faults.ends import check_whole, end_of
from tests.faults.lives import live, needs_kill
from tests.faults.replayer import PASSWORD, replay
from tests.faults.shop import write_shop

KILLS_IN_A_RELEASE = 200
LIVES_OF_ONE_LEDGER = 8
LONGEST_LIFE_SECONDS = 1.2


@needs_kill
def test_a_replay_killed_at_any_moment_comes_to_the_same_end(
    tmp_path: Path, scaled: Callable[[int], int], report: Report
) -> None:
    """N10: the same facts under the same keys are done once, whatever dies in between."""
    source = write_shop(tmp_path / "source", seed=7)
    assert live(replay, tmp_path / "whole", source)
    with open_ledger(tmp_path / "whole", password=PASSWORD) as ledger:
        check_whole(ledger)
        expected = end_of(ledger)
    chance, kills, wanted, folders = random.Random(11), 0, scaled(KILLS_IN_A_RELEASE), 0
    while kills < wanted:
        folder = tmp_path / f"killed-{folders}"
        folders += 1
        for _ in range(min(LIVES_OF_ONE_LEDGER, wanted - kills)):
            if live(replay, folder, source, life_seconds=chance.uniform(0.0, LONGEST_LIFE_SECONDS)):
                break
            kills += 1
        assert live(replay, folder, source)
        with open_ledger(folder, password=PASSWORD) as ledger:
            check_whole(ledger)
            assert end_of(ledger) == expected
    report("kill -9 of a replay", kills=kills, ledgers=folders, lost=0, doubled=0)


@needs_kill
def test_a_finished_replay_does_nothing_more(tmp_path: Path) -> None:
    """N10: played again, the same plan changes nothing and adds no block."""
    source = write_shop(tmp_path / "source", seed=8)
    assert live(replay, tmp_path / "ledger", source)
    with open_ledger(tmp_path / "ledger", password=PASSWORD) as ledger:
        before, head = end_of(ledger), ledger.chain.head()
    assert live(replay, tmp_path / "ledger", source)
    with open_ledger(tmp_path / "ledger", password=PASSWORD) as ledger:
        assert (end_of(ledger), ledger.chain.head()) == (before, head)
