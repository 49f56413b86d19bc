"""web3 attached to the embedded chain: it deploys, calls, sends, and reads all that web3 reads elsewhere."""

from typing import Any

import pytest
from eth_account import Account
from eth_utils.crypto import keccak
from web3 import Web3
from web3.exceptions import BlockNotFound, ContractLogicError, TransactionNotFound, Web3RPCError

from ledger.chain.clock import ReplayClock
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.embedded.rpc import EmbeddedProvider
from tests.ledger.chain.assembler import NOTEBOOK, deployment
from tests.ledger.chain.wallet import CHAIN_ID

UINT = {"name": "", "type": "uint256", "internalType": "uint256"}


def function(name: str, *, inputs: int, outputs: int, reads: bool) -> dict[str, Any]:
    """An ABI entry of a function on numbers."""
    return {
        "type": "function",
        "name": name,
        "inputs": [{**UINT, "name": f"argument{n}"} for n in range(inputs)],
        "outputs": [UINT] * outputs,
        "stateMutability": "view" if reads else "nonpayable",
    }


ABI = [
    function("note", inputs=2, outputs=0, reads=False),
    function("read", inputs=1, outputs=1, reads=True),
    function("fail", inputs=1, outputs=1, reads=True),
    function("dive", inputs=0, outputs=1, reads=False),
    {
        "type": "event",
        "name": "Noted",
        "anonymous": False,
        "inputs": [
            {"name": "slot", "type": "uint256", "indexed": True},
            {"name": "before", "type": "uint256", "indexed": True},
            {"name": "value", "type": "uint256", "indexed": False},
        ],
    },
]

SIGNER = Account.from_key(keccak(text="attached"))


@pytest.fixture
def w3(chain: EmbeddedChain) -> Any:
    """web3 on the chain in memory."""
    return Web3(EmbeddedProvider(chain))


def send(w3: Any, transaction: Any) -> Any:
    """Sign and send what web3 built, and give its receipt."""
    signed = SIGNER.sign_transaction(transaction)
    return w3.eth.wait_for_transaction_receipt(w3.eth.send_raw_transaction(signed.raw_transaction))


def fields(w3: Any) -> Any:
    """The fields web3 cannot fill in by itself."""
    return {"from": SIGNER.address, "nonce": w3.eth.get_transaction_count(SIGNER.address, "pending")}


@pytest.fixture
def contract(w3: Any) -> Any:
    """A notebook deployed by web3, gas and fees estimated."""
    factory = w3.eth.contract(abi=ABI, bytecode=deployment(NOTEBOOK))
    receipt = send(w3, factory.constructor().build_transaction(fields(w3)))
    assert receipt["status"] == 1
    return w3.eth.contract(address=receipt["contractAddress"], abi=ABI)


def test_web3_deploys_sends_and_calls(w3: Any, contract: Any) -> None:
    receipt = send(w3, contract.functions.note(7, 42).build_transaction(fields(w3)))
    assert (receipt["status"], receipt["blockNumber"], receipt["type"]) == (1, 2, 2)
    assert contract.functions.read(7).call() == 42
    assert contract.functions.read(7).call(block_identifier=1) == 0
    (event,) = contract.events.Noted().process_receipt(receipt)
    assert (event["args"]["slot"], event["args"]["before"], event["args"]["value"]) == (7, 0, 42)


def test_web3_filters_logs(w3: Any, contract: Any) -> None:
    for slot in (1, 2, 1):
        send(w3, contract.functions.note(slot, 5).build_transaction(fields(w3)))
    found = contract.events.Noted().get_logs(from_block=0, argument_filters={"slot": 1})
    assert [event["blockNumber"] for event in found] == [2, 4]
    block_hash = w3.eth.get_block(3)["hash"]
    (log,) = w3.eth.get_logs({"blockHash": block_hash, "address": [contract.address]})
    assert log["blockHash"] == block_hash
    assert len(w3.eth.get_logs({"fromBlock": 0, "toBlock": 9_999})) == 3


def test_web3_sees_why_a_call_reverts(contract: Any) -> None:
    with pytest.raises(ContractLogicError) as raised:
        contract.functions.fail(9).call()
    assert raised.value.data == "0x" + (9).to_bytes(32, "big").hex()
    with pytest.raises(ContractLogicError):
        contract.functions.fail(9).estimate_gas()


def test_estimated_gas_is_enough_even_for_calls_that_must_leave_gas_to_others(w3: Any, contract: Any) -> None:
    for call in (contract.functions.note(1, 1), contract.functions.note(1, 0)):
        estimate = call.estimate_gas({"from": SIGNER.address})
        receipt = send(w3, call.build_transaction({**fields(w3), "gas": estimate}))
        assert receipt["status"] == 1
        assert receipt["gasUsed"] <= estimate
    nothing = {"from": SIGNER.address, "to": SIGNER.address, "data": b"\x01" * 100}
    assert w3.eth.estimate_gas(nothing) == 21_000 + 10 * 4 * 100


def test_web3_reads_blocks_and_transactions(w3: Any, contract: Any, chain: EmbeddedChain) -> None:
    receipt = send(w3, contract.functions.note(7, 42).build_transaction(fields(w3)))
    block = w3.eth.get_block("latest", full_transactions=True)
    assert (block["number"], block["hash"], block["stateRoot"]) == (2, chain.head().hash, chain.head().state_root)
    assert w3.eth.get_block(block["hash"])["transactions"] == [receipt["transactionHash"]]
    assert w3.eth.get_block("earliest")["number"] == 0
    transaction = w3.eth.get_transaction(receipt["transactionHash"])
    assert dict(transaction) == dict(block["transactions"][0])
    assert (transaction["from"], transaction["nonce"], transaction["to"]) == (SIGNER.address, 1, contract.address)
    assert transaction["input"].to_0x_hex() == contract.encode_abi("note", [7, 42])


def test_web3_reads_accounts_and_proofs(w3: Any, contract: Any) -> None:
    send(w3, contract.functions.note(7, 42).build_transaction(fields(w3)))
    assert w3.eth.get_code(contract.address) == NOTEBOOK
    assert int.from_bytes(w3.eth.get_storage_at(contract.address, 7), "big") == 42
    assert w3.eth.get_balance(SIGNER.address) == 0
    proof = w3.eth.get_proof(contract.address, [7], "latest")
    assert proof["storageProof"][0]["value"] == (42).to_bytes(1, "big")
    assert keccak(proof["accountProof"][0]) == w3.eth.get_block("latest")["stateRoot"]


def test_web3_reads_the_chains_facts(w3: Any) -> None:
    assert w3.is_connected()
    assert (w3.eth.chain_id, w3.net.version, w3.eth.block_number) == (CHAIN_ID, str(CHAIN_ID), 0)
    assert (w3.eth.gas_price, w3.eth.max_priority_fee, w3.eth.syncing, w3.eth.accounts) == (0, 0, False, [])
    assert w3.client_version.startswith("CouponLedger/")
    assert w3.eth.fee_history(4, "latest", [50.0])["baseFeePerGas"] == [0, 0]


def test_what_is_not_there_is_null_and_what_is_refused_is_an_error(w3: Any) -> None:
    with pytest.raises(TransactionNotFound):
        w3.eth.get_transaction_receipt(keccak(b"nothing"))
    with pytest.raises(TransactionNotFound):
        w3.eth.get_transaction(keccak(b"nothing"))
    with pytest.raises(BlockNotFound):
        w3.eth.get_block(7)
    with pytest.raises(BlockNotFound):
        w3.eth.get_block(keccak(b"nothing"))
    gap = SIGNER.sign_transaction(
        {"chainId": CHAIN_ID, "nonce": 5, "gas": 21_000, "gasPrice": 0, "to": SIGNER.address, "value": 0}
    )
    with pytest.raises(Web3RPCError, match="nonce too high"):
        w3.eth.send_raw_transaction(gap.raw_transaction)


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("eth_mine", [], -32601),
        ("by_name", [], -32601),
        ("eth_getBalance", [], -32602),
        ("eth_getBalance", ["an address"], -32602),
        ("eth_getBalance", ["0x00"], -32602),
        ("eth_getBalance", ["0x" + "11" * 20, "sometime"], -32602),
        ("eth_getBlockByNumber", [{}], -32602),
        ("eth_call", [[]], -32602),
        ("eth_getLogs", [{"address": 5}], -32602),
        ("eth_sendRawTransaction", ["0x00"], -32000),
    ],
)
def test_a_wrong_request_is_a_json_rpc_error(clock: ReplayClock, method: Any, params: list[Any], code: int) -> None:
    chain = EmbeddedChain(None, clock, chain_id=CHAIN_ID)
    response = EmbeddedProvider(chain).make_request(method, params)
    assert response["error"]["code"] == code
