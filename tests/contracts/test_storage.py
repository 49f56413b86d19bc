"""The storage layout: the published slots, so that anybody can read and prove them; it never changes."""

from typing import Any, Final

from ledger.chain.compile import compile_contracts
from ledger.domain.ids import coupon_id
from scripts.world import World
from tests.contracts import books
from tests.contracts.parties import held

SLOTS: Final = {
    "head": books.HEAD,
    "limits": books.LIMITS,
    "seal": books.SEAL,
    "standing": books.STANDING,
    "merchants": books.MERCHANTS,
    "consumers": books.CONSUMERS,
    "agents": books.AGENTS,
    "partyOf": books.PARTY_OF,
    "nonces": books.NONCES,
    "groupMembers": books.GROUP_MEMBERS,
    "batches": books.BATCHES,
    "lots": books.LOTS,
    "lanes": books.LANES,
    "issueDays": books.ISSUE_DAYS,
    "journeys": books.JOURNEYS,
    "withdrawals": books.WITHDRAWALS,
    "recoveries": books.RECOVERIES,
    "statements": books.STATEMENTS,
    "policies": books.POLICIES,
    "outflow": books.OUTFLOW,
    "bearers": books.BEARERS,
    "amendments": books.AMENDMENTS,
}
SLOT_COUNTS: Final = {
    "Head": 1,
    "Limits": 1,
    "SealState": 1,
    "Standing": 1,
    "Merchant": 2,
    "Consumer": 2,
    "Agent": 1,
    "Batch": 4,
    "Lot": 1,
    "Journey": 1,
    "Withdrawal": 1,
    "Recovery": 1,
    "CommissionPolicy": 1,
    "Outflow": 1,
    "Layout": 22,
}


def layout(contract: str) -> tuple[dict[str, int], dict[str, int]]:
    """Slot of each field of the ledger's state, and slots that each struct takes, as the compiler says."""
    found: Any = compile_contracts()[contract].storage_layout
    types = found["types"]
    (state,) = (entry for entry in found["storage"] if entry["label"] == "$")
    members = types[state["type"]]["members"]
    structs = {
        entry["label"].removeprefix("struct ").split(".")[-1]: int(entry["numberOfBytes"]) // 32
        for entry in types.values()
        if entry["label"].startswith(("struct ILedgerTypes.", "struct LedgerStorage."))
    }
    return {member["label"]: int(state["slot"]) + int(member["slot"]) for member in members}, structs


def test_every_fact_stands_in_its_published_slot() -> None:
    for contract in ("CouponLedger", "CouponLens"):
        slots, structs = layout(contract)
        assert slots == SLOTS
        assert structs == SLOT_COUNTS


def test_slots_are_read_as_the_chain_holds_them(world: World) -> None:
    keys = [slot.to_bytes(32, "big") for slot in range(23)]
    read = world.ledger.ask(world.chain, "slots", keys)
    assert list(read) == [world.chain.storage_at(world.ledger.address, key) for key in keys]


def test_a_coupons_lane_is_proven_by_the_slot_that_the_layout_names(world: World) -> None:
    coupons = held(world, count=3)
    serial = coupons.coupons[0] & (1 << 40) - 1
    slot = books.place(books.LANES, coupons.batch) + serial // 8
    proof = world.chain.proof(world.ledger.address, [slot.to_bytes(32, "big")])
    assert books.field(int.from_bytes(proof.storage[0].value, "big"), serial % 8 * 32, 32) == coupons.holder
    assert coupons.coupons[0] == coupon_id(coupons.batch, serial)
