"""Wallets that change in a random life, lost ones too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import RowMapping

from ledger.store.projections import CONSUMERS, MERCHANTS
from ledger.store.projections_accounts import RECOVERIES
from scripts.world import DAY, key
from scripts.world.accounts import veto, wallet_change

if TYPE_CHECKING:
    from tests.ledger.index.life import Life

WEEK = 7 * DAY


def start(life: Life) -> None:
    """A merchant and a consumer move; another consumer's lost wallet is replaced."""
    for party, consumer in ((3, False), (1, True)):
        _change(life, party, consumer=consumer)
    life.world.send("startRecovery", True, 2, key(_fresh(life)).address)
    life.world.pass_time(WEEK)
    life.world.send("completeRecovery", True, 2, sender="stranger")


def end(life: Life) -> None:
    """Two recoveries wait when a life ends."""
    waiting = {(row["consumer"], row["party"]) for row in life.rows(RECOVERIES)}
    for consumer in {False, True} - {each for each, party in waiting if party == 2}:
        life.world.send("startRecovery", consumer, 2, key(_fresh(life)).address)


def move(life: Life) -> None:
    """A wallet changes, or a recovery starts, is stopped, or is completed, in time or too early."""
    life.random.choice([_any_change, _any_change, _start, _go_on])(life)


def _any_change(life: Life) -> None:
    consumer = life.random.random() < 0.6
    _change(life, life.random.choice(life.rows(CONSUMERS if consumer else MERCHANTS))["id"], consumer=consumer)


def _change(life: Life, party: int, *, consumer: bool) -> None:
    """The same twice, and one to a wallet that is another's."""
    by = life.name_of(party, consumer=consumer)
    intent = wallet_change(life.world, party, _fresh(life), by=by, consumer=consumer)
    taken = wallet_change(life.world, party, life.name_of(2), by=by, consumer=consumer)
    life.world.send("changeWallet", [taken, intent, intent], sender="relayer")


def _start(life: Life) -> None:
    consumer = life.random.random() < 0.5
    party = life.random.choice(life.rows(CONSUMERS if consumer else MERCHANTS))
    life.world.send("startRecovery", consumer, party["id"], key(_fresh(life)).address)


def _go_on(life: Life) -> None:
    waiting = life.rows(RECOVERIES)
    for row in life.random.sample(waiting, min(2, len(waiting))):
        life.random.choice([_veto, _complete, _complete])(life, row)


def _veto(life: Life, row: RowMapping) -> None:
    """By the party itself, or by the pauser."""
    consumer, party = bool(row["consumer"]), row["party"]
    if life.random.random() < 0.5:
        life.world.send("vetoRecovery", consumer, party, b"", sender="pauser")
        return
    name, by = life.names[row["wallet"]], life.name_of(party, consumer=consumer)
    signature = veto(life.world, party, name, by=by, ready_at=row["ready_at"], consumer=consumer)
    life.world.send("vetoRecovery", consumer, party, signature, sender="relayer")


def _complete(life: Life, row: RowMapping) -> None:
    if life.random.random() < 0.7:
        life.world.pass_time(WEEK)
    life.world.send("completeRecovery", bool(row["consumer"]), row["party"], sender="stranger")


def _fresh(life: Life) -> str:
    """The name of a key that nobody had."""
    name = f"wallet {len(life.names)}"
    life.names[key(name).address] = name
    return name
