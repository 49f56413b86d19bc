"""The part of the story that tells of redemptions that wait: every event of theirs, and a refusal of each verb."""

from typing import Any

from ledger.chain.events import decode
from ledger.domain.events import Minted
from scripts.world import World, some_terms
from scripts.world.settlement import amendment, reversal

SHOP = 2
HOUR = 3_600


def settle(world: World) -> None:
    """Six coupons wait: one is amended twice and paid, one reversed, two forfeited, two just paid."""
    receipt = world.mint(some_terms(size=100, settlement_delay_hours=1))
    batch = next(event.batch for event in map(decode, receipt.logs) if isinstance(event, Minted))
    world.allocate(batch, SHOP, 9, by="shop")
    world.issue(SHOP, batch, 1, [(1, 6)], by="shop")
    coupons = [batch << 40 | serial for serial in range(91, 97)]
    items = [world.redeem_item(each, lot=1, merchant=SHOP, holder="ann", order=12_345) for each in coupons]
    world.redeem(SHOP, items, by="till", agent=7)
    by: dict[str, Any] = {"merchant": SHOP, "by": "shop"}
    amends = [amendment(world, coupons[0], 9_999, **by), amendment(world, coupons[0], 777, version=2, **by)]
    world.send("amend", [*amends, amends[0]], sender="relayer")
    undone = reversal(world, coupons[1], agent=7, merchant=SHOP, by="till")
    world.send("reverse", [undone, undone], sender="relayer")
    world.send("forfeit", [coupons[2], coupons[2]], 9, True)
    world.send("forfeit", [coupons[3]], 8, False)
    world.pass_time(2 * HOUR)
    world.send("distribute", [*coupons, coupons[0]], sender="stranger")
