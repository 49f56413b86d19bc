"""`coupon replay` of a folder of CSV files."""

from pathlib import Path

from tests.ledger.cli.coupon import Coupon, prepare
from tests.sources import ROOT

SHOP = ROOT / "tests" / "data" / "shop"


def test_a_folder_of_files_is_replayed_and_its_bad_lines_are_named(tmp_path: Path) -> None:
    """The good lines are done, the others are reported with file, line and reason; a second run adds nothing."""
    state = prepare(tmp_path / "state")
    first = state.json(f"replay {SHOP}")
    done = first["done"]
    assert [done[verb] for verb in ("redeem", "transfer", "copy", "amend", "reverse")] == [7, 2, 1, 1, 1]
    assert [done[verb] for verb in ("distribute", "policy", "purchases", "state")] == [3, 2, 6, 2]
    assert {(each["verb"], each["reason"]) for each in first["refused"]} == {
        ("redeem", "CouponRedeemed"),
        ("redeem", "MerchantNotAccepted"),
        ("transfer", "ShareNotAllowed"),
        ("copy", "ShareNotAllowed"),
        ("amend", "OrderNotLower"),
        ("reverse", "RedeemerMismatch"),
        ("state", "CountZero"),
    }
    assert len(first["left_out"]) == 25
    assert ("merchants.csv", 5) in {(each["file"], each["line"]) for each in first["left_out"]}
    again = state.json(f"replay {SHOP}")
    assert (again["done"], again["refused"]) == (first["done"], first["refused"])
    assert state.json("verify")["agrees"] is True
    assert "25 lines of the data were left out" in state.done(f"replay {SHOP}")


def test_a_source_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    state = Coupon(tmp_path / "state")
    assert state.refused("replay nowhere")[0] == "FileMissing"
    assert state.refused(f"replay {SHOP} --from soon", code=2)[0] == "OptionInvalid"
    assert not state.state.exists()


def test_a_ledger_on_the_wall_clock_is_no_place_for_a_replay(tmp_path: Path) -> None:
    state = prepare(tmp_path / "state")
    state.done("init --currency EUR")
    assert state.refused(f"replay {SHOP}")[0] == "ClockNotReplay"


def test_a_ledger_in_another_currency_neither(ledger: Coupon) -> None:
    assert ledger.refused(f"replay {SHOP}")[0] == "CurrencyMismatch"
