"""Open a ledger where it stopped."""

from pathlib import Path

from ledger.chain.clock import ReplayClock, WallClock
from ledger.ledger import open_ledger
from tests.ledger.house import ANN, DAY, PASSWORD, House, create, opened_copy


def test_it_goes_on_with_the_clock_at_the_newest_block(furnished: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    with opened_copy(furnished, state) as ledger:
        house = House(ledger)
        house.pass_time(5 * DAY)
        house.mint(size=3)
        then = house.now
        house.pass_time(DAY)
    with open_ledger(state, password=PASSWORD) as ledger:
        assert isinstance(ledger.clock, ReplayClock)
        assert ledger.clock.now() == then == ledger.chain.head().timestamp


def test_it_goes_on_at_the_time_of_what_was_accepted_and_is_in_no_block_yet(furnished: Path, tmp_path: Path) -> None:
    """A crash between acceptance and block: the block's time is that of the acceptance, not of the block before."""
    state = tmp_path / "state"
    with opened_copy(furnished, state) as ledger:
        house = House(ledger)
        (coupon,) = house.held(opens=house.now + DAY)
        house.pass_time(DAY)
        accepted = coupon.redeem()
        then = house.now
    with open_ledger(state, password=PASSWORD) as ledger:
        assert ledger.clock.now() == then
        House(ledger).included(accepted)
        assert ledger.chain.head().timestamp == then


def test_everything_is_as_it_was(furnished: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    with opened_copy(furnished, state) as ledger:
        coupons = House(ledger).held(count=2)
        House(ledger).included(coupons[0].redeem())
        parties = [ledger.members.all(kind, limit=99) for kind in ("merchant", "consumer")]
        batches, held = ledger.batches.all(), ledger.coupons.held_by(ANN)
    with open_ledger(state, password=PASSWORD) as ledger:
        assert [ledger.members.all(kind, limit=99) for kind in ("merchant", "consumer")] == parties
        assert (ledger.batches.all(), ledger.coupons.held_by(ANN)) == (batches, held)
        house = House(ledger)
        house.included(ledger.coupons.redeem(coupons[1].request(), key="k"))


def test_a_ledger_on_the_walls_time(tmp_path: Path) -> None:
    with create(tmp_path / "state", clock="wall") as ledger:
        assert isinstance(ledger.clock, WallClock)
    with open_ledger(tmp_path / "state", password=PASSWORD) as ledger:
        assert isinstance(ledger.clock, WallClock)
        House(ledger).register_merchants(["shop"])
        assert ledger.chain.head().timestamp <= ledger.clock.now()


def test_closing_twice_does_nothing_more(furnished: Path, tmp_path: Path) -> None:
    ledger = opened_copy(furnished, tmp_path / "state")
    ledger.close()
    ledger.close()
