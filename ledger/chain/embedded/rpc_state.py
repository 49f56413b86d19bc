"""JSON-RPC methods about accounts, storage and calls."""

from collections.abc import Callable
from typing import Any

from ledger.chain.embedded import rpc_format as form
from ledger.chain.embedded.chain import EmbeddedChain
from ledger.chain.embedded.limits import CALL_GAS
from ledger.chain.embedded.rpc_format import Json, bytes_of, tag
from ledger.chain.protocol import BlockTag


class StateMethods:
    """Answers about the state at a block."""

    def __init__(self, chain: EmbeddedChain) -> None:
        self._chain = chain

    def by_name(self) -> dict[str, Callable[..., Any]]:
        """Each method under its JSON-RPC name."""
        return {
            "eth_getBalance": self._balance,
            "eth_getTransactionCount": self._nonce,
            "eth_getCode": self._code,
            "eth_getStorageAt": self._storage,
            "eth_getProof": self._proof,
            "eth_call": self._call,
            "eth_estimateGas": self._estimate,
        }

    def _balance(self, address: str, block: str | None = None) -> str:
        return hex(self._chain.balance(bytes_of(address), block=tag(block)))

    def _nonce(self, address: str, block: str | None = None) -> str:
        return hex(self._chain.nonce(bytes_of(address), block=tag(block)))

    def _code(self, address: str, block: str | None = None) -> str:
        return form.data(self._chain.code(bytes_of(address), block=tag(block)))

    def _storage(self, address: str, key: str, block: str | None = None) -> str:
        return form.data(self._chain.storage_at(bytes_of(address), _slot(key), block=tag(block)))

    def _proof(self, address: str, keys: list[str], block: str | None = None) -> Json:
        slots = [_slot(key) for key in keys]
        return form.proof_json(self._chain.proof(bytes_of(address), slots, block=tag(block)))

    def _call(self, call: object, block: str | None = None) -> str:
        question = form.question(call)
        gas = int(form.as_object(call).get("gas", hex(CALL_GAS)), 16)
        return form.data(self._chain.ask(question, block=_moment(block), gas=gas))

    def _estimate(self, call: object, block: str | None = None) -> str:
        return hex(self._chain.estimate_gas(form.question(call), block=_moment(block or "pending")))


def _moment(block: str | None) -> BlockTag | None:
    """The block to answer in: `pending` is the next one, with the present time."""
    return None if block == "pending" else tag(block)


def _slot(key: str) -> bytes:
    """A storage key of any length that clients write, such as 0x2."""
    return int(key, 16).to_bytes(32, "big")
