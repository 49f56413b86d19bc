"""What halmos shows of the contracts for all values, and that each check notices a fault."""

import pytest

from ledger.chain.compile import compile_contracts
from scripts.gates.halmos import check, show
from scripts.gates.symbolic_build import read_mutants, read_roles
from tests.conftest import Report


@pytest.mark.release
def test_every_check_holds_for_all_values_and_notices_its_mutants(report: Report) -> None:
    """Splits, caps, ids, lanes and every role gate (N2)."""
    outcome = check()
    show(outcome)
    paths = sum(each.paths for each in outcome.checks)
    report("symbolic checks", checks=len(outcome.checks), paths=paths, mutants=len(outcome.missed))
    assert not [each for each in outcome.checks if not each.holds]
    assert not {name: missed for name, missed in outcome.missed.items() if missed}
    assert not outcome.unproved


def test_every_function_that_writes_stands_in_the_table_of_roles_once() -> None:
    abi = compile_contracts()["CouponLedger"].abi
    writing = [
        each["name"] for each in abi if each["type"] == "function" and each["stateMutability"] not in ("view", "pure")
    ]
    assert sorted(name for names in read_roles().values() for name in names) == sorted(writing)


def test_every_mutant_finds_what_it_changes() -> None:
    for mutant in read_mutants():
        assert mutant.sources()
