"""Roles: who may call what, and that nobody else can."""

import re
from typing import Any, Final

import pytest

from ledger.chain.compile import ROOT, compile_contracts
from ledger.chain.deploy import OPERATOR_ROLE, PAUSER_ROLE, TREASURER_ROLE
from ledger.domain.events import RoleGranted, RoleRevoked
from scripts.world import World, key, some_terms, terms_tuple
from tests.contracts.parties import BAKERY
from tests.contracts.reading import Attempt, check_revert, events, refused, text

ADMIN_ROLE: Final = bytes(32)
ROLES: Final = {
    "OPERATOR_ROLE": OPERATOR_ROLE,
    "TREASURER_ROLE": TREASURER_ROLE,
    "PAUSER_ROLE": PAUSER_ROLE,
    "DEFAULT_ADMIN_ROLE": ADMIN_ROLE,
}
HOLDERS: Final = {"OPERATOR_ROLE": "operator", "TREASURER_ROLE": "treasurer", "PAUSER_ROLE": "pauser"}
KEYS: Final = ("operator", "treasurer", "pauser", "admin", "deployer", "relayer", "stranger", "bakery", "Ann")
"""Everybody with a key here; `admin` proposes to the timelock, which alone is the ledger's admin."""

PAYEE: Final = key("stranger").address
ARGUMENTS: Final[dict[str, tuple[Any, ...]]] = {
    "registerMerchants": ([],),
    "suspendMerchant": (BAKERY, True),
    "suspendConsumer": (1, True),
    "changeGroup": (0, True, []),
    "withdrawPlatform": (1, PAYEE),
    "mint": (terms_tuple(some_terms()),),
    "allocate": ([],),
    "close": (1,),
    "startRecovery": (True, 1, PAYEE),
    "grant": ([],),
    "expire": ([],),
    "revoke": ([], 1),
    "forfeit": ([], 1, True),
    "changePolicy": (1, 1, 1, 0),
    "retire": (2**40 - 1,),
    "setLimits": ((1, 1, 1, 1),),
    "setRewardCap": (BAKERY, 1),
    "pause": (),
    "unpause": (),
}


def gates() -> dict[str, str]:
    """Function -> the role its modifier asks for, out of the source."""
    source = (ROOT / "contracts" / "CouponLedger.sol").read_text(encoding="utf-8")
    return dict(re.findall(r"function (\w+)\([^)]*\)[^{;]*?onlyRole\((\w+)\)", source))


def test_every_function_with_a_role_is_tried_here() -> None:
    assert set(gates()) == set(ARGUMENTS)


@pytest.mark.parametrize("function", ARGUMENTS)
@pytest.mark.parametrize("name", KEYS)
def test_without_the_role_the_call_is_an_error(world: World, function: str, name: str) -> None:
    """A stolen relayer key, or any other, moves nothing that is another role's."""
    role = gates()[function]
    if HOLDERS.get(role) == name:
        return
    check_revert(
        world,
        Attempt(function, ARGUMENTS[function], sender=name),
        "AccessControlUnauthorizedAccount",
        account=text(name),
        neededRole=ROLES[role],
    )


def test_functions_without_a_role_are_these_and_no_others() -> None:
    """What anybody may send is signed by its parties, pays where they said, or only gives back."""
    assert functions("nonpayable") - set(gates()) == {
        "registerConsumers",
        "appoint",
        "deposit",
        "withdraw",
        "payOut",
        "recall",
        "issue",
        "redeem",
        "closeLots",
        "changeWallet",
        "vetoRecovery",
        "completeRecovery",
        "spend",
        "cashOut",
        "issueToBearers",
        "transfer",
        "copy",
        "claim",
        "cancel",
        "amend",
        "reverse",
        "distribute",
        "state",
        "grantRole",
        "revokeRole",
        "renounceRole",
    }


def functions(*mutability: str) -> set[str]:
    """Names of the ledger's functions by what they may do to its state."""
    abi = compile_contracts()["CouponLedger"].abi
    return {entry["name"] for entry in abi if entry["type"] == "function" and entry["stateMutability"] in mutability}


def test_nothing_takes_the_chains_own_coin() -> None:
    assert not functions("payable")


def test_after_deployment_only_the_timelock_is_admin(world: World) -> None:
    for account in (*(key(name).address for name in KEYS), world.ledger.address):
        assert not world.ledger.ask(world.chain, "hasRole", ADMIN_ROLE, account)
    assert world.ledger.ask(world.chain, "hasRole", ADMIN_ROLE, world.deployment.timelock)


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("function", ["grantRole", "revokeRole"])
def test_only_the_timelock_appoints_and_dismisses(world: World, name: str, function: str) -> None:
    check_revert(
        world,
        Attempt(function, (OPERATOR_ROLE, key("operator").address), sender=name),
        "AccessControlUnauthorizedAccount",
        account=text(name),
        neededRole=ADMIN_ROLE,
    )


def test_the_timelock_replaces_a_key_that_was_stolen(world: World) -> None:
    timelock = world.deployment.timelock
    old, new = key("operator").address, key("stranger").address
    receipt = world.send_as_admin("grantRole", OPERATOR_ROLE, new)
    assert events(world, receipt) == [RoleGranted(OPERATOR_ROLE, new, timelock)]
    receipt = world.send_as_admin("revokeRole", OPERATOR_ROLE, old)
    assert events(world, receipt) == [RoleRevoked(OPERATOR_ROLE, old, timelock)]
    check_revert(
        world,
        Attempt("close", (1,), sender="operator"),
        "AccessControlUnauthorizedAccount",
        account=text("operator"),
        neededRole=OPERATOR_ROLE,
    )
    assert not refused(
        world, world.send("registerMerchants", [world.merchant_registration("florist")], sender="stranger")
    )


def test_a_role_is_laid_down_by_its_holder_only(world: World) -> None:
    stolen = Attempt("renounceRole", (PAUSER_ROLE, key("pauser").address), sender="operator")
    check_revert(world, stolen, "AccessControlBadConfirmation")
    own = Attempt("renounceRole", (PAUSER_ROLE, key("pauser").address), sender="pauser")
    assert len(events(world, own.send(world))) == 1
