"""Wallets that are contracts (ERC-1271): asked after their key, with bounded gas, and never judged for want of it."""

from typing import Final

import pytest

from ledger.chain.artifacts import link
from ledger.chain.compile import compile_contracts
from ledger.chain.contract import creation_arguments
from ledger.chain.deploy import Deployer
from ledger.chain.embedded.calls import Question
from ledger.chain.errors import CallReverted
from ledger.domain.errors import Reason, Verb
from ledger.domain.events import Redeemed
from ledger.domain.intents import ChangeWallet
from scripts.world import MAX_FEE, World, key
from tests.contracts.parties import ANN, BOOKSHOP, Held, held
from tests.contracts.reading import Attempt, check_refusal, events, refused

CONTRACT_GAS, GAS_AFTER = 200_000, 100_000
NEEDED: Final = CONTRACT_GAS + CONTRACT_GAS // 32 + GAS_AFTER
"""Gas that must be left to ask a wallet: what it may use, what the call itself keeps back, and what comes after."""


def of_a_contract(world: World, *, count: int = 1) -> Held:
    """Coupons of Ann, whose wallet is a contract from now on: what her key signs is what the contract agrees to."""
    artifact = compile_contracts()["TestWallet"]
    code = link(artifact, {}) + creation_arguments(artifact, key("Ann").address)
    wallet = Deployer(world.chain, key("deployer"), max_fee=MAX_FEE).create("TestWallet", code)
    nonce = world.fresh_nonce()
    signature = world.sign(key("Ann"), ChangeWallet(True, ANN, wallet, nonce, world.deadline))
    change = (True, ANN, wallet, nonce, world.deadline, signature, signature)
    assert not refused(world, world.send("changeWallet", [change], sender="relayer"))
    return held(world, holder=ANN, count=count)


def redeeming(coupons: Held, *, holder: str = "Ann") -> Attempt:
    world = coupons.world
    return Attempt("redeem", ([world.redeem_intent(BOOKSHOP, [coupons.item(holder=holder)], by="bookshop")],))


def asked(attempt: Attempt, world: World, *, gas: int) -> bytes:
    """What the call answers with so much gas; raises `CallReverted`."""
    data = world.ledger.encode(attempt.function, *attempt.arguments)
    return world.chain.ask(Question(world.ledger.address, data, key("relayer").address), gas=gas)


def test_what_the_contracts_owner_signed_is_as_good_as_a_keys_own_signature(world: World) -> None:
    coupons = of_a_contract(world)
    (event,) = events(world, redeeming(coupons).send(world))
    assert isinstance(event, Redeemed)
    assert [item.coupon for item in event.items] == list(coupons.coupons)


def test_what_the_contract_does_not_agree_to_is_refused(world: World) -> None:
    check_refusal(world, redeeming(of_a_contract(world), holder="Bob"), Verb.REDEEM, Reason.SIGNATURE_INVALID)


def test_too_little_gas_to_ask_is_an_error_that_names_both(world: World) -> None:
    """Whoever sends must not make a good signature look bad by the gas it gives."""
    attempt = redeeming(of_a_contract(world))
    with pytest.raises(CallReverted) as caught:
        asked(attempt, world, gas=300_000)
    revert = world.ledger.decode_revert(caught.value.data)
    assert revert.name == "GasTooLow"
    assert revert.fields["needed"] == NEEDED
    assert revert.fields["left"] < NEEDED


def test_with_any_gas_the_signature_is_good_or_the_call_ends(world: World) -> None:
    """From too little to enough the outcome is a revert or the redemption, and never a refusal."""
    attempt = redeeming(of_a_contract(world))
    reverted = []
    for gas in range(60_000, 700_000, 20_000):
        try:
            asked(attempt, world, gas=gas)
        except CallReverted:
            reverted.append(gas)
    assert reverted == list(range(60_000, reverted[-1] + 1, 20_000)), "more gas is never worse"
    assert 300_000 < reverted[-1] < 660_000
