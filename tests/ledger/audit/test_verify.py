"""The tables against the chain: nothing to find in honest ones, every change found in others."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Table

from ledger.audit.checks import Checked, Mismatch
from ledger.audit.verify import STATE_TABLES, verify, verify_state
from ledger.chain.slots import SlotReader
from ledger.chain.source import ChainSource
from ledger.index import Index
from ledger.store.engine import Store
from ledger.store.projections import (
    AGENTS,
    BATCHES,
    CONSUMERS,
    COUPONS,
    CURSOR,
    LEDGER_STATE,
    LOTS,
    MERCHANTS,
    PROJECTIONS,
    WITHDRAWAL_REQUESTS,
)
from ledger.store.projections_accounts import POLICIES, RECOVERIES, STATEMENTS
from ledger.store.projections_sharing import BEARERS
from scripts.world import new_world
from tests.conftest import Report
from tests.ledger.audit.edits import edit_at_random
from tests.ledger.index.desk import indexed
from tests.ledger.index.life import Life

Copies = Callable[[str], tuple[Path, Store]]


def cycle(
    life: Life, store: Store, scratch: Path, *, start: Checked | None = None, balance: int | None = None
) -> list[Mismatch | Checked]:
    with store.read() as connection:
        return list(
            verify(
                connection,
                life.source,
                life.reader,
                token_balance=life.token_balance if balance is None else balance,
                scratch=scratch,
                start=start,
            )
        )


def mismatches(found: Sequence[Mismatch | Checked]) -> list[Mismatch]:
    return [each for each in found if isinstance(each, Mismatch)]


def test_honest_tables_are_the_chains(lived: Life, tmp_path: Path) -> None:
    """Index(B) == chain(B): every slot and every row (S2.17, S2.18; N2)."""
    found = cycle(lived, lived.store, tmp_path / "second.db")
    assert mismatches(found) == []
    progress = [each for each in found if isinstance(each, Checked)]
    assert {each.table for each in progress if each.part == "state"} >= {"merchants", "consumers", "lots", "lanes"}
    assert {each.table for each in progress if each.part == "history"} == {table.name for table in PROJECTIONS}


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_other_lives_are_the_chains_too(seed: int, tmp_path: Path) -> None:
    """Random lives over every verb: the tables are what the contract's own storage says."""
    life = Life(tmp_path, seed)
    life.live(60)
    assert mismatches(cycle(life, life.store, tmp_path / "second.db")) == []
    life.close()


def test_random_edits_of_rows_are_all_found_by_one_cycle(
    lived: Life, copy_of_lived: Copies, second_index: Path, report: Report
) -> None:
    """Whatever is changed by hand in the tables, the audit names the cell (N2)."""
    count = 100
    path, store = copy_of_lived("edited.db")
    others = [table for table in PROJECTIONS if table is not CURSOR]
    edits = edit_at_random(path, others, count=count, random=Random(16))
    found = mismatches(cycle(lived, store, second_index))
    unnoticed = [edit for edit in edits if not edit.is_among(found)]
    report("random edits of rows", edits=count, found=count - len(unnoticed))
    assert unnoticed == []


def test_an_edit_of_any_column_of_any_table_is_found(lived: Life, copy_of_lived: Copies, second_index: Path) -> None:
    """Each column in turn, of all tables at once: another row of each table for every column, where there is one."""
    tables = [table for table in PROJECTIONS if table is not CURSOR]
    unnoticed = []
    for number in range(max(len(table.columns) for table in tables)):
        path, store = copy_of_lived(f"{number}.db")
        edits = [
            edit_at_random(path, [table], count=1, random=Random(number), column=list(table.columns)[number].name)[0]
            for table in tables
            if number < len(table.columns)
        ]
        found = mismatches(cycle(lived, store, second_index))
        unnoticed += [edit for edit in edits if not edit.is_among(found)]
        store.close()
    assert unnoticed == []


def test_one_edit_alone_is_found_and_nothing_else(lived: Life, copy_of_lived: Copies, second_index: Path) -> None:
    random = Random(7)
    for number in range(20):
        path, store = copy_of_lived(f"{number}.db")
        (edit,) = edit_at_random(path, [each for each in PROJECTIONS if each is not CURSOR], count=1, random=random)
        found = mismatches(cycle(lived, store, second_index))
        assert edit.is_among(found)
        assert {each.table for each in found} <= {edit.table, *SEEN_TOO.get(edit.table, ())}


SEEN_TOO = {
    # More money than there are tokens; how many parties there are, and batches, is counted.
    **dict.fromkeys(("merchants", "consumers", "batches", "lots", "settlements"), ("ledger_state", "token")),
    "ledger_state": ("token",),
    # A coupon that is with a bearer has a key.
    "coupons": ("bearers", "token"),
}


@pytest.mark.parametrize("column", [column.name for column in CURSOR.columns])
def test_an_edited_cursor_is_found(column: str, lived: Life, copy_of_lived: Copies, tmp_path: Path) -> None:
    path, store = copy_of_lived("edited.db")
    edit_at_random(path, [CURSOR], count=1, random=Random(3), column=column)
    found = mismatches(cycle(lived, store, tmp_path / "second.db"))
    assert "cursor" in {each.table for each in found}


LENGTHS = {"rolling": 24, "root": 32}
"""Bytes of what is no address."""

STATE_COLUMNS = (
    (MERCHANTS, ("wallet", "kind", "suspended", "cash", "reward_cap_daily", "reward_today", "reward_day")),
    (MERCHANTS, ("stated_until", "points")),
    (POLICIES, ("starts_at", "commission_bps", "rebate_bps", "equal_codes")),
    (STATEMENTS, ("root",)),
    (CONSUMERS, ("wallet", "recruiter", "suspended", "cash", "points")),
    (RECOVERIES, ("wallet", "ready_at")),
    (WITHDRAWAL_REQUESTS, ("amount", "to", "ready_at")),
    (AGENTS, ("key", "until", "allowance", "kind")),
    (BATCHES, ("terms", "size", "opens", "closes", "paused_at_mint", "funder", "reserve", "lots", "stock", "closed")),
    (LOTS, ("merchant", "first", "next", "end", "reserve")),
    (COUPONS, ("holder", "state")),
    (BEARERS, ("key",)),
    (LEDGER_STATE, ("groups", "paused_at", "paused_until", "paused_total", "reward_cap_daily", "reserve_cap_daily")),
    (LEDGER_STATE, ("reserved_today", "reserved_day", "withdrawal_delay", "points_backing", "retires_at")),
    (LEDGER_STATE, ("withdrawal_cap_daily", "withdrawn_today", "withdrawn_day")),
    (CURSOR, ("sequence", "rolling")),
)


@pytest.mark.parametrize(("table", "columns"), STATE_COLUMNS, ids=lambda value: getattr(value, "name", ""))
def test_the_chains_storage_alone_shows_an_edit(
    table: Table, columns: tuple[str, ...], lived: Life, copy_of_lived: Copies
) -> None:
    """Without the logs: the slots of the contract (S2.10, S2.12, S2.19) contradict each column that they hold."""
    for column in columns:
        path, store = copy_of_lived(f"{column}.db")
        change = {"terms": "terms || ' '", "state": "'issued'", "closed": "1 - closed", "suspended": "1 - suspended"}
        is_bytes = column in ("wallet", "key", "rolling", "root", "to")
        new = f"x'{'07' * LENGTHS.get(column, 20)}'" if is_bytes else change.get(column, f'"{column}" + 1')
        where = "state = 'redeemed'" if column == "state" else "state = 'issued'" if column == "holder" else "1"
        if table is COUPONS:
            # Those in their lanes; tests/ledger/audit/test_shared.py has the others.
            where += " AND version = 0 AND root IS NULL"
        key = ", ".join(each.name for each in table.primary_key.columns)
        run(
            path,
            f'UPDATE {table.name} SET "{column}" = {new} WHERE ({key}) IN '
            f"(SELECT {key} FROM {table.name} WHERE {where} LIMIT 1)",
        )
        with store.read() as connection:
            block = lived.source.head().number
            found = mismatches(list(verify_state(connection, lived.reader, block=block)))
        named = "lane" if table is COUPONS else column
        assert (table.name, named) in {(each.table, each.column) for each in found}


def run(path: Path, statement: str, *values: object) -> list[tuple[object, ...]]:
    """A statement about one row; what it selects."""
    connection = sqlite3.connect(path)
    cursor = connection.execute(statement, values)
    rows = cursor.fetchall()
    assert len(rows) == 1 or cursor.rowcount == 1
    connection.commit()
    connection.close()
    return rows


def test_a_row_deleted_from_any_table_is_found(lived: Life, copy_of_lived: Copies, second_index: Path) -> None:
    path, store = copy_of_lived("edited.db")
    deleted = set()
    tables = [table for table in PROJECTIONS if table is not CURSOR]
    for table in tables:
        names = ", ".join(each.name for each in table.primary_key.columns)
        (key,) = run(path, f"SELECT {names} FROM {table.name} ORDER BY {names} LIMIT 1")
        run(path, f"DELETE FROM {table.name} WHERE ({names}) IN (VALUES ({', '.join('?' * len(key))}))", *key)
        deleted.add((table.name, key))
    found = mismatches(cycle(lived, store, second_index))
    assert deleted <= {(each.table, each.key) for each in found if (each.column, each.found) == ("row", "missing")}


def test_a_deleted_cursor_is_found(lived: Life, copy_of_lived: Copies, tmp_path: Path) -> None:
    path, store = copy_of_lived("edited.db")
    run(path, "DELETE FROM cursor")
    assert mismatches(cycle(lived, store, tmp_path / "second.db")) == [
        Mismatch("cursor", (1,), "row", expected="present", found="missing")
    ]


def test_a_request_that_the_chain_does_not_know_is_found(lived: Life, copy_of_lived: Copies, tmp_path: Path) -> None:
    path, store = copy_of_lived("edited.db")
    run(path, f"INSERT INTO withdrawal_requests VALUES (999, 5, x'{'11' * 20}', 7, 1)")
    found = mismatches(cycle(lived, store, tmp_path / "second.db"))
    tables = [(each.table, each.key, each.column) for each in found]
    assert (WITHDRAWAL_REQUESTS.name, (999,), "amount") in tables
    assert (WITHDRAWAL_REQUESTS.name, (999,), "row") in tables


def test_tokens_that_are_not_there_are_found(lived: Life, tmp_path: Path) -> None:
    """N2: what is held for all is backed by the token's own word."""
    short = cycle(lived, lived.store, tmp_path / "second.db", balance=lived.token_balance - 1)
    assert mismatches(short) == [
        Mismatch("token", (), "balance", expected=f"at least {lived.token_balance}", found=lived.token_balance - 1)
    ]
    donated = cycle(lived, lived.store, tmp_path / "third.db", balance=lived.token_balance + 1)
    assert mismatches(donated) == []


def test_a_verification_goes_on_where_it_was(lived: Life, copy_of_lived: Copies, second_index: Path) -> None:
    path, store = copy_of_lived("edited.db")
    edit_at_random(path, [table for table in PROJECTIONS if table is not CURSOR], count=12, random=Random(2))
    whole = cycle(lived, store, second_index)
    for place, start in enumerate(whole):
        if isinstance(start, Checked) and start.table not in ("ledger_state", "roles"):
            rest = cycle(lived, store, second_index, start=start)
            # What is held in all is compared with the token every time.
            assert [each for each in mismatches(rest) if each.table != "token"] == mismatches(whole[place + 1 :])
    assert {each.table for each in whole if isinstance(each, Checked) and each.part == "state"} <= set(STATE_TABLES)


def test_a_verification_sees_the_moment_it_began_at(tmp_path: Path) -> None:
    """The chain and the index go on while it runs."""
    life = Life(tmp_path, seed=21)
    life.live(10)
    with life.store.read() as connection:
        steps = verify(
            connection, life.source, life.reader, token_balance=life.token_balance, scratch=tmp_path / "second.db"
        )
        seen = [next(steps)]
        life.register_merchants()
        life.world.fund([(False, 2, 77)])
        Index(life.store, life.source).catch_up()
        seen += steps
    assert mismatches(seen) == []
    life.close()


def test_an_agent_that_recruits_uses_up_its_allowance_in_the_tables_too(tmp_path: Path) -> None:
    """All tables can be rebuilt from the events, an agent's allowance too."""
    world = new_world()
    world.register_merchants(["shop"])
    world.send("appoint", [world.appointment(2, 1, "till", by="shop", allowance=10)], sender="relayer")
    intent = world.recruit_intent(2, [world.recruit_record("anna", recruiter=2)], by="till", agent=1)
    world.send("registerConsumers", [intent], sender="relayer")
    source = ChainSource(world.chain, world.deployment.ledger, world.deployment.block)
    with indexed(tmp_path / "ledger.db", source).read() as connection:
        reader = SlotReader(world.chain, world.ledger)
        assert mismatches(list(verify_state(connection, reader, block=source.head().number))) == []


def test_a_second_index_alone_is_no_proof_of_the_first(lived: Life, tmp_path: Path) -> None:
    """The state is read from the contract's storage, so that an error of the index itself would show."""
    store = indexed(tmp_path / "ledger.db", lived.source)
    with store.write() as connection:
        connection.execute(MERCHANTS.update().where(MERCHANTS.c.id == 2).values(cash=MERCHANTS.c.cash + 1))
    with store.read() as connection:
        found = mismatches(list(verify_state(connection, lived.reader, block=lived.source.head().number)))
    assert [(each.table, each.key, each.column) for each in found] == [("merchants", (2,), "cash")]
