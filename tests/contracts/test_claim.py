"""Claiming: an offer that its holder signed is taken up, by link or by whom it names, free or at a price."""

from collections.abc import Sequence
from typing import Any

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Copied, SharedItem, Transferred
from scripts.world import DAY, World
from scripts.world.sharing import cancelled, claimed, offered
from tests.contracts.parties import ANN, BOB, CID, HOLDERS, Held, held
from tests.contracts.reading import (
    Attempt,
    Preparation,
    check_refusal,
    check_revert,
    events,
    for_each,
    reasons,
    refused,
    sealed,
)
from tests.contracts.shared import (
    VERSION_LIMIT,
    Journey,
    copy_of,
    copyable,
    give,
    journey,
    put_journey,
    transferable,
)
from tests.contracts.sharing_cases import common_refusals

PRICE = 250


def offer(coupons: Held, **fields: Any) -> tuple[Any, ...]:
    """An offer of the first coupon by its holder: a link that is free, unless fields say otherwise."""
    values: dict[str, Any] = {"holder": HOLDERS[coupons.holder], "claim_key": "link", **fields}
    coupon = values.pop("coupon", coupons.coupons[0])
    return offered(coupons.world, coupon, **values)


def attempt(world: World, offer_: Sequence[Any], **fields: Any) -> Attempt:
    """Bob takes it up with the link's key."""
    values: dict[str, Any] = {"lot": 1, "claimant": BOB, "claim_key": "link", **fields}
    return Attempt("claim", ([claimed(world, offer_, **values)],))


def of(coupons: Held, *, lot: int = 1, to: int = BOB, index: int = 0, **fields: Any) -> Attempt:
    """Whoever is named by `to` takes up a link."""
    return attempt(coupons.world, offer(coupons, **fields), lot=lot, claimant=to, index=index)


def at_the_last_version(world: World) -> Attempt:
    coupons = transferable(world)
    give(world, coupons.coupons[0], BOB, holder=ANN)
    put_journey(world, coupons.coupons[0], Journey(holder=BOB, sharer=ANN, version=VERSION_LIMIT))
    return of(coupons, holder="Bob", to=CID, version=VERSION_LIMIT)


def ended(world: World) -> Attempt:
    coupons = transferable(world)
    made = offer(coupons, nonce=1_000)
    world.send("cancel", [cancelled(world, ANN, 1_000, by="Ann")])
    return attempt(world, made)


def too_dear(world: World) -> Attempt:
    world.fund([(True, BOB, PRICE - 1)])
    return attempt(world, offer(transferable(world), price=PRICE), accepted_by="Bob")


REFUSALS: dict[Reason, Preparation] = {
    **common_refusals(transferable, of),
    Reason.COPY_UNAVAILABLE: lambda world: of(transferable(world), index=1),
    Reason.SHARE_NOT_ALLOWED: lambda world: of(held(world)),
    Reason.VERSION_EXHAUSTED: at_the_last_version,
    Reason.NONCE_USED: ended,
    Reason.CASH_INSUFFICIENT: too_dear,
}


@for_each(REFUSALS)
def test_a_claim_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    refusal = check_refusal(world, REFUSALS[reason](world), Verb.CLAIM, reason)
    assert refusal.subject >> 64 in (1, 2), "the subject names the coupon: its batch"


def test_whoever_has_the_link_takes_the_coupon(world: World) -> None:
    """S1.21: by a link that holds its key; nobody but the claimant it names can use its signature."""
    coupons = transferable(world)
    receipt = of(coupons).send(world)
    assert events(world, receipt) == [Transferred(1, (SharedItem(coupons.coupons[0], 1, 0, ANN, BOB, 0),))]
    assert sealed(world, receipt).items == 1
    assert journey(world, coupons.coupons[0]) == Journey(holder=BOB, sharer=ANN)


def test_a_price_moves_from_the_claimant_to_the_holder_to_the_last_unit(world: World) -> None:
    """S1.25."""
    coupons = transferable(world)
    world.fund([(True, BOB, PRICE)])
    made = offer(coupons, price=PRICE)
    receipt = attempt(world, made, accepted_by="Bob").send(world)
    assert events(world, receipt) == [Transferred(1, (SharedItem(coupons.coupons[0], 1, 0, ANN, BOB, PRICE),))]
    assert (world.ask("consumer", ANN)[2], world.ask("consumer", BOB)[2]) == (PRICE, 0)


def test_the_highest_price_is_paid_as_any_other(world: World) -> None:
    coupons = copyable(world)
    most = 2**40 - 1
    world.fund([(True, BOB, most)])
    made = offer(coupons, price=most, copy=True)
    receipt = attempt(world, made, accepted_by="Bob").send(world)
    assert events(world, receipt) == [Copied(1, (SharedItem(coupons.coupons[0], 0, 0, ANN, BOB, most),))]
    assert (world.ask("consumer", ANN)[2], world.ask("consumer", BOB)[2]) == (most, 0)


def test_an_offer_to_somebody_is_accepted_by_that_consumer(world: World) -> None:
    """S1.23: offered; the one it names must agree, even where it is free."""
    coupons = transferable(world)
    made = offer(coupons, to=BOB, claim_key=None)
    for wrong in (None, "Cid", "Ann"):
        refusal = attempt(world, made, claim_key=None, accepted_by=wrong)
        check_refusal(world, refusal, Verb.CLAIM, Reason.SIGNATURE_INVALID)
    other = attempt(world, made, claim_key=None, claimant=CID, accepted_by="Cid")
    check_refusal(world, other, Verb.CLAIM, Reason.RECIPIENT_INVALID)
    assert not refused(world, attempt(world, made, claim_key=None, accepted_by="Bob").send(world))


def test_an_offer_names_its_party_or_a_key_and_not_both(world: World) -> None:
    coupons = transferable(world)
    both = offer(coupons, to=BOB)
    check_refusal(world, attempt(world, both, accepted_by="Bob"), Verb.CLAIM, Reason.RECIPIENT_INVALID)
    nobody = offer(coupons, claim_key=None)
    for fields in ({"claim_key": "link"}, {"claim_key": None}, {"claim_key": None, "accepted_by": "Bob"}):
        check_refusal(world, attempt(world, nobody, **fields), Verb.CLAIM, Reason.SIGNATURE_INVALID)


def test_a_copied_link_cannot_be_used_by_whoever_sees_the_claim(world: World) -> None:
    """The claim key signs who claims: another claimant with the same bytes gets nothing."""
    coupons = transferable(world)
    made = offer(coupons)
    offer_, lot, index, _, by_link, _ = claimed(world, made, lot=1, claimant=BOB, claim_key="link")
    stolen = Attempt("claim", ([(offer_, lot, index, CID, by_link, b"")],))
    check_refusal(world, stolen, Verb.CLAIM, Reason.SIGNATURE_INVALID)
    check_refusal(world, attempt(world, made, claim_key="guessed"), Verb.CLAIM, Reason.SIGNATURE_INVALID)
    short = Attempt("claim", ([(offer_, lot, index, BOB, by_link[:63], b"")],))
    check_refusal(world, short, Verb.CLAIM, Reason.SIGNATURE_INVALID)


def test_nobody_pays_without_having_agreed_to_the_price(world: World) -> None:
    """The link's key alone takes nobody's money, nor does a consent to another price, index or offer."""
    coupons = copyable(world)
    world.fund([(True, BOB, 10 * PRICE)])
    made = offer(coupons, price=PRICE, copy=True)
    for wrong in (None, "Cid", "Ann"):
        check_refusal(world, attempt(world, made, accepted_by=wrong), Verb.CLAIM, Reason.SIGNATURE_INVALID)
    other = claimed(
        world, offer(coupons, price=PRICE, copy=True), lot=1, claimant=BOB, claim_key="link", accepted_by="Bob"
    )
    good = claimed(world, made, lot=1, claimant=BOB, claim_key="link", accepted_by="Bob")
    mixed = Attempt("claim", ([(*good[:5], other[5])],))
    check_refusal(world, mixed, Verb.CLAIM, Reason.SIGNATURE_INVALID)
    second = claimed(world, made, lot=1, claimant=BOB, index=1, claim_key="link", accepted_by="Bob")
    of_index_0 = Attempt("claim", ([(*second[:5], good[5])],))
    check_refusal(world, of_index_0, Verb.CLAIM, Reason.SIGNATURE_INVALID)
    assert not refused(world, Attempt("claim", ([good],)).send(world))
    assert world.ask("consumer", BOB)[2] == 9 * PRICE


@pytest.mark.parametrize("field", range(8))
def test_every_field_of_an_offer_is_signed(world: World, field: int) -> None:
    """Coupon, version, copy, to, claim key, price, nonce, deadline: changed, the holder did not offer it."""
    coupons = copyable(world, count=2)
    world.fund([(True, BOB, 10_000)])
    made = list(offer(coupons, price=PRICE, version=0))
    made[field] = {
        0: coupons.coupons[1],
        1: made[1],
        2: not made[2],
        3: BOB,
        4: made[4],
        5: made[5] - 1,
        6: made[6] + 1_000,
        7: made[7] + 1,
    }[field]
    if field == 1:
        give(world, coupons.coupons[0], CID, holder=ANN)
        give(world, coupons.coupons[0], ANN, holder=CID, version=1)
        made[1] = 2
    if field == 3:
        made[4] = bytes(20)
    if field == 4:
        made[4] = bytes(19) + b"\1"
    changed = attempt(world, made, accepted_by="Bob", claim_key=None if field == 3 else "link")
    check_refusal(world, changed, Verb.CLAIM, Reason.SIGNATURE_INVALID)


def test_one_link_gives_as_many_copies_as_the_terms_allow(world: World) -> None:
    """S1.20: each index once, whoever comes."""
    coupons = copyable(world)
    made = offer(coupons, copy=True)
    root = coupons.coupons[0]
    takers = [
        claimed(world, made, lot=1, claimant=who, index=index, claim_key="link") for who, index in ((BOB, 0), (CID, 1))
    ]
    receipt = world.send("claim", takers, sender="relayer")
    assert events(world, receipt) == [
        Copied(1, (SharedItem(root, 0, 0, ANN, BOB, 0), SharedItem(root, 0, 1, ANN, CID, 0)))
    ]
    assert journey(world, copy_of(root, 1)) == Journey(holder=CID, sharer=ANN)
    for index in (0, 1, 2):
        late = attempt(world, made, claimant=CID, index=index)
        check_refusal(world, late, Verb.CLAIM, Reason.COPY_UNAVAILABLE)


def test_of_two_who_claim_one_coupon_the_first_has_it(world: World) -> None:
    coupons = transferable(world)
    made = offer(coupons)
    both = [claimed(world, made, lot=1, claimant=who, claim_key="link") for who in (CID, BOB)]
    receipt = world.send("claim", both, sender="relayer")
    assert [(each.item, each.party, each.reason) for each in refused(world, receipt)] == [
        (1, BOB, Reason.VERSION_STALE)
    ]
    found = journey(world, coupons.coupons[0])
    assert found is not None
    assert found.holder == CID


def test_transfers_and_copies_at_prices_in_one_transaction(world: World) -> None:
    """Each price is taken from the cash there is then; money that came in before may be spent."""
    coupons = copyable(world)
    root = coupons.coupons[0]
    world.fund([(True, BOB, PRICE)])
    copies = offer(coupons, copy=True, price=PRICE)
    moves = offer(coupons, coupon=copy_of(root), holder="Bob", version=1, price=PRICE)
    claims = [
        claimed(world, copies, lot=1, claimant=BOB, claim_key="link", accepted_by="Bob"),
        claimed(world, copies, lot=1, claimant=CID, index=1, claim_key="link", accepted_by="Cid"),
        claimed(world, moves, lot=1, claimant=ANN, claim_key="link", accepted_by="Ann"),
    ]
    receipt = world.send("claim", claims, sender="relayer")
    assert events(world, receipt)[:2] == [
        Copied(1, (SharedItem(root, 0, 0, ANN, BOB, PRICE),)),
        Transferred(1, (SharedItem(copy_of(root), 2, 0, BOB, ANN, PRICE),)),
    ]
    assert reasons(world, receipt) == [Reason.CASH_INSUFFICIENT]
    assert [world.ask("consumer", each)[2] for each in (ANN, BOB, CID)] == [0, PRICE, 0]
    assert sealed(world, receipt).items == 3


def test_a_suspended_claimant_pays_nothing_and_accepts_nothing(world: World) -> None:
    coupons = transferable(world, count=2)
    world.fund([(True, BOB, PRICE)])
    world.send("suspendConsumer", BOB, True)
    at_price = attempt(world, offer(coupons, price=PRICE), accepted_by="Bob")
    check_refusal(world, at_price, Verb.CLAIM, Reason.CONSUMER_SUSPENDED)
    named = attempt(world, offer(coupons, to=BOB, claim_key=None), claim_key=None, accepted_by="Bob")
    check_refusal(world, named, Verb.CLAIM, Reason.CONSUMER_SUSPENDED)
    assert not refused(world, of(coupons).send(world)), "what is free comes to it as an issue does"


def test_a_bearers_coupon_is_not_offered(world: World) -> None:
    """It has no holder whose offer could be cancelled, nor cash to be paid to."""
    coupons = transferable(world)
    give(world, coupons.coupons[0], BOB, holder=ANN)
    put_journey(world, coupons.coupons[0], Journey(holder=0))
    check_refusal(world, of(coupons, version=1), Verb.CLAIM, Reason.SHARE_NOT_ALLOWED)


def test_the_offers_deadline_itself_is_still_in_time(world: World) -> None:
    assert not refused(world, of(transferable(world), deadline=world.clock.now()).send(world))


def test_a_transfers_offer_names_index_zero(world: World) -> None:
    for index in (1, 255):
        check_refusal(world, of(copyable(world), index=index), Verb.CLAIM, Reason.COPY_UNAVAILABLE)


def test_a_refusal_names_claimant_coupon_version_and_index(world: World) -> None:
    coupons = copyable(world)
    refusal = check_refusal(world, of(coupons, copy=True, index=2), Verb.CLAIM, Reason.COPY_UNAVAILABLE)
    assert (refusal.party, refusal.subject) == (BOB, coupons.coupons[0] << 24 | 2)


def test_a_pause_stops_it(world: World) -> None:
    attempted = of(transferable(world))
    world.send("pause", sender="pauser")
    check_revert(world, attempted, "LedgerPaused", until=world.clock.now() + 7 * DAY)
