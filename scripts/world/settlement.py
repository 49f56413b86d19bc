"""What becomes of redemptions that wait, in a world: intents as the contract takes them, signed."""

from typing import Any

from ledger.domain.intents import Amend, Reverse
from scripts.world.keys import key
from scripts.world.world import World


def amendment(
    world: World,
    coupon: int,
    order: int,
    *,
    merchant: int,
    by: str,
    version: int = 1,
    agent: int = 0,
    deadline: int | None = None,
) -> tuple[Any, ...]:
    """A lower order; a coupon redeemed out of its lane waits at version 1."""
    until = world.deadline if deadline is None else deadline
    signature = world.sign(key(by), Amend(coupon, version, merchant, order, until))
    return (coupon, version, merchant, agent, order, until, signature)


def reversal(
    world: World,
    coupon: int,
    *,
    merchant: int,
    by: str,
    version: int = 1,
    agent: int = 0,
    deadline: int | None = None,
) -> tuple[Any, ...]:
    """A redemption undone."""
    until = world.deadline if deadline is None else deadline
    return (coupon, version, merchant, agent, until, world.sign(key(by), Reverse(coupon, version, merchant, until)))
