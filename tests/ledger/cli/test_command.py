"""What all commands have in common: help, wrong calls, the state folder, going on, one process at a time."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger.cli import app
from ledger.ledger import open_ledger
from tests.ledger.cli.coupon import Coupon
from tests.sources import ROOT

COMMAND = [sys.executable, "-c", "from ledger.cli import main; main()"]


def run(*words: str, state: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if state is not None:
        environment["COUPON_STATE"] = str(state)
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False, env=environment)


def test_every_command_has_help_with_state_and_json() -> None:
    listed = CliRunner().invoke(app, ["--help"])
    assert listed.exit_code == 0
    for words in (["init"], ["issue"], ["redeem"], ["batch", "mint"], ["merchant", "group", "open"], ["verify"]):
        result = CliRunner().invoke(app, [*words, "--help"])
        assert result.exit_code == 0
        assert "--state" in result.output
        assert "--json" in result.output


def test_help_does_not_load_what_it_does_not_need() -> None:
    program = "import sys; from ledger.cli import app; print(*[m for m in sys.modules if m.count('.') < 1])"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT)}
    ).stdout.split()
    assert not {"eth", "web3", "sqlalchemy", "pydantic", "coincurve", "eth_abi"} & set(loaded)


def test_the_version_is_printed() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert result.exit_code == 0
    assert result.stdout.startswith("coupon 0.")


@pytest.mark.parametrize(
    "words",
    [["frobnicate"], ["batch", "show"], ["redeem", "1/0"], ["deposit", "anna", "1", "--what"], ["batch", "show", "x"]],
)
def test_a_wrong_call_ends_with_2_and_as_json_with_an_object(words: list[str]) -> None:
    people = CliRunner().invoke(app, words)
    assert (people.exit_code, people.stdout) == (2, "")
    assert people.stderr
    programs = CliRunner().invoke(app, [*words, "--json"])
    assert (programs.exit_code, programs.stderr) == (2, "")
    assert json.loads(programs.stdout)["error"] == "UsageError"


def test_an_error_is_one_line_for_people_and_the_same_as_an_object(shop: Coupon) -> None:
    for words, code in (("merchant show zoe", 1), ("redeem 1/400 bert 1", 1), ("deposit anna 1.234", 2)):
        name, message = shop.refused(words, code=code)
        people = shop(words)
        assert (people.exit_code, people.stdout) == (code, "")
        assert people.stderr == f"error: {name}: {message}\n"


def test_the_folder_comes_from_the_settings_or_is_below_here(shop: Coupon, monkeypatch: pytest.MonkeyPatch) -> None:
    result = CliRunner().invoke(app, ["merchant", "list", "--json"])
    assert json.loads(result.stdout)["count"] == 3
    monkeypatch.setenv("COUPON_STATE", str(shop.state / "elsewhere"))
    result = CliRunner().invoke(app, ["merchant", "list", "--json"])
    assert (result.exit_code, json.loads(result.stdout)["error"]) == (1, "FolderEmpty")


def test_a_second_process_is_told_that_the_folder_is_in_use(shop: Coupon) -> None:
    with open_ledger(shop.state, password=None):
        found = run("merchant", "list", state=shop.state)
    assert found.returncode == 1
    assert found.stderr.startswith("error: FolderInUse: ")
    assert "wait for it, or stop it" in found.stderr
    assert "Traceback" not in found.stderr
    assert run("merchant", "list", state=shop.state).returncode == 0


def test_a_process_goes_on_where_another_stopped(shop: Coupon) -> None:
    first = run("merchant", "add", "dora", "--json", state=shop.state)
    assert first.returncode == 0, first.stderr
    second = run("deposit", "dora", "3", "--json", state=shop.state)
    assert json.loads(second.stdout)["party"]["cash_minor"] == 300
    assert shop.json("merchant show dora")["id"] == 4


def test_what_was_only_accepted_is_finished_by_the_next_command(shop: Coupon) -> None:
    from ledger.intake.register import RegisterMerchant

    with open_ledger(shop.state, password=None) as ledger:
        ledger.members.register_merchant(RegisterMerchant("dora"), key="before the crash")
    result = shop("merchant show dora")
    assert result.exit_code == 0
    assert "finished what an earlier run had left: 1 done, 0 refused" in result.stderr
    assert shop("merchant show dora").stderr == ""


def test_an_operation_under_a_known_key_is_shown_again(shop: Coupon) -> None:
    """N10."""
    for words in (
        "merchant add dora --key a",
        "consumer add dave --recruiter anna --key b",
        "merchant group open anna --key c",
        "batch mint --size 5 --closes 2026-06-30 --discount 1 --yes --key d",
        "batch allocate 1 bert 5 --key e",
        "merchant suspend bert --key f",
        "issue 1 anna carol:3 --key g",
        "withdraw operator 1 --to 0x00000000000000000000000000000000000000aa --key h",
        "batch recall 1 anna 1 2 --key i",
    ):
        first = shop.json(words)
        assert first["repeated"] is False
        assert shop.json(words) == {**first, "repeated": True}
        assert shop.done(words).startswith("Done before: ")


def test_bytes_that_are_no_text_are_refused(shop: Coupon) -> None:
    cases = [
        ("merchant show 'k\udcc3se'", "TextInvalid", 2),
        ("issue 1 anna carol 'k\udcc3se'", "TextInvalid", 2),
        ("merchant add anna2 --name '\udcff'", "TextInvalid", 2),
    ]
    assert shop.names(cases) == cases


def test_text_for_people_that_would_steer_a_terminal_is_not_shown(shop: Coupon) -> None:
    from sqlalchemy import update

    from ledger.store.outbox import ACCOUNTS

    with open_ledger(shop.state, password=None) as ledger, ledger.store.write() as connection:
        connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.reference == "anna").values(name="\x1b[31m[bold]red"))
    assert "?[31m[bold]red" in shop.done("merchant list")
    assert shop.json("merchant show anna")["name"] == "\x1b[31m[bold]red"
