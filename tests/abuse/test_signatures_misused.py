"""Good signatures put to bad use: too late, of a coupon's past, on a link that was copied, on one another's items."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

import pytest

from ledger.custody.keys import KeySigner
from ledger.domain import intents
from ledger.domain.errors import Reason
from ledger.domain.intents import Intent
from scripts.world import DAY, World, key
from scripts.world.sharing import claimed, copy_item, offered, transfer_item
from tests.abuse.checking import check_good, check_refused, forging
from tests.abuse.forging import has, only, with_fields
from tests.abuse.places import PLACES, Place
from tests.abuse.stage import DORA, Forge, Stage
from tests.abuse.verbs import VERBS
from tests.conftest import Report
from tests.contracts.parties import ANN, BOB, BOOKSHOP, CID, HOLDERS
from tests.contracts.reading import Attempt, refused

Scaled = Callable[[int], int]
EACH: Final = 1_000
LATE: Final = ("deadline",)
UNTIMED: Final = ("veto",)
"""A veto is good as long as its recovery is under way."""


def test_no_intent_is_taken_after_its_deadline(stage: Stage, scaled: Scaled, report: Report) -> None:
    """Late by a second or by years; or with the deadline that is sent moved, which is not the one that was signed."""
    random, world = Random(1), stage.world
    places = [each for each in PLACES if each.verb not in UNTIMED]
    for number in range(max(scaled(EACH), len(places))):
        place = places[number % len(places)]
        late = world.clock.now() - random.choice((1, 2, 3_600, DAY, 365 * DAY))
        if has(place, LATE) and random.random() < 0.5:
            with forging(world, only(place, _signed_until(world, late))):
                attempt = VERBS[place.verb].attempt(stage, 0)
            check_refused(stage, attempt, Reason.SIGNATURE_INVALID)
        else:
            attempt = VERBS[place.verb].attempt(stage, 0, deadline=late)
            check_refused(stage, attempt, Reason.DEADLINE_PASSED)
    for verb in dict.fromkeys(each.verb for each in places):
        check_good(stage, verb)
    report("signatures expired", tried=max(scaled(EACH), len(places)), accepted=0)


def _signed_until(world: World, moment: int) -> Forge:
    def forge(signer: KeySigner, intent: Intent, _: bytes) -> bytes:
        return World.sign(world, signer, with_fields(intent, **{"deadline": moment}))

    return forge


def _presented(stage: Stage, coupon: int, version: int) -> Attempt:
    fields: dict[str, Any] = {"lot": 1, "merchant": BOOKSHOP, "holder": "Ann", "order": 1_000, "version": version}
    item = stage.world.redeem_item(coupon, **fields)
    return Attempt("redeem", ([stage.world.redeem_intent(BOOKSHOP, [item], by="bookshop")],))


def _transferred(stage: Stage, coupon: int, version: int) -> Attempt:
    return Attempt("transfer", (transfer_item(stage.world, coupon, lot=1, to=CID, holder="Ann", version=version),))


def _copied(stage: Stage, coupon: int, version: int) -> Attempt:
    return Attempt("copy", (copy_item(stage.world, coupon, lot=1, to=CID, holder="Ann", version=version),))


def _claimed(stage: Stage, coupon: int, version: int) -> Attempt:
    offer = offered(stage.world, coupon, holder="Ann", claim_key="link", version=version)
    return Attempt("claim", ([claimed(stage.world, offer, lot=1, claimant=BOB, claim_key="link")],))


VERSIONED: Final[dict[type, Callable[[Stage, int, int], Attempt]]] = {
    intents.Present: _presented,
    intents.Transfer: _transferred,
    intents.Copy: _copied,
    intents.Offer: _claimed,
}
CURRENT: Final = 2


def test_nothing_signed_for_a_coupons_past_is_taken_when_it_has_come_back(
    stage: Stage, scaled: Scaled, report: Report
) -> None:
    """Ann had the coupon at version 0 and has it again at 2: what she signed then is worth nothing now."""
    random, world = Random(2), stage.world
    for number in range(scaled(EACH)):
        kind = list(VERSIONED)[number % len(VERSIONED)]
        coupon, old = random.choice(stage.returned), random.choice((0, 0, 1, 3, 4_095))
        if random.random() < 0.5:
            check_refused(stage, VERSIONED[kind](stage, coupon, old), Reason.VERSION_STALE)
            continue
        # As it is sent it names the version at hand, which is not the one that was signed.
        with forging(world, only(Place("", kind), _of_version(world, old))):
            attempt = VERSIONED[kind](stage, coupon, CURRENT)
        check_refused(stage, attempt, Reason.SIGNATURE_INVALID)
    for coupon, make in zip(stage.returned, VERSIONED.values(), strict=False):
        assert not refused(world, make(stage, coupon, CURRENT).send(world))
    report("signatures of an old version", tried=scaled(EACH), accepted=0)


def _of_version(world: World, version: int) -> Forge:
    def forge(signer: KeySigner, intent: Intent, _: bytes) -> bytes:
        return World.sign(world, signer, with_fields(intent, **{"version": version}))

    return forge


def test_a_copied_link_is_of_no_use_to_who_copied_it(stage: Stage, scaled: Scaled, report: Report) -> None:
    """Dora has seen Bob's claim before it is on the chain, and is first: with his signatures, with hers, with both."""
    random, world = Random(3), stage.world
    for number in range(scaled(EACH)):
        copying, priced = random.random() < 0.5, random.random() < 0.5
        coupon = random.choice(stage.anns[160:180])
        fields: dict[str, Any] = {"copy": copying, "price": 40 if priced else 0, "nonce": 10**9 + number}
        offer = offered(world, coupon, holder="Ann", claim_key="link", **fields)
        accepting: dict[str, Any] = {"accepted_by": "Bob"} if priced else {}
        honest = claimed(world, offer, lot=1, claimant=BOB, claim_key="link", **accepting)
        check_refused(stage, Attempt("claim", ([_front_run(world, random, honest)],)), Reason.SIGNATURE_INVALID)
        if number % 50 == 0:
            coupon = stage.anns[180 + number // 50 % 20]
            offer = offered(world, coupon, holder="Ann", claim_key="link", **fields | {"copy": False})
            good = claimed(world, offer, lot=1, claimant=BOB, claim_key="link", **accepting)
            assert not refused(world, Attempt("claim", ([good],)).send(world))
    report("links copied", tried=scaled(EACH), accepted=0)


def _front_run(world: World, random: Random, honest: tuple[Any, ...]) -> tuple[Any, ...]:
    offer, lot, index, claimant, by_link, by_claimant = honest
    acceptance = claimed(world, offer, lot=lot, claimant=DORA, index=index, accepted_by="Dora")[5]
    own = claimed(world, offer, lot=lot, claimant=DORA, index=index, claim_key="Dora")[4]
    to_her = (*offer[:3], DORA, bytes(20), *offer[5:])
    of_her_key = (*offer[:4], key("Dora").address, *offer[5:])
    hers = claimed(world, of_her_key, lot=lot, claimant=DORA, index=index, claim_key="Dora", accepted_by="Dora")
    return random.choice(
        (
            (offer, lot, index, DORA, by_link, by_claimant),
            (offer, lot, index, DORA, by_link, acceptance),
            (offer, lot, index, DORA, own, acceptance),
            (offer, lot, index, DORA, b"", acceptance),
            (offer, lot, index, DORA, by_link + b"\0", acceptance),
            (to_her, lot, index, DORA, by_link, acceptance),
            hers,
            *([(offer, lot, 1 - index, claimant, by_link, by_claimant)] if offer[2] else []),
        )
    )


def test_the_key_of_nobody_signs_for_nobody(stage: Stage, scaled: Scaled, report: Report) -> None:
    """Parties that do not exist, or are suspended, have the wallet 0; signatures of zeros recover to it elsewhere."""
    random, world = Random(4), stage.world
    world.send("suspendConsumer", CID, True)
    for _ in range(scaled(EACH)):
        consumer = random.random() < 0.5
        nobody = random.choice((0, 99, 2**32 - 1, *((CID,) if consumer else ())))
        signature = random.choice((bytes(64), b"", bytes(65), random.randbytes(64)))
        until = world.deadline
        attempt = random.choice(
            (
                Attempt("withdraw", ([(consumer, nobody, 1, key("Dora").address, 1, until, signature)],)),
                Attempt("changeWallet", ([(consumer, nobody, key("Dora").address, 1, until, signature, signature)],)),
                Attempt("cancel", ([(nobody, 1, until, signature)],)),
                Attempt("issue", ([(nobody, 0, stage.plain, 1, 1, until, bytes((0, 0, 0, 1, 1)), signature)],)),
            )
        )
        check_refused(stage, attempt)
    report("signatures of nobody", tried=scaled(EACH), accepted=0)


PERMUTED: Final = [each for each in PLACES if not VERBS[each.verb].in_order]


def test_signatures_of_a_batch_fit_no_other_item_of_it(stage: Stage, scaled: Scaled, report: Report) -> None:
    """Every signature of one place goes to another item of the transaction."""
    random, world, count = Random(5), stage.world, 0
    while count < max(scaled(EACH), 2 * len(PERMUTED)):
        place = PERMUTED[count // 2 % len(PERMUTED)]
        items = random.sample(range(10), random.randrange(2, 6))
        honest = _honest(stage, place, items)
        assert len(set(honest)) == len(items)
        with forging(world, _each(place, (honest[1:] + honest[:1]).__getitem__)):
            attempt = VERBS[place.verb].attempt(stage, *items)
        check_refused(stage, attempt, Reason.SIGNATURE_INVALID)
        count += len(items)
    report("signatures permuted", tried=count, accepted=0)


def _honest(stage: Stage, place: Place, items: list[int]) -> list[bytes]:
    """The good signatures at a place, item by item."""
    found: list[bytes] = []

    def note(_: KeySigner, intent: Intent, honest: bytes) -> bytes:
        if type(intent) is place.kind:
            found.append(honest)
        return honest

    with forging(stage.world, note):
        VERBS[place.verb].attempt(stage, *items)
    return found[place.number :: len(found) // len(items)]


def _each(place: Place, made: Callable[[int], bytes]) -> Forge:
    """A forge that puts a signature at a place in each item."""
    seen = -1
    per_item = 1 + max(each.number for each in PLACES if (each.verb, each.kind) == (place.verb, place.kind))

    def forge(_: KeySigner, intent: Intent, honest: bytes) -> bytes:
        nonlocal seen
        if type(intent) is not place.kind:
            return honest
        seen += 1
        return made(seen // per_item) if seen % per_item == place.number else honest

    return forge


@pytest.mark.parametrize("verb", ["spend", "change a wallet"])
def test_the_two_who_sign_cannot_stand_in_for_each_other(stage: Stage, verb: str) -> None:
    *fields, first, second = VERBS[verb].build(stage, 0, stage.world.deadline)
    for signatures in ((second, first), (first, first), (second, second)):
        check_refused(stage, Attempt(VERBS[verb].function, ([(*fields, *signatures)],)), Reason.SIGNATURE_INVALID)
    check_good(stage, verb)


def test_items_in_another_order_than_the_merchant_signed_are_refused(stage: Stage) -> None:
    world = stage.world
    values: dict[str, Any] = {"lot": 1, "merchant": BOOKSHOP, "holder": HOLDERS[ANN], "order": 1_000}
    items = [world.redeem_item(stage.anns[index], **values) for index in range(3)]
    merchant, agent, until, records, signature = world.redeem_intent(BOOKSHOP, items, by="bookshop")
    turned = records[96:] + records[:96]
    check_refused(stage, Attempt("redeem", ([(merchant, agent, until, turned, signature)],)), Reason.SIGNATURE_INVALID)
    assert not refused(world, Attempt("redeem", ([(merchant, agent, until, records, signature)],)).send(world))
