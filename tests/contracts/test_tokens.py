"""Settlement tokens that misbehave: refused, reverted, or harmless; nobody's money pays for it."""

from typing import Any

from eth_hash.auto import keccak

from ledger.domain.errors import Reason, Verb
from ledger.domain.events import WithdrawalRequested, Withdrawn
from scripts.world import OPERATOR, World, key, some_terms, terms_tuple
from tests.contracts.books import money, tokens
from tests.contracts.parties import ANN, BAKERY, BANK, BOB, BOOKSHOP, FUNDS, opened_world
from tests.contracts.reading import Attempt, check_refusal, check_revert, events, reasons, refused
from tests.contracts.test_roles import functions

PAYEE, OTHER = key("a bank account").address, key("another account").address
GUARDED = keccak(b"ReentrancyGuardReentrantCall()")[:4]
REFUSED_HERE = {Verb.WITHDRAW: {Reason.PAYEE_REFUSED}, Verb.PAY_OUT: {Reason.PAYEE_REFUSED}}
"""Refusals that only a token can cause."""


def deposit(*deposits: tuple[bool, int, int]) -> Attempt:
    return Attempt("deposit", (list(deposits),), sender="treasurer")


def withdraw(*withdrawals: tuple[Any, ...]) -> Attempt:
    return Attempt("withdraw", (list(withdrawals),))


def of_bank(world: World, amount: int = 10, to: bytes = PAYEE) -> tuple[Any, ...]:
    """A withdrawal that is paid at once."""
    return world.withdrawal(BANK, amount, by="bank", to=to)


def world_with(token: str) -> World:
    world = opened_world(token=token)
    world.fund([(False, BANK, 1_000), (True, ANN, 500)])
    return world


def switch(world: World, function: str, *arguments: Any) -> None:
    world.send(function, *arguments, to=world.token)


def platform(amount: int) -> Attempt:
    return Attempt("withdrawPlatform", (amount, PAYEE), sender="treasurer")


def check_balanced(world: World) -> None:
    assert money(world).total == tokens(world)


def test_a_token_that_keeps_a_fee_cannot_be_deposited() -> None:
    world = opened_world(funds=0, token="FeeToken")
    world.book(1_000)
    check_revert(world, deposit((True, ANN, 1_000)), "TokenAmountMismatch", received=990, expected=1_000)
    check_balanced(world)


def test_a_token_that_takes_a_toll_from_the_ledger_is_not_paid_out() -> None:
    """The toll would be others' money: the transaction reverts, whoever withdraws."""
    world = world_with("TollToken")
    switch(world, "setToll", 3)
    check_revert(world, withdraw(of_bank(world)), "TokenAmountMismatch", received=13, expected=10)
    check_revert(world, platform(10), "TokenAmountMismatch", received=13, expected=10)
    switch(world, "setToll", 0)
    assert not refused(world, withdraw(of_bank(world)).send(world))
    check_balanced(world)


def test_a_token_that_says_yes_and_moves_nothing_moves_nothing_here() -> None:
    world = world_with("LyingToken")
    switch(world, "setOff", True)
    check_revert(world, deposit((True, ANN, 5)), "TokenAmountMismatch", received=0, expected=5)
    check_revert(world, withdraw(of_bank(world)), "TokenAmountMismatch", received=0, expected=10)
    check_balanced(world)


def test_a_token_that_answers_false_is_a_refusal_of_the_payee_and_an_error_to_the_payer() -> None:
    world = world_with("FalseToken")
    switch(world, "setOff", True)
    address = f"0x{world.token.address.hex()}"
    check_revert(world, deposit((True, ANN, 5)), "SafeERC20FailedOperation", token=address)
    check_revert(world, platform(10), "SafeERC20FailedOperation", token=address)
    check_refusal(world, withdraw(of_bank(world)), Verb.WITHDRAW, Reason.PAYEE_REFUSED)
    check_balanced(world)


def test_a_token_that_answers_nothing_works() -> None:
    world = world_with("SilentToken")
    receipt = withdraw(of_bank(world), world.withdrawal(ANN, 500, by="Ann", consumer=True)).send(world)
    assert not refused(world, receipt)
    assert tokens(world, PAYEE) == 10
    check_balanced(world)


def test_a_payee_the_token_blocks_is_refused_while_others_are_paid() -> None:
    world = world_with("BlocklistToken")
    switch(world, "setBlocked", PAYEE, True)
    receipt = withdraw(of_bank(world, 10), of_bank(world, 20, OTHER), of_bank(world, 30)).send(world)
    assert reasons(world, receipt) == [Reason.PAYEE_REFUSED] * 2
    assert [item.item for item in refused(world, receipt)] == [0, 2]
    assert (tokens(world, OTHER), world.ask("merchant", BANK)[1]) == (20, 980)
    check_refusal(world, withdraw(of_bank(world)), Verb.WITHDRAW, Reason.PAYEE_REFUSED)
    check_balanced(world)


def test_a_refused_payee_leaves_the_intent_good_for_a_better_day() -> None:
    world = world_with("BlocklistToken")
    switch(world, "setBlocked", PAYEE, True)
    intent = withdraw(of_bank(world))
    intent.send(world)
    switch(world, "setBlocked", PAYEE, False)
    assert not refused(world, intent.send(world))


def test_a_merchants_request_to_a_blocked_account_stays_and_gives_way_to_its_next() -> None:
    """A merchant is never held to an account that cannot be paid."""
    world = world_with("BlocklistToken")
    switch(world, "setBlocked", PAYEE, True)
    withdraw(world.withdrawal(BAKERY, 40, by="bakery", to=PAYEE)).send(world)
    withdraw(world.withdrawal(BOOKSHOP, 50, by="bookshop", to=OTHER)).send(world)
    check_refusal(world, Attempt("payOut", ([BAKERY],)), Verb.PAY_OUT, Reason.PAYEE_REFUSED)
    receipt = Attempt("payOut", ([BAKERY, BOOKSHOP],)).send(world)
    assert reasons(world, receipt) == [Reason.PAYEE_REFUSED]
    assert tokens(world, OTHER) == 50
    receipt = withdraw(world.withdrawal(BAKERY, 41, by="bakery", to=OTHER, nonce=1_000)).send(world)
    assert events(world, receipt) == [WithdrawalRequested(BAKERY, 41, OTHER, world.clock.now(), 1_000)]
    receipt = Attempt("payOut", ([BAKERY],)).send(world)
    assert events(world, receipt) == [Withdrawn(False, BAKERY, 41, OTHER, 0)]
    check_balanced(world)


def every_entrance(world: World) -> dict[str, bytes]:
    """Calldata of each function that writes, harmless by itself."""
    arguments: dict[str, tuple[Any, ...]] = {
        **dict.fromkeys(("registerMerchants", "registerConsumers", "appoint", "deposit", "withdraw"), ([],)),
        **dict.fromkeys(("payOut", "allocate", "recall", "issue", "redeem", "issueToBearers"), ([],)),
        **dict.fromkeys(("changeWallet", "grant", "spend", "cashOut", "expire", "claim", "cancel", "amend"), ([],)),
        **dict.fromkeys(("reverse", "distribute", "state"), ([],)),
        **dict.fromkeys(("transfer", "copy"), (b"",)),
        "revoke": ([], 1),
        "forfeit": ([], 1, False),
        "startRecovery": (True, BOB, PAYEE),
        "vetoRecovery": (True, BOB, b""),
        "completeRecovery": (True, BOB),
        "changePolicy": (1, 1, 1, 0),
        "retire": (2**40 - 1,),
        "suspendMerchant": (BAKERY, True),
        "suspendConsumer": (BOB, True),
        "changeGroup": (0, True, []),
        "withdrawPlatform": (1, PAYEE),
        "mint": (terms_tuple(some_terms()),),
        "close": (1,),
        "closeLots": (1, []),
        "setLimits": ((1, 1, 1, 1),),
        "setRewardCap": (BAKERY, 1),
        "pause": (),
        "unpause": (),
    }
    return {function: world.ledger.encode(function, *given) for function, given in arguments.items()}


def test_no_verb_can_be_called_while_another_pays() -> None:
    """A verb inside another would seal its logs out of order: every one that writes is guarded."""
    world = world_with("ReentrantToken")
    entrances = every_entrance(world)
    assert set(entrances) == functions("nonpayable") - {"grantRole", "revokeRole", "renounceRole"}
    for data in entrances.values():
        switch(world, "setCall", world.ledger.address, data, False)
        assert not refused(world, withdraw(of_bank(world, 1)).send(world))
        assert world.token.ask(world.chain, "entered") == 0
        assert world.token.ask(world.chain, "answer") == GUARDED
    check_balanced(world)


def test_a_hook_that_reverts_is_a_refused_payee_or_an_error_to_the_payer() -> None:
    world = world_with("ReentrantToken")
    world.book(100)
    again = world.ledger.encode("payOut", [BAKERY])
    switch(world, "setCall", world.ledger.address, again, True)
    check_refusal(world, withdraw(of_bank(world)), Verb.WITHDRAW, Reason.PAYEE_REFUSED)
    before = money(world)
    check_revert(world, deposit((True, ANN, 5)), "ReentrancyGuardReentrantCall")
    assert money(world) == before


def test_money_deposited_cannot_be_withdrawn_before_it_came() -> None:
    """A hook of the depositor tries to take out what is only just being paid in."""
    world = world_with("ReentrantToken")
    world.book(100)
    switch(world, "setCall", world.ledger.address, world.ledger.encode("withdraw", [of_bank(world, 1_100)]), False)
    assert not refused(world, deposit((False, BANK, 100)).send(world))
    assert world.token.ask(world.chain, "answer") == GUARDED
    assert world.ask("merchant", BANK)[1] == 1_100
    check_balanced(world)


def test_tokens_given_away_to_the_ledger_are_nobodys_and_harm_nothing() -> None:
    world = world_with("SilentToken")
    switch(world, "mint", world.ledger.address, 77)
    assert not refused(world, withdraw(of_bank(world)).send(world))
    assert not refused(world, world.fund([(True, ANN, 5)]))
    assert tokens(world) == money(world).total + 77
    assert world.ask("merchant", OPERATOR)[1] == FUNDS
