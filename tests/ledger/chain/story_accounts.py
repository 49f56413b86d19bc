"""The part of the story that tells of points, statements and wallets, with a refusal of each verb."""

from ledger.chain.events import decode
from ledger.domain.events import Minted
from scripts.world import DAY, World, key, some_terms
from scripts.world.accounts import spending, statement, veto, wallet_change

SHOP, CAFE, ANN, BOB = 2, 3, 1, 2
PRICE, WEEK = 40, 7 * DAY


def keep_accounts(world: World) -> None:
    """Points from the operator to a merchant's cash, a statement under a policy, and wallets that come and go."""
    _points(world)
    _statements(world)
    _wallets(world)


def _points(world: World) -> None:
    receipt = world.mint(some_terms(size=100, points_price=PRICE, closes=world.clock.now() + 30 * DAY))
    batch = next(event.batch for event in map(decode, receipt.logs) if isinstance(event, Minted))
    world.allocate(batch, SHOP, 30, by="shop")
    world.send("grant", [(ANN, 3 * PRICE), (BOB, 7), (99, 5)])
    bought = spending(
        world, ANN, SHOP, batch, points=2 * PRICE, consumer_key="ann", merchant_key="till", count=2, agent=7
    )
    world.send("spend", [bought, bought], sender="relayer")
    world.send("cashOut", [SHOP, CAFE], sender="stranger")
    world.send("expire", [(ANN, PRICE), (BOB, 6), (BOB, 6)])


def _statements(world: World) -> None:
    world.send_as_admin("changePolicy", 0, 500, 6_000, 1)
    yesterday = world.clock.now() // DAY - 1
    totals = [(SHOP, 12_345), (CAFE, 54_321)]
    stated = statement(world, SHOP, totals, by="shop", period=yesterday, period_days=1)
    world.send("state", [stated, stated], sender="relayer")


def _wallets(world: World) -> None:
    """Bob moves, the cafe loses its wallet and gets another, Ann's recovery is stopped."""
    moved = wallet_change(world, BOB, "bob's new one", by="bob", consumer=True)
    world.send("changeWallet", [moved, moved], sender="relayer")
    world.send("startRecovery", False, CAFE, key("cafe's new one").address)
    world.send("startRecovery", True, ANN, key("not ann's").address)
    ready_at = world.clock.now() + WEEK
    stopped = veto(world, ANN, "not ann's", by="ann", ready_at=ready_at, consumer=True)
    world.send("vetoRecovery", True, ANN, stopped, sender="relayer")
    world.pass_time(WEEK)
    world.send("completeRecovery", False, CAFE, sender="stranger")
