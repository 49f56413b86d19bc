"""Coupons that may be shared, where they are by their slots, and a slot set by hand."""

from dataclasses import dataclass
from typing import Any, Final

from eth_typing import Address

from ledger.domain.ids import copy_serial, coupon_id, serial_of
from ledger.domain.terms import ShareMode
from scripts.world import World
from scripts.world.sharing import transfer_item
from tests.contracts.books import JOURNEYS, LANES, field, place, word
from tests.contracts.parties import BOOKSHOP, HOLDERS, Held, held
from tests.contracts.reading import Attempt, refused

TRANSFERABLE: Final[dict[str, Any]] = {"share_mode": ShareMode.TRANSFER, "hops": 3}
COPYABLE: Final[dict[str, Any]] = {"share_mode": ShareMode.COPY, "copies": 2, "hops": 3}
LIVE: Final = 1
VERSION_LIMIT: Final = 4_095


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The slot of a coupon that travelled."""

    holder: int
    sharer: int = 0
    first_sharer: int = 0
    lot: int = 1
    redeemer: int = 0
    order: int = 0
    until: int = 0
    version: int = 1
    hops: int = 1
    state: int = LIVE


_FIELDS: Final = (
    *(("holder", 0, 32), ("sharer", 32, 32), ("first_sharer", 64, 32), ("lot", 96, 32), ("redeemer", 128, 32)),
    *(("order", 160, 48), ("until", 208, 24), ("version", 232, 12), ("hops", 244, 4), ("state", 248, 8)),
)


def journey(world: World, coupon: int) -> Journey | None:
    """Where a coupon is; None if it has no journey."""
    found = word(world, place(JOURNEYS, coupon))
    if found == 0:
        return None
    return Journey(**{name: field(found, first, bits) for name, first, bits in _FIELDS})


def put_journey(world: World, coupon: int, value: Journey) -> None:
    """Set the slot by hand, for what would take thousands of transactions to come about."""
    packed = sum(getattr(value, name) << first for name, first, _ in _FIELDS)
    chain = world.chain
    block = chain._new_block()
    block._machine.state.set_storage(Address(world.ledger.address), place(JOURNEYS, coupon), packed)
    chain._commit(block.seal())


def lane(world: World, coupon: int) -> int:
    """What stands in a minted coupon's lane."""
    serial = serial_of(coupon)
    return field(word(world, place(LANES, coupon >> 40) + serial // 8), serial % 8 * 32, 32)


def transferable(world: World, **changes: Any) -> Held:
    """Coupons that may be given on up to three times."""
    return held(world, **{**TRANSFERABLE, **changes})


def copyable(world: World, **changes: Any) -> Held:
    """Coupons that may be given on, and copied to two others each."""
    return held(world, **{**COPYABLE, **changes})


def copy_of(coupon: int, index: int = 0, *, size: int = 1_000, copies: int = 2) -> int:
    """The id of a copy."""
    return coupon_id(coupon >> 40, copy_serial(serial_of(coupon), index, size=size, copies=copies))


def give(world: World, coupon: int, to: int, *, holder: int, version: int = 0, lot: int = 1) -> None:
    """Transfer a coupon; it must be done."""
    item = transfer_item(world, coupon, lot=lot, to=to, holder=HOLDERS[holder], version=version)
    assert not refused(world, world.send("transfer", item, sender="relayer"))


def redeemed(world: World, coupons: Held) -> None:
    """The first of them is written off at the bookshop."""
    world.redeem(BOOKSHOP, [coupons.item()], by="bookshop")


def attempt(function: str, *items: bytes) -> Attempt:
    """Packed records in one call."""
    return Attempt(function, (b"".join(items),))
