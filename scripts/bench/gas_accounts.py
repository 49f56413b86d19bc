"""Measures statements, points and wallets."""

from ledger.chain.protocol import Receipt
from scripts.bench.gas_record import ITEMS, Record
from scripts.bench.gas_shop import FIRST_SHOP, ISSUER, SHOPS, WARM_CONSUMER, Shop, bench_terms
from scripts.world import DAY
from scripts.world.accounts import spending, statement, wallet_change

WEEK = 7
PRICE = 10


def measure_accounts(record: Record, shop: Shop) -> None:
    """After a first one of each."""
    _measure_statements(record, shop)
    _measure_points(record, shop)
    _measure_wallets(record, shop)


def _measure_statements(record: Record, shop: Shop) -> None:
    """A hundred merchants state a week each, of consumers of five others; then one merchant, of a hundred others."""
    world = shop.world
    world.send_as_admin("changePolicy", 0, 150, 5_000, 0)
    week = world.clock.now() // DAY - 10 * WEEK
    totals = [(merchant, 123_456) for merchant in range(ISSUER, ISSUER + 5)]

    def send(shops: range, period: int) -> Receipt:
        intents = [
            statement(world, FIRST_SHOP + index, totals, by=SHOPS[index], period=period, root=bytes((index + 1,)) * 32)
            for index in shops
        ]
        return world.send("state", intents, sender="relayer")

    send(range(ITEMS), week)
    record.add("statement_1", world, send(range(1), week + WEEK))
    record.add("statement_100", world, send(range(ITEMS), week + 2 * WEEK), done=ITEMS)
    for count, period in ((1, week), (ITEMS, week + WEEK)):
        many = [(FIRST_SHOP + index, 123_456) for index in range(count)]
        intent = statement(world, ISSUER, many, by="issuer", period=period)
        record.add(f"statement_total_{count}", world, world.send("state", [intent], sender="relayer"))


def _measure_points(record: Record, shop: Shop) -> None:
    world, consumers = shop.world, range(WARM_CONSUMER, WARM_CONSUMER + ITEMS + 1)
    world.send("grant", [(consumer, 1_000) for consumer in consumers])
    for name in ("grant", "expire"):
        record.add(f"{name}_1", world, world.send(name, [(consumers[ITEMS], 100)]), done=1)
        receipt = world.send(name, [(consumer, 100) for consumer in consumers[:ITEMS]])
        record.add(f"{name}_100", world, receipt, done=ITEMS)
    batch = shop.open_batch(bench_terms(points_price=PRICE), allocate=16_000)

    def spend(part: range) -> Receipt:
        intents = [
            spending(
                world, each, ISSUER, batch, points=PRICE, consumer_key=shop.names[each], merchant_key="issuer", nonce=77
            )
            for each in part
        ]
        return world.send("spend", intents, sender="relayer")

    world.send("grant", [(ITEMS + 2, 1_000)])
    intent = spending(
        world, ITEMS + 2, ISSUER, batch, points=PRICE, consumer_key=shop.names[ITEMS + 2], merchant_key="issuer"
    )
    world.send("spend", [intent], sender="relayer")
    record.add("spend_1", world, spend(range(ITEMS + 1, ITEMS + 2)))
    record.add("spend_100", world, spend(range(1, ITEMS + 1)), done=ITEMS)
    record.add("cash_out", world, world.send("cashOut", [ISSUER], sender="relayer"))


def _measure_wallets(record: Record, shop: Shop) -> None:
    world, consumer = shop.world, WARM_CONSUMER + 1
    change = wallet_change(world, consumer, "another wallet", by=shop.names[consumer], consumer=True)
    record.add("change_wallet", world, world.send("changeWallet", [change], sender="relayer"))
