"""A million random calls of the contract break none of its invariants."""

import secrets
from collections.abc import Callable

import pytest

from ledger.chain.compile import compile_contracts
from scripts.gates.mutant_build import compile_mutant, source_texts
from scripts.gates.mutant_list import read_mutants
from scripts.gates.volume import CALLS, DEPTH, PROJECT, InvariantBroken, run, show
from tests.conftest import Report, Tier

NOTICED = (
    "a copied index is copied again",
    "the first sharer's part goes to the last",
    "a cancelled offer is taken up",
    "an amendment goes by the order amended before",
    "a contribution does not come back",
    "points are granted out of nothing",
)
"""Mutants of `mutants.toml`, one for each kind of money or promise that the ghost follows."""

LIVES_OF_A_MUTANT = 16

pytestmark = pytest.mark.release


def test_no_invariant_breaks_whatever_is_called(scaled: Callable[[int], int], tier: Tier, report: Report) -> None:
    """Conservation of money, one redemption a coupon, issued <= size, exact parts, gapless seals (S2.11, S2.12, N2).

    Only a release tries new calls; the other tiers repeat theirs.
    """
    share = CALLS // scaled(CALLS)
    result = run(share=share, seed=secrets.randbits(32) if tier == "release" else 1)
    show(result)
    calls = {verb.replace(" ", "_"): counts["calls"] for verb, counts in result.verbs.items()}
    report("volume", seed=result.seed, transactions=result.transactions, **calls)
    assert result.transactions >= CALLS // share
    undone = {verb for verb, counts in result.verbs.items() if not counts["done"]}
    assert not undone, "every verb is also done, not only refused"


@pytest.mark.parametrize("name", NOTICED)
def test_the_calls_notice_a_contract_that_breaks_an_invariant(name: str, report: Report) -> None:
    (mutant,) = (each for each in read_mutants().all if each.name == name)
    artifacts, texts = compile_contracts(), source_texts()
    mutated = compile_mutant(mutant.file, mutant.applied(texts[mutant.file]), texts=texts, artifacts=artifacts)
    with pytest.raises(InvariantBroken) as broken:
        run(share=CALLS // DEPTH // LIVES_OF_A_MUTANT, artifacts=mutated, project=PROJECT.with_name("volume-mutants"))
    assert "Broken(" in broken.value.invariant, "an invariant, and no accident of the calls, ended the run"
    report(f"volume: {name}", broken=broken.value.invariant)
