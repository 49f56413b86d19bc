"""Replays a directory on a ledger in a folder, to the end: `python -m tests.faults.replayer FOLDER SOURCE`.

Killed at any moment and started again, it goes on. It says `playing` when it begins and `finished` when all is done.
"""

import sys
from pathlib import Path

from ledger.charter import Charter
from ledger.custody import keystore
from ledger.ledger import Ledger, create_ledger, open_ledger
from ledger.replay.directory import Directory
from ledger.replay.facts import Plan
from ledger.replay.player import Player

PASSWORD = "a password that guards nothing"


def open_or_create(folder: Path, plan: Plan) -> Ledger:
    """The ledger in the folder; its creation too may have been cut short at any point."""
    from ledger.folder import FolderEmpty

    try:
        return open_ledger(folder, password=PASSWORD)
    except FolderEmpty:
        pass
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "keystore.json").exists():
        # The real cost of a password, a second at every start, would only make the kills rarer.
        keystore.create(folder / "keystore.json", PASSWORD, work_factor=2)
    charter = Charter(
        name="killed",
        currency=plan.currency,
        decimals=plan.decimals,
        zone=plan.zone,
        clock="replay",
        chain_id=31_337,
        reward_cap_daily=10**6,
        reserve_cap_daily=10**9,
        withdrawal_delay=0,
        admin_delay=0,
    )
    return create_ledger(folder, charter, password=PASSWORD, start=plan.facts[0].at - 1)


def main() -> None:
    """Replay, and close what has ended."""
    folder, source = Path(sys.argv[1]), Path(sys.argv[2])
    plan = Directory(source).plan()
    print("playing", flush=True)
    with open_or_create(folder, plan) as ledger:
        player = Player(ledger, plan)
        player.play()
        player.finish()
    print("finished", flush=True)


if __name__ == "__main__":
    main()
