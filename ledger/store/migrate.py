"""Bring a database to the tables this program knows."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from ledger.store.engine import Store
from ledger.store.errors import SchemaTooNew

_SCRIPTS: Final = Path(__file__).parent / "migrations"


def migrate(store: Store) -> None:
    """Make or update all tables in one transaction; raises `SchemaTooNew` for a revision this program does not know."""
    _run(store, "head")


def unmigrate(store: Store, revision: str = "base") -> None:
    """Take the tables back to an older revision; what only the newer ones held is lost. Raises `SchemaTooNew`."""
    _run(store, revision, down=True)


def _run(store: Store, revision: str, *, down: bool = False) -> None:
    config = Config()
    # A percent sign in the path of the program would be read as the start of a placeholder.
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with store.write() as connection:
        scripts = ScriptDirectory.from_config(config)
        found = MigrationContext.configure(connection).get_current_revision()
        if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
            raise SchemaTooNew(found, scripts.get_current_head() or "none")
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)
