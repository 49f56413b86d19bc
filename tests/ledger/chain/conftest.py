"""What the chain's tests share: a chain in memory on a replay clock, an account, a deployed notebook."""

from collections.abc import Iterator

import pytest

from ledger.chain.clock import ReplayClock
from ledger.chain.embedded import EmbeddedChain
from tests.ledger.chain.wallet import CHAIN_ID, Wallet

START = 1_700_000_000


@pytest.fixture
def clock() -> ReplayClock:
    """A clock that stands at a known second."""
    return ReplayClock(START)


@pytest.fixture
def chain(clock: ReplayClock) -> Iterator[EmbeddedChain]:
    """A new chain in memory."""
    chain = EmbeddedChain(None, clock, chain_id=CHAIN_ID)
    yield chain
    chain.close()


@pytest.fixture
def wallet() -> Wallet:
    """An account without a coin."""
    return Wallet("writer")


@pytest.fixture
def notebook(chain: EmbeddedChain, wallet: Wallet) -> bytes:
    """The address of a deployed notebook contract; the wallet's nonce 0 is used."""
    return wallet.deploy(chain)
