"""Registering consumers: signed by each wallet and by the merchant whose code registered it."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from ledger.chain.packing import recruit_record
from ledger.domain.errors import Reason, Verb
from ledger.domain.events import ConsumersRegistered, RefusedItem
from scripts.world import DAY, OPERATOR, World, key
from tests.contracts.books import HEAD, put_word, word
from tests.contracts.parties import ANN, BAKERY, BANK, BOOKSHOP, CONSUMERS, MERCHANTS, held
from tests.contracts.reading import (
    Attempt,
    Preparation,
    check_refusal,
    events,
    for_each,
    number,
    reasons,
    refused,
    sealed,
    text,
)

NEXT = 4
LAST = 2**32 - 9
REFUSED_AT_THE_END = {Reason.PARTIES_EXHAUSTED}
"""What only a ledger with 4.29 billion consumers refuses."""


def attempt(*groups: tuple[Any, ...]) -> Attempt:
    return Attempt("registerConsumers", (list(groups),))


def group(world: World, names: Iterable[str] = ("Dora",), **fields: Any) -> tuple[Any, ...]:
    """A signed group of the bakery's."""
    records = [world.recruit_record(name, recruiter=BAKERY) for name in names]
    return world.recruit_intent(BAKERY, records, **{"by": "bakery", **fields})


def of_records(world: World, *records: bytes, by: str = "bakery", merchant: int = BAKERY) -> Attempt:
    return attempt(world.recruit_intent(merchant, records, by=by))


def malformed(world: World) -> Attempt:
    return of_records(world, world.recruit_record("Dora", recruiter=BAKERY)[:-1])


def nonce_used(world: World) -> Attempt:
    attempt(group(world, ["Eve"], nonce=1_077)).send(world)
    return attempt(group(world, nonce=1_077))


def suspended(world: World) -> Attempt:
    world.send("suspendMerchant", BAKERY, True)
    return attempt(group(world))


def by_agent(world: World, *, until: int | None = None, allowance: int = 1, kind: int = 4) -> Attempt:
    """One consumer recruited by the bakery's agent 1."""
    appointment = world.appointment(BAKERY, 1, "till", by="bakery", until=until, allowance=allowance, kind=kind)
    world.send("appoint", [appointment])
    return attempt(group(world, by="till", agent=1))


def dismissed(world: World) -> Attempt:
    prepared = by_agent(world, until=world.clock.now() + 10)
    world.pass_time(11)
    return prepared


def without_wallet(world: World) -> Attempt:
    return of_records(world, recruit_record(bytes(20), world.deadline, bytes(64)))


def by_another_recruiter(world: World) -> Attempt:
    """Dora consented to the bookshop."""
    return of_records(world, world.recruit_record("Dora", recruiter=BOOKSHOP))


REFUSALS: dict[Reason, Preparation] = {
    Reason.ITEMS_MALFORMED: malformed,
    Reason.NONCE_USED: nonce_used,
    Reason.MERCHANT_UNKNOWN: lambda world: of_records(world, world.recruit_record("Dora", recruiter=99), merchant=99),
    Reason.MERCHANT_SUSPENDED: suspended,
    Reason.KIND_INVALID: lambda world: of_records(
        world, world.recruit_record("Dora", recruiter=BANK), merchant=BANK, by="bank"
    ),
    Reason.DEADLINE_PASSED: lambda world: attempt(group(world, deadline=world.clock.now() - 1)),
    Reason.AGENT_NOT_IN_FORCE: dismissed,
    Reason.AGENT_KIND_MISMATCH: lambda world: by_agent(world, kind=3),
    Reason.ALLOWANCE_EXCEEDED: lambda world: by_agent(world, allowance=0),
    Reason.SIGNATURE_INVALID: by_another_recruiter,
    Reason.WALLET_INVALID: without_wallet,
    Reason.WALLET_TAKEN: lambda world: attempt(group(world, [CONSUMERS[ANN]])),
}


@for_each(REFUSALS)
def test_a_registration_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    check_refusal(world, REFUSALS[reason](world), Verb.REGISTER_CONSUMER, reason)


def test_consumers_get_the_next_ids_and_carry_their_recruiter_for_good(world: World) -> None:
    """Consumers register (S2.23), each recruited by the one merchant whose code it carries (S3.3-3.5)."""
    receipt = attempt(group(world, ["Dora", "Eve"], nonce=1_009)).send(world)
    wallets = (key("Dora").address, key("Eve").address)
    assert events(world, receipt) == [ConsumersRegistered(BAKERY, 0, NEXT, 1_009, wallets)]
    assert world.ask("consumer", NEXT + 1) == (text("Eve"), BAKERY, 0, f"0x{'0' * 40}", 0)
    assert world.ask("partyOf", key("Dora").address) == (True, NEXT)


def test_the_recruiter_must_sign_too(world: World) -> None:
    item = check_refusal(world, attempt(group(world, by="bookshop")), Verb.REGISTER_CONSUMER, Reason.SIGNATURE_INVALID)
    assert (item.party, item.subject) == (BAKERY, number("Dora"))


def test_the_operator_recruits_as_merchant_one(world: World) -> None:
    record = world.recruit_record("Dora", recruiter=OPERATOR)
    of_records(world, record, merchant=OPERATOR, by="operator wallet").send(world)
    assert world.ask("consumer", NEXT)[1] == OPERATOR


def test_both_deadlines_are_still_in_time_at_their_second_and_late_after_it(world: World) -> None:
    now = world.clock.now()
    on_time = world.recruit_record("Dora", recruiter=BAKERY, deadline=now)
    late = world.recruit_record("Eve", recruiter=BAKERY, deadline=now - 1)
    receipt = attempt(world.recruit_intent(BAKERY, [on_time, late], by="bakery", deadline=now)).send(world)
    assert reasons(world, receipt) == [Reason.DEADLINE_PASSED]
    assert world.ask("partyOf", key("Dora").address) == (True, NEXT)


def test_an_agent_recruits_up_to_its_allowance_and_until_its_last_second(world: World) -> None:
    end = world.clock.now() + DAY
    world.send("appoint", [world.appointment(BAKERY, 1, "till", by="bakery", until=end, allowance=2, kind=4)])
    world.clock.set(end)
    receipt = attempt(group(world, ["Dora", "Eve"], by="till", agent=1)).send(world)
    assert not refused(world, receipt)
    check_refusal(
        world,
        attempt(group(world, ["Finn"], by="till", agent=1)),
        Verb.REGISTER_CONSUMER,
        Reason.ALLOWANCE_EXCEEDED,
    )


def test_what_is_refused_does_not_use_up_an_agents_allowance(world: World) -> None:
    world.send("appoint", [world.appointment(BAKERY, 1, "till", by="bakery", allowance=2, kind=4)])
    attempt(group(world, [CONSUMERS[ANN], "Dora"], by="till", agent=1)).send(world)
    receipt = attempt(group(world, ["Eve"], by="till", agent=1)).send(world)
    assert not refused(world, receipt)


def test_a_refused_group_leaves_its_nonce_unused(world: World) -> None:
    attempt(group(world, [CONSUMERS[ANN]], nonce=1_005)).send(world)
    receipt = attempt(group(world, ["Dora"], nonce=1_005)).send(world)
    assert not refused(world, receipt)


def test_refused_neighbours_in_and_beside_a_group_leave_good_registrations_done(world: World) -> None:
    unsigned = world.recruit_intent(BOOKSHOP, [world.recruit_record("Finn", recruiter=BOOKSHOP)], by="bakery")
    mixed = group(world, ["Dora", CONSUMERS[ANN], "Dora", "Eve"], nonce=1_003)
    receipt = attempt(unsigned, mixed).send(world)
    verb = Verb.REGISTER_CONSUMER
    assert events(world, receipt)[0] == ConsumersRegistered(
        BAKERY, 0, NEXT, 1_003, (key("Dora").address, key("Eve").address)
    )
    assert refused(world, receipt) == [
        RefusedItem(verb, Reason.SIGNATURE_INVALID, 0, 0, BOOKSHOP, number("Finn")),
        RefusedItem(verb, Reason.WALLET_TAKEN, 1, 1, BAKERY, number(CONSUMERS[ANN])),
        RefusedItem(verb, Reason.WALLET_TAKEN, 1, 2, BAKERY, number("Dora")),
    ]
    assert sealed(world, receipt).items == 5


def test_a_malformed_group_is_counted_with_its_last_piece_and_refused_whole(world: World) -> None:
    whole = world.recruit_record("Dora", recruiter=BAKERY)
    receipt = of_records(world, whole, whole[:50]).send(world)
    assert reasons(world, receipt) == [Reason.ITEMS_MALFORMED] * 2
    assert sealed(world, receipt).items == 2


def test_an_empty_group_is_no_item_and_uses_no_nonce(world: World) -> None:
    receipt = attempt(group(world, [], nonce=1_008)).send(world)
    assert sealed(world, receipt).items == 0
    assert not refused(world, attempt(group(world, ["Dora"], nonce=1_008)).send(world))


@pytest.fixture
def nearly_full(world: World) -> Iterator[World]:
    """A world whose next consumer gets the last number there is."""
    _put_consumers(world, LAST - 1)
    yield world
    # What is left of it can be counted.
    _put_consumers(world, NEXT - 1)


def _put_consumers(world: World, count: int) -> None:
    put_word(world, HEAD, word(world, HEAD) & ~((2**32 - 1) << 176) | count << 176)


def test_the_last_number_of_a_party_is_given_and_none_behind_it(nearly_full: World) -> None:
    """Lanes keep the numbers behind it for coupons that nobody holds."""
    world = nearly_full
    receipt = attempt(group(world, ["Dora", "Eve"]), group(world, ["Finn"])).send(world)
    assert events(world, receipt)[0].first == LAST  # type: ignore[union-attr]
    assert [(item.reason, item.group, item.item) for item in refused(world, receipt)] == [
        (Reason.PARTIES_EXHAUSTED, 0, 1),
        (Reason.PARTIES_EXHAUSTED, 1, 0),
    ]
    check_refusal(world, attempt(group(world, ["Eve"])), Verb.REGISTER_CONSUMER, Reason.PARTIES_EXHAUSTED)


def test_who_has_the_last_number_holds_and_uses_coupons_like_anybody(nearly_full: World) -> None:
    world = nearly_full
    attempt(group(world)).send(world)
    coupons = held(world, holder=LAST)
    item = world.redeem_item(coupons.coupons[0], lot=1, merchant=BAKERY, holder="Dora", order=1_000)
    assert not refused(world, world.redeem(BAKERY, [item], by="bakery"))
    part = world.ask("consumer", LAST)[2]
    world.send("withdraw", [world.withdrawal(LAST, part, by="Dora", consumer=True)])
    assert (world.ask("consumer", LAST)[2], part > 0) == (0, True)


def test_registrations_of_several_recruiters_share_a_transaction(world: World) -> None:
    of_bookshop = world.recruit_intent(
        BOOKSHOP, [world.recruit_record("Eve", recruiter=BOOKSHOP)], by=MERCHANTS[BOOKSHOP]
    )
    attempt(group(world, ["Dora"]), of_bookshop).send(world)
    assert [world.ask("consumer", NEXT + index)[1] for index in range(2)] == [BAKERY, BOOKSHOP]
