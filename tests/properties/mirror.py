"""The ghost's sums beside the contract's raw slots: cash, reserves, lots, lanes, days, requests, counters."""

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.domain.ids import LANE_SPENT, LANE_STOCK
from scripts.world import World, key
from tests.contracts.books import (
    BATCHES,
    CONSUMERS,
    HEAD,
    ISSUE_DAYS,
    LANES,
    LOTS,
    MERCHANTS,
    SEAL,
    WITHDRAWALS,
    field,
    place,
    words,
)
from tests.properties.ghost import Batch, Ghost

ACTIVE, SUSPENDED = 1, 2


@dataclass(frozen=True, slots=True)
class Field:
    """What should stand in some bits of a slot."""

    name: str
    slot: int
    first_bit: int
    bits: int
    expected: int


def differences(world: World, ghost: Ghost, *, sequence: int) -> dict[str, tuple[int, int]]:
    """(contract, ghost) of every field that is not as the ghost has it."""
    fields = [*_counters(ghost, sequence), *_parties(ghost), *_batches(ghost)]
    slots = sorted({each.slot for each in fields})
    stored = dict(zip(slots, words(world, slots), strict=True))
    found = ((each, field(stored[each.slot], each.first_bit, each.bits)) for each in fields)
    return {each.name: (value, each.expected) for each, value in found if value != each.expected}


def _counters(ghost: Ghost, sequence: int) -> Iterator[Field]:
    yield Field("sequence", SEAL, 0, 64, sequence)
    for first_bit, counted in ((112, ghost.batches), (144, ghost.merchants), (176, ghost.consumers)):
        yield Field(f"count at bit {first_bit}", HEAD, first_bit, 32, len(counted))


def _parties(ghost: Ghost) -> Iterator[Field]:
    for merchant, cash in ghost.merchants.items():
        slot, request = place(MERCHANTS, merchant), place(WITHDRAWALS, merchant)
        status = SUSPENDED if ("merchant", merchant) in ghost.suspended else ACTIVE
        amount, ready_at = ghost.requests.get(merchant, (0, 0))
        yield Field(f"cash of merchant {merchant}", slot, 160, 64, cash)
        yield Field(f"status of merchant {merchant}", slot, 224, 8, status)
        yield Field(f"request of merchant {merchant}", request, 160, 64, amount)
        yield Field(f"request of merchant {merchant} ready at", request, 224, 32, ready_at)
    for consumer, cash in ghost.consumers.items():
        slot, wallet = place(CONSUMERS, consumer), key(ghost.names["consumer", consumer]).address
        signing = b"" if ("consumer", consumer) in ghost.suspended else wallet
        yield Field(f"cash of consumer {consumer}", slot, 192, 64, cash)
        yield Field(f"wallet of consumer {consumer}", slot, 0, 160, int.from_bytes(signing, "big"))


def _batches(ghost: Ghost) -> Iterator[Field]:
    for number, batch in ghost.batches.items():
        state = place(BATCHES, number) + 2
        yield Field(f"reserve of batch {number}", state, 112, 64, batch.reserve)
        yield Field(f"lots of batch {number}", state, 176, 32, len(batch.lots))
        yield Field(f"stock of batch {number}", state, 208, 32, batch.stock)
        yield Field(f"batch {number} closed", state, 240, 8, batch.closed)
        for lot, each in batch.lots.items():
            values = (each.merchant, each.first, each.next, each.end)
            for position, expected in enumerate(values):
                yield Field(
                    f"lot {lot} of batch {number}, {position}", place(LOTS, number, lot), 32 * position, 32, expected
                )
            yield Field(f"reserve of lot {lot} of batch {number}", place(LOTS, number, lot), 128, 64, each.reserve)
        yield from _coupons(number, batch)


def _coupons(number: int, batch: Batch) -> Iterator[Field]:
    """Every serial of the batch: stock, held or spent."""
    lanes, days = place(LANES, number), place(ISSUE_DAYS, number)
    for serial in range(batch.terms.size):
        holder = LANE_SPENT if serial in batch.redeemed else batch.holders.get(serial, LANE_STOCK)
        day = batch.days.get(serial, 0) if batch.terms.valid_days else 0
        yield Field(f"holder of {number}/{serial}", lanes + serial // 8, 32 * (serial % 8), 32, holder)
        yield Field(f"day of {number}/{serial}", days + serial // 16, 16 * (serial % 16), 16, day)
