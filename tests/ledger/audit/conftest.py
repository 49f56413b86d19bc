"""A life lived once for all tests of the audit; they change copies of its database only."""

from collections.abc import Callable, Iterator
from pathlib import Path
from sqlite3 import connect

import pytest

from ledger.audit.checks import Checked
from ledger.audit.verify import verify_history
from ledger.store.engine import Store, open_sqlite
from tests.ledger.index.life import Life


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """200 acts over all verbs, most batches closed at the end, indexed."""
    life = Life(tmp_path_factory.mktemp("audited"), seed=6)
    life.live(200)
    yield life
    life.close()


@pytest.fixture
def copy_of_lived(lived: Life, tmp_path: Path) -> Callable[[str], tuple[Path, Store]]:
    """Makes a copy of the life's database under a name."""

    def copy(name: str) -> tuple[Path, Store]:
        path = tmp_path / name
        source, target = connect(str(lived.store.engine.url.database)), connect(path)
        source.backup(target)
        source.close()
        target.close()
        return path, open_sqlite(path)

    return copy


@pytest.fixture(scope="session")
def second_index(lived: Life, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first verification of the life makes out of the chain's logs, for all that come after it."""
    path = tmp_path_factory.mktemp("second") / "second.db"
    with lived.store.read() as connection:
        block = lived.source.head().number
        assert all(
            isinstance(each, Checked) for each in verify_history(connection, lived.source, block=block, scratch=path)
        )
    return path
