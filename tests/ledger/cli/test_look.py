"""What a terminal shows: nothing beyond its width, no hash broken in two, numbers to the right."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest

from tests.ledger.cli.coupon import Coupon
from tests.sources import ROOT

STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PROGRAM = "from ledger.cli import main; main()"


def shown(coupon: Coupon, words: str, *, columns: int) -> list[str]:
    """The lines a terminal of that width shows."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}
    environment.pop("COLUMNS", None)
    command = [sys.executable, "-c", PROGRAM, *words.split(), "--state", str(coupon.state)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        content = b""
        while chunk := _read(ours):
            content += chunk
    os.close(ours)
    assert process.returncode == 0, content.decode()
    text = STEERING.sub("", content.decode()).replace("\r\n", "\n")
    return [line.rsplit("\r", 1)[-1] for line in text.split("\n")]


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
    real = [line.rstrip() for line in shown(shop, "balance", columns=80)]
    expected = [line.rstrip() for line in drawn(shop, "balance", columns=80) if line.strip()]
    assert expected == [line for line in real if line.strip()][-len(expected) :]


def test_numbers_stand_to_the_right(shop: Coupon) -> None:
    lines = drawn(shop, "balance", columns=80)
    ends = {len(line.rstrip()) for line in lines if "#" in line}
    assert len(ends) == 1
