"""What a random life states: purchases without a coupon, under policies that change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.store.projections import MERCHANTS
from ledger.store.projections_accounts import POLICIES
from scripts.world import DAY
from scripts.world.accounts import statement

if TYPE_CHECKING:
    from tests.ledger.index.life import Life

SELLER = 2


def start(life: Life) -> None:
    """A policy, and a merchant's statement with its own code and another's."""
    change_policy(life)
    world, yesterday = life.world, life.world.clock.now() // DAY - 1
    world.fund([(False, SELLER, 10_000)])
    totals = [(SELLER, 12_345), (SELLER + 1, 54_321)]
    by = life.name_of(SELLER)
    world.send("state", [statement(world, SELLER, totals, by=by, period=yesterday, period_days=1)], sender="relayer")


def change_policy(life: Life) -> None:
    """Another policy, now and then one that may not start then."""
    now = life.world.clock.now()
    start = now + life.random.choice([-5, 0, 1, DAY]) if life.rows(POLICIES) else 0
    shares = (life.random.choice([0, 333, 1_000]), life.random.choice([0, 5_001, 10_000]))
    life.world.send_as_admin("changePolicy", start, *shares, life.random.randrange(3))


def state(life: Life) -> None:
    """Some merchants state some of their days; at times too many, too early, twice or more than they can pay for."""
    today = life.world.clock.now() // DAY
    statements = []
    for _ in range(2):
        seller = life.random.choice(life.rows(MERCHANTS))
        first = max(seller["stated_until"], today - life.random.randint(1, 9))
        recruiters = life.random.sample([row["id"] for row in life.rows(MERCHANTS)], k=3)
        totals = [(recruiter, life.random.choice([1, 777, 12_345, 10**6])) for recruiter in recruiters]
        by, agent = life._signer(seller["id"])
        statements.append(
            statement(
                life.world,
                seller["id"],
                totals,
                by=by,
                agent=agent,
                period=first,
                period_days=life.random.randint(1, max(1, today - first) + 1),
                root=life.random.randbytes(32),
            )
        )
    life.world.send("state", [*statements, statements[0]], sender="relayer")
