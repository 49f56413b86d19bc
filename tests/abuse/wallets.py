"""Wallets that are contracts, and keys that delegate to one; transactions with little gas."""

from collections.abc import Iterable
from typing import Any, Final

import rlp
from eth_hash.auto import keccak

from ledger.chain.artifacts import link
from ledger.chain.compile import compile_contracts
from ledger.chain.contract import creation_arguments
from ledger.chain.deploy import Deployer
from ledger.chain.eip712 import digest
from ledger.chain.protocol import Receipt
from ledger.chain.transactions import Transaction, sign
from ledger.custody.keys import KeySigner
from ledger.domain.intents import ChangeWallet, Intent
from scripts.world import CHAIN_ID, MAX_FEE, World, key
from tests.abuse.stage import EVE
from tests.contracts.parties import ANN, BAKERY, BOB, BOOKSHOP, CID, CINEMA
from tests.contracts.reading import Attempt, refused

PARTIES: Final[tuple[tuple[bool, int, str], ...]] = (
    *((False, BAKERY, "bakery"), (False, BOOKSHOP, "bookshop"), (False, CINEMA, "cinema")),
    *((True, ANN, "Ann"), (True, BOB, "Bob"), (True, CID, "Cid"), (True, EVE, "Eve")),
)
"""Who signs in the stage's intents: consumer?, party, key."""

WAYS: Final = (
    *("burns gas", "answers huge", "answers wrong", "answers short", "answers dirty", "answers nothing"),
    *("reverts", "reverts huge", "agrees to other", "reenters"),
)
"""How `HostileWallet` misbehaves, in its order."""

DELEGATION: Final = bytes.fromhex("ef0100")


def deployed(world: World, name: str, *arguments: Any) -> bytes:
    """The address of a new contract."""
    artifact = compile_contracts()[name]
    code = link(artifact, {}) + creation_arguments(artifact, *arguments)
    return Deployer(world.chain, key("deployer"), max_fee=MAX_FEE).create(name, code)


def move_in(world: World, contract: str, parties: Iterable[tuple[bool, int, str]] = PARTIES) -> dict[str, bytes]:
    """Each party's wallet becomes a contract that its key owns: all it signs stays good. Addresses by key."""
    found = {}
    for consumer, party, name in parties:
        found[name] = deployed(world, contract, key(name).address)
        nonce, until = world.fresh_nonce(), world.deadline
        signature = world.sign(key(name), ChangeWallet(consumer, party, found[name], nonce, until))
        change = (consumer, party, found[name], nonce, until, signature, signature)
        assert not refused(world, Attempt("changeWallet", ([change],)).send(world))
        if name == "Cid":
            # A change of wallet ends the recovery that the stage began.
            world.send("startRecovery", True, CID, key("Cid's next").address)
    return found


def delegate(world: World, name: str, to: bytes) -> None:
    """A key's account takes the code of a contract for its own (EIP-7702, a transaction of type 4)."""
    sender, account = key("relayer"), key(name)
    authorized = [CHAIN_ID, to, world.chain.nonce(account.address)]
    authorization = [*authorized, *_parity_r_s(account, b"\x05" + rlp.encode(authorized))]
    fields: list[Any] = [CHAIN_ID, world.chain.nonce(sender.address), 0, MAX_FEE, 200_000, account.address, 0, b"", []]
    fields.append([authorization])
    raw = b"\x04" + rlp.encode([*fields, *_parity_r_s(sender, b"\x04" + rlp.encode(fields))])
    (result,) = world.chain.send_raw([raw])
    assert result.accepted, result.detail
    world._nonces.clear()
    assert world.chain.code(account.address) == DELEGATION + to


def _parity_r_s(signer: KeySigner, message: bytes) -> list[int]:
    signature = signer.sign(keccak(message))
    word = int.from_bytes(signature[32:], "big")
    return [word >> 255, int.from_bytes(signature[:32], "big"), word & ((1 << 255) - 1)]


def misbehaving(world: World, way: str, *, filling: bytes, other: Intent | None = None) -> bytes:
    """A signature that makes a `HostileWallet` misbehave in a way; `other` is what it agrees to instead."""
    first = filling
    if way == "agrees to other" and other is not None:
        first = digest(world.separator, other) + filling[32:]
    return first[:-1] + bytes((WAYS.index(way),))


def send_with_gas(world: World, attempt: Attempt, gas: int) -> Receipt | None:
    """What became of a transaction that may use so much gas, reverted or not; None if it could not even start."""
    sender = key(attempt.sender)
    nonce = world.chain.nonce(sender.address)
    data = world.ledger.encode(attempt.function, *attempt.arguments)
    to = world.ledger.address
    signed = sign(Transaction(chain_id=CHAIN_ID, nonce=nonce, to=to, data=data, gas=gas, max_fee=MAX_FEE), sender)
    if not world.chain.send_raw([signed.raw])[0].accepted:
        return None
    world._nonces.clear()
    return world.chain.receipts([signed.hash])[0]
