"""Files of secrets: whole or not there, and their owner's alone."""

import os
import stat
import sys
from pathlib import Path

import pytest

from ledger.custody.private_file import write_private


def test_a_file_is_whole_and_private(tmp_path: Path) -> None:
    write_private(tmp_path / "secret", "wörd")
    assert (tmp_path / "secret").read_text(encoding="utf-8") == "wörd"
    assert os.listdir(tmp_path) == ["secret"]
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("first")
    with pytest.raises(FileExistsError):
        write_private(tmp_path / "secret", "second")
    assert (tmp_path / "secret").read_text() == "first"
    assert os.listdir(tmp_path) == ["secret"]
