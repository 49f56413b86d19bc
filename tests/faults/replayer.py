"""Replays a directory on a ledger in a folder, to the end; killed at any moment and started again, it goes on."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ledger.chain.embedded import EmbeddedChain
from ledger.charter import Charter
from ledger.custody import keystore
from ledger.folder import FolderEmpty
from ledger.index.book import Book
from ledger.index.index import Index
from ledger.intake.desk import Desk
from ledger.ledger import Ledger, create_ledger, open_ledger
from ledger.nouns.admin import Admin
from ledger.relay.relay import Relay
from ledger.replay.acts import Acts
from ledger.replay.directory import Directory
from ledger.replay.facts import Plan
from ledger.replay.later_acts import LaterActs
from ledger.replay.player import Player
from tests.faults.lives import Say

PASSWORD = "a password that guards nothing"


def open_or_create(folder: Path, plan: Plan) -> Ledger:
    """The ledger in the folder; its creation too may have been cut short at any point."""
    try:
        return open_ledger(folder, password=PASSWORD)
    except FolderEmpty:
        return _create(folder, plan)


def _create(folder: Path, plan: Plan) -> Ledger:
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
        withdrawal_cap_daily=10**9,
        withdrawal_delay=0,
        admin_delay=0,
    )
    return create_ledger(folder, charter, password=PASSWORD, start=plan.facts[0].at - 1)


def replay(say: Say, folder: Path, source: Path) -> None:
    """Replay, and close what has ended."""
    plan = Directory(source).plan()
    say.send("playing")
    with open_or_create(folder, plan) as ledger:
        player = Player(ledger, plan)
        player.play()
        player.finish()


@dataclass(frozen=True, slots=True)
class Failpoint:
    """A place where the process dies: before a function does anything, or after it did all."""

    owner: type
    name: str
    after: bool
    passages: int = 9
    """How often an undisturbed replay of the shop passes it, at the least."""


FAILPOINTS: Final = {
    "inside an acceptance": Failpoint(Desk, "_insert", after=True),
    "before a window is accepted": Failpoint(Player, "_accept_window", after=False),
    "after a window is accepted": Failpoint(Player, "_accept_window", after=True),
    "inside the storing": Failpoint(Relay, "_store_call", after=True),
    "after the storing": Failpoint(Relay, "store_round", after=True),
    "before a block": Failpoint(EmbeddedChain, "_commit", after=False),
    "after a block": Failpoint(EmbeddedChain, "_commit", after=True),
    "after the sending": Failpoint(Relay, "send", after=True),
    "inside the indexing": Failpoint(Book, "flush", after=True),
    "after the indexing": Failpoint(Index, "catch_up", after=True),
    "inside the settling": Failpoint(Relay, "_settle_one", after=True),
    "after the settling": Failpoint(Relay, "settle", after=True),
    "before a window is settled": Failpoint(Player, "_settle_window", after=False),
    "after a window is settled": Failpoint(Player, "_settle_window", after=True),
    "inside the handing in of what comes after an issue": Failpoint(LaterActs, "do", after=True),
    "inside a distribution": Failpoint(LaterActs, "_distribute", after=True, passages=3),
    "inside a report or a statement": Failpoint(Acts, "_state", after=True, passages=6),
    "before a policy": Failpoint(Player, "_change_policy", after=False, passages=2),
    "before a policy is executed": Failpoint(Admin, "execute", after=False, passages=2),
    "after a policy is executed": Failpoint(Admin, "execute", after=True, passages=2),
    "after a policy": Failpoint(Player, "_change_policy", after=True, passages=2),
    "before a closing": Failpoint(Player, "_close", after=False, passages=3),
    "after a closing": Failpoint(Player, "_close", after=True, passages=3),
    "after the lots": Failpoint(Player, "_close_lots", after=True, passages=3),
}


def replay_to(say: Say, folder: Path, source: Path, point: str, hit: int) -> None:
    """Replay, and die by kill -9 at the so-manieth passage of a failpoint."""
    _arm(FAILPOINTS[point], hit)
    replay(say, folder, source)


def _arm(point: Failpoint, hit: int) -> None:
    original: Callable[..., Any] = getattr(point.owner, point.name)
    passages = 0

    def passing(*arguments: Any, **named: Any) -> Any:
        nonlocal passages
        passages += 1
        if passages < hit:
            return original(*arguments, **named)
        if point.after:
            original(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")

    setattr(point.owner, point.name, passing)
