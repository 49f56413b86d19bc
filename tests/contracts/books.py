"""The ledger's books, read slot by slot by the published storage layout."""

from collections.abc import Sequence
from dataclasses import dataclass

from eth_abi.abi import encode
from eth_hash.auto import keccak

from scripts.world import World

HEAD, LIMITS, SEAL, STANDING = 0, 1, 2, 3
MERCHANTS, CONSUMERS, AGENTS, PARTY_OF, NONCES, GROUP_MEMBERS, BATCHES, LOTS = 4, 5, 6, 7, 8, 9, 10, 11
LANES, ISSUE_DAYS, JOURNEYS, WITHDRAWALS = 12, 13, 14, 15


def place(mapping: int, *keys: int) -> int:
    """The slot of an entry of a (nested) mapping of numbers."""
    slot = mapping
    for key in keys:
        slot = int.from_bytes(keccak(encode(("uint256", "uint256"), (key, slot))), "big")
    return slot


def words(world: World, slots: Sequence[int]) -> list[int]:
    """What stands in raw slots of the ledger."""
    keys = [slot.to_bytes(32, "big") for slot in slots]
    return [int.from_bytes(word, "big") for word in world.ledger.ask(world.chain, "slots", keys)]


def word(world: World, slot: int) -> int:
    """What stands in one raw slot of the ledger."""
    return words(world, [slot])[0]


def field(value: int, first_bit: int, bits: int) -> int:
    """A field of a packed word."""
    return (value >> first_bit) & ((1 << bits) - 1)


@dataclass(frozen=True, slots=True)
class Money:
    """Everything the ledger owes, minor units."""

    merchants: int
    consumers: int
    reserves: int
    lots: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.merchants + self.consumers + self.reserves + self.lots


def money(world: World) -> Money:
    """Cash of all merchants (the operator and institutions too) and consumers, reserves of all batches and lots."""
    head = word(world, HEAD)
    batches, merchants, consumers = (field(head, at, 32) for at in (112, 144, 176))
    found = words(
        world,
        [
            *(place(MERCHANTS, merchant) for merchant in range(1, merchants + 1)),
            *(place(CONSUMERS, consumer) for consumer in range(1, consumers + 1)),
            *(place(BATCHES, batch) + 2 for batch in range(1, batches + 1)),
        ],
    )
    states = found[merchants + consumers :]
    lots = [
        place(LOTS, batch, lot) for batch, state in enumerate(states, 1) for lot in range(1, field(state, 176, 32) + 1)
    ]
    return Money(
        merchants=sum(field(each, 160, 64) for each in found[:merchants]),
        consumers=sum(field(each, 192, 64) for each in found[merchants : merchants + consumers]),
        reserves=sum(field(each, 112, 64) for each in states),
        lots=sum(field(each, 128, 64) for each in words(world, lots)),
    )


def tokens(world: World, account: bytes | None = None) -> int:
    """Tokens of an account, the ledger's own by default."""
    return int(world.token.ask(world.chain, "balanceOf", account or world.ledger.address))
