"""Which transactions may enter a block, and the named reason for each that may not."""

from eth.abc import SignedTransactionAPI, StateAPI, TransactionBuilderAPI
from eth.constants import SECPK1_N
from eth.exceptions import UnrecognizedTransactionType
from eth.vm.forks.cancun.constants import BLOB_TX_TYPE
from eth_keys.exceptions import BadSignature
from eth_utils.exceptions import ValidationError
from rlp.exceptions import RLPException

from ledger.chain.embedded.limits import TRANSACTION_GAS
from ledger.chain.protocol import Rejection


class Refused(Exception):
    """A transaction may not enter: the reason, and a sentence with the compared values."""

    def __init__(self, rejection: Rejection, detail: str) -> None:
        super().__init__(f"{rejection}: {detail}")
        self.rejection = rejection
        self.detail = detail


def read(raw: bytes, builder: type[TransactionBuilderAPI], *, chain_id: int) -> SignedTransactionAPI:
    """A signed transaction of any type (EIP-2718) that may stand on this chain in some state, or raise `Refused`."""
    try:
        transaction = builder.decode(raw)
        transaction.validate()
        transaction.sender  # noqa: B018  recovered here, and cached, so that a bad signature shows here
    except (RLPException, UnrecognizedTransactionType, BadSignature, ValidationError) as error:
        raise Refused(Rejection.MALFORMED, str(error)) from error
    _check_form(transaction, chain_id)
    _check_gas(transaction)
    return transaction


def check_sender(transaction: SignedTransactionAPI, state: StateAPI) -> None:
    """Raise `Refused` unless the account can send this transaction next, in the present state of the block in hand."""
    nonce = state.get_nonce(transaction.sender)
    if transaction.nonce != nonce:
        reason = Rejection.NONCE_TOO_LOW if transaction.nonce < nonce else Rejection.NONCE_TOO_HIGH
        raise Refused(reason, f"has nonce {transaction.nonce}, the account's next is {nonce}")
    if transaction.max_fee_per_gas < state.base_fee:
        raise Refused(Rejection.FEE_TOO_LOW, f"pays at most {transaction.max_fee_per_gas}, base fee {state.base_fee}")
    balance = state.get_balance(transaction.sender)
    cost = transaction.value + transaction.gas * transaction.max_fee_per_gas
    if balance < cost:
        raise Refused(Rejection.INSUFFICIENT_FUNDS, f"may cost {cost} wei, the account has {balance}")


def floor_gas(data: bytes) -> int:
    """The least a transaction with this data costs, whatever it executes (EIP-7623)."""
    zeros = data.count(0)
    return 21_000 + 10 * (zeros + 4 * (len(data) - zeros))


def _check_form(transaction: SignedTransactionAPI, chain_id: int) -> None:
    if transaction.chain_id != chain_id:
        raise Refused(Rejection.WRONG_CHAIN, f"signed for chain {transaction.chain_id}, this is {chain_id}")
    if transaction.type_id == BLOB_TX_TYPE:
        raise Refused(Rejection.INVALID, "this chain carries no blobs")
    if not 0 < transaction.s <= SECPK1_N // 2:
        raise Refused(Rejection.INVALID, "the signature's s is not in the lower half (EIP-2)")
    if transaction.max_priority_fee_per_gas > transaction.max_fee_per_gas:
        fees = f"{transaction.max_priority_fee_per_gas} > {transaction.max_fee_per_gas}"
        raise Refused(Rejection.INVALID, f"the priority fee is above the whole fee: {fees}")


def _check_gas(transaction: SignedTransactionAPI) -> None:
    if transaction.gas > TRANSACTION_GAS:
        raise Refused(Rejection.GAS_TOO_HIGH, f"asks for {transaction.gas}, at most {TRANSACTION_GAS} (EIP-7825)")
    least = max(transaction.intrinsic_gas, floor_gas(transaction.data))
    if transaction.gas < least:
        raise Refused(Rejection.GAS_TOO_LOW, f"asks for {transaction.gas}, at least {least}")
