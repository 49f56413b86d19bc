"""The contract's tests notice when one of its rules is broken."""

import copy
from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.chain.compile import compile_contracts
from scripts.gates.mutant_build import affected, source_texts
from scripts.gates.mutant_list import MutantInvalid, choose, read_mutants
from scripts.gates.mutants import run
from tests.conftest import Report

LISTED_AT_LEAST = 50


def test_every_mutant_listed_can_be_made_of_the_sources_as_they_are() -> None:
    mutants = read_mutants()
    assert len(mutants.all) >= LISTED_AT_LEAST
    assert {mutant.breaks for mutant in mutants.all} == set(mutants.invariants)


def test_a_mutant_whose_text_is_gone_is_an_error_that_names_it() -> None:
    mutant = replace(read_mutants().all[0], old="nobody ever wrote this")
    with pytest.raises(MutantInvalid, match=mutant.name):
        mutant.applied(source_texts()[mutant.file])


def test_the_same_seed_chooses_the_same_mutants() -> None:
    mutants = read_mutants().all
    assert choose(mutants, share=10, seed="a") == choose(copy.copy(mutants), share=10, seed="a")
    assert choose(mutants, share=10, seed="a") != choose(mutants, share=10, seed="b")
    assert len(choose(mutants, share=10, seed="a")) == len(mutants) // 10
    assert choose(mutants, share=1, seed="a") == mutants


def test_an_edit_is_compiled_into_every_contract_that_takes_it_in_and_into_no_other() -> None:
    artifacts, texts = compile_contracts(), source_texts()
    assert "CouponLedger" in affected("contracts/CouponLedger.sol", texts, artifacts)
    seals = affected("contracts/libraries/Seals.sol", texts, artifacts)
    assert {"CouponLedger", "Cash", "Members"} <= set(seals)
    assert "SettlementToken" not in seals
    assert affected("contracts/logic/Cash.sol", texts, artifacts) == ("Cash",)


@pytest.mark.release
def test_nineteen_of_twenty_mutants_are_killed(scaled: Callable[[int], int], report: Report) -> None:
    """One in ten in the CI tier, others whenever the contracts change."""
    every = 1_000
    result = run(share=every // scaled(every))
    survivors = [each.mutant for each in result.outcomes if not each.killer]
    report("mutants", tried=len(result.outcomes), killed=result.killed, survivors=", ".join(survivors) or "none")
    assert result.enough, survivors
