"""Abuses of signatures, each against every verb that parties sign: none is accepted, nothing changes (promise 23).

Those that forge the signature itself and replays are here; good signatures put to bad use are in
`test_signatures_misused.py`, wallets that are contracts and delegated keys in `test_wallets_abused.py`.
"""

from collections.abc import Callable, Iterator
from itertools import cycle, islice
from random import Random
from typing import Final

import pytest

from ledger.chain.eip712 import TYPES
from ledger.domain.errors import Reason
from scripts.world import World, key
from tests.abuse.checking import check_good, check_refused, forging, twice
from tests.abuse.forging import (
    AMOUNT,
    COUPON,
    changed,
    has,
    malleable,
    of_another_party,
    only,
    other_chain,
    other_contract,
    other_domain_version,
    zero,
)
from tests.abuse.places import PLACES, Place
from tests.abuse.stage import Forge, Stage
from tests.abuse.verbs import VERBS
from tests.conftest import Report
from tests.contracts.parties import CID
from tests.contracts.reading import Attempt, refused, sealed

Abuse = Callable[[World, Random, Place], Forge]
Scaled = Callable[[int], int]
SEED: Final = 23
EACH: Final = 1_000

ABUSES: Final[dict[str, Abuse]] = {
    "for another chain": other_chain,
    "for another contract": other_contract,
    "of another coupon": changed(COUPON),
    "of another version of the domain": other_domain_version,
    "in another form": malleable,
    "of zeros": zero,
    "of another party": of_another_party,
    "of another amount": changed(AMOUNT),
}
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "of another coupon": COUPON,
    "of another amount": AMOUNT,
}
"""Abuses that need one of these fields."""


def test_every_kind_of_intent_and_every_verb_has_its_place() -> None:
    assert {each.kind for each in PLACES} == set(TYPES)
    assert {each.verb for each in PLACES} == set(VERBS)


def test_the_intents_are_good_as_they_are(stage: Stage) -> None:
    """What is refused below is refused for its signature alone."""
    for name in VERBS:
        check_good(stage, name)


def rounds(random: Random, count: int, places: list[Place]) -> Iterator[Place]:
    """Every place in turn, in a new order each time."""
    order = random.sample(places, len(places))
    return islice(cycle(order), max(count, len(places)))


def numbers(place: Place, random: Random) -> int:
    return 0 if VERBS[place.verb].in_order else random.randrange(10)


@pytest.mark.parametrize("name", ABUSES)
def test_no_signature_is_taken(stage: Stage, scaled: Scaled, report: Report, name: str) -> None:
    random, count = Random(f"{SEED} {name}"), 0
    places = [each for each in PLACES if name not in NAMES or has(each, NAMES[name])]
    for place in rounds(random, scaled(EACH), places):
        with forging(stage.world, only(place, ABUSES[name](stage.world, random, place))):
            attempt = VERBS[place.verb].attempt(stage, numbers(place, random))
        check_refused(stage, attempt, Reason.SIGNATURE_INVALID)
        count += 1
    for verb in dict.fromkeys(each.verb for each in places):
        check_good(stage, verb)
    report(f"signatures {name}", tried=count, accepted=0, verbs=len({each.verb for each in places}))


def test_no_intent_is_done_twice(stage: Stage, scaled: Scaled, report: Report) -> None:
    """Replayed alone, in company, by another sender, later: what was done is done once."""
    random, count, which = Random(SEED), 0, 0
    world = stage.world
    done: list[tuple[str, Attempt]] = []
    while count < scaled(EACH):
        if which < 10:
            for name, verb in VERBS.items():
                done.append((name, verb.attempt(stage, which)))
                assert not refused(world, done[-1][1].send(world)), name
            which += 1
            world.send("startRecovery", True, CID, key(f"Cid's next but {which}").address)
        for name, attempt in random.sample(done, min(len(done), scaled(EACH) - count)):
            again = Attempt(attempt.function, attempt.arguments, _sender(attempt, random))
            check_refused(stage, twice(again) if name != "veto" and random.random() < 0.3 else again)
            count += 1
        world.pass_time(random.choice((0, 1, 3_600)))
    report("signatures replayed", tried=count, accepted=0, verbs=len(VERBS))


def _sender(attempt: Attempt, random: Random) -> str:
    return attempt.sender if attempt.sender == "operator" else random.choice(("relayer", "stranger", "Ann"))


def test_an_intent_sent_twice_in_one_transaction_is_done_once(stage: Stage) -> None:
    world = stage.world
    for name, verb in VERBS.items():
        if name != "veto":
            receipt = twice(verb.attempt(stage, 0)).send(world)
            assert len(refused(world, receipt)) * 2 == sealed(world, receipt).items, name
