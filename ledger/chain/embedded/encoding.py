"""RLP with types, for the library has none."""

from typing import cast

from eth.rlp.accounts import Account
from rlp.codec import decode as _decode
from rlp.codec import encode as _encode


def encode(item: object) -> bytes:
    """The RLP of bytes, integers, sequences of them, or one of py-evm's serializable objects."""
    return cast(bytes, _encode(item))


def decode_bytes(encoded: bytes) -> bytes:
    """The one byte string that an RLP item holds."""
    return cast(bytes, _decode(encoded))


def decode_account(encoded: bytes) -> Account:
    """An account of the state trie; an absent one (no bytes) is the empty account."""
    if not encoded:
        return Account()
    return cast(Account, _decode(encoded, Account))
