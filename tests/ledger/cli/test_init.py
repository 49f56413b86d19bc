"""`coupon init`: a ledger is made, once."""

from pathlib import Path

import pytest

from tests.ledger.cli.coupon import Coupon, prepare


@pytest.fixture
def folder(tmp_path: Path) -> Coupon:
    """A folder with keys and without a ledger."""
    return prepare(tmp_path / "state")


def test_init_says_where_everything_is_and_to_move_the_password(folder: Coupon) -> None:
    text = folder.done("init --name 'Corner shops'")
    assert "made the ledger 'Corner shops'" in text
    assert "password opens the keys. Move its content to a safe place and set COUPON_PASSWORD instead." in text
    for file in ("chain.sqlite", "ledger.sqlite", "keystore.json"):
        assert (folder.state / file).exists()


def test_init_as_json_names_the_contract_and_the_limits(folder: Coupon) -> None:
    words = "--currency JPY --decimals 0 --zone Asia/Tokyo --reward-cap-daily 500 --reserve-cap-daily 7000"
    words += " --withdrawal-cap-daily 60"
    made = folder.json(f"init {words} --withdrawal-delay 90m --admin-delay 0 --clock replay --start 2026-05-01")
    assert made["ledger"].startswith("0x")
    assert len(made["ledger"]) == 42
    assert len({made["ledger"], made["token"], made["lens"], made["timelock"]}) == 4
    assert (made["currency"], made["decimals"]) == ("JPY", 0)
    assert (made["reward_cap_daily_minor"], made["reserve_cap_daily_minor"]) == (500, 7_000)
    assert made["withdrawal_cap_daily_minor"] == 60
    assert (made["withdrawal_delay_seconds"], made["admin_delay_seconds"]) == (5_400, 0)
    assert (made["clock"], made["zone"], made["now"]) == ("replay", "Asia/Tokyo", "2026-05-01T00:00:00+09:00")
    assert made["password_file"] == str(folder.state.resolve() / "password")


def test_init_in_a_new_folder_makes_a_password_that_only_its_owner_reads(tmp_path: Path) -> None:
    made = Coupon(tmp_path / "new" / "state")
    made.done("init")
    password = made.state / "password"
    assert password.stat().st_mode & 0o777 == 0o600
    assert len(password.read_text()) > 40
    assert made.json("merchant list")["count"] == 1


def test_a_password_of_the_settings_is_not_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUPON_PASSWORD", "hush")
    made = Coupon(tmp_path / "state")
    assert made.json("init")["password_file"] is None
    assert not (made.state / "password").exists()
    monkeypatch.setenv("COUPON_PASSWORD", "another")
    assert made.refused("merchant list")[0] == "PasswordWrong"
    monkeypatch.delenv("COUPON_PASSWORD")
    assert made.refused("merchant list")[0] == "PasswordMissing"


def test_two_ledgers_never_share_a_chain_id(tmp_path: Path) -> None:
    one, other = prepare(tmp_path / "one"), prepare(tmp_path / "other")
    assert one.json("init")["chain_id"] != other.json("init")["chain_id"]


def test_a_second_init_in_the_same_folder_is_refused(ledger: Coupon) -> None:
    name, message = ledger.refused("init")
    assert name == "FolderTaken"
    assert "--state" in message


def test_what_cannot_be_is_refused_before_anything_is_made(folder: Coupon) -> None:
    before = sorted(path.name for path in folder.state.iterdir())
    cases = [
        (f"init {words}", name, code)
        for words, name, code in [
            ("--currency usd", "OptionInvalid", 2),
            ("--currency DOLLAR", "OptionInvalid", 2),
            ("--start 2026-05-01", "OptionInvalid", 2),
            ("--clock replay --start yesterday", "MomentInvalid", 2),
            ("--withdrawal-delay 3w", "DurationInvalid", 2),
            ("--admin-delay -1h", "DurationInvalid", 2),
            ("--reward-cap-daily 1.234", "AmountInvalid", 2),
            ("--name ''", "OptionInvalid", 2),
            ("--name '\x1b[31mred'", "OptionInvalid", 2),
            ("--zone Mars/Olympus", "ZoneUnknown", 1),
        ]
    ]
    assert folder.names(cases) == cases
    assert sorted(path.name for path in folder.state.iterdir()) == before


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert Coupon(tmp_path / "file").refused("init")[0] == "FolderUnusable"
    assert Coupon(tmp_path / "file" / "below").refused("init")[0] == "FolderUnusable"
    assert Coupon(tmp_path / "nothing").refused("merchant list")[0] == "FolderEmpty"
