"""A process that mines for ever and says each block once it is acknowledged; the crash test kills it."""

import sys
from pathlib import Path

from ledger.chain.clock import WallClock
from ledger.chain.embedded import EmbeddedChain
from tests.ledger.chain.assembler import call_data
from tests.ledger.chain.wallet import CHAIN_ID, Wallet


def mine(path: Path) -> None:
    """Go on from wherever the file ends; block n writes n into three slots, in three transactions."""
    chain = EmbeddedChain(path, WallClock(), chain_id=CHAIN_ID)
    print(f"open {chain.head().number}", flush=True)
    wallet = Wallet("miner")
    wallet.nonce = chain.nonce(wallet.address)
    notebook = find_notebook(chain) or wallet.deploy(chain)
    while True:
        number = chain.head().number + 1
        raws = [wallet.sign(notebook, call_data("note(uint256,uint256)", slot, number)) for slot in range(3)]
        results = chain.send_raw(raws)
        assert all(result.accepted for result in results), results
        hashes = " ".join(result.hash.hex() for result in results)
        print(f"block {number} {chain.head().hash.hex()} {hashes}", flush=True)


def find_notebook(chain: EmbeddedChain) -> bytes | None:
    """The contract that the first transaction deployed, if it came so far."""
    if chain.head().number == 0:
        return None
    (transaction,) = chain.stored_block(1).transactions
    (receipt,) = chain.receipts([transaction.hash])
    return None if receipt is None else receipt.contract_address


if __name__ == "__main__":
    mine(Path(sys.argv[1]))
