"""The ghost's sums beside the contract's raw slots: parties, batches, lots, lanes, journeys, counters."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ledger.domain.ids import LANE_BEARER, LANE_SPENT, LANE_STOCK, LANE_TRAVELLED, LANE_VOID, coupon_id
from scripts.world import World, key
from tests.contracts import books
from tests.contracts.books import field, words
from tests.properties.ghost import Ghost
from tests.properties.holdings import Batch, Coupon, State

ACTIVE, SUSPENDED = 1, 2

place = cache(books.place)
"""The same places are looked at after every step of every life."""


@dataclass(frozen=True, slots=True)
class Field:
    """Bits of a slot, and what the ghost expects in them."""

    name: str
    slot: int
    first_bit: int
    bits: int
    expected: int


def differences(world: World, ghost: Ghost, *, sequence: int) -> dict[str, tuple[int, int]]:
    """(contract, ghost) of every field that is not as the ghost has it."""
    fields = [*_counters(ghost, sequence), *_merchants(ghost), *_consumers(ghost), *_batches(ghost), *_others(ghost)]
    slots = sorted({each.slot for each in fields})
    stored = dict(zip(slots, words(world, slots), strict=True))
    found = ((each, field(stored[each.slot], each.first_bit, each.bits)) for each in fields)
    return {each.name: (value, each.expected) for each, value in found if value != each.expected}


def _counters(ghost: Ghost, sequence: int) -> Iterator[Field]:
    yield Field("sequence", books.SEAL, 0, 64, sequence)
    for first_bit, counted in ((112, ghost.batches), (144, ghost.merchants), (176, ghost.consumers)):
        yield Field(f"count at bit {first_bit}", books.HEAD, first_bit, 32, len(counted))
    yield Field("backing of points", books.STANDING, 0, 64, ghost.backing)
    yield Field("policies", books.STANDING, 104, 32, len(ghost.policies))
    if ghost.withdrawn_last:
        yield Field("withdrawn", books.OUTFLOW, 64, 64, ghost.withdrawn[ghost.withdrawn_last])
        yield Field("day of the last withdrawal", books.OUTFLOW, 128, 32, ghost.withdrawn_last)


def _wallet(name: str) -> int:
    return int.from_bytes(key(name).address, "big")


def _merchants(ghost: Ghost) -> Iterator[Field]:
    for merchant, cash in ghost.merchants.items():
        slot, request = place(books.MERCHANTS, merchant), place(books.WITHDRAWALS, merchant)
        status = SUSPENDED if ("merchant", merchant) in ghost.suspended else ACTIVE
        amount, ready_at = ghost.requests.get(merchant, (0, 0))
        rewarded = ghost.rewarded_last.get(merchant, 0)
        for name, at, first_bit, bits, expected in (
            ("wallet", slot, 0, 160, _wallet(ghost.names["merchant", merchant])),
            ("cash", slot, 160, 64, cash),
            ("status", slot, 224, 8, status),
            ("points", slot + 1, 0, 64, ghost.points["merchant", merchant]),
            ("taken today", slot + 1, 128, 64, ghost.rewarded[merchant, rewarded]),
            ("day of that", slot + 1, 192, 32, rewarded),
            ("stated until", slot + 1, 224, 32, ghost.stated_until[merchant]),
            ("request", request, 160, 64, amount),
            ("request ready at", request, 224, 32, ready_at),
        ):
            yield Field(f"{name} of merchant {merchant}", at, first_bit, bits, expected)


def _consumers(ghost: Ghost) -> Iterator[Field]:
    for consumer, cash in ghost.consumers.items():
        slot, wallet = place(books.CONSUMERS, consumer), _wallet(ghost.names["consumer", consumer])
        suspended = ("consumer", consumer) in ghost.suspended
        for name, at, first_bit, bits, expected in (
            ("wallet", slot, 0, 160, 0 if suspended else wallet),
            ("recruiter", slot, 160, 32, ghost.recruiters[consumer]),
            ("cash", slot, 192, 64, cash),
            ("parked wallet", slot + 1, 0, 160, wallet if suspended else 0),
            ("points", slot + 1, 160, 64, ghost.points["consumer", consumer]),
        ):
            yield Field(f"{name} of consumer {consumer}", at, first_bit, bits, expected)


def _others(ghost: Ghost) -> Iterator[Field]:
    for (kind, number), name in ghost.names.items():
        slot = place(books.RECOVERIES, (1 << 32 if kind == "consumer" else 0) | number)
        asked, ready_at = ghost.recoveries.get((kind, number), ("", 0))
        yield Field(f"next wallet of {name}", slot, 0, 160, _wallet(asked) if asked else 0)
        yield Field(f"when {name} has it", slot, 160, 40, ready_at)
    for number, policy in enumerate(ghost.policies, 1):
        for value, first_bit, bits in zip(policy, (0, 40, 56, 72), (40, 16, 16, 8), strict=True):
            yield Field(f"policy {number} at bit {first_bit}", place(books.POLICIES, number), first_bit, bits, value)
    for (merchant, period), root in ghost.statements.items():
        slot = place(books.STATEMENTS, merchant << 32 | period)
        yield Field(f"statement {period} of {merchant}", slot, 0, 256, int.from_bytes(root, "big"))
    for consumer, nonce in ghost.nonces:
        slot = place(books.NONCES, 1 << 32 | consumer, nonce >> 8)
        yield Field(f"nonce {nonce} of consumer {consumer}", slot, nonce & 255, 1, 1)


def _batches(ghost: Ghost) -> Iterator[Field]:
    for number, batch in ghost.batches.items():
        state = place(books.BATCHES, number) + 2
        yield Field(f"reserve of batch {number}", state, 112, 64, batch.reserve)
        yield Field(f"lots of batch {number}", state, 176, 32, len(batch.lots))
        yield Field(f"stock of batch {number}", state, 208, 32, batch.stock)
        yield Field(f"batch {number} closed", state, 240, 8, batch.closed)
        for lot, each in batch.lots.items():
            slot, values = place(books.LOTS, number, lot), (each.merchant, each.first, each.next, each.end)
            for position, expected in enumerate(values):
                yield Field(f"lot {lot} of batch {number}, {position}", slot, 32 * position, 32, expected)
            yield Field(f"reserve of lot {lot} of batch {number}", slot, 128, 64, each.reserve)
        yield from _lanes(number, batch)
        for serial, coupon in batch.coupons.items():
            yield from _journey(coupon_id(number, serial), coupon)


def _lanes(number: int, batch: Batch) -> Iterator[Field]:
    """Every minted serial of the batch: stock, held, borne, spent, void, or with a journey."""
    lanes, days = place(books.LANES, number), place(books.ISSUE_DAYS, number)
    for serial in range(batch.terms.size):
        coupon = batch.coupons.get(serial)
        day = coupon.day if coupon and batch.terms.valid_days else 0
        yield Field(f"lane of {number}/{serial}", lanes + serial // 8, 32 * (serial % 8), 32, _lane(coupon))
        yield Field(f"day of {number}/{serial}", days + serial // 16, 16 * (serial % 16), 16, day)


def _lane(coupon: Coupon | None) -> int:
    if coupon is None:
        return LANE_STOCK
    if coupon.version:
        return LANE_TRAVELLED
    return {State.REDEEMED: LANE_SPENT, State.VOID: LANE_VOID}.get(coupon.state, coupon.holder or LANE_BEARER)


def _journey(number: int, coupon: Coupon) -> Iterator[Field]:
    """The journey of a coupon that has one, the key of a bearer, the order before it was amended."""
    if coupon.version:
        word = coupon.holder | coupon.lot << 96 | coupon.redeemer << 128 | coupon.order << 160 | coupon.until << 208
        word |= coupon.version << 232 | len(coupon.givers) << 244 | coupon.state << 248
        word |= (coupon.givers[-1] if coupon.givers else 0) << 32
        word |= (coupon.givers[0] if len(coupon.givers) > 1 else 0) << 64
        yield Field(f"journey of {number}", place(books.JOURNEYS, number), 0, 256, word)
        order = coupon.amended_from
        yield Field(f"order of {number} as redeemed", place(books.AMENDMENTS, number), 0, 48, order)
    if coupon.key or not coupon.givers:
        wallet = _wallet(coupon.key) if coupon.key else 0
        yield Field(f"key of {number}", place(books.BEARERS, number), 0, 160, wallet)
