"""What the Solidity source says it can refuse: reasons and errors by function, followed through its calls."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from ledger.chain.compile import ROOT
from tests.sources import own_files_below

_FUNCTION: Final = re.compile(r"\b(constructor|(?<=function )\w+)\(")
_REASON: Final = re.compile(r"\bT\.Reason\.(\w+)")
_CALL: Final = re.compile(r"(?:\b(\w+)\.)?\b(\w+)\(")
_ERROR: Final = re.compile(r"\brevert (?:(?!SafeERC20)\w+\.)?(\w+)\(")

Name = tuple[str, str]
"""A library or contract and its function."""


def reasons_of(library: str, function: str) -> frozenset[str]:
    """Reasons named by a function or by any of ours that it calls."""
    seen: set[Name] = set()
    waiting: list[Name] = [(library, function)]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += _calls(name)
    return frozenset(reason for name in seen for reason in _REASON.findall(_bodies()[name])) - {"None"}


def errors() -> frozenset[str]:
    """Errors that some function of the ledger reverts with."""
    return frozenset(error for body in _bodies().values() for error in _ERROR.findall(body))


def declared_errors() -> frozenset[str]:
    """Errors that the ledger's interfaces and libraries declare."""
    ours = (path for path in own_files_below("contracts", suffix=".sol") if "tokens" not in path.parts)
    texts = (path.read_text(encoding="utf-8") for path in ours)
    return frozenset(name for text in texts for name in re.findall(r"^ +error (\w+)\(", text, re.MULTILINE))


def declared(kind: str, file: str) -> list[str]:
    """The members of an `enum NAME` that an interface declares."""
    text = (ROOT / "contracts" / "interfaces" / file).read_text(encoding="utf-8")
    found = re.search(rf"\b{kind} \{{([^}}]*)\}}", text)
    return [] if found is None else [name.strip() for name in found[1].split(",")]


def _calls(name: Name) -> Iterator[Name]:
    own, _ = name
    for library, function in _CALL.findall(_bodies()[name]):
        called = (library or own, function)
        if called in _bodies() and called != name:
            yield called


@cache
def _bodies() -> Mapping[Name, str]:
    """The text of each function, overloads together, by its library."""
    bodies: dict[Name, str] = {}
    for path in own_files_below("contracts", suffix=".sol"):
        text = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
        found = re.search(r"^(?:abstract )?(?:library|contract) (\w+)", text, re.MULTILINE)
        if found is not None and "tokens" not in path.parts:
            for match in _FUNCTION.finditer(text):
                name = (found[1], match[1])
                bodies[name] = bodies.get(name, "") + _body(text, match.start())
    return bodies


def _body(text: str, start: int) -> str:
    """From the opening brace of a function to its closing one; empty for one without a body."""
    opening = text.index("{", start)
    if ";" in text[start:opening]:
        return ""
    depth = 0
    for position in range(opening, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return text[opening : position + 1]
    return text[opening:]
