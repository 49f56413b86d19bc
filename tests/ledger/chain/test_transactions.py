"""EIP-1559 transactions signed by hand, read by eth_account."""

from eth_account import Account
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from eth_hash.auto import keccak
from hexbytes import HexBytes
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.transactions import Transaction, calldata_of, sign
from scripts.world import key

NUMBERS = st.integers(0, 2**63 - 1)


@given(
    chain_id=st.integers(1, 2**62),
    nonce=NUMBERS,
    gas=NUMBERS,
    max_fee=NUMBERS,
    tip=NUMBERS,
    to=st.one_of(st.just(b""), st.binary(min_size=20, max_size=20)),
    data=st.binary(max_size=500),
)
def test_others_read_what_was_signed_and_find_the_signer(
    chain_id: int, nonce: int, gas: int, max_fee: int, tip: int, to: bytes, data: bytes
) -> None:
    transaction = Transaction(
        chain_id=chain_id, nonce=nonce, to=to, data=data, gas=gas, max_fee=max_fee, max_priority_fee=tip
    )
    signed = sign(transaction, key("relayer"))
    assert signed.hash == keccak(signed.raw)
    assert Account.recover_transaction(signed.raw).lower() == f"0x{key('relayer').address.hex()}"
    read = TypedTransaction.from_bytes(HexBytes(signed.raw)).as_dict()
    assert (read["chainId"], read["nonce"], read["gas"]) == (chain_id, nonce, gas)
    assert (read["maxFeePerGas"], read["maxPriorityFeePerGas"], read["value"]) == (max_fee, tip, 0)
    assert (bytes(read["to"]), bytes(read["data"]), read["accessList"]) == (to, data, ())
    assert calldata_of(signed.raw) == data


def test_the_same_transaction_is_signed_to_the_same_bytes() -> None:
    """One nonce, one payload: signing again after a crash changes nothing."""
    transaction = Transaction(chain_id=1, nonce=0, to=bytes(20), data=b"x", gas=21_000, max_fee=0)
    assert sign(transaction, key("relayer")) == sign(transaction, key("relayer"))
