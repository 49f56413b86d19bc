"""EIP-1559 transactions, encoded and signed by hand."""

from dataclasses import dataclass

import rlp
from eth_hash.auto import keccak

from ledger.domain.signing import Signer

TRANSACTION_GAS_LIMIT = 16_777_216
"""The most gas one transaction may have (EIP-7825)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A call of `to`, or a deployment where that is empty; fees in wei a unit of gas."""

    chain_id: int
    nonce: int
    to: bytes
    data: bytes
    gas: int
    max_fee: int
    max_priority_fee: int = 0


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """The bytes to send and their hash."""

    hash: bytes
    raw: bytes


def sign(transaction: Transaction, signer: Signer) -> SignedTransaction:
    """The transaction as it goes to the chain."""
    fields: list[object] = [
        transaction.chain_id,
        transaction.nonce,
        transaction.max_priority_fee,
        transaction.max_fee,
        transaction.gas,
        transaction.to,
        0,
        transaction.data,
        [],
    ]
    signature = signer.sign(keccak(b"\x02" + rlp.encode(fields)))
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    parity, s = s >> 255, s & ((1 << 255) - 1)
    raw = b"\x02" + rlp.encode([*fields, parity, r, s])
    return SignedTransaction(keccak(raw), raw)


def calldata_of(raw: bytes) -> bytes:
    """The calldata in a signed EIP-1559 transaction."""
    return bytes(rlp.decode(raw[1:])[7])
