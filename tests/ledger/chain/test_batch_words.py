"""The four stored words of a batch, against the struct that the compiler lays out."""

from functools import cache
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.batch_words import BatchState, unpack
from ledger.chain.compile import compile_contracts
from ledger.domain.terms import Funder, Role, ShareMode, Terms
from scripts.world import World
from tests.contracts.books import BATCHES, place, words

BITS: Final = {
    "t_uint8": 8,
    "t_uint16": 16,
    "t_uint32": 32,
    "t_uint40": 40,
    "t_uint48": 48,
    "t_uint64": 64,
    "t_uint112": 112,
    "t_bool": 8,
    "t_bytes32": 256,
}


@cache
def layout() -> dict[str, tuple[int, int, int]]:
    """Slot, first bit and bits of each field of the contract's `Batch`, as the compiler says."""
    types = compile_contracts()["CouponLedger"].storage_layout["types"]
    struct = next(
        each for name, each in types.items() if "struct ILedgerTypes.Batch" in each["label"] and "members" in each
    )
    return {
        member["label"]: (int(member["slot"]), 8 * member["offset"], BITS.get(member["type"], 8))
        for member in struct["members"]
    }


def packed(values: dict[str, int]) -> list[int]:
    """The words of a batch with these fields."""
    found = [0, 0, 0, 0]
    for name, (slot, first, bits) in layout().items():
        assert 0 <= values[name] < 1 << bits, name
        found[slot] |= values[name] << first
    return found


@given(data=st.data())
def test_every_field_is_read_from_its_place(data: st.DataObject) -> None:
    limits = {name: (1 << bits) - 1 for name, (_, _, bits) in layout().items()}
    limits |= {"shareMode": 2, "funder": 2, "remainderRole": 6, "flags": 3, "closed": 1}
    values = {name: data.draw(st.integers(0, limit), label=name) for name, limit in limits.items()}
    acceptance, money, state, text = packed(values)
    split = [values["split"] >> 16 * role & 0xFFFF for role in range(7)]
    terms = Terms(
        size=values["size"],
        opens=values["opens"],
        closes=values["closes"],
        valid_days=values["validDays"],
        share_mode=ShareMode(values["shareMode"]),
        copies=values["copies"],
        hops=values["hops"],
        group=values["group"],
        minimum_order_minor=values["minimumOrder"],
        settlement_delay_hours=values["settlementDelayHours"],
        revocable=bool(values["flags"] & 1),
        bearer=bool(values["flags"] & 2),
        reward_minor=values["reward"],
        reward_cap_bps=values["rewardCapBps"],
        contribution_bps=values["contributionBps"],
        contribution_cap_minor=values["contributionCap"],
        discount_bps=values["discountBps"],
        discount_minor=values["discountAmount"],
        funder=Funder(values["funder"]),
        remainder_role=Role(values["remainderRole"]),
        points_price=values["pointsPrice"],
        split_bps=(split[0], split[1], split[2], split[3], split[4], split[5], split[6]),
        text=text.to_bytes(32, "big"),
    )
    expected = BatchState(
        terms, values["pausedAtMint"], values["reserve"], values["lots"], values["stock"], bool(values["closed"])
    )
    assert unpack(acceptance, money, state, text.to_bytes(32, "big")) == expected


def test_a_batch_on_the_chain_is_read_from_its_slots(story: World) -> None:
    acceptance, money, state, text = words(story, [place(BATCHES, 2) + word for word in range(4)])
    found = unpack(acceptance, money, state, text.to_bytes(32, "big"))
    assert found.terms.minimum_order_minor == 7
    assert (found.lots, found.stock, found.closed, found.reserve) == (2, 400, True, 0)
