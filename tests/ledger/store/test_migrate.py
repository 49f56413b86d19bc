"""Migrations: up, down, up again with what was there, and the same schema as the tables in the code."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text

from ledger.store.engine import Store, open_sqlite
from ledger.store.errors import SchemaTooNew
from ledger.store.metadata import METADATA
from ledger.store.migrate import migrate, unmigrate
from ledger.store.outbox import SETTINGS
from ledger.store.projections import PROJECTIONS
from ledger.store.purchases import PURCHASES


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_sqlite(tmp_path / "50%.db")


def schema_of(store: Store) -> dict[str, str | None]:
    with store.read() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%'"))
        return {row.name: row.sql for row in rows}


def test_migrated_tables_are_those_of_the_code(store: Store) -> None:
    migrate(store)
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []


def test_migrated_tables_are_those_of_the_code_word_for_word(store: Store, tmp_path: Path) -> None:
    migrate(store)
    made = open_sqlite(tmp_path / "made.db")
    with made.write() as connection:
        METADATA.create_all(connection)
    assert schema_of(store) == schema_of(made)
    assert {table.name for table in (*PROJECTIONS, PURCHASES)} < schema_of(store).keys()


def test_a_second_migration_keeps_what_is_there(store: Store) -> None:
    migrate(store)
    with store.write() as connection:
        connection.execute(insert(SETTINGS).values(name="currency", value="USD"))
    migrate(store)
    with store.read() as connection:
        assert connection.execute(select(SETTINGS)).all() == [("currency", "USD")]


def test_each_revision_goes_down_and_up_again(store: Store) -> None:
    migrate(store)
    newest = schema_of(store)
    with store.write() as connection:
        connection.execute(insert(SETTINGS).values(name="currency", value="USD"))
    unmigrate(store, "0001")
    assert "coupons" not in schema_of(store)
    migrate(store)
    assert schema_of(store) == newest
    with store.read() as connection:
        assert connection.execute(select(SETTINGS)).all() == [("currency", "USD")]
    unmigrate(store)
    assert schema_of(store) == {}
    migrate(store)
    assert schema_of(store) == newest


def test_a_database_of_a_newer_program_is_left_alone(store: Store) -> None:
    migrate(store)
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = schema_of(store)
    with pytest.raises(SchemaTooNew) as refused:
        migrate(store)
    assert (refused.value.found, refused.value.known) == ("9999", "0006")
    assert schema_of(store) == before


def test_migrating_says_nothing(store: Store, capfd: pytest.CaptureFixture[str]) -> None:
    migrate(store)
    assert capfd.readouterr() == ("", "")
