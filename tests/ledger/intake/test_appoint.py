"""Appoint agents."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.domain.errors import OutOfRange, Reason, Refused
from ledger.domain.events import Appointed
from ledger.intake.control import AppointAgent, Suspend
from ledger.intake.desk import Accepted
from scripts.world import NOW
from tests.ledger.house import BAKERY, BANK, DAY, House, check_idempotent, check_key_stays_free, refusing

TILL = AppointAgent(merchant=BAKERY, agent=1, key=b"\xaa" * 20, until=NOW + DAY, allowance=100, kind=2)


def appoint(house: House, *, under: str | None = None, **changes: Any) -> Accepted:
    return house.ledger.members.appoint(replace(TILL, **changes), key=under or house.key())


def test_a_merchant_appoints_its_till(house: House) -> None:
    accepted = appoint(house)
    house.included(accepted)
    (agent,) = house.ledger.members.agents(BAKERY)
    assert (agent.agent, agent.key, agent.until, agent.allowance, agent.kind) == (1, TILL.key, NOW + DAY, 100, 2)
    (event,) = house.ledger.operations.events(accepted.id)
    assert isinstance(event, Appointed)
    assert (event.merchant, event.agent, event.key, event.allowance) == (BAKERY, 1, TILL.key, 100)


def test_an_agent_is_changed_and_dismissed(house: House) -> None:
    house.included(appoint(house))
    house.included(appoint(house, until=0, allowance=0))
    (agent,) = house.ledger.members.agents(BAKERY)
    assert (agent.until, agent.allowance) == (0, 0)


@pytest.mark.parametrize(
    "changes", [{"agent": 2**32 - 1}, {"until": 2**40 - 1}, {"allowance": 2**40 - 1}, {"kind": 15}, {"kind": 1}]
)
def test_the_largest_and_the_least_are_good(house: House, changes: dict[str, Any]) -> None:
    house.included(appoint(house, **changes))


@pytest.mark.parametrize(
    ("field", "value", "high"),
    [
        ("agent", 2**32, 2**32 - 1),
        ("until", 2**40, 2**40 - 1),
        ("until", -1, 2**40 - 1),
        ("allowance", 2**40, 2**40 - 1),
        ("allowance", -1, 2**40 - 1),
    ],
)
def test_a_number_that_does_not_fit_is_refused(house: House, field: str, value: int, high: int) -> None:
    with refusing(house, OutOfRange, field=field, given=value, low=0, high=high):
        appoint(house, **dict[str, Any]({field: value}))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"merchant": 99}, Reason.MERCHANT_UNKNOWN),
        ({"merchant": BANK}, Reason.KIND_INVALID),
        ({"agent": 0}, Reason.KIND_INVALID),
        ({"kind": 0}, Reason.KIND_INVALID),
        ({"kind": 16}, Reason.KIND_INVALID),
        ({"key": bytes(20)}, Reason.WALLET_INVALID),
        ({"key": b"\xaa" * 19}, Reason.WALLET_INVALID),
        ({"key": b"\xaa" * 21}, Reason.WALLET_INVALID),
    ],
)
def test_every_other_refusal(house: House, changes: dict[str, Any], reason: Reason) -> None:
    with refusing(house, Refused, reason=reason):
        appoint(house, **changes)


def test_a_suspended_merchant_appoints_nobody(house: House) -> None:
    house.included(house.ledger.members.suspend(Suspend(BAKERY, True), key="s"))
    with refusing(house, Refused, reason=Reason.MERCHANT_SUSPENDED):
        appoint(house)


def test_once_a_key(house: House) -> None:
    """N10."""
    check_idempotent(house, lambda key: appoint(house, under=key), lambda key: appoint(house, allowance=5, under=key))


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    check_key_stays_free(house, lambda key: appoint(house, agent=0, under=key), lambda key: appoint(house, under=key))
