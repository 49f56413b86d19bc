"""A stage for each test, copied from one that is set once; when the test is over its books must balance."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.chain.clock import ReplayClock
from ledger.chain.embedded import EmbeddedChain
from scripts.world import CHAIN_ID
from tests.abuse.stage import Forger, Stage, staged
from tests.contracts.books import money, tokens
from tests.contracts.conftest import opened, world

__all__ = ["opened", "world"]
"""The contract tests' fixtures, which hold here too."""


@pytest.fixture(scope="session")
def opened_stage(tmp_path_factory: pytest.TempPathFactory) -> tuple[Stage, Path]:
    """One stage, set on a file and closed again."""
    path = tmp_path_factory.mktemp("stage") / "chain.sqlite"
    stage = staged(path=path)
    stage.world.chain.close()
    return stage, path


@pytest.fixture
def stage(opened_stage: tuple[Stage, Path], tmp_path: Path) -> Iterator[Stage]:
    """All that `staged` prepares."""
    first, path = opened_stage
    clock = ReplayClock(first.world.clock.now())
    chain = EmbeddedChain(Path(shutil.copy(path, tmp_path)), clock, chain_id=CHAIN_ID)
    world = first.world.on_copy(chain, clock)
    assert isinstance(world, Forger)
    yield replace(first, world=world)
    assert money(world).total == tokens(world), "every token in the ledger is owed to somebody"
    chain.close()
