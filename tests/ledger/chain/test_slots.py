"""The places of storage that the audit reads, against what the compiler says of the contract."""

from typing import Any

from ledger.chain import slots
from ledger.chain.compile import compile_contracts

PLACES = {
    "head": slots.HEAD,
    "limits": slots.LIMITS,
    "seal": slots.SEAL,
    "standing": slots.STANDING,
    "merchants": slots.MERCHANTS,
    "consumers": slots.CONSUMERS,
    "agents": slots.AGENTS,
    "groupMembers": slots.GROUP_MEMBERS,
    "batches": slots.BATCHES,
    "lots": slots.LOTS,
    "lanes": slots.LANES,
    "issueDays": slots.ISSUE_DAYS,
    "withdrawals": slots.WITHDRAWALS,
    "_roles": slots.ROLES,
}


def test_every_place_read_is_where_the_compiler_put_it() -> None:
    """S2.10: the pool of a coupon is bound to its place in the contract's storage."""
    layout: Any = compile_contracts()["CouponLedger"].storage_layout
    top = {entry["label"]: entry for entry in layout["storage"]}
    found = {label: int(entry["slot"]) for label, entry in top.items()}
    assert found["$"] == 0
    members = layout["types"][top["$"]["type"]]["members"]
    found |= {entry["label"]: int(entry["slot"]) for entry in members}
    assert {label: found[label] for label in PLACES} == PLACES
