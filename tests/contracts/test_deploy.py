"""Deploying: what a ledger refuses to be born with, and how it stands after."""

from typing import Any

import pytest

from ledger.chain.artifacts import SIZE_LIMIT_BYTES, link
from ledger.chain.compile import compile_contracts
from ledger.chain.contract import Revert, creation_arguments
from ledger.chain.deploy import Deployer, DeploymentFailed
from ledger.chain.eip712 import domain_separator
from ledger.chain.embedded.calls import Question
from ledger.chain.errors import CallReverted
from ledger.chain.events import decode
from ledger.domain.events import LimitsChanged, MerchantsRegistered
from scripts.world import CHAIN_ID, MAX_FEE, World, key, new_world
from tests.contracts.books import HEAD, field, word
from tests.contracts.reading import text
from tests.contracts.watch import all_logs


def creation(world: World, *, token: bytes, admin: bytes, operator_wallet: bytes) -> bytes:
    artifact = compile_contracts()["CouponLedger"]
    arguments = creation_arguments(artifact, token, admin, operator_wallet, (1, 2, 3, 4))
    return link(artifact, world.deployment.libraries) + arguments


def revert_of(world: World, **wallets: bytes) -> Revert:
    given = {"token": world.token.address, "admin": key("admin").address, "operator_wallet": key("till").address}
    with pytest.raises(CallReverted) as caught:
        world.chain.ask(Question(None, creation(world, **{**given, **wallets})))
    return world.ledger.decode_revert(caught.value.data)


@pytest.mark.parametrize("decimals", [7, 18, 255])
def test_a_token_of_more_than_six_decimals_is_refused(world: World, decimals: int) -> None:
    artifact = compile_contracts()["SettlementToken"]
    arguments = creation_arguments(artifact, "odd", "ODD", decimals, key("admin").address)
    token = Deployer(world.chain, key("deployer"), max_fee=MAX_FEE).create("odd", link(artifact, {}) + arguments)
    assert revert_of(world, token=token) == Revert("DecimalsTooMany", {"decimals": decimals, "limit": 6})


def test_a_deployment_with_such_a_token_fails_by_name() -> None:
    with pytest.raises(DeploymentFailed, match="CouponLedger"):
        new_world(decimals=18)


@pytest.mark.parametrize("decimals", [0, 6])
def test_tokens_of_up_to_six_decimals_are_taken(decimals: int) -> None:
    assert new_world(decimals=decimals).token.address


@pytest.mark.parametrize("wallet", ["admin", "operator_wallet"])
def test_nobody_is_neither_admin_nor_operator(world: World, wallet: str) -> None:
    assert revert_of(world, **{wallet: bytes(20)}) == Revert("WalletInvalid", {"wallet": f"0x{'0' * 40}"})


def test_a_ledger_begins_with_its_operator_and_its_limits(world: World) -> None:
    registered, limits = (decode(log) for log in all_logs(world)[:2])
    assert registered == MerchantsRegistered(1, ((key("operator wallet").address, 3),))
    assert limits == LimitsChanged(10**12, 10**18, 10**18, 0)
    assert world.ask("merchant", 1)[0] == text("operator wallet")


def test_the_domain_separator_is_that_of_chain_and_contract(world: World) -> None:
    """A signature for one ledger is worth nothing at another, on this chain or any other."""
    found = world.ledger.ask(world.chain, "domainSeparator")
    assert found == domain_separator(CHAIN_ID, world.ledger.address)
    assert found != domain_separator(CHAIN_ID + 1, world.ledger.address)
    assert found != domain_separator(CHAIN_ID, world.lens.address)


def test_every_part_fits_the_size_limit_of_a_contract() -> None:
    sizes: dict[str, Any] = {name: artifact.deployed_size for name, artifact in compile_contracts().items()}
    assert not {name: size for name, size in sizes.items() if size > SIZE_LIMIT_BYTES}


def test_counters_start_with_the_operator_alone() -> None:
    world = new_world()
    head = word(world, HEAD)
    assert [field(head, at, 32) for at in (112, 144, 176, 208)] == [0, 1, 0, 0]
