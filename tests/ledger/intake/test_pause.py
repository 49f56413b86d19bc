"""Stop, and go on."""

from ledger.domain.errors import Reason, Refused
from ledger.domain.events import Paused, Unpaused
from ledger.intake.control import Pause
from ledger.intake.desk import Accepted
from scripts.world import NOW
from tests.ledger.house import DAY, House, check_idempotent, refusing


def pause(house: House, paused: bool = True, *, key: str | None = None) -> Accepted:
    return house.ledger.operations.pause(Pause(paused), key=key or house.key())


def test_the_pauser_stops_the_ledger_and_lets_it_go_on(house: House) -> None:
    accepted = pause(house)
    house.included(accepted)
    pauser = house.ledger.role("pauser").address
    assert house.ledger.operations.events(accepted.id) == (Paused(pauser, NOW + 7 * DAY),)
    house.pass_time(100)
    accepted = pause(house, False)
    house.included(accepted)
    assert house.ledger.operations.events(accepted.id) == (Unpaused(pauser, 100),)
    pausing = house.ledger.operations.pausing()
    assert (pausing.at, pausing.until, pausing.total) == (0, NOW + 100, 100)


def test_what_is_so_already_is_refused_by_the_chain(house: House) -> None:
    assert house.refused(pause(house, False)) == "NotPaused"
    house.included(pause(house))
    assert house.refused(pause(house)) == "LedgerPaused"


def test_a_pause_gives_its_length_back_to_every_window(house: House) -> None:
    first, second = house.held(closes=NOW + DAY, count=2)
    closes = NOW + DAY + 3_600
    house.included(pause(house))
    house.pass_time(3_600)
    house.included(pause(house, False))
    house.pass_time(closes - 1 - house.now)
    house.included(first.redeem())
    house.pass_time(1)
    with refusing(house, Refused, reason=Reason.BATCH_EXPIRED, given=NOW + DAY, limit=NOW + DAY):
        second.redeem()


def test_a_pause_ends_by_itself_after_a_week(house: House) -> None:
    (coupon,) = house.held(closes=NOW + DAY)
    house.included(pause(house))
    house.pass_time(7 * DAY)
    house.included(coupon.redeem())


def test_once_a_key(house: House) -> None:
    """N10."""
    check_idempotent(house, lambda key: pause(house, key=key), lambda key: pause(house, False, key=key))
