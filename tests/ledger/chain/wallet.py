"""An account that signs transactions and keeps count of its nonce."""

from typing import Any

from eth_account import Account
from eth_utils.crypto import keccak

from ledger.chain.embedded import EmbeddedChain
from ledger.chain.protocol import Receipt
from tests.ledger.chain.assembler import NOTEBOOK, deployment

CHAIN_ID = 31_337


class Wallet:
    """Signs fee-free transactions of one account; the key follows from the name."""

    def __init__(self, name: str, *, nonce: int = 0) -> None:
        self._account = Account.from_key(keccak(text=name))
        self.address = bytes.fromhex(self._account.address[2:])
        self.nonce = nonce

    def sign(self, to: bytes | None = None, data: bytes = b"", **fields: Any) -> bytes:
        """The signed bytes of the next transaction; fields given, a nonce among them, go before the usual ones."""
        transaction: dict[str, Any] = {
            "chainId": CHAIN_ID,
            "nonce": self.nonce,
            "gas": 1_000_000,
            "value": 0,
            "data": data,
            **({} if "gasPrice" in fields else {"maxFeePerGas": 0, "maxPriorityFeePerGas": 0}),
            **({} if to is None else {"to": to}),
            **fields,
        }
        if "nonce" not in fields:
            self.nonce += 1
        return bytes(self._account.sign_transaction(transaction).raw_transaction)

    def send(self, chain: EmbeddedChain, to: bytes | None = None, data: bytes = b"", **fields: Any) -> Receipt:
        """Sign, send alone in a block, and give the receipt."""
        (result,) = chain.send_raw([self.sign(to, data, **fields)])
        assert result.accepted, result
        (receipt,) = chain.receipts([result.hash])
        assert receipt is not None
        return receipt

    def deploy(self, chain: EmbeddedChain, runtime: bytes = NOTEBOOK) -> bytes:
        """Deploy a contract and give its address."""
        receipt = self.send(chain, data=deployment(runtime))
        assert receipt.succeeded
        assert receipt.contract_address is not None
        return receipt.contract_address
