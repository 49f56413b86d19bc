"""The life of a coupon, each step with its place on the chain and its money."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Final

import pytest
from sqlalchemy import insert

from ledger.audit.life import CouponState, LogPlace, Moved, Settled, Shared, Trace
from ledger.audit.parties import PartyKind
from ledger.audit.trace import trace
from ledger.chain.events import decode
from ledger.chain.protocol import Receipt
from ledger.chain.source import ChainSource
from ledger.domain import events
from ledger.domain.errors import NotFound
from ledger.domain.ids import OPERATOR, coupon_id
from ledger.domain.split import earning
from ledger.domain.terms import Funder, Role, Terms
from ledger.index import Index
from ledger.store.engine import Store
from ledger.store.outbox import ACCOUNTS
from ledger.store.projections import BATCHES, COUPONS
from scripts.world import NOW, World, key, new_world, some_terms
from tests.conftest import Report
from tests.ledger.index.desk import new_store, rows
from tests.ledger.index.life import Life
from tests.ledger.index.made import MadeSource

ORDER = 12_345


class Story:
    """A shop (2) that recruits and issues, another (3) that redeems, and Anna (1), whose coupon it is."""

    def __init__(self, store: Store, terms: Terms) -> None:
        self.world: World = new_world()
        self.store, self.terms, self.receipts = store, terms, dict[str, Receipt]()
        world, keep = self.world, self.receipts
        world.register_merchants(["shop", "other"])
        world.register_consumers(["anna"], recruiter=2, by="shop")
        world.fund([(False, OPERATOR, 10**7), (False, 2, 10**6), (False, 3, 10**6)])
        keep["mint"] = world.mint(terms)
        keep["allocate"] = world.allocate(1, 2, 40, by="shop")
        recall = world.recall_intent(2, 1, 1, 10, by="shop")
        keep["recall"] = world.send("recall", [recall], sender="relayer")
        keep["again"] = world.allocate(1, 2, 5, by="shop", from_lot=2)
        world.pass_time(3_600)
        keep["issue"] = world.issue(2, 1, 3, [(1, 2)], by="shop")
        world.pass_time(3_600)
        item = world.redeem_item(coupon_id(1, 95), lot=3, merchant=3, holder="anna", order=ORDER)
        keep["redeem"] = world.redeem(3, [item], by="other")
        source = ChainSource(world.chain, world.deployment.ledger, world.deployment.block)
        Index(store, source).catch_up()

    def trace(self, serial: int, batch: int = 1) -> Trace:
        with self.store.read() as connection:
            return trace(connection, batch, serial)

    def place(self, name: str) -> LogPlace:
        """The first log of a transaction."""
        receipt = self.receipts[name]
        block = self.world.chain.block(receipt.block_number)
        return LogPlace(block.number, block.hash, receipt.transaction_hash, receipt.logs[0].log_index, block.timestamp)


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return told(tmp_path, Funder.ISSUER)


def told(folder: Path, funder: Funder) -> Story:
    return Story(new_store(folder / f"{funder.name}.db"), some_terms(size=100, funder=funder))


def test_every_step_of_a_coupon_stands_at_its_log(story: Story) -> None:
    """S2.8, S2.11, S2.12, S2.13, S2.17: mint, allocations, recall, issue and redemption under the coupon's ID."""
    found = story.trace(95)
    assert found.coupon == coupon_id(1, 95)
    assert (found.minted.place, found.minted.terms) == (story.place("mint"), story.terms)
    assert found.minted.operator.kind is PartyKind.OPERATOR
    assert [(step.kind, step.place) for step in found.moved] == [
        ("allocate", story.place("allocate")),
        ("recall", story.place("recall")),
        ("allocate", story.place("again")),
    ]
    assert [(step.from_lot, step.lot, step.first, step.count) for step in found.moved] == [
        (0, 1, 60, 40),
        (1, 2, 90, 10),
        (2, 3, 95, 5),
    ]
    assert [step.merchant.id for step in found.moved] == [2, 2, 2]
    issued = found.issued
    assert issued is not None
    assert (issued.place, issued.merchant.id, issued.agent, issued.consumer.id) == (story.place("issue"), 2, 0, 1)
    assert issued.day == (NOW + 3_600) // 86_400
    (redeemed,) = found.redeemed
    assert (redeemed.place, redeemed.merchant.id, redeemed.agent, redeemed.order) == (
        story.place("redeem"),
        3,
        0,
        ORDER,
    )
    assert (found.state, found.holder.id, found.holder.kind) == (CouponState.REDEEMED, 1, PartyKind.CONSUMER)


@pytest.mark.parametrize("funder", list(Funder))
def test_the_money_of_a_redemption_is_traced_to_its_source_and_to_who_got_it(funder: Funder, tmp_path: Path) -> None:
    """S2.14-S2.16, S2.19-S2.21; N1, N2: reward and contribution enter the coupon's pool, seven parts leave it."""
    story = told(tmp_path, funder)
    (redeemed,) = story.trace(95).redeemed
    expected = earning(story.terms, ORDER)
    assert (redeemed.reward, redeemed.contribution, redeemed.discount) == (
        expected.reward,
        expected.contribution,
        expected.discount,
    )
    assert tuple(part.amount for part in redeemed.parts) == expected.parts
    assert redeemed.sums_agree
    assert redeemed.distributed == redeemed.incentive == expected.incentive
    assert (redeemed.funder, redeemed.funded_by.id) == (funder, {Funder.OPERATOR: 1, Funder.ISSUER: 2}.get(funder, 3))
    got = {part.role: part.party and (part.party.kind.value, part.party.id) for part in redeemed.parts}
    assert got == {
        Role.PLATFORM: ("operator", 1),
        Role.ISSUER: ("merchant", 2),
        Role.REDEEMER: ("merchant", 3),
        Role.CONSUMER: ("consumer", 1),
        Role.SHARER: None,
        Role.FIRST_SHARER: None,
        Role.RECRUITER: ("merchant", 2),
    }


def test_what_an_absent_role_would_have_got_is_told(story: Story) -> None:
    """N2: the exact remainder rule: absent roles' parts, and what rounding leaves, are the remainder role's."""
    (redeemed,) = story.trace(95).redeemed
    passed_on = {part.role: part.passed_on for part in redeemed.parts if part.passed_on}
    share = redeemed.incentive * 500 // 10_000
    assert passed_on == {Role.SHARER: share, Role.FIRST_SHARER: share}
    own = {part.role: redeemed.incentive * part.share_bps // 10_000 for part in redeemed.parts}
    rounding = redeemed.incentive - sum(own.values())
    remainder = redeemed.parts[Role.PLATFORM]
    assert remainder.amount == own[Role.PLATFORM] + 2 * share + rounding


def test_a_coupon_that_is_held_and_not_used(story: Story) -> None:
    found = story.trace(96)
    assert (found.state, found.holder.id, found.redeemed) == (CouponState.ISSUED, 1, ())
    assert found.sums_agree


@pytest.mark.parametrize(("serial", "holder", "moves"), [(0, 1, 0), (60, 2, 1), (90, 1, 2), (99, 2, 3)])
def test_a_coupon_in_stock_has_its_stock_steps(serial: int, holder: int, moves: int, story: Story) -> None:
    """S2.7, S2.8: in the operator's stock, a merchant's lot, recalled, and allocated anew."""
    found = story.trace(serial)
    assert (found.state, found.issued, found.redeemed) == (CouponState.STOCK, None, ())
    assert (found.holder.id, len(found.moved)) == (holder, moves)


@pytest.mark.parametrize(("batch", "serial", "kind"), [(1, 100, "coupon"), (1, -1, "coupon"), (2, 0, "batch")])
def test_a_coupon_that_was_never_minted_is_not_found(batch: int, serial: int, kind: str, story: Story) -> None:
    with pytest.raises(NotFound) as unknown:
        story.trace(serial, batch)
    assert unknown.value.kind == kind


def test_parties_carry_our_names_for_them(story: Story) -> None:
    with story.store.write() as connection:
        connection.execute(
            insert(ACCOUNTS),
            [
                {"kind": "merchant", "reference": "367", "wallet": key("shop").address, "name": "Corner shop"},
                {"kind": "consumer", "reference": "h-900", "wallet": key("anna").address, "name": None},
            ],
        )
    found = story.trace(95)
    assert found.issued is not None
    assert (found.issued.merchant.reference, found.issued.merchant.name) == ("367", "Corner shop")
    assert (found.issued.consumer.reference, found.issued.consumer.name) == ("h-900", None)
    assert found.redeemed[0].merchant.reference is None


def test_an_agent_that_signed_is_named(story: Story) -> None:
    world = story.world
    world.send("appoint", [world.appointment(2, 7, "till", by="shop")], sender="relayer")
    world.send("issue", [world.issue_intent(2, 1, 3, [(1, 1)], by="till", agent=7)], sender="relayer")
    item = world.redeem_item(coupon_id(1, 97), lot=3, merchant=2, holder="anna", order=ORDER)
    world.redeem(2, [item], by="till", agent=7)
    Index(story.store, ChainSource(world.chain, world.deployment.ledger, world.deployment.block)).catch_up()
    found = story.trace(97)
    assert found.issued is not None
    assert (found.issued.agent, found.redeemed[0].agent) == (7, 7)


def test_all_coupons_of_a_life_are_traced_to_logs_that_say_so(lived: Life) -> None:
    """S2.17, S2.20: every row traces to block, transaction, log, on the chain itself."""
    sizes = {row["id"]: row["size"] for row in rows(lived.store, BATCHES)}
    coupons = [(row["batch"], row["serial"]) for row in rows(lived.store, COUPONS)]
    stock = [(batch, Random(batch).randrange(size)) for batch, size in sizes.items()]
    for batch, serial in [*coupons, *stock]:
        with lived.store.read() as connection:
            found = trace(connection, batch, serial)
        for place, kind in steps_of(found):
            assert isinstance(event_at(lived.world, place), kind), kind
        assert found.sums_agree


STEPS: Final[dict[str, type[events.Event]]] = {
    "allocate": events.Allocated,
    "recall": events.Recalled,
    "transfer": events.Transferred,
    "copy": events.Copied,
    "pooled": events.Pooled,
    "amended": events.Amended,
    "reversed": events.Reversed,
    "forfeited": events.Forfeited,
}


def steps_of(found: Trace) -> Iterator[tuple[LogPlace, type[events.Event]]]:
    """Every place that a trace names, with the event that must stand there."""
    yield found.minted.place, events.Minted
    if found.issued:
        bearer = found.issued.consumer.kind is PartyKind.BEARER
        yield found.issued.place, events.IssuedToBearers if bearer else events.Issued
        if found.issued.paid:
            yield found.issued.paid.place, events.Spent
    steps: list[Moved | Shared | Settled] = [*found.moved, *every(found.shared), *found.settled]
    for step in steps:
        yield step.place, STEPS[step.kind]
    if found.revoked:
        yield found.revoked.place, events.Revoked
    for redeemed in found.redeemed:
        yield redeemed.place, events.Distributed if found.was_distributed else events.Redeemed


def every(givings: tuple[Shared, ...]) -> Iterator[Shared]:
    for each in givings:
        yield each
        yield from every(each.then)


def event_at(world: World, place: LogPlace) -> events.Event:
    (receipt,) = world.chain.receipts([place.transaction_hash])
    assert receipt is not None
    assert (receipt.block_number, receipt.block_hash) == (place.block_number, place.block_hash)
    assert world.chain.block(place.block_number).timestamp == place.timestamp
    return decode(next(log for log in receipt.logs if log.log_index == place.log_index))


def test_the_figures_of_a_trace(tmp_path: Path, scaled: Callable[[int], int], report: Report) -> None:
    redemptions = scaled(1_000_000)
    source = MadeSource(coupons=2 * redemptions, redemptions=redemptions)
    store = new_store(tmp_path / "ledger.db")
    Index(store, source).catch_up()
    random, seconds = Random(1), []
    for _ in range(500):
        started = perf_counter()
        with store.read() as connection:
            trace(connection, 1, random.randrange(source.coupons))
        seconds.append(perf_counter() - started)
    seconds.sort()
    report(
        "trace of one coupon",
        redemptions=redemptions,
        milliseconds_p50=round(1_000 * seconds[250], 2),
        milliseconds_p99=round(1_000 * seconds[495], 2),
    )
