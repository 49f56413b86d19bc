"""The life of a coupon whose redemptions waited, and pools that somebody changes by hand."""

from collections.abc import Iterator
from pathlib import Path
from sqlite3 import connect
from typing import Final

import pytest

from ledger.audit.checks import Mismatch
from ledger.audit.conservation import conservation
from ledger.audit.life import CouponState, Settled, Trace
from ledger.audit.trace import trace
from ledger.audit.verify import verify_state
from ledger.chain.protocol import Receipt
from ledger.chain.slots import SlotReader
from ledger.chain.source import ChainSource
from ledger.domain.ids import OPERATOR, coupon_id
from ledger.domain.split import pool_down
from ledger.domain.terms import Funder, Terms
from ledger.index import Index
from ledger.store.engine import Store, open_sqlite
from scripts.world import World, new_world, some_terms
from scripts.world.settlement import amendment, reversal
from tests.ledger.index.desk import new_store

SHOP, OTHER = 2, 3
COUPON = coupon_id(1, 90)
HOUR = 3_600


class Told:
    """Anna's coupon of the shop's waits at another, is amended, undone, used again, amended again and left waiting."""

    def __init__(self, path: Path, funder: Funder) -> None:
        self.terms: Terms = some_terms(size=100, funder=funder, settlement_delay_hours=24)
        self.world: World = new_world()
        self.store: Store = new_store(path)
        self.receipts: list[Receipt] = []
        world = self.world
        world.register_merchants(["shop", "other"])
        world.register_consumers(["anna"], recruiter=SHOP, by="shop")
        world.fund([(False, OPERATOR, 10**7), (False, SHOP, 10**6), (False, OTHER, 10**6)])
        world.send("appoint", [world.appointment(OTHER, 4, "till", by="other", kind=2)])
        world.mint(self.terms)
        world.allocate(1, SHOP, 10, by="shop")
        world.issue(SHOP, 1, 1, [(1, 3)], by="shop")
        self._use(order=9_973, version=0, by="till", agent=4)
        self._amend(5_000, version=1, by="till", agent=4)
        undone = reversal(world, COUPON, merchant=OTHER, by="other", version=2)
        self.receipts.append(world.send("reverse", [undone], sender="relayer"))
        self._use(order=7_777, version=3, by="other", agent=0)
        self._amend(1_111, version=4, by="other", agent=0)
        self.source = ChainSource(world.chain, world.deployment.ledger, world.deployment.block)
        self.catch_up()

    def catch_up(self) -> None:
        Index(self.store, self.source).catch_up()

    @property
    def balance(self) -> int:
        """What the token says the ledger has."""
        return int(self.world.token.ask(self.world.chain, "balanceOf", self.world.deployment.ledger))

    def trace(self) -> Trace:
        with self.store.read() as connection:
            return trace(connection, 1, 90)

    def _use(self, *, order: int, version: int, by: str, agent: int) -> None:
        item = self.world.redeem_item(COUPON, lot=1, merchant=OTHER, holder="anna", order=order, version=version)
        self.receipts.append(self.world.redeem(OTHER, [item], by=by, agent=agent))
        self.world.pass_time(HOUR)

    def _amend(self, order: int, *, version: int, by: str, agent: int) -> None:
        intent = amendment(self.world, COUPON, order, merchant=OTHER, by=by, version=version, agent=agent)
        self.receipts.append(self.world.send("amend", [intent], sender="relayer"))
        self.world.pass_time(HOUR)


@pytest.fixture(params=list(Funder), ids=lambda funder: funder.name.lower())
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Told]:
    story = Told(tmp_path / "ledger.db", request.param)
    yield story
    story.store.close()
    story.world.chain.close()


def check_step(step: Settled, receipt: Receipt, *, orders: tuple[int, int], terms: Terms) -> None:
    """A step stands at the first log of its transaction and says what the pool holds, or held."""
    assert (step.place.transaction_hash, step.place.log_index) == (
        receipt.transaction_hash,
        receipt.logs[0].log_index,
    )
    amounts = pool_down(terms, *orders)
    assert (step.order, step.reward, step.contribution, step.discount) == (orders[1], *amounts)
    borne = terms.funder is Funder.REDEEMER
    assert step.pool == sum(amounts) - (amounts[2] if borne else 0)
    assert step.funded_by.id == {Funder.OPERATOR: OPERATOR, Funder.ISSUER: SHOP, Funder.REDEEMER: OTHER}[terms.funder]


def test_every_step_of_a_pool_stands_at_its_log_with_its_money(told: Told) -> None:
    """S2.17, S2.19, S2.20: pool, amendment, reversal, pool again, amendment again."""
    life = told.trace()
    assert [(each.kind, each.version, each.agent) for each in life.settled] == [
        *(("pooled", 0, 4), ("amended", 1, 4), ("reversed", 2, 0), ("pooled", 3, 0), ("amended", 4, 0)),
    ]
    orders = ((9_973, 9_973), (9_973, 5_000), (9_973, 5_000), (7_777, 7_777), (7_777, 1_111))
    for step, receipt, each in zip(life.settled, told.receipts, orders, strict=True):
        check_step(step, receipt, orders=each, terms=told.terms)
    assert (life.state, life.redeemed, life.was_distributed) == (CouponState.PENDING, (), True)


def test_a_distribution_ends_it_with_a_redemption_like_any_other(told: Told) -> None:
    """N1, N9: the parts of what is left."""
    told.world.pass_time(30 * HOUR)
    receipt = told.world.send("distribute", [COUPON], sender="stranger")
    told.catch_up()
    life = told.trace()
    (redeemed,) = life.redeemed
    assert redeemed.place.transaction_hash == receipt.transaction_hash
    assert (redeemed.order, redeemed.version, life.state) == (1_111, 5, CouponState.REDEEMED)
    assert (redeemed.reward, redeemed.contribution, redeemed.discount) == pool_down(told.terms, 7_777, 1_111)
    assert life.sums_agree
    assert len(life.settled) == 5


def test_a_forfeiture_says_its_cause_and_who_keeps_the_discount(told: Told) -> None:
    told.world.send("forfeit", [COUPON], 77, False)
    told.catch_up()
    life = told.trace()
    last = life.settled[-1]
    assert (last.kind, last.cause, last.discount_too, life.state) == ("forfeited", 77, False, CouponState.FORFEITED)
    with told.store.read() as connection:
        assert conservation(connection, token_balance=told.balance).is_kept


HAND: Final = {
    "a pool's reward": "UPDATE settlements SET reward = reward + 1 WHERE version = 4",
    "a contribution": "UPDATE settlements SET contribution = contribution - 1 WHERE version = 4",
    "a step's kind": "UPDATE settlements SET kind = 'reversed' WHERE version = 4",
    "the order": "UPDATE coupons SET order_amount = order_amount - 900 WHERE serial = 90",
    "the order as redeemed": "UPDATE coupons SET amended_from = 9973 WHERE serial = 90",
}
"""What somebody changes past the program."""


@pytest.mark.parametrize("change", HAND)
def test_a_pool_changed_by_hand_is_noticed(tmp_path: Path, change: str) -> None:
    """N2: by the sums alone."""
    told = Told(tmp_path / "ledger.db", Funder.OPERATOR)
    told.store.close()
    connection = connect(tmp_path / "ledger.db")
    connection.execute(HAND[change])
    connection.commit()
    connection.close()
    store = open_sqlite(tmp_path / "ledger.db")
    with store.read() as reading:
        found = conservation(reading, token_balance=told.balance)
        assert not found.is_kept
        assert found.wrong or found.difference
    store.close()


@pytest.mark.parametrize(
    ("column", "value"),
    [("amended_from", 7_778), ("until", 1), ("redeemer", SHOP), ("order_amount", 1_112), ("state", "issued")],
)
def test_what_waits_is_held_against_the_chain(tmp_path: Path, column: str, value: object) -> None:
    told = Told(tmp_path / "ledger.db", Funder.ISSUER)
    told.store.close()
    connection = connect(tmp_path / "ledger.db")
    connection.execute(f"UPDATE coupons SET {column} = ? WHERE serial = 90", (value,))
    connection.commit()
    connection.close()
    store, reader = open_sqlite(tmp_path / "ledger.db"), SlotReader(told.world.chain, told.world.ledger)
    with store.read() as reading:
        found = verify_state(reading, reader, block=told.source.head().number)
        wrong = [(each.table, each.column, each.found) for each in found if isinstance(each, Mismatch)]
    assert ("coupons", column, value) in wrong
    store.close()
