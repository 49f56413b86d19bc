"""Reading what a transaction did: its events, its refusals, its named error, and what it changed in storage."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pytest
import rlp
from eth_hash.auto import keccak

from ledger.chain.contract import Revert
from ledger.chain.events import decode
from ledger.chain.protocol import AccountProof, Receipt
from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Event, Refusals, RefusedItem, Sealed
from scripts.world import Reverted, World, key

SEAL_SLOT: Final = (2).to_bytes(32, "big")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call of the ledger that has not been sent yet."""

    function: str
    arguments: tuple[Any, ...]
    sender: str = "relayer"

    def send(self, world: World) -> Receipt:
        """Send it; raises `Reverted`."""
        return world.send(self.function, *self.arguments, sender=self.sender)


Preparation = Callable[[World], Attempt]
"""Brings a world into a state and gives the call that is to fail there."""


def for_each(refusals: Mapping[Reason, Preparation]) -> pytest.MarkDecorator:
    """Parametrizes a test by the `reason` of each."""
    return pytest.mark.parametrize("reason", refusals, ids=lambda reason: reason.title)


def text(name: str) -> str:
    """The address of a name's key as the ABI decodes it."""
    return f"0x{key(name).address.hex()}"


def number(name: str) -> int:
    """The address of a name's key as the subject of a refusal."""
    return int.from_bytes(key(name).address, "big")


def events(world: World, receipt: Receipt) -> list[Event]:
    """What the ledger says it did, without the seal."""
    return [event for event in _all_events(world, receipt) if not isinstance(event, Sealed)]


def sealed(world: World, receipt: Receipt) -> Sealed:
    """The seal of a transaction."""
    (seal,) = (event for event in _all_events(world, receipt) if isinstance(event, Sealed))
    return seal


def refused(world: World, receipt: Receipt) -> list[RefusedItem]:
    """The items that changed nothing."""
    return [item for event in _all_events(world, receipt) if isinstance(event, Refusals) for item in event.items]


def reasons(world: World, receipt: Receipt) -> list[Reason]:
    """Why items were refused, in order."""
    return [item.reason for item in refused(world, receipt)]


def _all_events(world: World, receipt: Receipt) -> list[Event]:
    return [decode(log) for log in receipt.logs if log.address == world.ledger.address]


def check_refusal(world: World, attempt: Attempt, verb: Verb, reason: Reason) -> RefusedItem:
    """The attempt's one item is refused for the reason and nothing but the seal changes."""
    with changing_only_the_seal(world):
        receipt = attempt.send(world)
    (item,) = refused(world, receipt)
    assert (item.verb, item.reason) == (verb, reason)
    assert len(events(world, receipt)) == 1
    return item


def check_revert(world: World, attempt: Attempt, name: str, **fields: Any) -> None:
    """The attempt reverts with the named error carrying exactly these fields."""
    with pytest.raises(Reverted) as caught:
        attempt.send(world)
    assert caught.value.revert == Revert(name, fields)


@contextmanager
def changing_only_the_seal(world: World) -> Iterator[None]:
    """In every slot of the ledger and of its token the same stands before and after, but for the ledger's seal.

    Shown by the storage root: it must be the one that the old path gives with nothing replaced but the seal's leaf.
    """
    before, token_before = _state(world)
    yield
    after, token_after = _state(world)
    assert token_after == token_before
    assert after.storage[0].value != before.storage[0].value, "the seal itself goes on"
    assert _root_with(before, after.storage[0].value) == after.storage_root


def _state(world: World) -> tuple[AccountProof, bytes]:
    proof = world.chain.proof(world.ledger.address, [SEAL_SLOT])
    return proof, world.chain.proof(world.token.address, []).storage_root


def _root_with(proof: AccountProof, value: bytes) -> bytes:
    """The storage root after the one proven slot was given another value (of at least a byte)."""
    *parents, leaf = proof.storage[0].path
    key_end, _ = rlp.decode(leaf)
    changed = rlp.encode([key_end, rlp.encode(value.lstrip(b"\0"))])
    child, new_child = keccak(leaf), keccak(changed)
    for node in reversed(parents):
        assert node.count(child) == 1
        new_node = node.replace(child, new_child)
        child, new_child = keccak(node), keccak(new_node)
    return new_child
