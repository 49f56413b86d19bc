"""Statements, points and wallets in a world: intents as the contract takes them, signed."""

from collections.abc import Iterable
from typing import Any

from ledger.chain.packing import total_records
from ledger.domain.intents import ChangeWallet, Spend, State, Veto
from scripts.world.keys import key
from scripts.world.world import World


def statement(
    world: World,
    merchant: int,
    totals: Iterable[tuple[int, int]] | bytes,
    *,
    by: str,
    period: int,
    period_days: int = 7,
    root: bytes = b"\1" * 32,
    agent: int = 0,
    deadline: int | None = None,
) -> tuple[Any, ...]:
    """A merchant's (recruiter, amount) totals, or records packed already."""
    packed = totals if isinstance(totals, bytes) else total_records(totals)
    until = world.deadline if deadline is None else deadline
    signature = world.sign(key(by), State(merchant, period, period_days, packed, root, until))
    return (merchant, agent, period, period_days, packed, root, until, signature)


def spending(
    world: World,
    consumer: int,
    merchant: int,
    batch: int,
    *,
    points: int,
    consumer_key: str,
    merchant_key: str,
    lot: int = 1,
    count: int = 1,
    agent: int = 0,
    nonce: int | None = None,
    deadline: int | None = None,
) -> tuple[Any, ...]:
    """Points for coupons, signed by both."""
    once = world.fresh_nonce() if nonce is None else nonce
    until = world.deadline if deadline is None else deadline
    intent = Spend(consumer, merchant, batch, lot, count, points, once, until)
    signatures = (world.sign(key(consumer_key), intent), world.sign(key(merchant_key), intent))
    return (consumer, merchant, agent, batch, lot, count, points, once, until, *signatures)


def wallet_change(
    world: World,
    party: int,
    name: str,
    *,
    by: str,
    consumer: bool = False,
    nonce: int | None = None,
    deadline: int | None = None,
) -> tuple[Any, ...]:
    """A party's wallet becomes the key of `name`, signed by both."""
    once = world.fresh_nonce() if nonce is None else nonce
    until = world.deadline if deadline is None else deadline
    intent = ChangeWallet(consumer, party, key(name).address, once, until)
    return (
        consumer,
        party,
        key(name).address,
        once,
        until,
        world.sign(key(by), intent),
        world.sign(key(name), intent),
    )


def veto(world: World, party: int, name: str, *, by: str, ready_at: int, consumer: bool = False) -> bytes:
    """The signature that stops the recovery to the key of `name`."""
    return world.sign(key(by), Veto(consumer, party, key(name).address, ready_at))
