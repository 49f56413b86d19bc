"""EIP-712 digests of intents, packed by hand: about 10 microseconds each."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Final

from eth_hash.auto import keccak

from ledger.domain.intents import Accept, Appoint, Intent, Issue, Present, Recall, Recruit, Redeem, Register, Withdraw

TYPES: Final[dict[type, str]] = {
    Register: "Register(address wallet,uint8 kind,uint32 recruiter,uint40 deadline)",
    Recruit: "Recruit(uint32 merchant,bytes consumers,uint64 nonce,uint40 deadline)",
    Appoint: "Appoint(uint32 merchant,uint32 agent,address key,uint40 until,uint40 allowance,uint8 kind,"
    "uint64 nonce,uint40 deadline)",
    Withdraw: "Withdraw(bool consumer,uint32 party,uint64 amount,address to,uint64 nonce,uint40 deadline)",
    Accept: "Accept(uint32 merchant,uint32 batch,uint32 count,uint64 nonce,uint40 deadline)",
    Recall: "Recall(uint32 merchant,uint32 batch,uint32 lot,uint32 count,uint64 nonce,uint40 deadline)",
    Issue: "Issue(uint32 merchant,uint32 batch,uint32 lot,bytes consumers,uint64 nonce,uint40 deadline)",
    Redeem: "Redeem(uint32 merchant,bytes items,uint40 deadline)",
    Present: "Present(uint72 coupon,uint16 version,uint32 merchant,uint48 maximumOrder,uint40 deadline)",
}

_DOMAIN_TYPE = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
_NAME, _VERSION = b"Coupon Ledger", b"1"


def domain_separator(chain_id: int, contract: bytes) -> bytes:
    """The separator of the ledger at an address (20 bytes) of a chain."""
    return keccak(
        keccak(_DOMAIN_TYPE)
        + keccak(_NAME)
        + keccak(_VERSION)
        + chain_id.to_bytes(32, "big")
        + contract.rjust(32, b"\0")
    )


def digest(separator: bytes, intent: Intent) -> bytes:
    """The 32 bytes a party signs for an intent."""
    typehash, encoders = _ENCODERS[type(intent)]
    words = [encode(getattr(intent, name)) for name, encode in encoders]
    return keccak(b"\x19\x01" + separator + keccak(typehash + b"".join(words)))


def _integer(value: Any) -> bytes:
    return int(value).to_bytes(32, "big")


def _address(value: Any) -> bytes:
    return bytes(value).rjust(32, b"\0")


def _hashed(value: Any) -> bytes:
    return keccak(value)


def _encoders(kind: type) -> tuple[bytes, tuple[tuple[str, Callable[[Any], bytes]], ...]]:
    signature = TYPES[kind]
    types = [entry.split(" ")[0] for entry in signature[signature.index("(") + 1 : -1].split(",")]
    encode = [{"address": _address, "bytes": _hashed}.get(name, _integer) for name in types]
    return keccak(signature.encode()), tuple(
        (field.name, function) for field, function in zip(fields(kind), encode, strict=True)
    )


_ENCODERS = {kind: _encoders(kind) for kind in TYPES}
