"""What a terminal shows: nothing beyond its width, no hash broken in two, numbers to the right."""

import fcntl
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import termios

import pytest

from tests.ledger.cli.coupon import Coupon
from tests.sources import ROOT

STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PROGRAM = "from ledger.cli import main; main()"


def on_terminal(coupon: Coupon, words: str, *, columns: int = 80, answer: str = "") -> tuple[int, list[str]]:
    """Exit code and the lines that a real terminal of that width shows; `answer` is typed beforehand."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}
    environment.pop("COLUMNS", None)
    command = [sys.executable, "-c", PROGRAM, *shlex.split(words), "--state", str(coupon.state)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        os.write(ours, answer.encode())
        content = b""
        while chunk := _read(ours):
            content += chunk
    os.close(ours)
    text = STEERING.sub("", content.decode()).replace("\r\n", "\n")
    return process.returncode, [line.rsplit("\r", 1)[-1] for line in text.split("\n")]


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux says so when the other end is closed
        return b""


def drawn(coupon: Coupon, words: str, *, columns: int) -> list[str]:
    """The lines for a terminal of that width, without one."""
    result = coupon(words, env={"COLUMNS": str(columns), "TTY_COMPATIBLE": "1", "TTY_INTERACTIVE": "0"})
    assert result.exit_code == 0, result.output
    return STEERING.sub("", result.stdout).split("\n")


@pytest.mark.parametrize("columns", [80, 100])
def test_no_line_is_wider_than_the_terminal(shop: Coupon, columns: int) -> None:
    shop.done("redeem 1/400 bert 44.44")
    shop.done("merchant add 'a merchant with a name that is very long indeed, for whatever reason it was given'")
    shop.done(
        "deposit 'a merchant with a name that is very long indeed, for whatever reason it was given' 9999999999.99"
    )
    commands = ("trace 1/400", "batch show 1", "batch list", "merchant show anna", "balance", "verify", "merchant list")
    for words in commands:
        lines = drawn(shop, words, columns=columns)
        assert max(len(line) for line in lines) <= columns, words
        assert not [line for line in lines if re.search(r"[0-9a-f]{64}", line)]
        if words in ("balance", "merchant list"):
            assert [line for line in lines if "9,999,999,999.99" in line]


def test_a_real_terminal_shows_the_same(shop: Coupon) -> None:
    code, lines = on_terminal(shop, "balance", columns=80)
    assert code == 0
    expected = [line.rstrip() for line in drawn(shop, "balance", columns=80) if line.strip()]
    assert expected == [line.rstrip() for line in lines if line.strip()][-len(expected) :]


@pytest.mark.parametrize(("answer", "code", "batches"), [("n\n", 1, 1), ("\n", 1, 1), ("y\n", 0, 2)])
def test_money_is_reserved_only_after_a_yes(shop: Coupon, answer: str, code: int, batches: int) -> None:
    words = "batch mint --size 10 --closes 2026-06-30 --discount 1"
    found, lines = on_terminal(shop, words, answer=answer)
    assert found == code
    asked = "this takes 10.00 USD of the operator's 2,000.00 USD into reserve"
    assert asked in " ".join(lines)
    assert ("nothing was done" in " ".join(lines)) == (code == 1)
    assert len(shop.json("batch list")["batches"]) == batches


def test_numbers_stand_to_the_right(shop: Coupon) -> None:
    lines = drawn(shop, "balance", columns=80)
    ends = {len(line.rstrip()) for line in lines if "#" in line}
    assert len(ends) == 1
