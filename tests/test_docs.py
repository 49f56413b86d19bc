"""The documents: their links lead somewhere, and the commands they show exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.verbs import BENCHES, VERBS
from tests.sources import name_of, own_files

DOCUMENTS = [path for path in own_files() if path.suffix == ".md"]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELL_LANGUAGES = frozenset({"console", "sh", "bash", "shell"})
DEV = ["python3", "scripts/dev.py"]


def shell_commands(text: str) -> Iterator[list[str]]:
    """Words of each command in a document's shell blocks; in `console` only what stands after a `$`."""
    for language, block in FENCE.findall(text):
        if language not in SHELL_LANGUAGES:
            continue
        for line in block.replace("\\\n", " ").splitlines():
            if language == "console" and not line.startswith("$ "):
                continue
            for command in re.split(r"&&|;|\||>", line.removeprefix("$ ")):
                words = shlex.split(command, comments=True)
                if words:
                    yield words


def shown_commands(*start: str) -> list[tuple[str, list[str]]]:
    """Documents and the words after `start` of the commands that begin so."""
    return [
        (name_of(path), words[len(start) :])
        for path in DOCUMENTS
        for words in shell_commands(path.read_text(encoding="utf-8"))
        if words[: len(start)] == list(start)
    ]


def test_every_relative_link_leads_to_a_file() -> None:
    broken = []
    for path in DOCUMENTS:
        text = FENCE.sub("", path.read_text(encoding="utf-8"))
        for target in LINK.findall(text):
            file = target.partition("#")[0]
            if file and "://" not in file and not file.startswith("mailto:") and not (path.parent / file).exists():
                broken.append(f"{name_of(path)}: {target}")
    assert not broken


def test_every_shown_developer_command_names_a_verb() -> None:
    for document, words in shown_commands(*DEV):
        assert words, f"{document} shows dev.py without a verb"
        assert words[0] in VERBS, f"{document} shows dev.py {words[0]}"
        if words[0] == "bench" and len(words) > 1:
            assert words[1] in BENCHES, f"{document} shows dev.py bench {words[1]}"


def test_every_shown_coupon_command_and_option_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = shown_commands("coupon") + shown_commands(*DEV, "coupon") + shown_commands(".venv/bin/coupon")
    if not commands:
        return
    # Imported here: the command line loads the whole product, which the other tests of this file do without.
    from typer.testing import CliRunner

    from ledger.cli import app

    monkeypatch.chdir(tmp_path)
    for document, words in commands:
        # --help ends a command before it does anything, but after its words and options were found to exist.
        result = CliRunner().invoke(app, [*words, "--help"])
        assert result.exit_code == 0, f"{document} shows: coupon {shlex.join(words)}\n{result.output}"


def test_a_shell_block_gives_its_commands_and_nothing_of_their_output() -> None:
    console = "```console\n$ coupon trace X | head  # look\nprinted\n```\n"
    text = console + "```sh\ncd x && \\\n  coupon list\n```\n```py\ny\n```"
    assert list(shell_commands(text)) == [["coupon", "trace", "X"], ["head"], ["cd", "x"], ["coupon", "list"]]
