"""Statements and policies in the tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.audit.balances import wrong_cash
from ledger.chain.source import ChainSource
from ledger.domain.errors import Reason, Verb
from ledger.domain.ids import OPERATOR
from ledger.index import Index
from ledger.store.effects import by_nonce, of_statement
from ledger.store.engine import Store
from ledger.store.projections import AGENTS, EFFECTS, MERCHANTS
from ledger.store.projections_accounts import POLICIES, STATEMENT_TOTALS, STATEMENTS
from scripts.world import DAY, NOW, World, new_world
from scripts.world.accounts import statement
from tests.ledger.index.desk import new_store, rows

PERIOD, ROOT = NOW // DAY - 7, b"\x07" * 32
ANNA, BERT = 2, 3


class Market:
    """A world with two shops with cash, an agent of the second, and two policies; indexed."""

    def __init__(self, store: Store) -> None:
        self.world: World = new_world()
        self.store = store
        source = ChainSource(self.world.chain, self.world.deployment.ledger, self.world.deployment.block)
        self.index = Index(store, source)
        self.world.register_merchants(["anna", "bert"])
        self.world.fund([(False, each, 10_000) for each in (OPERATOR, ANNA, BERT)])
        self.world.send("appoint", [self.world.appointment(BERT, 1, "clerk", by="bert", kind=8, allowance=9)])
        self.world.send_as_admin("changePolicy", 0, 500, 6_000, 1)
        self.world.send_as_admin("changePolicy", NOW + DAY, 100, 0, 2)

    def state(self, *statements: tuple[object, ...]) -> None:
        self.world.send("state", list(statements), sender="relayer")
        self.index.catch_up()


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    store = new_store(tmp_path / "ledger.db")
    yield Market(store)
    store.close()


def test_a_statement_is_kept_with_its_totals_and_the_money_moves(market: Market) -> None:
    """S3.11, S3.12."""
    made = statement(market.world, BERT, [(ANNA, 1_000), (BERT, 300)], by="clerk", agent=1, period=PERIOD, root=ROOT)
    market.state(made)
    (row,) = rows(market.store, STATEMENTS)
    kept = {name: row[name] for name in ("merchant", "period", "period_days", "agent", "policy", "root")}
    assert kept == {"merchant": BERT, "period": PERIOD, "period_days": 7, "agent": 1, "policy": 1, "root": ROOT}
    assert (row["amount"], row["commission"], row["rebate"]) == (1_300, 65, 30)
    totals = [(each["recruiter"], each["amount"], each["rebate"]) for each in rows(market.store, STATEMENT_TOTALS)]
    assert totals == [(ANNA, 1_000, 30), (BERT, 300, 0)]
    found = {each["id"]: (each["cash"], each["stated_until"]) for each in rows(market.store, MERCHANTS)}
    assert found == {OPERATOR: (10_035, 0), ANNA: (10_030, 0), BERT: (9_935, PERIOD + 7)}
    assert [each["allowance"] for each in rows(market.store, AGENTS)] == [8]
    with market.store.read() as connection:
        assert not list(wrong_cash(connection, consumers=False))


def test_policies_are_kept_in_their_order(market: Market) -> None:
    market.index.catch_up()
    names = ("id", "starts_at", "commission_bps", "rebate_bps", "equal_codes")
    found = [[row[name] for name in names] for row in rows(market.store, POLICIES)]
    assert found == [[1, 0, 500, 6_000, 1], [2, NOW + DAY, 100, 0, 2]]


def test_a_statement_is_named_by_its_root_and_a_refusal_by_its_period(market: Market) -> None:
    """Another statement of the same period is not taken for ours."""
    ours = statement(market.world, BERT, [(ANNA, 10)], by="bert", period=PERIOD, root=ROOT)
    market.state(ours, ours)

    def reasons(effect: str) -> list[str]:
        return [Reason(row["reason"]).title for row in rows(market.store, EFFECTS, EFFECTS.c.effect == effect)]

    assert reasons(of_statement(BERT, PERIOD, ROOT)) == ["None"]
    assert reasons(by_nonce(Verb.STATE, BERT, PERIOD)) == ["PeriodStated"]
    assert reasons(of_statement(BERT, PERIOD, bytes(32))) == []
