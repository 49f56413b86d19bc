"""Changing a wallet: signed by the old one and by the new; from then on the old one's word is worth nothing."""

from typing import Any

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import RefusedItem, WalletChanged
from scripts.world import DAY, OPERATOR, World, key
from scripts.world.accounts import wallet_change
from tests.contracts.books import NONCES, PARTY_OF, place, word
from tests.contracts.parties import ANN, BAKERY, BANK, BOOKSHOP, CID, held
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

CONSUMER_BIT = 1 << 64
CONSUMER_PARTY = 1 << 32


def attempt(*intents: tuple[Any, ...]) -> Attempt:
    return Attempt("changeWallet", (list(intents),))


def of_ann(world: World, name: str = "new phone", **fields: Any) -> tuple[Any, ...]:
    return wallet_change(world, ANN, name, **{"by": "Ann", "consumer": True, **fields})


def of_bakery(world: World, name: str = "new safe", **fields: Any) -> tuple[Any, ...]:
    return wallet_change(world, fields.pop("party", BAKERY), name, **{"by": "bakery", **fields})


def consumer_suspended(world: World) -> Attempt:
    world.send("suspendConsumer", ANN, True)
    return attempt(of_ann(world))


def merchant_suspended(world: World) -> Attempt:
    world.send("suspendMerchant", BAKERY, True)
    return attempt(of_bakery(world))


def to_nobody(world: World) -> Attempt:
    consumer, party, _, *rest = of_ann(world)
    return attempt((consumer, party, bytes(20), *rest))


def nonce_used(world: World) -> Attempt:
    attempt(of_ann(world, nonce=1_000)).send(world)
    return attempt(of_ann(world, "newer phone", by="new phone", nonce=1_000))


REFUSALS: dict[Reason, Preparation] = {
    Reason.CONSUMER_UNKNOWN: lambda world: attempt(wallet_change(world, CID + 1, "x", by="Ann", consumer=True)),
    Reason.MERCHANT_UNKNOWN: lambda world: attempt(of_bakery(world, party=BANK + 1)),
    Reason.CONSUMER_SUSPENDED: consumer_suspended,
    Reason.MERCHANT_SUSPENDED: merchant_suspended,
    Reason.DEADLINE_PASSED: lambda world: attempt(of_ann(world, deadline=world.clock.now() - 1)),
    Reason.WALLET_INVALID: to_nobody,
    Reason.WALLET_TAKEN: lambda world: attempt(of_ann(world, "Bob")),
    Reason.NONCE_USED: nonce_used,
    Reason.SIGNATURE_INVALID: lambda world: attempt(of_ann(world, by="Bob")),
}


@for_each(REFUSALS)
def test_a_change_that_does_not_fit_is_refused_and_changes_nothing(world: World, reason: Reason) -> None:
    check_refusal(world, REFUSALS[reason](world), Verb.CHANGE_WALLET, reason)


def test_a_consumer_moves_to_a_new_wallet_with_all_it_has(world: World) -> None:
    world.fund([(True, ANN, 30)])
    coupons = held(world)
    receipt = attempt(of_ann(world, nonce=1_001)).send(world)
    assert events(world, receipt) == [WalletChanged(True, ANN, key("new phone").address, 1_001)]
    assert sealed(world, receipt).items == 1
    assert world.ask("consumer", ANN)[:3] == (text("new phone"), BAKERY, 30)
    assert word(world, place(PARTY_OF, number("Ann"))) == 0
    assert word(world, place(PARTY_OF, number("new phone"))) == CONSUMER_PARTY | ANN
    assert word(world, place(NONCES, CONSUMER_PARTY | ANN, 1_001 >> 8)) >> (1_001 & 255) & 1
    assert reasons(world, world.redeem(BOOKSHOP, [coupons.item()], by="bookshop")) == [Reason.SIGNATURE_INVALID]
    assert not refused(world, world.redeem(BOOKSHOP, [coupons.item(holder="new phone")], by="bookshop"))


def test_a_merchant_the_bank_and_the_operator_move_too(world: World) -> None:
    changes = [
        of_bakery(world),
        of_bakery(world, "new vault", party=BANK, by="bank"),
        of_bakery(world, "new office", party=OPERATOR, by="operator wallet"),
    ]
    assert not refused(world, attempt(*changes).send(world))
    for merchant, name in ((BAKERY, "new safe"), (BANK, "new vault"), (OPERATOR, "new office")):
        assert world.ask("merchant", merchant)[0] == text(name)
        assert world.ask("partyOf", key(name).address) == (False, merchant)
    receipt = world.send("withdraw", [world.withdrawal(BAKERY, 5, by="bakery")])
    assert reasons(world, receipt) == [Reason.SIGNATURE_INVALID]
    assert not refused(world, world.send("withdraw", [world.withdrawal(BAKERY, 5, by="new safe")]))


def test_a_wallet_that_was_left_is_free_for_another_party(world: World) -> None:
    attempt(of_ann(world)).send(world)
    assert not refused(world, world.register_consumers(["Ann"], recruiter=BOOKSHOP, by="bookshop"))
    assert world.ask("partyOf", key("Ann").address) == (True, CID + 1)


def test_the_new_wallet_must_sign_too(world: World) -> None:
    """Nobody is made a party by another's word."""
    consumer, party, wallet, nonce, deadline, old, _ = of_ann(world, nonce=1_002)
    forged = (consumer, party, wallet, nonce, deadline, old, old)
    item = check_refusal(world, attempt(forged), Verb.CHANGE_WALLET, Reason.SIGNATURE_INVALID)
    assert (item.party, item.subject) == (ANN, CONSUMER_BIT | 1_002)


def test_an_agent_cannot_move_its_merchant(world: World) -> None:
    world.send("appoint", [world.appointment(BAKERY, 1, "till", by="bakery", kind=15)])
    check_refusal(world, attempt(of_bakery(world, by="till")), Verb.CHANGE_WALLET, Reason.SIGNATURE_INVALID)


def test_agents_of_a_merchant_that_moved_stay_in_force(world: World) -> None:
    world.send("appoint", [world.appointment(BAKERY, 1, "till", by="bakery", kind=4)])
    attempt(of_bakery(world)).send(world)
    record = world.recruit_record("Dora", recruiter=BAKERY)
    receipt = world.send("registerConsumers", [world.recruit_intent(BAKERY, [record], by="till", agent=1)])
    assert not refused(world, receipt)


def test_the_deadline_itself_is_still_in_time(world: World) -> None:
    assert not refused(world, attempt(of_ann(world, deadline=world.clock.now())).send(world))


def test_one_may_move_on_and_back_within_a_transaction(world: World) -> None:
    there, back = of_ann(world), of_ann(world, "Ann", by="new phone")
    assert not refused(world, attempt(there, back).send(world))
    assert world.ask("consumer", ANN)[0] == text("Ann")


def test_refused_neighbours_leave_good_changes_done(world: World) -> None:
    good = of_ann(world, nonce=1_003)
    taken = of_bakery(world, "Bob", nonce=1_004)
    receipt = attempt(taken, good, good).send(world)
    assert refused(world, receipt) == [
        RefusedItem(Verb.CHANGE_WALLET, Reason.WALLET_TAKEN, 0, 0, BAKERY, 1_004),
        RefusedItem(Verb.CHANGE_WALLET, Reason.WALLET_TAKEN, 0, 2, ANN, CONSUMER_BIT | 1_003),
    ]
    assert sealed(world, receipt).items == 3


def test_a_pause_does_not_hold_anybody_to_a_stolen_key(world: World) -> None:
    world.send("pause", sender="pauser")
    world.pass_time(DAY)
    assert not refused(world, attempt(of_ann(world)).send(world))
