"""EIP-712 digests of intents, packed by hand: about 10 microseconds each."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Final

from eth_hash.auto import keccak

from ledger.domain import intents
from ledger.domain.intents import Intent

TYPES: Final[dict[type, str]] = {
    intents.Register: "Register(address wallet,uint8 kind,uint32 recruiter,uint40 deadline)",
    intents.Recruit: "Recruit(uint32 merchant,bytes consumers,uint64 nonce,uint40 deadline)",
    intents.Appoint: "Appoint(uint32 merchant,uint32 agent,address key,uint40 until,uint40 allowance,uint8 kind,"
    "uint64 nonce,uint40 deadline)",
    intents.Withdraw: "Withdraw(bool consumer,uint32 party,uint64 amount,address to,uint64 nonce,uint40 deadline)",
    intents.Accept: "Accept(uint32 merchant,uint32 batch,uint32 count,uint64 nonce,uint40 deadline)",
    intents.Recall: "Recall(uint32 merchant,uint32 batch,uint32 lot,uint32 count,uint64 nonce,uint40 deadline)",
    intents.Issue: "Issue(uint32 merchant,uint32 batch,uint32 lot,bytes consumers,uint64 nonce,uint40 deadline)",
    intents.Redeem: "Redeem(uint32 merchant,bytes items,uint40 deadline)",
    intents.Present: "Present(uint72 coupon,uint16 version,uint32 merchant,uint48 maximumOrder,uint40 deadline)",
    intents.Transfer: "Transfer(uint72 coupon,uint16 version,uint32 to,uint40 deadline)",
    intents.Copy: "Copy(uint72 coupon,uint16 version,uint8 index,uint32 to,uint40 deadline)",
    intents.Offer: "Offer(uint72 coupon,uint16 version,bool copy,uint32 to,address claimKey,"
    "uint40 price,uint64 nonce,uint40 deadline)",
    intents.Claim: "Claim(bytes32 offer,uint8 index,uint32 claimant)",
    intents.AcceptOffer: "AcceptOffer(bytes32 offer,uint8 index,uint32 claimant,uint40 price)",
    intents.Cancel: "Cancel(uint32 consumer,uint64 nonce,uint40 deadline)",
    intents.IssueToBearers: "IssueToBearers(uint32 merchant,uint32 batch,uint32 lot,bytes keys,uint64 nonce,"
    "uint40 deadline)",
    intents.Amend: "Amend(uint72 coupon,uint16 version,uint32 merchant,uint48 order,uint40 deadline)",
    intents.Reverse: "Reverse(uint72 coupon,uint16 version,uint32 merchant,uint40 deadline)",
    intents.State: "State(uint32 merchant,uint32 period,uint16 periodDays,bytes totals,bytes32 root,uint40 deadline)",
    intents.Spend: "Spend(uint32 consumer,uint32 merchant,uint32 batch,uint32 lot,uint8 count,"
    "uint64 points,uint64 nonce,uint40 deadline)",
    intents.ChangeWallet: "ChangeWallet(bool consumer,uint32 party,address wallet,uint64 nonce,uint40 deadline)",
    intents.Veto: "Veto(bool consumer,uint32 party,address wallet,uint40 readyAt)",
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
    return keccak(b"\x19\x01" + separator + struct_hash(intent))


def struct_hash(intent: Intent) -> bytes:
    """The hash of an intent by itself: how claims name their offer."""
    typehash, encoders = _ENCODERS[type(intent)]
    return keccak(typehash + b"".join(encode(getattr(intent, name)) for name, encode in encoders))


def _integer(value: Any) -> bytes:
    return int(value).to_bytes(32, "big")


def _address(value: Any) -> bytes:
    return bytes(value).rjust(32, b"\0")


def _hashed(value: Any) -> bytes:
    return keccak(value)


def _word(value: Any) -> bytes:
    return bytes(value)


_BY_TYPE: Final[dict[str, Callable[[Any], bytes]]] = {"address": _address, "bytes": _hashed, "bytes32": _word}


def _encoders(kind: type) -> tuple[bytes, tuple[tuple[str, Callable[[Any], bytes]], ...]]:
    signature = TYPES[kind]
    types = [entry.split(" ")[0] for entry in signature[signature.index("(") + 1 : -1].split(",")]
    encode = [_BY_TYPE.get(name, _integer) for name in types]
    return keccak(signature.encode()), tuple(
        (field.name, function) for field, function in zip(fields(kind), encode, strict=True)
    )


_ENCODERS = {kind: _encoders(kind) for kind in TYPES}
