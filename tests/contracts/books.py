"""The ledger's books, read slot by slot by the published storage layout."""

from collections.abc import Sequence
from dataclasses import dataclass

from eth_abi.abi import encode
from eth_hash.auto import keccak
from eth_typing import Address

from ledger.chain.events import decode
from ledger.domain.events import Minted, Pooled
from ledger.domain.ids import batch_of
from ledger.domain.split import contribution_down, discount_down, reward_down
from ledger.domain.terms import Funder, Terms
from scripts.world import World
from tests.contracts.watch import all_logs

HEAD, LIMITS, SEAL, STANDING = 0, 1, 2, 3
MERCHANTS, CONSUMERS, AGENTS, PARTY_OF, NONCES, GROUP_MEMBERS, BATCHES, LOTS = 4, 5, 6, 7, 8, 9, 10, 11
LANES, ISSUE_DAYS, JOURNEYS, WITHDRAWALS = 12, 13, 14, 15
RECOVERIES, STATEMENTS, POLICIES, OUTFLOW, BEARERS, AMENDMENTS = 16, 17, 18, 19, 20, 21

PENDING, PENDING_AMENDED, REDEEMED, FORFEITED = 2, 3, 4, 5
"""States of a journey."""

Amounts = tuple[int, int, int]
"""Reward, contribution, discount."""


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


def put_word(world: World, slot: int, value: int) -> None:
    """Set a raw slot of the ledger by hand, for what would take too many transactions to come about."""
    block = world.chain._new_block()
    block._machine.state.set_storage(Address(world.ledger.address), slot, value)
    world.chain._commit(block.seal())


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
    points: int
    pools: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.merchants + self.consumers + self.reserves + self.lots + self.points + self.pools


def money(world: World) -> Money:
    """Cash of all merchants (the operator and institutions too) and consumers, reserves of all batches and lots, the
    backing of points, and the pools that wait."""
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
        points=field(word(world, STANDING), 0, 64),
        pools=pools(world),
    )


def tokens(world: World, account: bytes | None = None) -> int:
    """Tokens of an account, the ledger's own by default."""
    return int(world.token.ask(world.chain, "balanceOf", account or world.ledger.address))


def amounts(terms: Terms, redeemed: int, order: int | None = None) -> Amounts:
    """What an order earns by independent arithmetic; amended to `order`, pro rata to the order as redeemed."""
    full = (reward_down(terms, redeemed), contribution_down(terms, redeemed), discount_down(terms, redeemed))
    if order is None:
        return full
    reward, contribution, discount = (amount * order // redeemed for amount in full)
    return reward, contribution, discount


def pool(world: World, coupon: int, terms: Terms) -> int:
    """What the ledger owes to a coupon's pool by its slots: 0 unless it waits."""
    journey = word(world, place(JOURNEYS, coupon))
    state, order = field(journey, 248, 8), field(journey, 160, 48)
    if state not in (PENDING, PENDING_AMENDED):
        return 0
    amended = state == PENDING_AMENDED
    redeemed = word(world, place(AMENDMENTS, coupon)) if amended else order
    reward, contribution, discount = amounts(terms, redeemed, order if amended else None)
    return reward + contribution + (0 if terms.funder is Funder.REDEEMER else discount)


def pools(world: World) -> int:
    """What all pools of a world hold, minor units; the coupons are those its logs name."""
    found = [decode(log) for log in all_logs(world)]
    terms = {event.batch: event.terms for event in found if isinstance(event, Minted)}
    coupons = {item.coupon for event in found if isinstance(event, Pooled) for item in event.items}
    return sum(pool(world, coupon, terms[batch_of(coupon)]) for coupon in coupons)
