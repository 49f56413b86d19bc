"""Fourteen abuses of signatures, each against every verb that parties sign: none is accepted, nothing changes (promise 23).

Twelve are here; wallets that are contracts, hostile ones and delegated keys are in `test_wallets_abused.py`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from random import Random
from typing import Any, Final

import pytest

from ledger.chain.eip712 import TYPES
from ledger.custody.keys import KeySigner
from ledger.domain.errors import Reason
from ledger.domain.intents import Intent
from scripts.world import DAY, Reverted, World
from tests.abuse.forging import (
    AMOUNT,
    COUPON,
    PARTY,
    changed,
    has,
    malleable,
    only,
    other_chain,
    other_contract,
    other_domain_version,
    someone_elses,
    zero,
)
from tests.abuse.places import PLACES, Place
from tests.abuse.stage import Forge, Stage
from tests.abuse.verbs import VERBS
from tests.conftest import Report
from tests.contracts.books import RECOVERIES, place as slot, word
from tests.contracts.parties import CID
from tests.contracts.reading import Attempt, changing_only_the_seal, events, reasons, refused
from tests.contracts.watch import all_logs
from scripts.world.keys import key

Abuse = Callable[[World, Random, Place], Forge]
Scaled = Callable[[int], int]
SEED: Final = 23
EACH: Final = 1_000

ABUSES: Final[dict[str, tuple[Abuse, ...]]] = {
    "for another chain": (other_chain,),
    "for another contract": (other_contract,),
    "of another coupon": (changed(COUPON),),
    "of an old version of the domain": (other_domain_version,),
    "in another form": (malleable,),
    "of zeros": (zero,),
    "of another party": (changed(PARTY), someone_elses),
    "of another amount": (changed(AMOUNT),),
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


def check_good(stage: Stage, name: str, which: int = 0) -> None:
    world = stage.world
    world.forge = None
    assert not refused(world, VERBS[name].attempt(stage, which).send(world)), name


@contextmanager
def forging(world: Any, forge: Forge) -> Iterator[None]:
    world.forge = forge
    yield
    world.forge = None


def check_refused(stage: Stage, attempt: Attempt, *expected: Reason) -> None:
    """Every item is refused, for one of these reasons if any is named; or it is a veto, which is an error."""
    world = stage.world
    if attempt.function == "vetoRecovery":
        before = world.chain.proof(world.ledger.address, []).storage_root
        with pytest.raises(Reverted, match="VetoInvalid|RecoveryUnknown"):
            attempt.send(world)
        assert world.chain.proof(world.ledger.address, []).storage_root == before
        return
    with changing_only_the_seal(world):
        receipt = attempt.send(world)
    assert len(events(world, receipt)) == 1, "nothing but refusals"
    found = reasons(world, receipt)
    assert found
    assert not expected or set(found) <= set(expected), f"{attempt.function}: {found}"


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
        usable = [each for each in ABUSES[name] if each is not changed or has(place, PARTY)]
        abuse = random.choice(usable if has(place, PARTY) else usable[-1:])
        with forging(stage.world, only(place, abuse(stage.world, random, place))):
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
            check_refused(stage, _twice(again) if random.random() < 0.3 else again)
            count += 1
        world.pass_time(random.choice((0, 1, 3_600)))
    report("signatures replayed", tried=count, accepted=0, verbs=len(VERBS))


def _sender(attempt: Attempt, random: Random) -> str:
    return attempt.sender if attempt.sender == "operator" else random.choice(("relayer", "stranger", "Ann"))


def _twice(attempt: Attempt) -> Attempt:
    """All of its items two times in one transaction."""
    if attempt.function == "vetoRecovery":
        return attempt
    (items,) = attempt.arguments
    return Attempt(attempt.function, (items + items,), attempt.sender)


def test_an_intent_sent_twice_in_one_transaction_is_done_once(stage: Stage) -> None:
    world = stage.world
    for name, verb in VERBS.items():
        if name == "veto":
            continue
        single = verb.attempt(stage, 0)
        receipt = _twice(single).send(world)
        assert len(refused(world, receipt)) * 2 == _sealed_items(world), name


def _sealed_items(world: World) -> int:
    from ledger.chain.events import decode
    from ledger.domain.events import Sealed

    seal = decode(all_logs(world)[-1])
    assert isinstance(seal, Sealed)
    return seal.items
