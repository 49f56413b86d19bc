"""Depositing: tokens come in for parties."""

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Deposited, RefusedItem
from scripts.world import OPERATOR, Reverted, World, key
from tests.contracts.books import money, tokens
from tests.contracts.parties import ANN, BAKERY, BANK, CID, FUNDS
from tests.contracts.reading import (
    Attempt,
    Preparation,
    check_refusal,
    check_revert,
    events,
    for_each,
    refused,
    sealed,
)

LIMIT = 2**63 - 1
CONSUMER_BIT = 1 << 64


def attempt(*deposits: tuple[bool, int, int]) -> Attempt:
    return Attempt("deposit", (list(deposits),), sender="treasurer")


REFUSALS: dict[Reason, Preparation] = {
    Reason.AMOUNT_ZERO: lambda _: attempt((False, BAKERY, 0)),
    Reason.CONSUMER_UNKNOWN: lambda _: attempt((True, CID + 1, 5)),
    Reason.MERCHANT_UNKNOWN: lambda _: attempt((False, BANK + 1, 5)),
}


@for_each(REFUSALS)
def test_a_deposit_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    check_refusal(world, REFUSALS[reason](world), Verb.DEPOSIT, reason)


def test_party_zero_is_nobody(world: World) -> None:
    check_refusal(world, attempt((True, 0, 5)), Verb.DEPOSIT, Reason.CONSUMER_UNKNOWN)
    check_refusal(world, attempt((False, 0, 5)), Verb.DEPOSIT, Reason.MERCHANT_UNKNOWN)


def test_every_kind_of_party_is_credited_and_the_sum_is_taken_once(world: World) -> None:
    world.book(1_111)
    parties = [(False, OPERATOR, 1_000), (False, BAKERY, 100), (False, BANK, 10), (True, ANN, 1)]
    receipt = attempt(*parties).send(world)
    sender = key("treasurer").address
    assert events(world, receipt) == [Deposited(*each, sender) for each in parties]
    assert sealed(world, receipt).items == 4
    assert [world.ask("merchant", each)[1] for each in (OPERATOR, BAKERY, BANK)] == [FUNDS + 1_000, FUNDS + 100, 10]
    assert world.ask("consumer", ANN)[2] == 1
    assert len([log for log in receipt.logs if log.address == world.token.address]) == 1
    assert tokens(world, sender) == 0


def test_refused_neighbours_leave_good_deposits_done_and_only_those_are_paid(world: World) -> None:
    world.book(9)
    receipt = attempt((True, 99, 4), (False, BAKERY, 2), (False, BAKERY, 0), (True, ANN, 7)).send(world)
    sender = key("treasurer").address
    assert events(world, receipt)[:2] == [Deposited(False, BAKERY, 2, sender), Deposited(True, ANN, 7, sender)]
    assert refused(world, receipt) == [
        RefusedItem(Verb.DEPOSIT, Reason.CONSUMER_UNKNOWN, 0, 0, 99, CONSUMER_BIT | 4),
        RefusedItem(Verb.DEPOSIT, Reason.AMOUNT_ZERO, 0, 2, BAKERY, 0),
    ]
    assert sealed(world, receipt).items == 4
    assert tokens(world, sender) == 0


def test_anybody_may_deposit_for_anybody_out_of_approved_tokens(world: World) -> None:
    world.send("mint", key("stranger").address, 5, sender="treasurer", to=world.token)
    world.send("approve", world.ledger.address, 5, sender="stranger", to=world.token)
    receipt = world.send("deposit", [(True, ANN, 5)], sender="stranger")
    assert events(world, receipt) == [Deposited(True, ANN, 5, key("stranger").address)]


def test_without_tokens_or_without_approval_nothing_is_credited(world: World) -> None:
    before = money(world)
    with pytest.raises(Reverted, match="Unknown"):  # the token's own error
        attempt((False, BAKERY, 1)).send(world)
    world.send("mint", key("stranger").address, 5, sender="treasurer", to=world.token)
    with pytest.raises(Reverted, match="Unknown"):
        world.send("deposit", [(True, ANN, 5)], sender="stranger")
    assert money(world) == before


def test_the_ledger_takes_up_to_two_to_the_63_minus_one_and_not_a_unit_more(world: World) -> None:
    room = LIMIT - tokens(world)
    world.book(room + 1)
    over = attempt((False, BANK, room), (True, ANN, 1))
    check_revert(world, over, "TokenTotalTooLarge", total=LIMIT + 1, limit=LIMIT)
    receipt = attempt((False, BANK, room)).send(world)
    assert not refused(world, receipt)
    assert world.ask("merchant", BANK)[1] == room
    check_revert(world, attempt((True, ANN, 1)), "TokenTotalTooLarge", total=LIMIT + 1, limit=LIMIT)


def test_one_partys_cash_cannot_wrap_around(world: World) -> None:
    world.book(LIMIT)
    with pytest.raises(Reverted):
        attempt((False, BAKERY, LIMIT)).send(world)


def test_deposits_go_on_during_a_pause(world: World) -> None:
    world.send("pause", sender="pauser")
    assert not refused(world, world.fund([(True, ANN, 5)]))


def test_no_deposit_is_sealed_and_asks_the_token_nothing(world: World) -> None:
    receipt = attempt().send(world)
    assert events(world, receipt) == []
    assert len(receipt.logs) == 1
