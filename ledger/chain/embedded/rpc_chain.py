"""JSON-RPC methods about blocks, transactions and logs."""

from collections.abc import Callable
from typing import Any

from ledger.chain.embedded import rpc_format as form
from ledger.chain.embedded.chain import EmbeddedChain
from ledger.chain.embedded.rpc_format import Json
from ledger.chain.errors import ChainError
from ledger.chain.protocol import SendResult


class TransactionRefused(ChainError):
    """A transaction sent by JSON-RPC was not taken; the words are those that clients of other nodes know."""

    def __init__(self, result: SendResult) -> None:
        super().__init__(f"{result.rejection}: {result.detail}")
        self.result = result


class ChainMethods:
    """Answers about the chain as such."""

    def __init__(self, chain: EmbeddedChain) -> None:
        self._chain = chain

    def by_name(self) -> dict[str, Callable[..., Any]]:
        """Each method under its JSON-RPC name."""
        return {
            "web3_clientVersion": lambda: "CouponLedger/embedded",
            "net_version": lambda: str(self._chain.chain_id),
            "eth_chainId": lambda: hex(self._chain.chain_id),
            "eth_syncing": lambda: False,
            "eth_accounts": list,
            "eth_gasPrice": lambda: hex(0),
            "eth_maxPriorityFeePerGas": lambda: hex(0),
            "eth_feeHistory": self._fee_history,
            "eth_blockNumber": lambda: hex(self._chain.head().number),
            "eth_getBlockByNumber": self._block_by_number,
            "eth_getBlockByHash": self._block_by_hash,
            "eth_getTransactionByHash": self._transaction,
            "eth_getTransactionReceipt": self._receipt,
            "eth_getLogs": self._logs,
            "eth_sendRawTransaction": self._send,
        }

    def _fee_history(self, count: str | int, newest: str, percentiles: list[float] | None = None) -> Json:
        last = self._chain.block(form.tag(newest)).number
        first = max(0, last + 1 - (int(count, 16) if isinstance(count, str) else count))
        headers = [self._chain.block(number) for number in range(first, last + 1)]
        return {
            "oldestBlock": hex(first),
            "baseFeePerGas": [hex(0)] * (len(headers) + 1),
            "gasUsedRatio": [header.gas_used / header.gas_limit for header in headers],
            "reward": [[hex(0)] * len(percentiles or [])] * len(headers),
        }

    def _block_by_number(self, number: str, full: bool = False) -> Json:
        return form.block_json(self._chain.stored_block(form.tag(number)), full=full)

    def _block_by_hash(self, block_hash: str, full: bool = False) -> Json:
        number = self._chain.number_of(form.bytes_of(block_hash))
        return form.block_json(self._chain.stored_block(number), full=full)

    def _transaction(self, transaction_hash: str) -> Json | None:
        receipt = self._chain.receipts([form.bytes_of(transaction_hash)])[0]
        if receipt is None:
            return None
        return form.transaction_json(self._chain.stored_block(receipt.block_number), receipt.transaction_index)

    def _receipt(self, transaction_hash: str) -> Json | None:
        receipt = self._chain.receipts([form.bytes_of(transaction_hash)])[0]
        return None if receipt is None else form.receipt_json(receipt, self._chain.stored_block(receipt.block_number))

    def _logs(self, parameter: object) -> list[Json]:
        wanted = form.as_object(parameter)
        if "blockHash" in wanted:
            first = last = self._chain.number_of(form.bytes_of(wanted["blockHash"]))
        else:
            first = self._chain.block(form.tag(wanted.get("fromBlock"))).number
            # As with other nodes, an end above the head asks for all there is.
            end = form.tag(wanted.get("toBlock"))
            last = self._chain.head().number if end == "latest" else end
        address = wanted.get("address") or []
        addresses = [form.bytes_of(one) for one in ([address] if isinstance(address, str) else address)]
        topics = [_topic(topic) for topic in wanted.get("topics") or []]
        return [form.log_json(log) for log in self._chain.logs_of(first, last, addresses=addresses, topics=topics)]

    def _send(self, raw: str) -> str:
        (result,) = self._chain.send_raw([form.bytes_of(raw)])
        if not result.accepted:
            raise TransactionRefused(result)
        return form.data(result.hash)


def _topic(wanted: str | list[str] | None) -> bytes | list[bytes] | None:
    if wanted is None:
        return None
    return form.bytes_of(wanted) if isinstance(wanted, str) else [form.bytes_of(one) for one in wanted]
