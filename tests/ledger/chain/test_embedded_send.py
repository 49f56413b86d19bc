"""Sending: what is executed, what is refused and why, and where one block ends."""

from typing import Any

import pytest
import rlp
from eth.constants import SECPK1_N
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.clock import ReplayClock
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.embedded.admission import floor_gas
from ledger.chain.embedded.limits import BLOCK_GAS, TRANSACTION_GAS
from ledger.chain.protocol import Rejection
from tests.ledger.chain.assembler import call_data
from tests.ledger.chain.wallet import CHAIN_ID, Wallet

SOMEBODY = b"\x11" * 20

BURN = call_data("halt()")
"""A call that uses up all its gas at once."""


def refusal(chain: EmbeddedChain, raw: bytes) -> Rejection | None:
    """Send one transaction and give the reason of its refusal; a refused one leaves the chain as it was."""
    before = chain.head()
    (result,) = chain.send_raw([raw])
    assert result.hash == keccak(raw)
    if not result.accepted:
        assert chain.head() == before
        assert chain.receipts([result.hash]) == [None]
        assert result.detail
    return result.rejection


def test_a_sent_transaction_has_a_block_and_a_receipt_when_the_call_returns(
    chain: EmbeddedChain, wallet: Wallet
) -> None:
    (result,) = chain.send_raw([wallet.sign(SOMEBODY)])
    assert result.accepted
    assert chain.head().number == 1
    (receipt,) = chain.receipts([result.hash])
    assert receipt is not None
    assert receipt.succeeded
    assert (receipt.block_number, receipt.block_hash) == (1, chain.head().hash)
    assert (receipt.sender, receipt.to, receipt.gas_used) == (wallet.address, SOMEBODY, 21_000)


def test_an_account_without_a_coin_can_send_and_the_base_fee_stays_at_zero(
    chain: EmbeddedChain, wallet: Wallet, notebook: bytes
) -> None:
    for _ in range(3):
        full = [wallet.sign(notebook, BURN, gas=BLOCK_GAS // 4) for _ in range(4)]
        assert all(result.accepted for result in chain.send_raw(full))
    assert chain.head().gas_used == BLOCK_GAS
    assert chain.head().base_fee_per_gas == 0
    assert chain.balance(wallet.address) == 0
    wallet.send(chain, SOMEBODY)
    assert chain.head().base_fee_per_gas == 0


def test_transactions_sent_together_share_a_block_in_their_order(chain: EmbeddedChain, wallet: Wallet) -> None:
    results = chain.send_raw([wallet.sign(SOMEBODY) for _ in range(5)])
    receipts = chain.receipts([result.hash for result in results])
    assert chain.head().number == 1
    assert [receipt and receipt.transaction_index for receipt in receipts] == [0, 1, 2, 3, 4]
    assert [receipt and receipt.cumulative_gas_used for receipt in receipts] == [21_000 * n for n in range(1, 6)]


def test_a_refused_transaction_stops_no_other(chain: EmbeddedChain, wallet: Wallet) -> None:
    good = [wallet.sign(SOMEBODY), wallet.sign(SOMEBODY)]
    results = chain.send_raw([b"", good[0], good[0], b"\x05", good[1], wallet.sign(nonce=9)])
    assert [result.rejection for result in results] == [
        Rejection.MALFORMED,
        None,
        Rejection.ALREADY_KNOWN,
        Rejection.MALFORMED,
        None,
        Rejection.NONCE_TOO_HIGH,
    ]
    assert chain.head().number == 1


def test_nothing_sent_or_everything_refused_makes_no_block(chain: EmbeddedChain) -> None:
    assert chain.send_raw([]) == []
    chain.send_raw([b"nonsense"])
    assert chain.head().number == 0


def test_a_transaction_that_reverts_is_in_a_block_with_a_failed_receipt(
    chain: EmbeddedChain, wallet: Wallet, notebook: bytes
) -> None:
    receipt = wallet.send(chain, notebook, call_data("fail(uint256)", 7))
    assert not receipt.succeeded
    assert receipt.logs == ()
    assert chain.nonce(wallet.address) == wallet.nonce


def test_transactions_that_do_not_fit_a_block_go_on_in_the_next(
    chain: EmbeddedChain, wallet: Wallet, notebook: bytes
) -> None:
    results = chain.send_raw([wallet.sign(notebook, BURN, gas=BLOCK_GAS // 4) for _ in range(5)])
    numbers = [receipt and receipt.block_number for receipt in chain.receipts([result.hash for result in results])]
    assert numbers == [2, 2, 2, 2, 3]


def test_a_nonce_below_at_and_above_the_next(chain: EmbeddedChain, wallet: Wallet) -> None:
    wallet.send(chain, SOMEBODY)
    assert refusal(chain, wallet.sign(SOMEBODY, nonce=0, gas=30_000)) is Rejection.NONCE_TOO_LOW
    assert refusal(chain, wallet.sign(SOMEBODY, nonce=2)) is Rejection.NONCE_TOO_HIGH
    assert refusal(chain, wallet.sign(SOMEBODY, nonce=1)) is None


def test_the_same_bytes_again_are_already_known(chain: EmbeddedChain, wallet: Wallet) -> None:
    raw = wallet.sign(SOMEBODY)
    assert refusal(chain, raw) is None
    (again,) = chain.send_raw([raw])
    assert again.rejection is Rejection.ALREADY_KNOWN
    assert chain.head().number == 1


def test_gas_at_and_above_the_cap_of_a_transaction(chain: EmbeddedChain, wallet: Wallet) -> None:
    assert refusal(chain, wallet.sign(SOMEBODY, gas=TRANSACTION_GAS + 1, nonce=0)) is Rejection.GAS_TOO_HIGH
    assert refusal(chain, wallet.sign(SOMEBODY, gas=TRANSACTION_GAS, nonce=0)) is None


def test_gas_at_and_below_the_intrinsic_cost(chain: EmbeddedChain, wallet: Wallet) -> None:
    assert refusal(chain, wallet.sign(SOMEBODY, gas=20_999, nonce=0)) is Rejection.GAS_TOO_LOW
    assert refusal(chain, wallet.sign(SOMEBODY, gas=21_000, nonce=0)) is None


def test_gas_at_and_below_the_floor_for_its_data(chain: EmbeddedChain, wallet: Wallet) -> None:
    data = b"\x00" * 3 + b"\x01" * 100
    floor = floor_gas(data)
    assert floor == 21_000 + 10 * (3 + 4 * 100)
    assert refusal(chain, wallet.sign(SOMEBODY, data, gas=floor - 1, nonce=0)) is Rejection.GAS_TOO_LOW
    assert refusal(chain, wallet.sign(SOMEBODY, data, gas=floor, nonce=0)) is None


def test_a_value_at_and_above_the_balance(clock: ReplayClock) -> None:
    rich = Wallet("rich")
    chain = EmbeddedChain(None, clock, chain_id=CHAIN_ID, balances={rich.address: 1_000})
    assert refusal(chain, rich.sign(SOMEBODY, value=1_001, nonce=0)) is Rejection.INSUFFICIENT_FUNDS
    assert refusal(chain, rich.sign(SOMEBODY, value=1_000, nonce=0)) is None
    assert (chain.balance(rich.address), chain.balance(SOMEBODY)) == (0, 1_000)


def test_a_fee_at_and_above_the_balance(clock: ReplayClock) -> None:
    rich = Wallet("rich")
    chain = EmbeddedChain(None, clock, chain_id=CHAIN_ID, balances={rich.address: 21_000 * 5})
    fees: dict[str, Any] = {"maxFeePerGas": 5, "maxPriorityFeePerGas": 5, "nonce": 0}
    assert refusal(chain, rich.sign(SOMEBODY, gas=21_001, **fees)) is Rejection.INSUFFICIENT_FUNDS
    (result,) = chain.send_raw([rich.sign(SOMEBODY, gas=21_000, **fees)])
    (receipt,) = chain.receipts([result.hash])
    assert receipt is not None
    assert receipt.effective_gas_price == 5
    assert chain.balance(rich.address) == 0


def test_a_transaction_signed_for_another_chain_or_for_none(chain: EmbeddedChain, wallet: Wallet) -> None:
    assert refusal(chain, wallet.sign(SOMEBODY, chainId=CHAIN_ID + 1, nonce=0)) is Rejection.WRONG_CHAIN
    assert refusal(chain, wallet.sign(SOMEBODY, chainId=CHAIN_ID + 1, nonce=0, gasPrice=0)) is Rejection.WRONG_CHAIN
    assert refusal(chain, wallet.sign(SOMEBODY, chainId=None, nonce=0, gasPrice=0)) is Rejection.WRONG_CHAIN


def test_a_legacy_transaction_of_this_chain_is_taken(chain: EmbeddedChain, wallet: Wallet) -> None:
    assert refusal(chain, wallet.sign(SOMEBODY, gasPrice=0)) is None


def test_a_priority_fee_above_the_whole_fee_is_invalid(chain: EmbeddedChain, wallet: Wallet) -> None:
    assert refusal(chain, wallet.sign(SOMEBODY, maxFeePerGas=1, maxPriorityFeePerGas=2)) is Rejection.INVALID


def test_a_signature_with_the_other_s_moves_nothing_in_anybodys_name(chain: EmbeddedChain, wallet: Wallet) -> None:
    *fields, parity, r, s = rlp.decode(wallet.sign(SOMEBODY)[1:])
    other = (SECPK1_N - int.from_bytes(s, "big")).to_bytes(32, "big")
    twisted = b"\x02" + rlp.encode([*fields, b"" if parity else b"\x01", r, other])
    assert refusal(chain, twisted) is Rejection.INVALID


def test_a_transaction_with_blobs_is_invalid_here(chain: EmbeddedChain, wallet: Wallet) -> None:
    *fields, parity, r, s = rlp.decode(wallet.sign(SOMEBODY)[1:])
    blob_fields = [b"\x01", [b"\x01" + bytes(31)]]
    assert refusal(chain, b"\x03" + rlp.encode([*fields, *blob_fields, parity, r, s])) is Rejection.INVALID


@pytest.mark.parametrize("cut", [1, 2, 40, -1])
def test_a_cut_transaction_is_malformed(chain: EmbeddedChain, wallet: Wallet, cut: int) -> None:
    assert refusal(chain, wallet.sign(SOMEBODY)[:cut]) is Rejection.MALFORMED


@given(st.binary(max_size=300), st.data())
def test_no_bytes_raise_anything_and_a_changed_byte_never_moves_the_signer(noise: bytes, data: st.DataObject) -> None:
    """N10: whatever arrives is answered; a transaction that somebody changed on its way does nothing in his name."""
    chain = EmbeddedChain(None, ReplayClock(1), chain_id=CHAIN_ID)
    wallet = Wallet("writer")
    raw = bytearray(wallet.sign(SOMEBODY, b"some data"))
    position = data.draw(st.integers(0, len(raw) - 1))
    raw[position] ^= data.draw(st.integers(1, 255))
    refused_prefixes = [bytes([kind]) + noise for kind in (1, 2, 3, 4)]
    results = chain.send_raw([noise, bytes(raw), *refused_prefixes])
    assert len(results) == 6
    assert chain.nonce(wallet.address) == 0


def test_a_contract_that_calls_itself_as_deep_as_it_can_is_survived(
    chain: EmbeddedChain, wallet: Wallet, notebook: bytes
) -> None:
    deep = wallet.send(chain, notebook, call_data("dive()"), gas=TRANSACTION_GAS)
    assert deep.succeeded
    assert wallet.send(chain, notebook, call_data("note(uint256,uint256)", 1, 2)).succeeded
