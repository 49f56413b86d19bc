"""Ledgers with a crowd in them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.ledger import ITEMS_LIMIT
from tests.conftest import Tier
from tests.ledger.house import OPERATOR, House, opened_copy


@pytest.fixture(scope="session")
def crowded(furnished: Path, tmp_path_factory: pytest.TempPathFactory, tier: Tier) -> Path:
    """A closed ledger with a crowd of merchants with cash, each with a consumer whom it recruited."""
    path = tmp_path_factory.mktemp("crowded") / "state"
    crowd = 30 if tier == "fast" else ITEMS_LIMIT
    with opened_copy(furnished, path) as ledger:
        house = House(ledger)
        merchants = house.register_merchants([f"shop {each}" for each in range(crowd)])
        house.register_consumers({f"guest {each}": merchant for each, merchant in enumerate(merchants)})
        house.fund(*merchants)
        house.fund(OPERATOR, amount=900_000_000)
    return path


@pytest.fixture
def crowd(crowded: Path, tmp_path: Path) -> Iterator[House]:
    """A copy of it, open."""
    with opened_copy(crowded, tmp_path / "crowd") as ledger:
        yield House(ledger)
