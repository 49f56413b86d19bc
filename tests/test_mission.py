"""Which tests show which line of the mission; `python3 scripts/dev.py test tests/test_mission.py -s` prints it."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.sources import ROOT, functions_of, name_of, own_files_below, syntax_of

CLAIMS = ROOT / "tests" / "mission.toml"

LAST_LINE: Final[Mapping[str, int]] = {"S0": 17, "S1": 37, "S2": 23, "S3": 14, "S4": 25}
LAST_NOVELTY: Final = 15
KNOWN: Final = frozenset(f"{family}.{line}" for family, last in LAST_LINE.items() for line in range(1, last + 1)) | {
    f"N{line}" for line in range(1, LAST_NOVELTY + 1)
}

MENTION = re.compile(r"\b(S\d)\.(\d+)(?:\s?[-\u2013]\s?(?:S?\d\.)(\d+))?|\bN(\d+)\b")
"""`S2.7`, a run of lines such as `S2.4-2.6` or `S2.4-S2.6`, and `N8`."""


def lines_named_in(text: str) -> Iterator[str]:
    """Ids of the mission's lines in a docstring, known or not; a run names each of its lines."""
    for family, first, last, novelty in MENTION.findall(text):
        if novelty:
            yield f"N{novelty}"
        else:
            yield from (f"{family}.{line}" for line in range(int(first), int(last or first) + 1))


def documented_tests(path: Path) -> Iterator[tuple[str, str]]:
    """Name and docstring of each test of a file; a state machine's docstring stands on its class."""
    tree = syntax_of(path)
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    tests = (function for function in functions_of(tree) if function.name.startswith("test_"))
    for node in (*tests, *classes):
        yield f"{name_of(path)}::{node.name}", ast.get_docstring(node) or ""


def shown_by_line() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for path in own_files_below("tests", suffix=".py"):
        if path.name.startswith("test_") and path != Path(__file__):
            for test, text in documented_tests(path):
                for line in dict.fromkeys(lines_named_in(text)):
                    table.setdefault(line, []).append(test)
    return table


def claims() -> dict[str, str]:
    read = tomllib.loads(CLAIMS.read_text(encoding="utf-8"))["claims"]
    return {str(line): str(title) for line, title in read.items()}


def order(line: str) -> tuple[str, int]:
    family, _, number = line.partition(".") if "." in line else ("T", "", line[1:])
    return family, int(number)


def test_every_claimed_line_of_the_mission_has_a_test() -> None:
    table, claimed = shown_by_line(), claims()
    print()
    for line in sorted(claimed, key=order):
        print(f"{line:<6} {claimed[line]}")
        for test in table.get(line, ["UNTESTED"]):
            print(f"         {test}")
    assert not [line for line in sorted(claimed, key=order) if line not in table]


def test_claims_and_docstrings_name_only_lines_that_exist() -> None:
    assert not {line: tests for line, tests in shown_by_line().items() if line not in KNOWN}
    assert not set(claims()) - KNOWN


def test_a_docstring_may_name_single_lines_and_runs_of_them() -> None:
    text = "Lines S2.7, S2.4-2.6 and S1.10-S1.12; also N8, but not XS2.9 or 2.3."
    assert list(lines_named_in(text)) == ["S2.7", "S2.4", "S2.5", "S2.6", "S1.10", "S1.11", "S1.12", "N8"]
