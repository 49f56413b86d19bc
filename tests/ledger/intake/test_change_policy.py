"""The commission policy, through the admin's timelock."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.domain.errors import NotFound, OutOfRange
from ledger.domain.events import PolicyChanged
from ledger.domain.rebate import EqualCodes, Policy
from ledger.intake.admin import CallNotDue, CallNotWaiting
from ledger.intake.desk import Accepted
from ledger.intake.policy import ChangePolicy, PolicyStartsTooEarly, PolicyStartsTooLate
from tests.ledger.house import DAY, House, check_idempotent, create, refusing
from tests.ledger.stating import TODAY, set_policy

REQUEST = ChangePolicy(500, 6_000, EqualCodes.PLATFORM_KEEPS, starts_at=0)
YEAR = 366 * DAY


def schedule(house: House, request: ChangePolicy = REQUEST, *, key: str | None = None) -> Accepted:
    return house.ledger.statements.change_policy(request, key=key or house.key())


def with_(field: str, value: int) -> ChangePolicy:
    values: dict[str, Any] = {field: value}
    return replace(REQUEST, **values)


def execute(house: House, scheduled: int, *, key: str | None = None) -> Accepted:
    return house.ledger.admin.execute(scheduled, key=key or house.key())


def test_a_policy_is_scheduled_and_then_in_force(house: House) -> None:
    """S3.14: an explicit, published policy with versions (N11)."""
    scheduled = schedule(house)
    house.included(scheduled)
    assert house.ledger.statements.policies() == []
    (waiting,) = house.ledger.admin.waiting()
    assert (waiting.operation, waiting.function, waiting.arguments) == (
        scheduled.id,
        "changePolicy",
        (0, 500, 6_000, 1),
    )
    done = execute(house, scheduled.id)
    house.included(done)
    assert house.ledger.operations.events(done.id) == (PolicyChanged(1, 0, 500, 6_000, 1),)
    assert house.ledger.statements.policies() == [Policy(1, 0, 500, 6_000, EqualCodes.PLATFORM_KEEPS)]
    assert house.ledger.admin.waiting() == []
    assert house.ledger.admin.executed_by(scheduled.id) == done.id


def test_by_itself_the_first_starts_today_and_others_with_the_next_day(house: House) -> None:
    for _ in range(3):
        set_policy(house, starts_at=None)
    starts = [each.starts_at // DAY for each in house.ledger.statements.policies()]
    assert starts == [TODAY, TODAY + 1, TODAY + 2]


def test_what_the_contract_would_refuse_is_refused_at_the_desk(house: House) -> None:
    latest = house.now + YEAR
    with refusing(house, PolicyStartsTooLate, starts_at=latest + 1, latest=latest):
        schedule(house, ChangePolicy(1, 1, starts_at=latest + 1))
    with refusing(house, PolicyStartsTooEarly, starts_at=-1, earliest=0):
        schedule(house, ChangePolicy(1, 1, starts_at=-1))
    for field, value in (("commission_bps", 10_001), ("rebate_bps", -1)):
        with refusing(house, OutOfRange, field=field, given=value):
            schedule(house, with_(field, value))
    set_policy(house, starts_at=house.now + 10)
    with refusing(house, PolicyStartsTooEarly, starts_at=house.now + 10, earliest=house.now + 11):
        schedule(house, ChangePolicy(1, 1, starts_at=house.now + 10))


def test_the_chains_own_refusal_is_named(house: House) -> None:
    """Two that are scheduled together: the second would start no later than the first."""
    first, second = schedule(house), schedule(house)
    house.included(first, second)
    house.included(execute(house, first.id))
    assert house.refused(execute(house, second.id)) == "PolicyStartsTooEarly"


def test_nothing_is_executed_before_the_delay_is_over(tmp_path: Path) -> None:
    """In which everybody can see what is coming."""
    with create(tmp_path / "slow", admin_delay=DAY) as ledger:
        house = House(ledger)
        scheduled = schedule(house)
        house.included(scheduled)
        (waiting,) = ledger.admin.waiting("changePolicy")
        assert waiting.ready_at == house.now + DAY
        house.pass_time(DAY - 1)
        with refusing(house, CallNotDue, scheduled=scheduled.id, ready_at=house.now + 1, time=house.now):
            execute(house, scheduled.id)
        house.pass_time(1)
        house.included(execute(house, scheduled.id))


def test_a_call_is_executed_once(house: House) -> None:
    scheduled = schedule(house)
    with refusing(house, CallNotWaiting, scheduled=scheduled.id):
        execute(house, scheduled.id)
    house.included(scheduled)
    house.included(execute(house, scheduled.id))
    with refusing(house, CallNotWaiting, scheduled=scheduled.id):
        execute(house, scheduled.id)
    with refusing(house, NotFound):
        execute(house, 10**6)
    assert len(house.ledger.statements.policies()) == 1


def test_once_a_key(house: House) -> None:
    """N10."""
    check_idempotent(
        house, lambda key: schedule(house, key=key), lambda key: schedule(house, ChangePolicy(1, 1), key=key)
    )


@pytest.mark.parametrize("field", ["commission_bps", "rebate_bps", "starts_at"])
def test_a_number_beyond_any_column_is_refused_by_its_name(house: House, field: str) -> None:
    for value in (2**63, -(2**63), 10**40):
        with refusing(house, OutOfRange, field=field, given=value):
            schedule(house, with_(field, value))
