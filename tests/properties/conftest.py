"""The harness contract that shows the ledger's pure libraries, compiled beside them."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.chain.artifacts import link
from ledger.chain.clock import ReplayClock
from ledger.chain.compile import compile_contracts
from ledger.chain.contract import Contract
from ledger.chain.deploy import Deployer
from ledger.chain.embedded import EmbeddedChain
from scripts.world import CHAIN_ID, MAX_FEE, NOW, WEI, key
from tests.sources import ROOT

HARNESSES = Path(__file__).parent / "solidity"
IMPORTED = ("interfaces", "libraries")


@dataclass(frozen=True, slots=True)
class Harness:
    """A deployed contract of the tests, and its chain."""

    chain: EmbeddedChain
    contract: Contract


@pytest.fixture(scope="session")
def arithmetic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    """`Arithmetic.sol`. It is compiled in a copy of what it imports, so that the product's folder holds no harness."""
    sources = tmp_path_factory.mktemp("harness") / "contracts"
    for folder in IMPORTED:
        shutil.copytree(ROOT / "contracts" / folder, sources / folder)
    shutil.copytree(HARNESSES, sources / "harness")
    artifact = compile_contracts(sources=sources, cache_dir=ROOT / "build" / "harness")["Arithmetic"]
    chain = EmbeddedChain(None, ReplayClock(NOW), chain_id=CHAIN_ID, balances={key("deployer").address: WEI})
    address = Deployer(chain, key("deployer"), max_fee=MAX_FEE).create("Arithmetic", link(artifact, {}))
    yield Harness(chain, Contract([artifact], address))
    chain.close()
