"""A fresh, watched world for each test; when the test is over its books must balance."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.chain.clock import ReplayClock
from ledger.chain.embedded import EmbeddedChain
from scripts.world import CHAIN_ID, World
from tests.contracts.books import money, tokens
from tests.contracts.parties import opened_world


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path]:
    """One world opened on a file and closed again: a copy of the file opens five times as fast as a new ledger."""
    path = tmp_path_factory.mktemp("world") / "chain.sqlite"
    world = opened_world(path=path)
    world.chain.close()
    return world, path


@pytest.fixture
def world(opened: tuple[World, Path], tmp_path: Path) -> Iterator[World]:
    """Three merchants, an institution and three consumers; the operator and the merchants have cash."""
    first, path = opened
    clock = ReplayClock(first.clock.now())
    chain = EmbeddedChain(Path(shutil.copy(path, tmp_path)), clock, chain_id=CHAIN_ID)
    copied = first.on_copy(chain, clock)
    yield copied
    assert money(copied).total == tokens(copied), "every token in the ledger is owed to somebody"
    chain.close()
