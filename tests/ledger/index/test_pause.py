"""Days of issue and pauses, held against the days that the contract itself packed."""

from pathlib import Path

from ledger.audit.checks import Mismatch
from ledger.audit.verify import verify_state
from ledger.chain.slots import SlotReader
from ledger.chain.source import ChainSource
from ledger.store.projections import COUPONS, LEDGER_STATE
from scripts.world import DAY, NOW, World, new_world, some_terms
from tests.ledger.index.desk import indexed, rows


def issue_one(world: World) -> None:
    world.issue(1, 1, 1, [(1, 1)], by="operator wallet")


def test_days_of_issue_stand_still_during_pauses(tmp_path: Path) -> None:
    """A pause ended by hand, one that ends by itself, and the next: coupons carry the ledger's day as on the chain."""
    world = new_world()
    world.register_consumers(["anna"], recruiter=1, by="operator wallet")
    world.fund([(False, 1, 10**7)])
    world.mint(some_terms(size=100, valid_days=200, closes=NOW + 300 * DAY))
    world.allocate(1, 1, 100)
    issue_one(world)
    for length, by_hand in ((2 * DAY, True), (9 * DAY, False), (3 * DAY, True)):
        world.send("pause", sender="pauser")
        world.pass_time(length)
        if by_hand:
            world.send("unpause", sender="pauser")
        world.pass_time(2 * DAY)
        issue_one(world)
    source = ChainSource(world.chain, world.deployment.ledger, world.deployment.block)
    store = indexed(tmp_path / "ledger.db", source)
    first = NOW // DAY
    days = [row["issued_day"] - first for row in rows(store, COUPONS)]
    # The second pause ends by itself after 7 of the 9 days.
    assert days == [0, 2, 2 + 4, 2 + 4 + 2]
    assert rows(store, LEDGER_STATE)[0]["paused_total"] == (2 + 7 + 3) * DAY
    with store.read() as connection:
        found = verify_state(connection, SlotReader(world.chain, world.ledger), block=source.head().number)
        assert [each for each in found if isinstance(each, Mismatch)] == []
