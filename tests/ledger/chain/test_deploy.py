"""After a deployment: who has which role, who has none, and what stands where."""

from typing import Final

import pytest
from eth_hash.auto import keccak

from ledger.chain.clock import ReplayClock
from ledger.chain.compile import compile_contracts
from ledger.chain.contract import Contract
from ledger.chain.deploy import (
    LIBRARIES,
    OPERATOR_ROLE,
    PAUSER_ROLE,
    TREASURER_ROLE,
    Deployer,
    DeploymentFailed,
    Parameters,
    Wallets,
    deploy,
)
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.events import decode
from ledger.domain.events import LimitsChanged, MerchantsRegistered, RoleGranted, RoleRevoked
from scripts.world import CHAIN_ID, NOW, World, key, some_terms, terms_tuple

ADMIN_ROLE: Final = bytes(32)
MINTER_ROLE: Final = keccak(b"MINTER_ROLE")
NAMES: Final = ("deployer", "admin", "operator", "treasurer", "pauser", "operator wallet", "relayer", "stranger")


def holders(world: World, contract: Contract, role: bytes) -> set[str]:
    """Who of all known accounts, and of the contracts themselves, has a role."""
    accounts = {name: key(name).address for name in NAMES}
    accounts |= {"timelock": world.deployment.timelock, "ledger": world.deployment.ledger}
    return {name for name, account in accounts.items() if contract.ask(world.chain, "hasRole", role, account)}


def test_each_role_of_the_ledger_has_its_one_holder(story: World) -> None:
    """S2.1: the platform's roles are kept apart."""
    assert holders(story, story.ledger, OPERATOR_ROLE) == {"operator"}
    assert holders(story, story.ledger, TREASURER_ROLE) == {"treasurer"}
    assert holders(story, story.ledger, PAUSER_ROLE) == {"pauser"}
    assert holders(story, story.ledger, ADMIN_ROLE) == {"timelock"}


def test_the_tokens_admin_is_the_timelock_and_the_treasurer_books(story: World) -> None:
    assert holders(story, story.token, ADMIN_ROLE) == {"timelock"}
    assert holders(story, story.token, MINTER_ROLE) == {"treasurer"}


def test_the_timelock_is_its_own_admin_and_the_admin_proposes(story: World) -> None:
    roles = {name: keccak(f"{name}_ROLE".encode()) for name in ("PROPOSER", "EXECUTOR", "CANCELLER")}
    assert {name: holders(story, story.timelock, role) for name, role in roles.items()} == {
        name: {"admin"} for name in roles
    }
    assert holders(story, story.timelock, ADMIN_ROLE) == {"timelock"}


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("mint", (terms_tuple(some_terms()),)),
        ("suspendMerchant", (2, True)),
        ("withdrawPlatform", (1, key("deployer").address)),
        ("pause", ()),
        ("setLimits", ((0, 0, 0, 0),)),
        ("grantRole", (ADMIN_ROLE, key("deployer").address)),
    ],
)
def test_the_deployer_has_no_power_left(story: World, function: str, arguments: tuple[object, ...]) -> None:
    """Promise 26: a key that is not needed any more can do nothing."""
    data = story.ledger.encode(function, *arguments)
    revert = story.ledger.revert_of(story.chain, data, sender=key("deployer").address)
    assert revert is not None
    assert revert.name == "AccessControlUnauthorizedAccount"


def test_the_roles_are_told_by_the_ledgers_own_logs_from_its_first_block_on(story: World) -> None:
    first = story.deployment.block
    logs = story.chain.logs(0, story.chain.head().number, address=story.ledger.address)
    assert logs[0].block_number == first
    events = [decode(log) for log in logs]
    roles: set[tuple[bytes, bytes]] = set()
    for event in events:
        if isinstance(event, RoleGranted):
            roles.add((event.role, event.account))
        elif isinstance(event, RoleRevoked):
            roles.remove((event.role, event.account))
    assert roles == {
        (OPERATOR_ROLE, key("operator").address),
        (TREASURER_ROLE, key("treasurer").address),
        (PAUSER_ROLE, key("pauser").address),
        (ADMIN_ROLE, story.deployment.timelock),
    }
    registered = next(event for event in events if isinstance(event, MerchantsRegistered))
    assert registered == MerchantsRegistered(1, ((key("operator wallet").address, 3),))
    limits = next(event for event in events if isinstance(event, LimitsChanged))
    assert limits == LimitsChanged(10**12, 10**18, 10**18, 0)


def test_the_lens_and_the_ledger_know_each_other_and_the_token(story: World) -> None:
    assert bytes.fromhex(story.ledger.ask(story.chain, "token")[2:]) == story.deployment.token
    assert set(story.deployment.libraries) == set(LIBRARIES)
    code = story.chain.code(story.deployment.ledger)
    assert all(address in code for address in story.deployment.libraries.values()), "linked to these libraries"
    assert story.token.ask(story.chain, "symbol") == "USD"


def test_a_contract_that_cannot_be_deployed_is_named() -> None:
    """The settlement token has too many decimals: what the constructor refuses ends the deployment."""
    chain = EmbeddedChain(None, ReplayClock(NOW), chain_id=CHAIN_ID)
    parameters = Parameters(
        currency="EUR",
        decimals=7,
        admin_delay=0,
        reward_cap_daily=1,
        reserve_cap_daily=1,
        withdrawal_cap_daily=1,
        withdrawal_delay=0,
    )
    addresses = [key(name).address for name in ("deployer", "admin", "operator", "treasurer", "pauser", "wallet")]
    names = ("deployer", "admin", "operator", "treasurer", "pauser", "operator_wallet")
    deployer = Deployer(chain, key("deployer"), max_fee=0)
    with pytest.raises(DeploymentFailed) as caught:
        deploy(
            compile_contracts(),
            deployer,
            parameters=parameters,
            wallets=Wallets(**dict(zip(names, addresses, strict=True))),
            head=lambda: chain.head().number,
        )
    assert caught.value.contract == "CouponLedger"
    assert "reverted" in caught.value.detail
    chain.close()


def test_a_transaction_that_the_chain_does_not_take_is_named() -> None:
    chain = EmbeddedChain(None, ReplayClock(NOW), chain_id=CHAIN_ID)
    late = Deployer(chain, key("deployer"), max_fee=0)
    Deployer(chain, key("deployer"), max_fee=0).call("a first one", bytes(20), b"")
    with pytest.raises(DeploymentFailed) as caught:
        late.call("a second one of that nonce", b"\x01" * 20, b"")
    assert caught.value.contract == "a second one of that nonce"
    assert "nonce" in caught.value.detail
    chain.close()
