"""Measures the verbs around a coupon's life, each in a state where its like was done before."""

from ledger.chain.protocol import Receipt
from ledger.domain.terms import Funder, ShareMode
from scripts.bench.gas_record import ITEMS, Record
from scripts.bench.gas_shop import ISSUER, WARM_CONSUMER, Shop, batch_of, bench_terms
from scripts.world import DAY, World

CLOSING_GRACE = 7 * DAY
PAUSE_COOL_DOWN = DAY
TERMS_OF_LATER = {
    "share_mode": ShareMode.COPY,
    "copies": 3,
    "hops": 2,
    "settlement_delay_hours": 48,
    "points_price": 10,
    "valid_days": 30,
}


def measure_verbs(record: Record, shop: Shop) -> None:
    """Everything but issue and redeem."""
    _measure_members(record, shop.world)
    _measure_mint(record, shop.world)
    _measure_stock(record, shop)
    _measure_cash(record, shop.world)
    _measure_standing(record, shop.world)
    _measure_close(record, shop)


def _measure_members(record: Record, world: World) -> None:
    for count in (1, ITEMS):
        names = [f"new merchant {count} {index}" for index in range(count)]
        record.add(f"register_merchant_{count}", world, world.register_merchants(names), done=count)
        names = [f"new consumer {count} {index}" for index in range(count)]
        receipt = world.register_consumers(names, recruiter=ISSUER, by="issuer")
        record.add(f"register_consumer_{count}", world, receipt, done=count)
    for agent in (1, 2):
        appointment = world.appointment(ISSUER, agent, f"till {agent}", by="issuer")
        appointed = world.send("appoint", [appointment], sender="relayer")
    record.add("appoint", world, appointed)


def _measure_mint(record: Record, world: World) -> None:
    """Every term non-zero, those of verbs to come too; the operator has minted and reserved today already."""
    world.mint(bench_terms(**TERMS_OF_LATER))
    record.add("mint_1", world, world.mint(bench_terms(**TERMS_OF_LATER, size=1)))
    record.add("mint_1e9", world, world.mint(bench_terms(**TERMS_OF_LATER, size=10**9)))


def _measure_stock(record: Record, shop: Shop) -> None:
    world = shop.world
    batch = shop.open_batch(bench_terms(), allocate=1_000)
    record.add("allocate", world, world.allocate(batch, ISSUER, 1_000))
    record.add("recall", world, _recall(world, batch, lot=2))
    batch = batch_of(world.mint(bench_terms(funder=Funder.ISSUER)))
    world.allocate(batch, ISSUER, 1_000, by="issuer")
    record.add("allocate_issuer_funded", world, world.allocate(batch, ISSUER, 1_000, by="issuer"))
    record.add("recall_issuer_funded", world, _recall(world, batch, lot=2))


def _recall(world: World, batch: int, *, lot: int) -> Receipt:
    return world.send("recall", [world.recall_intent(ISSUER, batch, lot, 400, by="issuer")], sender="relayer")


def _measure_cash(record: Record, world: World) -> None:
    """Every payee has tokens already."""
    consumers = [(True, WARM_CONSUMER + index, 1_000) for index in range(ITEMS)]
    record.add("deposit_1", world, world.fund(consumers[:1]))
    record.add("deposit_100", world, world.fund(consumers), done=ITEMS)
    for amount in (10, 100):
        order = world.withdrawal(WARM_CONSUMER, amount, by="warm", consumer=True)
        paid = world.send("withdraw", [order], sender="relayer")
        requested = world.send("withdraw", [world.withdrawal(ISSUER, amount, by="issuer")], sender="relayer")
        due = world.send("payOut", [ISSUER], sender="relayer")
    for name, receipt in (("withdraw", paid), ("withdraw_request", requested), ("pay_out", due)):
        record.add(name, world, receipt)


def _measure_standing(record: Record, world: World) -> None:
    record.add("suspend_merchant", world, world.send("suspendMerchant", ISSUER, True))
    record.add("suspend_consumer", world, world.send("suspendConsumer", WARM_CONSUMER, True))
    for _ in range(2):
        paused, ended = world.send("pause", sender="pauser"), world.send("unpause", sender="pauser")
        world.pass_time(PAUSE_COOL_DOWN)
    record.add("pause", world, paused)
    record.add("unpause", world, ended)


def _measure_close(record: Record, shop: Shop) -> None:
    world = shop.world
    terms = bench_terms(funder=Funder.ISSUER, opens=world.clock.now(), closes=world.clock.now() + DAY)
    world.send("suspendMerchant", ISSUER, False)
    batch = batch_of(world.mint(terms))
    world.allocate(batch, ISSUER, 1_000, by="issuer")
    world.clock.set(terms.closes + CLOSING_GRACE)
    record.add("close", world, world.send("close", batch))
    record.add("close_lot", world, world.send("closeLots", batch, [1], sender="relayer"))
