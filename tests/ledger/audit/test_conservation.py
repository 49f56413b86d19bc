"""Money in equals money out and what is held; where it does not, the row is named."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from ledger.audit.balances import WRONG_LIMIT, Wrong
from ledger.audit.conservation import Conservation, Held, conservation
from ledger.domain.ids import OPERATOR
from ledger.index import Index
from ledger.store.engine import Store
from ledger.store.projections import CASH_FLOWS, CONSUMERS, MERCHANTS, PROJECTIONS, REDEMPTIONS
from tests.conftest import Report
from tests.ledger.index.desk import new_store, rows
from tests.ledger.index.life import Life
from tests.ledger.index.made import MadeSource

Copies = Callable[[str], tuple[Path, Store]]


def of(store: Store, balance: int) -> Conservation:
    with store.read() as connection:
        return conservation(connection, token_balance=balance)


def test_a_life_of_all_verbs_keeps_every_cent(lived: Life) -> None:
    """N2: in = out + held, per batch, per lot, per redemption, per party; S2.15, S2.19: every pool is accounted for."""
    found = of(lived.store, lived.token_balance)
    assert found.is_kept
    assert (found.difference, found.surplus, found.wrong) == (0, 0, ())
    flows = rows(lived.store, CASH_FLOWS)
    assert found.deposited == sum(flow["amount"] for flow in flows if flow["kind"] == "deposit")
    assert found.withdrawn == sum(flow["amount"] for flow in flows if flow["kind"] == "withdrawal")
    assert found.held.operator == rows(lived.store, MERCHANTS)[0]["cash"]
    assert found.held.total == lived.token_balance
    parts = [getattr(found.held, part) for part in Held.__slots__]
    assert (sum(parts), min(parts) > 0) == (found.held.total, True)


def test_an_empty_ledger_holds_nothing(tmp_path: Path) -> None:
    found = of(new_store(tmp_path / "ledger.db"), 0)
    assert (found.difference, found.held.total, found.is_kept) == (0, 0, True)


def test_a_donation_is_a_surplus_and_a_lack_of_tokens_is_not_kept(lived: Life) -> None:
    """N2: equal without donations."""
    assert (of(lived.store, lived.token_balance + 5).surplus, of(lived.store, lived.token_balance + 5).is_kept) == (
        5,
        True,
    )
    assert (of(lived.store, lived.token_balance - 1).surplus, of(lived.store, lived.token_balance - 1).is_kept) == (
        -1,
        False,
    )


RUNNING = (
    ("merchants", "cash", "id > 1", "merchants"),
    ("merchants", "cash", "id = 1", "merchants"),
    ("consumers", "cash", "1", "consumers"),
    ("batches", "reserve", "1", "batches"),
    ("batches", "reserved", "1", "batches"),
    ("batches", "released", "closed", "batches"),
    ("consumers", "points", "points > 0", "consumers"),
    ("merchants", "points", "id > 1", "merchants"),
    ("ledger_state", "points_backing", "1", "ledger_state"),
    ("statements", "amount", "1", "statements"),
    ("statements", "commission", "1", "statements"),
    ("statements", "rebate", "1", "statements"),
    ("lots", "reserve", "reserved > 0", "lots"),
    ("lots", "reserved", "reserved > 0", "lots"),
)


@pytest.mark.parametrize(("table", "column", "where", "named"), RUNNING, ids=lambda value: value)
def test_a_running_sum_that_was_changed_is_named(
    table: str, column: str, where: str, named: str, copy_of_lived: Copies, lived: Life
) -> None:
    path, store = copy_of_lived("edited.db")
    key, before = change(path, table, column, where)
    wrong = of(store, lived.token_balance).wrong
    assert (named, key) in {(each.table, each.key) for each in wrong}
    assert of(lived.store, lived.token_balance).wrong == ()
    if column == "cash":
        assert Wrong("cash is what came less what went", table, key, expected=before, found=before + 1) in wrong


WAITS = "(batch, serial) IN (SELECT batch, serial FROM coupons WHERE state = 'pending' AND amended_from {} 0)"
FUNDED_BY = "batch IN (SELECT id FROM batches WHERE funder = {})"

EVENTS = (
    ("shares", "price", "giver > 0", ("consumers",)),
    *(
        ("settlements", column, f"kind = '{kind}' AND {WAITS.format(sign)}", ("settlements",))
        for column in ("reward", "contribution", "discount")
        for kind, sign in (("pooled", "="), ("amended", ">"))
    ),
    *(
        ("settlements", "discount", f"kind = 'forfeited' AND NOT discount_too AND {FUNDED_BY.format(funder)}", named)
        for funder, named in ((0, ("batches",)), (1, ("lots",)))
    ),
    *(
        ("statement_totals", column, code, ("statement_totals",))
        for column in ("commission", "rebate")
        for code in ("merchant = recruiter", "merchant <> recruiter")
    ),
    *(("point_flows", "points", f"kind = '{kind}'", ("consumers",)) for kind in ("grant", "spend", "expire")),
    *(("point_flows", "points", f"kind = '{kind}'", ("merchants",)) for kind in ("grant", "spend", "cash_out")),
    ("cash_flows", "amount", "kind = 'deposit'", ("merchants", "consumers")),
    ("cash_flows", "amount", "kind = 'withdrawal'", ("merchants", "consumers")),
    ("movements", "amount", "kind = 'allocate'", ("merchants",)),
    ("movements", "amount", "kind = 'close'", ("merchants",)),
    ("redemptions", "reward", "1", ("redemptions", "batches")),
    ("redemptions", "contribution", "1", ("redemptions", "merchants")),
    ("redemptions", "part_platform", "1", ("redemptions", "merchants")),
    ("redemptions", "part_consumer", "1", ("redemptions", "consumers")),
    ("redemptions", "part_sharer", "1", ("redemptions",)),
    ("redemptions", "discount", "batch IN (SELECT id FROM batches WHERE funder = 0)", ("batches", "merchants")),
    ("redemptions", "discount", "batch IN (SELECT id FROM batches WHERE funder = 1)", ("lots", "merchants")),
)


@pytest.mark.parametrize(("table", "column", "where", "named"), EVENTS, ids=lambda value: str(value))
def test_an_event_that_was_changed_shows_in_what_it_moves(
    table: str, column: str, where: str, named: tuple[str, ...], copy_of_lived: Copies, lived: Life
) -> None:
    path, store = copy_of_lived("edited.db")
    key, _ = change(path, table, column, where)
    wrong = of(store, lived.token_balance).wrong
    assert {each.table for each in wrong} & set(named)
    if table == "redemptions" and column != "discount":
        assert key in {each.key for each in wrong if each.rule == "parts sum to the incentive"}


def change(path: Path, table: str, column: str, where: str) -> tuple[tuple[int, ...], int]:
    """Add 1 to a column of one row; the row's key and the value before."""
    names = next([each.name for each in known.primary_key.columns] for known in PROJECTIONS if known.name == table)
    connection = sqlite3.connect(path)
    listed = ", ".join(names)
    row = connection.execute(f"SELECT {column}, {listed} FROM {table} WHERE {where} LIMIT 1").fetchone()
    here = " AND ".join(f"{name} = ?" for name in names)
    connection.execute(f"UPDATE {table} SET {column} = {column} + 1 WHERE {here}", row[1:])
    connection.commit()
    connection.close()
    return tuple(row[1:]), row[0]


def test_a_party_without_a_row_is_named(copy_of_lived: Copies, lived: Life) -> None:
    path, store = copy_of_lived("edited.db")
    rich = max(rows(lived.store, CONSUMERS, CONSUMERS.c.points == 0), key=lambda row: int(row["cash"]))
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM consumers WHERE id = ?", (rich["id"],))
    connection.commit()
    connection.close()
    found = of(store, lived.token_balance)
    assert found.difference == rich["cash"]
    assert found.wrong == (
        Wrong("cash is what came less what went", "consumers", (rich["id"],), expected=rich["cash"], found=0),
    )


def test_a_great_wrong_names_its_first_thousand_rows(tmp_path: Path) -> None:
    source = MadeSource(coupons=2_000, redemptions=WRONG_LIMIT + 50)
    store = new_store(tmp_path / "ledger.db")
    Index(store, source).catch_up()
    with store.write() as connection:
        connection.execute(REDEMPTIONS.update().values(part_platform=REDEMPTIONS.c.part_platform + 1))
    wrong = of(store, 10**15).wrong
    assert len([each for each in wrong if each.table == "redemptions"]) == WRONG_LIMIT
    assert [each.key for each in wrong if each.table == "merchants"] == [(OPERATOR,)]


def test_the_figures_of_a_long_chain(tmp_path: Path, scaled: Callable[[int], int], report: Report) -> None:
    """N2 at size: the sums are the database's work."""
    redemptions = scaled(1_000_000)
    source = MadeSource(coupons=2 * redemptions, redemptions=redemptions)
    store = new_store(tmp_path / "ledger.db")
    issued, started = 0.0, perf_counter()
    for step in Index(store, source).steps():
        if step.block_number <= source.issuing + source.first_block:
            issued = perf_counter()
    indexed = perf_counter()
    balance = source.terms.reserve_minor + 10**12
    found = of(store, balance)
    report(
        "index and conservation",
        coupons_issued_a_second=int(2 * redemptions / (issued - started)),
        redemptions_a_second=int(redemptions / (indexed - issued)),
        conservation_redemptions=redemptions,
        conservation_seconds=round(perf_counter() - indexed, 3),
    )
    assert found.is_kept
