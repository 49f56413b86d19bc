"""Short ways to a commission policy and to statements under it."""

from collections.abc import Iterable
from typing import Any, Final

from ledger.chain.protocol import Receipt
from scripts.world import DAY, NOW, World
from scripts.world.accounts import statement
from tests.contracts.parties import BOOKSHOP, MERCHANTS
from tests.contracts.reading import Attempt

RETURN_TO_SELLER, PLATFORM_KEEPS, NO_COMMISSION = range(3)
TODAY: Final = NOW // DAY
"""The day on which the world stands, counted from 1970 in UTC; it is not over."""

LAST_WEEK: Final = TODAY - 7
"""The first of the seven days that are over."""

COMMISSION_BPS, REBATE_BPS = 500, 6_000


def set_policy(
    world: World,
    *,
    starts_at: int = 0,
    commission_bps: int = COMMISSION_BPS,
    rebate_bps: int = REBATE_BPS,
    equal_codes: int = RETURN_TO_SELLER,
) -> Receipt:
    """Announce a policy, by itself one that was always in force: 5 % commission, 3 % of the amount rebated."""
    return world.send_as_admin("changePolicy", starts_at, commission_bps, rebate_bps, equal_codes)


def stated(
    world: World, totals: Iterable[tuple[int, int]] | bytes, *, merchant: int = BOOKSHOP, **fields: Any
) -> tuple[Any, ...]:
    """A merchant's statement of last week."""
    return statement(
        world, merchant, totals, **{"by": MERCHANTS.get(merchant, "bookshop"), "period": LAST_WEEK, **fields}
    )


def attempt(*statements: tuple[Any, ...]) -> Attempt:
    """Statements to be sent by the relayer."""
    return Attempt("state", (list(statements),))


def cash(world: World, merchant: int) -> int:
    """A merchant's cash, minor units."""
    return int(world.ask("merchant", merchant)[1])
