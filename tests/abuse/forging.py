"""Bad signatures: each abuse makes one, by chance, out of the honest one; the call it stands in is good otherwise."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from random import Random
from typing import Any, Final

from eth_hash.auto import keccak

from ledger.chain.eip712 import digest, domain_separator
from ledger.custody.keys import KeySigner
from ledger.domain.intents import Intent
from scripts.world import CHAIN_ID, World, key
from tests.abuse.places import Place
from tests.abuse.stage import Forge

COUPON: Final = ("coupon", "batch", "lot", "offer")
PARTY: Final = (
    *("merchant", "recruiter", "party", "claimant", "consumer", "to"),
    *("wallet", "key", "agent", "claim_key"),
)
AMOUNT: Final = (
    *("amount", "maximum_order", "price", "order", "count", "allowance", "points", "index", "nonce", "version"),
    *("items", "consumers", "keys", "totals", "root", "period", "period_days", "kind", "until", "ready_at", "copy"),
)
"""All else that is signed, but the deadline."""

CURVE_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
TOP_BIT: Final = 1 << 255
STRANGERS: Final = ("stranger", "relayer", "operator", "treasurer", "pauser", "admin", "Dora", "bank", "till")


def only(place: Place, forge: Forge) -> Forge:
    """A forge of the one signature at a place; every other stays honest."""
    seen = 0

    def forged(signer: KeySigner, intent: Intent, honest: bytes) -> bytes:
        nonlocal seen
        if type(intent) is not place.kind:
            return honest
        seen += 1
        return forge(signer, intent, honest) if seen == place.number + 1 else honest

    return forged


def _signed(signer: KeySigner, separator: bytes, intent: Intent) -> bytes:
    return signer.sign(digest(separator, intent))


def other_chain(world: World, random: Random, _: Place) -> Forge:
    """The same intent for the ledger of that address on another chain."""
    chain = random.choice([0, 1, 10, 137, CHAIN_ID - 1, CHAIN_ID + 1, random.randrange(CHAIN_ID + 2, 2**63)])
    separator = domain_separator(chain, world.ledger.address)
    return lambda signer, intent, _: _signed(signer, separator, intent)


def other_contract(world: World, random: Random, _: Place) -> Forge:
    """The same intent for another contract: one of ours, the ledger's own libraries, a stranger's."""
    ours = [*world.deployment.libraries.values(), world.token.address, world.lens.address, world.timelock.address]
    separator = domain_separator(CHAIN_ID, random.choice([*ours, bytes(20), random.randbytes(20)]))
    return lambda signer, intent, _: _signed(signer, separator, intent)


def other_domain_version(world: World, random: Random, _: Place) -> Forge:
    """The same intent for another version, or another name, of the domain; or for no domain at all."""
    type_ = keccak(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
    place = CHAIN_ID.to_bytes(32, "big") + world.ledger.address.rjust(32, b"\0")
    name = random.choice([b"Coupon Ledger", b"Coupon ledger", b"Coupons"])
    version = random.choice([b"0", b"2", b"1.0", b"", random.randbytes(2)])
    separator = random.choice([bytes(32), keccak(type_ + keccak(name) + keccak(version) + place)])
    return lambda signer, intent, _: _signed(signer, separator, intent)


def malleable(_: World, random: Random, place: Place) -> Forge:
    """Another form of the very signature."""
    forms: list[Callable[[bytes], bytes]] = [_other_s, _flipped(random.randrange(512))]
    if not place.short:
        forms += [_of_65, _other_s_of_65, lambda honest: honest + b"\0", lambda honest: honest[:63]]
    form = random.choice(forms)
    return lambda _, __, honest: form(honest)


def zero(_: World, random: Random, place: Place) -> Forge:
    """Zeros, which recover to nobody: all of them, r, s, or (where its place allows) nothing at all."""
    forms: list[Callable[[bytes], bytes]] = [
        lambda _: bytes(64),
        lambda honest: bytes(32) + honest[32:],
        lambda honest: honest[:32] + bytes(32),
        lambda honest: honest[:32] + TOP_BIT.to_bytes(32, "big"),
    ]
    if not place.short:
        forms += [lambda _: b"", lambda _: bytes(65), lambda _: bytes(32)]
    form = random.choice(forms)
    return lambda _, __, honest: form(honest)


def changed(names: Sequence[str]) -> Callable[[World, Random, Place], Forge]:
    """The honest signature of an intent that differs in one of these fields from what is sent."""

    def abuse(world: World, random: Random, place: Place) -> Forge:
        present = [field.name for field in fields(place.kind) if field.name in names]

        def forge(signer: KeySigner, intent: Intent, _: bytes) -> bytes:
            name = random.choice(present)
            return World.sign(world, signer, with_fields(intent, **{name: another(getattr(intent, name), random)}))

        return forge

    return abuse


def of_another_party(world: World, random: Random, place: Place) -> Forge:
    """An intent that names another merchant, consumer or wallet; or the intent as it is, signed by somebody else."""
    if has(place, PARTY) and random.random() < 0.7:
        return changed(PARTY)(world, random, place)
    name = random.choice(STRANGERS)
    return lambda signer, intent, _: World.sign(world, key("nobody" if key(name) is signer else name), intent)


def with_fields(intent: Intent, **changes: Any) -> Any:
    """The intent with other values in some fields."""
    known: Any = intent
    return replace(known, **changes)


def another(value: Any, random: Random) -> Any:
    """Another value of a field's type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, bytes):
        bit = random.randrange(max(1, len(value) * 8))
        return (int.from_bytes(value, "big") ^ 1 << bit).to_bytes(max(1, len(value)), "big")
    near = [value + 1, value - 1, value ^ 1 << random.randrange(32), value + random.randrange(2, 1_000), 2 * value, 0]
    return random.choice([each for each in near if each >= 0 and each != value])


def has(place: Place, names: Sequence[str]) -> bool:
    """Whether what is signed there has any of these fields."""
    return any(field.name in names for field in fields(place.kind))


def _parts(signature: bytes) -> tuple[bytes, int, int]:
    word = int.from_bytes(signature[32:], "big")
    return signature[:32], word & ~TOP_BIT, word >> 255


def _other_s(honest: bytes) -> bytes:
    r, s, parity = _parts(honest)
    return r + ((CURVE_ORDER - s) | (1 - parity) << 255).to_bytes(32, "big")


def _other_s_of_65(honest: bytes) -> bytes:
    r, s, parity = _parts(honest)
    return r + (CURVE_ORDER - s).to_bytes(32, "big") + bytes((28 - parity,))


def _of_65(honest: bytes) -> bytes:
    r, s, parity = _parts(honest)
    return r + s.to_bytes(32, "big") + bytes((27 + parity,))


def _flipped(bit: int) -> Callable[[bytes], bytes]:
    return lambda honest: (int.from_bytes(honest, "big") ^ 1 << bit).to_bytes(64, "big")
