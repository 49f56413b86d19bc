"""The families of verbs that a random life has beside its own acts: how often each comes, how they begin and end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from scripts.world import DAY
from tests.ledger.index import life_bearers, life_points, life_pools, life_sharing, life_statements, life_wallets

if TYPE_CHECKING:
    from tests.ledger.index.life import Life

WEIGHTS: Final[Mapping[Callable[[Life], None], int]] = {
    life_sharing.share: 11,
    life_sharing.take_up: 6,
    life_bearers.bear: 5,
    life_pools.settle: 8,
    life_points.use: 8,
    life_wallets.move: 5,
    life_statements.change_policy: 2,
    life_statements.state: 4,
}


def start(life: Life) -> None:
    """Something of each family, whatever chance brings later."""
    for family in (life_bearers, life_points, life_pools, life_statements, life_wallets):
        family.start(life)


def end(life: Life) -> None:
    """What waits when a life ends: recoveries, and the ledger's own end."""
    life_wallets.end(life)
    life.world.send_as_admin("retire", life.world.clock.now() + 8 * DAY)
