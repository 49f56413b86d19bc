"""What everything costs: the figures of `bench gas` against the checked-in snapshot and the bars."""

import json
from collections.abc import Mapping

import pytest

from scripts.bench.gas import BARS, SNAPSHOT, Gas, gas_of, measure
from scripts.bench.gas_record import OutcomeUnexpected, Record
from scripts.bench.opcodes import profile
from scripts.world import new_world
from tests.conftest import Report

RENEW = "if the new figures are meant: python3 scripts/dev.py bench gas --snapshot"


@pytest.fixture(scope="module")
def gas() -> Gas:
    record = Record()
    return gas_of(record, measure(record))


def test_gas_is_exactly_that_of_the_snapshot(gas: Gas) -> None:
    expected, found = _flat(json.loads(SNAPSHOT.read_text(encoding="utf-8"))), _flat(gas.to_json())
    names = sorted(expected.keys() | found.keys())
    changed = {name: (expected.get(name), found.get(name)) for name in names if expected.get(name) != found.get(name)}
    assert not changed, f"(snapshot, now); {RENEW}"


def test_no_figure_is_above_its_bar(gas: Gas, report: Report) -> None:
    report("gas", **{name: gas.figures[name] for name in BARS})
    assert not {name: (gas.figures[name], bar) for name, bar in BARS.items() if gas.figures[name] > bar}


def test_a_batch_costs_the_same_for_one_coupon_and_for_a_billion(gas: Gas) -> None:
    """All but the calldata of a larger number: 12 gas for each byte that is not zero instead of zero."""
    assert 0 <= gas.figures["mint_1e9"] - gas.figures["mint_1"] <= 4 * 12


def test_one_flipped_byte_in_a_hundred_items_refuses_exactly_that_item() -> None:
    """In each large issue and redemption of the bench; a refused issue is sent again whole."""
    measure(Record(), flip=True)


def test_the_bench_takes_no_figure_of_another_outcome() -> None:
    world = new_world()
    receipt = world.send("issue", [], sender="relayer")
    with pytest.raises(OutcomeUnexpected, match=r"found \(0, 0\), expected \(1, 0\)"):
        Record().add("issue_1", world, receipt)


def test_the_profile_of_a_redemption_shows_its_two_cold_slots_and_its_signature() -> None:
    gas = {name: gas for name, gas, _ in profile("redeem")}
    assert (gas["SLOAD"], gas["SSTORE"]) == (2 * 2_100, 2 * 2_900)
    assert gas["STATICCALL"] == 100 + 3_000, "one warm call of the precompile that recovers a signer"


def _flat(figures: Mapping[str, int | Mapping[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, value in figures.items():
        if isinstance(value, int):
            found[name] = value
        else:
            found |= {f"{name} {part}": figure for part, figure in value.items()}
    return found
