"""A life lived once for all tests of the index; they read it and leave it as it is."""

from collections.abc import Iterator

import pytest

from tests.ledger.index.life import Life


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """200 acts over all verbs, all batches closed at the end, indexed."""
    life = Life(tmp_path_factory.mktemp("lived"), seed=4)
    life.live(200)
    yield life
    life.close()
