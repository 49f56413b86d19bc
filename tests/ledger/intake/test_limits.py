"""The daily caps and the ledger's end, through the admin's timelock."""

from dataclasses import replace
from pathlib import Path

from ledger.domain.errors import OutOfRange, Reason, Refused
from ledger.intake.admin import CallNotDue
from ledger.intake.cash import DepositCash, WithdrawCash
from ledger.intake.desk import Accepted
from ledger.intake.limits import (
    CAP_LIMIT_MINOR,
    RETIREMENT_NOTICE,
    WITHDRAWAL_DELAY_LIMIT,
    Retire,
    RetirementTooEarly,
    SetLimits,
)
from ledger.intake.reading import LedgerRetired
from tests.ledger.house import ANN, DAY, House, check_idempotent, check_key_stays_free, create, refusing

CAPS = ("reward_cap_daily", "reserve_cap_daily", "withdrawal_cap_daily")


def schedule(house: House, changes: dict[str, int], key: str | None = None) -> Accepted:
    return house.ledger.limits.set(SetLimits(**changes), key=key or house.key())


def through(house: House, scheduled: Accepted) -> None:
    """Scheduled and executed."""
    house.included(scheduled)
    house.included(house.ledger.admin.execute(scheduled.id, key=house.key()))


def test_what_is_not_named_stays_as_it_is(house: House) -> None:
    before = house.ledger.limits.in_force()
    for field in (*CAPS, "withdrawal_delay"):
        through(house, schedule(house, {field: 7}))
        before = replace(before, **{field: 7})
        assert house.ledger.limits.in_force() == before


def test_the_edges_of_each_limit_are_taken_and_what_is_beyond_is_not(house: House) -> None:
    highest = dict.fromkeys(CAPS, CAP_LIMIT_MINOR) | {"withdrawal_delay": WITHDRAWAL_DELAY_LIMIT}
    through(house, schedule(house, highest))
    assert house.ledger.limits.in_force() == replace(house.ledger.limits.in_force(), **highest)
    through(house, schedule(house, dict.fromkeys(highest, 0)))
    for field, high in highest.items():
        for value in (-1, high + 1, 2**200):
            with refusing(house, OutOfRange, field=field, given=value):
                schedule(house, {field: value})


def test_a_cap_on_withdrawals_holds_once_it_is_in_force(house: House) -> None:
    """What leaves in a day is bounded, whoever wants it."""
    desk = house.ledger.cash
    house.included(desk.deposit(DepositCash(ANN, 100, True), key="cash"))
    through(house, schedule(house, {"withdrawal_cap_daily": 10}))
    house.included(desk.withdraw(WithdrawCash(ANN, 10, b"\x01" * 20, True), key="all of today"))
    with refusing(house, Refused, reason=Reason.WITHDRAWAL_CAP_REACHED, given=1, limit=0):
        desk.withdraw(WithdrawCash(ANN, 1, b"\x01" * 20, True), key="more")
    house.pass_time(DAY)
    house.included(desk.withdraw(WithdrawCash(ANN, 1, b"\x01" * 20, True), key="more"))


def test_nothing_is_in_force_before_the_timelock_lets_it(tmp_path: Path) -> None:
    with create(tmp_path / "slow", admin_delay=DAY) as ledger:
        house = House(ledger)
        before = ledger.limits.in_force()
        scheduled = schedule(house, {"reward_cap_daily": 1})
        house.included(scheduled)
        with refusing(house, CallNotDue, scheduled=scheduled.id, ready_at=house.now + DAY):
            ledger.admin.execute(scheduled.id, key="early")
        assert ledger.limits.in_force() == before
        house.pass_time(DAY)
        through_now = ledger.admin.execute(scheduled.id, key="due")
        house.included(through_now)
        assert ledger.limits.in_force().reward_cap_daily == 1


def test_the_end_is_announced_a_week_and_the_timelocks_delay_ahead(tmp_path: Path) -> None:
    with create(tmp_path / "slow", admin_delay=DAY) as ledger:
        house = House(ledger)
        earliest = house.now + DAY + RETIREMENT_NOTICE
        with refusing(house, RetirementTooEarly, retires_at=earliest - 1, earliest=earliest):
            ledger.limits.retire(Retire(earliest - 1), key="end")
        with refusing(house, OutOfRange, field="retires_at"):
            ledger.limits.retire(Retire(2**40), key="end")
        scheduled = ledger.limits.retire(Retire(earliest), key="end")
        house.included(scheduled)
        house.pass_time(DAY)
        house.included(ledger.admin.execute(scheduled.id, key="now"))
        assert ledger.limits.in_force().retires_at == earliest


def test_an_end_that_was_announced_stays(house: House) -> None:
    ends = house.now + RETIREMENT_NOTICE
    through(house, house.ledger.limits.retire(Retire(ends), key="end"))
    with refusing(house, LedgerRetired, retires_at=ends):
        house.ledger.limits.retire(Retire(ends + DAY), key="later")


def test_after_its_end_nothing_is_minted_or_issued_and_the_rest_goes_on(house: House) -> None:
    coupons = house.held(size=100, count=2)
    ends = house.now + RETIREMENT_NOTICE
    through(house, house.ledger.limits.retire(Retire(ends), key="end"))
    house.pass_time(RETIREMENT_NOTICE - 1)
    house.included(house.issue(coupons[0].batch))
    house.pass_time(1)
    for refused in (lambda: house.mint(size=10), lambda: house.issue(coupons[0].batch)):
        with refusing(house, LedgerRetired, retires_at=ends):
            refused()
    house.included(coupons[1].redeem())


def test_a_key_sets_once(house: House) -> None:
    """N10."""
    check_idempotent(
        house,
        lambda key: schedule(house, {"reward_cap_daily": 5}, key),
        lambda key: schedule(house, {"reward_cap_daily": 6}, key),
    )


def test_what_is_refused_leaves_its_key_free(house: House) -> None:
    check_key_stays_free(
        house,
        lambda key: schedule(house, {"reward_cap_daily": -1}, key),
        lambda key: schedule(house, {"reward_cap_daily": 1}, key),
    )
