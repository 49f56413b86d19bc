"""The command on a state folder, and how tests call it."""

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from ledger.chain.clock import ReplayClock
from ledger.cli import app
from ledger.custody.keystore import create
from ledger.domain.ids import OPERATOR
from ledger.intake.cash import DepositCash
from ledger.ledger import open_ledger

SPLIT = "platform=1000,issuer=2000,redeemer=1000,consumer=4000,sharer=500,recruiter=1500"
MINT = (
    "batch mint --size 500 --closes 2026-06-30 --reward 1 --reward-cap-bps 500 --contribution-bps 250"
    f" --contribution-cap 3 --split {SPLIT} --discount 5 --minimum-order 20 --yes"
)
PASSWORD = "open sesame"
START = "2026-05-01T09:00:00+02:00"
DAY = 86_400
LIGHT = 2
"""scrypt's work factor for keys that guard nothing."""


@dataclass(frozen=True, slots=True)
class Coupon:
    """The command on one state folder."""

    state: Path

    def __call__(self, words: str, *, env: Mapping[str, str] | None = None) -> Result:
        """Run it with words as a shell would split them, in this process."""
        return CliRunner().invoke(app, [*shlex.split(words), "--state", str(self.state)], env=env)

    def done(self, words: str) -> str:
        """What it printed; it must succeed."""
        result = self(words)
        assert result.exit_code == 0, result.output
        return str(result.stdout)

    def json(self, words: str) -> Any:
        """The document it printed; it must succeed."""
        return json.loads(self.done(f"{words} --json"))

    def refused(self, words: str, *, code: int = 1) -> tuple[str, str]:
        """Name and message of the error it must end with."""
        result = self(f"{words} --json")
        assert (result.exit_code, result.stderr) == (code, ""), result.output
        error = json.loads(result.stdout)
        assert sorted(error) == ["error", "message"]
        return error["error"], error["message"]

    def names(self, cases: Iterable[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
        """Cases (words, error, exit code) as they really end: to be compared with what is expected."""
        results = [(words, self(f"{words} --json")) for words, _, _ in cases]
        return [(words, json.loads(result.stdout).get("error", ""), result.exit_code) for words, result in results]


def prepare(state: Path) -> Coupon:
    """A state folder with quick keys; a creation that was cut short goes on with the keys it finds."""
    state.mkdir()
    (state / "password").write_text(PASSWORD)
    create(state / "keystore.json", PASSWORD, work_factor=LIGHT)
    return Coupon(state)


def pass_time(coupon: Coupon, seconds: int) -> None:
    """Let the replay clock of a closed ledger go on; the block of a small deposit takes the new time."""
    with open_ledger(coupon.state, password=None) as ledger:
        assert isinstance(ledger.clock, ReplayClock)
        ledger.clock.set(ledger.clock.now() + seconds)
        ledger.cash.deposit(DepositCash(OPERATOR, 1), key=f"time {ledger.clock.now()}")
        ledger.settle()
