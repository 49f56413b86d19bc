"""Reward, contribution, discount and split of the contract against exact fractions, over random terms and orders."""

from collections.abc import Callable, Sequence
from random import Random

from ledger.domain.split import earning
from ledger.domain.terms import BPS, Role, Terms
from scripts.world import terms_tuple
from tests.conftest import Report
from tests.properties.arithmetic import SHARERS, Moved, moved
from tests.properties.cases import random_order, random_terms
from tests.properties.conftest import Harness

CASES = 100_000
CASES_A_CALL = 500
WORDS_A_CASE = 6
PART_BITS = 36

Case = tuple[Terms, int]


def test_an_order_moves_what_its_terms_say(arithmetic: Harness, scaled: Callable[[int], int], report: Report) -> None:
    """Reward, contribution, discount and seven parts that sum to the incentive (S2.15, S2.16)."""
    random = Random(1)
    done = 0
    for size in _sizes(scaled(CASES)):
        cases = [_case(random) for _ in range(size)]
        for case, words in zip(cases, _earnings(arithmetic, cases), strict=True):
            _check(case, words)
        done += size
    report("arithmetic of the contract against exact fractions", cases=done)


def test_the_python_ledger_computes_the_same(scaled: Callable[[int], int]) -> None:
    """What the ledger tells a till beforehand is what the contract will do (S2.16)."""
    random = Random(2)
    for _ in range(scaled(CASES)):
        terms, order = _case(random)
        for shared in (False, True):
            found = earning(terms, order, sharers=2 if shared else 0)
            assert Moved(found.reward, found.contribution, found.discount, found.parts) == moved(
                terms, order, absent=() if shared else SHARERS
            ), f"{terms} {order}"


def test_a_part_is_read_from_its_own_bits(arithmetic: Harness) -> None:
    for role in Role:
        packed = (2**PART_BITS - 1) << (PART_BITS * role)
        found = arithmetic.contract.ask(arithmetic.chain, "partsOf", packed)
        assert tuple(found) == tuple(2**PART_BITS - 1 if each is role else 0 for each in Role)


def test_random_terms_reach_both_sides_of_every_cap() -> None:
    """The cases are worth something only if each bound holds in some of them and does not in others."""
    random = Random(1)
    sides: dict[str, set[bool]] = {"reward": set(), "contribution": set(), "discount": set(), "order": set()}
    for _ in range(1_000):
        terms, order = _case(random)
        moving = moved(terms, order)
        sides["reward"].add(moving.reward == terms.reward_minor)
        sides["contribution"].add(moving.contribution == terms.contribution_cap_minor)
        sides["discount"].add(moving.discount == terms.discount_minor)
        sides["order"].add(moving.discount == order)
    assert sides == {name: {True, False} for name in sides}


def _case(random: Random) -> Case:
    terms = random_terms(random)
    return terms, random_order(random, terms)


def _sizes(total: int) -> list[int]:
    return [min(CASES_A_CALL, total - start) for start in range(0, total, CASES_A_CALL)]


def _earnings(arithmetic: Harness, cases: Sequence[Case]) -> list[Sequence[int]]:
    terms, orders = [terms_tuple(terms) for terms, _ in cases], [order for _, order in cases]
    flat = arithmetic.contract.ask(arithmetic.chain, "earnings", terms, orders)
    return [flat[start : start + WORDS_A_CASE] for start in range(0, len(flat), WORDS_A_CASE)]


def _check(case: Case, words: Sequence[int]) -> None:
    terms, order = case
    reward, contribution, discount, parts, shared_parts, issuer_funded = words
    for packed, shared in ((parts, False), (shared_parts, True)):
        found = Moved(reward, contribution, discount, _unpacked(packed))
        assert found == moved(terms, order, absent=() if shared else SHARERS), f"{terms} {order}"
        assert sum(found.parts) == reward + contribution
    assert issuer_funded == terms.issuer_reserve_minor
    assert sum(terms.split_bps) == BPS


def _unpacked(parts: int) -> tuple[int, ...]:
    assert parts >> (PART_BITS * len(Role)) == 0
    return tuple((parts >> (PART_BITS * role)) & (2**PART_BITS - 1) for role in Role)
