"""The mutants of the contracts, as `tests/gates/mutants.toml` lists them."""

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.steps import ROOT

LIST: Final = ROOT / "tests" / "gates" / "mutants.toml"
TESTS: Final = "tests/contracts"
"""Where the tests that mutants name stand; a name with a folder stands below `tests`."""


class MutantInvalid(Exception):
    """A mutant of the list cannot be made as it is written there."""

    def __init__(self, mutant: str, wrong: str) -> None:
        self.mutant, self.wrong = mutant, wrong
        super().__init__(f"mutant {mutant}: {wrong}")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A small edit of a contract that breaks one invariant; `tests` are those that should notice first."""

    name: str
    file: str
    old: str
    new: str
    breaks: str
    tests: tuple[str, ...]

    def applied(self, text: str) -> str:
        """The source with the edit. Raises MutantInvalid if the old text is not there exactly once."""
        found = text.count(self.old)
        if found != 1:
            raise MutantInvalid(self.name, f"its old text stands {found} times in {self.file}, not once: {self.old!r}")
        return text.replace(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Mutants:
    """The whole list; `invariants` are the sentences that `breaks` names."""

    invariants: Mapping[str, str]
    all: tuple[Mutant, ...]


def read_mutants(path: Path = LIST, *, root: Path = ROOT) -> Mutants:
    """The list, each mutant checked against the sources. Raises MutantInvalid."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    mutants = tuple(
        Mutant(
            name=entry["name"],
            file=entry["file"],
            old=entry["old"].strip("\n"),
            new=entry["new"].strip("\n"),
            breaks=entry["breaks"],
            tests=tuple(_path(name) for name in entry["tests"]),
        )
        for entry in content["mutant"]
    )
    names = [mutant.name for mutant in mutants]
    for mutant in mutants:
        _check(mutant, names, content["invariants"], root)
    return Mutants(content["invariants"], mutants)


def choose(mutants: Sequence[Mutant], *, share: int, seed: str) -> tuple[Mutant, ...]:
    """One in `share` of the mutants, at least one: the same ones for the same seed, in the order of the list."""
    count = max(1, len(mutants) // share)
    chosen = set(random.Random(seed).sample([mutant.name for mutant in mutants], count))
    return tuple(mutant for mutant in mutants if mutant.name in chosen)


def _path(name: str) -> str:
    return f"tests/{name}" if "/" in name else f"{TESTS}/{name}"


def _check(mutant: Mutant, names: Sequence[str], invariants: Mapping[str, str], root: Path) -> None:
    if names.count(mutant.name) != 1:
        raise MutantInvalid(mutant.name, f"{names.count(mutant.name)} mutants have this name")
    if mutant.breaks not in invariants:
        raise MutantInvalid(mutant.name, f"it breaks {mutant.breaks!r}, which is none of {', '.join(invariants)}")
    for name in (mutant.file, *mutant.tests):
        if not (root / name).is_file():
            raise MutantInvalid(mutant.name, f"there is no {name}")
    if mutant.old == mutant.new:
        raise MutantInvalid(mutant.name, "its new text is the old one")
    mutant.applied((root / mutant.file).read_text(encoding="utf-8"))
