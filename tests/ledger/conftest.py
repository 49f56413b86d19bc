"""A ledger with some parties, copied for each test from one that is made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.world import World
from tests.ledger.chain.story import tell
from tests.ledger.house import House, create, furnish, opened_copy


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a closed ledger with three merchants, an institution and three consumers, and cash."""
    path = tmp_path_factory.mktemp("furnished") / "state"
    with create(path) as ledger:
        furnish(ledger)
    return path


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Iterator[House]:
    """A copy of it, open."""
    with opened_copy(furnished, tmp_path / "state") as ledger:
        yield House(ledger)


@pytest.fixture(scope="session")
def story() -> Iterator[World]:
    """A bare world in which every event came; to be read only."""
    world = tell()
    yield world
    world.chain.close()
