"""A process that catches up in small steps, to be killed; named are chain, database, ledger and first block."""

import sys
from pathlib import Path

from ledger.chain.clock import ReplayClock
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.source import ChainSource
from ledger.index import Index
from ledger.store.engine import open_sqlite
from scripts.world import CHAIN_ID, NOW


def main(chain_file: str, database: str, ledger: str, first_block: str) -> None:
    """Say `opened`, then each block that is committed."""
    chain = EmbeddedChain(Path(chain_file), ReplayClock(NOW), chain_id=CHAIN_ID)
    source = ChainSource(chain, bytes.fromhex(ledger), int(first_block))
    index = Index(open_sqlite(Path(database)), source, step_blocks=1)
    print("opened", flush=True)
    for step in index.steps():
        print(step.block_number, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
