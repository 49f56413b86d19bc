"""A fresh, watched world for each test; when the test is over its books must balance."""

from collections.abc import Iterator

import pytest

from scripts.world import World
from tests.contracts.books import money, tokens
from tests.contracts.parties import opened_world


@pytest.fixture
def world() -> Iterator[World]:
    """Three merchants, an institution and three consumers; the operator and the merchants have cash."""
    opened = opened_world()
    yield opened
    assert money(opened).total == tokens(opened), "every token in the ledger is owed to somebody"
    opened.chain.close()
