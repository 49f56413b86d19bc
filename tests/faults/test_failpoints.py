"""kill -9 at named points of a replay: whatever step it comes in, the end is the same."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.ledger import open_ledger
from ledger.replay.directory import Directory
from tests.conftest import Report
from tests.faults.ends import End, check_whole, end_of
from tests.faults.lives import live, needs_kill
from tests.faults.replayer import FAILPOINTS, PASSWORD, replay, replay_to

SHOP = Path(__file__).parents[1] / "data" / "shop"
CRASHES_IN_A_RELEASE = 50


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> End:
    """The end of a replay that nothing interrupted."""
    folder = tmp_path_factory.mktemp("whole") / "state"
    assert live(replay, folder, SHOP)
    with open_ledger(folder, password=PASSWORD) as ledger:
        check_whole(ledger)
        return end_of(ledger)


@needs_kill
@pytest.mark.parametrize("point", FAILPOINTS)
def test_a_crash_at_this_point_loses_and_doubles_nothing(
    tmp_path: Path, expected: End, point: str, scaled: Callable[[int], int], report: Report
) -> None:
    """Promise 5; N10: what was accepted is done once."""
    assert Directory(SHOP).plan().counts.redemptions == 9
    crashes = scaled(CRASHES_IN_A_RELEASE)
    chance = random.Random(point)
    passages = FAILPOINTS[point].passages
    for crash in range(crashes):
        folder = tmp_path / f"crash-{crash}"
        assert not live(replay_to, folder, SHOP, point, chance.randint(1, passages))
        assert live(replay, folder, SHOP)
        with open_ledger(folder, password=PASSWORD) as ledger:
            check_whole(ledger)
            assert end_of(ledger) == expected
    report(f"kill -9 {point}", crashes=crashes, lost=0, doubled=0)
