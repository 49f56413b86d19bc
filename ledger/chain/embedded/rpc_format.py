"""Between the chain's types and JSON-RPC's hexadecimal strings."""

from collections.abc import Mapping
from typing import Any

from eth.abc import BlockHeaderAPI, SignedTransactionAPI

from ledger.chain.embedded.calls import Question
from ledger.chain.embedded.encoding import encode
from ledger.chain.embedded.tries import StoredBlock
from ledger.chain.protocol import AccountProof, BlockTag, Log, Receipt

Json = dict[str, Any]


def data(value: bytes) -> str:
    """Bytes as they are, of any length."""
    return "0x" + value.hex()


def bytes_of(text: str) -> bytes:
    """What `data` was made from; ValueError for anything else."""
    if not text.startswith("0x"):
        raise ValueError(f"{text!r} has no 0x")
    return bytes.fromhex(text[2:])


def tag(value: str | None) -> BlockTag:
    """A block parameter: a number or a name; the names for the newest mean the same here."""
    if value in (None, "latest", "pending", "safe", "finalized"):
        return "latest"
    return 0 if value == "earliest" else int(str(value), 16)


def as_object(value: object) -> Mapping[str, Any]:
    """A parameter that must be a JSON object; TypeError for anything else."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{value!r} is not an object")
    return value


def question(parameter: object) -> Question:
    """A call object; fees and nonce in it do not matter to the answer."""
    call = as_object(parameter)
    return Question(
        to=bytes_of(call["to"]) if call.get("to") else None,
        data=bytes_of(call.get("input") or call.get("data") or "0x"),
        sender=bytes_of(call["from"]) if call.get("from") else None,
        value=int(call.get("value", "0x0"), 16),
    )


def block_json(block: StoredBlock, *, full: bool) -> Json:
    """A block with its transactions, or with their hashes only."""
    header = block.header
    transactions: list[Any] = [data(transaction.hash) for transaction in block.transactions]
    if full:
        transactions = [transaction_json(block, position) for position in range(len(transactions))]
    size = len(encode(header)) + sum(len(transaction.encode()) for transaction in block.transactions)
    return {**_header_json(header), "size": hex(size), "transactions": transactions, "uncles": [], "withdrawals": []}


def _header_json(header: BlockHeaderAPI) -> Json:
    # py-evm's common type of headers does not know the newest field.
    newest = header.as_dict()
    return {
        "number": hex(header.block_number),
        "hash": data(header.hash),
        "parentHash": data(header.parent_hash),
        "sha3Uncles": data(header.uncles_hash),
        "miner": data(header.coinbase),
        "stateRoot": data(header.state_root),
        "transactionsRoot": data(header.transaction_root),
        "receiptsRoot": data(header.receipt_root),
        "logsBloom": data(header.bloom.to_bytes(256, "big")),
        "difficulty": hex(header.difficulty),
        "gasLimit": hex(header.gas_limit),
        "gasUsed": hex(header.gas_used),
        "timestamp": hex(header.timestamp),
        "extraData": data(header.extra_data),
        "mixHash": data(header.mix_hash),
        "nonce": data(header.nonce),
        "baseFeePerGas": hex(header.base_fee_per_gas or 0),
        "withdrawalsRoot": data(newest["withdrawals_root"]),
        "blobGasUsed": hex(header.blob_gas_used or 0),
        "excessBlobGas": hex(header.excess_blob_gas or 0),
        "parentBeaconBlockRoot": data(header.parent_beacon_block_root or bytes(32)),
        "requestsHash": data(newest["requests_hash"]),
    }


def transaction_json(block: StoredBlock, position: int) -> Json:
    """A transaction with its place in the chain."""
    transaction = block.transactions[position]
    fields = {
        "type": hex(transaction_type(transaction)),
        "hash": data(transaction.hash),
        "blockHash": data(block.header.hash),
        "blockNumber": hex(block.header.block_number),
        "transactionIndex": hex(position),
        "chainId": hex(transaction.chain_id or 0),
        "from": data(transaction.sender),
        "to": data(transaction.to) if transaction.to else None,
        "nonce": hex(transaction.nonce),
        "gas": hex(transaction.gas),
        "gasPrice": hex(min(transaction.max_fee_per_gas, transaction.max_priority_fee_per_gas)),
        "value": hex(transaction.value),
        "input": data(transaction.data),
        "v": hex(transaction.y_parity),
        "r": hex(transaction.r),
        "s": hex(transaction.s),
    }
    if transaction_type(transaction) >= 2:
        fields["maxFeePerGas"] = hex(transaction.max_fee_per_gas)
        fields["maxPriorityFeePerGas"] = hex(transaction.max_priority_fee_per_gas)
    return fields


def transaction_type(transaction: SignedTransactionAPI) -> int:
    """The EIP-2718 type; 0 for a legacy transaction, which states none."""
    return transaction.type_id or 0


def log_json(log: Log) -> Json:
    """One log."""
    return {
        "address": data(log.address),
        "topics": [data(topic) for topic in log.topics],
        "data": data(log.data),
        "blockNumber": hex(log.block_number),
        "blockHash": data(log.block_hash),
        "transactionHash": data(log.transaction_hash),
        "transactionIndex": hex(log.transaction_index),
        "logIndex": hex(log.log_index),
        "removed": False,
    }


def receipt_json(receipt: Receipt, block: StoredBlock) -> Json:
    """A receipt; its bloom and type come from the block's own tries."""
    transaction = block.transactions[receipt.transaction_index]
    return {
        "transactionHash": data(receipt.transaction_hash),
        "transactionIndex": hex(receipt.transaction_index),
        "blockNumber": hex(receipt.block_number),
        "blockHash": data(receipt.block_hash),
        "from": data(receipt.sender),
        "to": None if receipt.to is None else data(receipt.to),
        "contractAddress": None if receipt.contract_address is None else data(receipt.contract_address),
        "status": hex(receipt.succeeded),
        "gasUsed": hex(receipt.gas_used),
        "cumulativeGasUsed": hex(receipt.cumulative_gas_used),
        "effectiveGasPrice": hex(receipt.effective_gas_price),
        "logs": [log_json(log) for log in receipt.logs],
        "logsBloom": data(block.receipts[receipt.transaction_index].bloom.to_bytes(256, "big")),
        "type": hex(transaction_type(transaction)),
    }


def proof_json(proof: AccountProof) -> Json:
    """An account proof, as EIP-1186 lays it out."""
    return {
        "address": data(proof.address),
        "balance": hex(proof.balance),
        "nonce": hex(proof.nonce),
        "codeHash": data(proof.code_hash),
        "storageHash": data(proof.storage_root),
        "accountProof": [data(node) for node in proof.path],
        "storageProof": [
            {
                "key": data(slot.key),
                "value": hex(int.from_bytes(slot.value, "big")),
                "proof": [data(node) for node in slot.path],
            }
            for slot in proof.storage
        ],
    }
