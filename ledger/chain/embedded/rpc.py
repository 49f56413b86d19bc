"""The embedded chain behind the standard JSON-RPC methods, so that web3 and tools made for it can be attached."""

from collections.abc import Callable, Mapping
from typing import Any

from eth_utils.exceptions import ValidationError
from web3.providers.base import BaseProvider
from web3.types import RPCEndpoint, RPCResponse

from ledger.chain.embedded.chain import EmbeddedChain
from ledger.chain.embedded.rpc_chain import ChainMethods
from ledger.chain.embedded.rpc_format import data
from ledger.chain.embedded.rpc_state import StateMethods
from ledger.chain.errors import BlockUnknown, CallReverted, ChainError

Method = Callable[..., Any]


class EmbeddedProvider(BaseProvider):
    """A web3 provider without a network: `Web3(EmbeddedProvider(chain))`; every sent transaction is a block."""

    def __init__(self, chain: EmbeddedChain) -> None:
        super().__init__()
        self._methods: dict[str, Method] = {**ChainMethods(chain).by_name(), **StateMethods(chain).by_name()}

    def is_connected(self, show_traceback: bool = False) -> bool:
        """Always: there is nothing between."""
        return True

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """Answer one request; errors come back as JSON-RPC errors, none is raised."""
        found = self._methods.get(method)
        if found is None:
            return _error(-32601, f"the method {method} does not exist here")
        try:
            return {"jsonrpc": "2.0", "id": 1, "result": found(*_plain(params))}
        except CallReverted as reverted:
            return _error(3, "execution reverted", said=reverted.data)
        except BlockUnknown:
            # Ethereum's nodes answer null to a question about a block they do not have.
            return {"jsonrpc": "2.0", "id": 1, "result": None}
        except ChainError as error:
            return _error(-32000, str(error))
        except (TypeError, ValueError, KeyError, ValidationError) as error:
            return _error(-32602, f"invalid parameters for {method}: {error}")


def _plain(value: Any) -> Any:
    """Parameters as they would arrive over a wire; web3 leaves some as bytes for the wire's encoder."""
    if isinstance(value, bytes):
        return data(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _error(code: int, message: str, *, said: bytes | None = None) -> RPCResponse:
    error: dict[str, Any] = {"code": code, "message": message}
    if said is not None:
        error["data"] = data(said)
    return {"jsonrpc": "2.0", "id": 1, "error": error}  # type: ignore[typeddict-item]
