"""Symbolic checks of the contracts, and mutants that each must notice: `python -m scripts.gates.halmos`.

halmos runs the compiled code with unknowns for numbers: a check that passes holds for all. A check is only worth
what it notices, so each is also run on a copy of the sources with a fault in it, and must fail there.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from scripts.gates.python_tool import tool_folder
from scripts.gates.symbolic_build import ROLE_GATES, Mutant, build, check_sources, read_mutants
from scripts.steps import CACHE, ROOT, StepFailed

LOCK = ROOT / "scripts" / "gates" / "requirements-halmos.lock"
LOOP_BOUND: Final = 40
SOLVER_SECONDS: Final = 120
_ENDINGS: Final = ("holds", "counterexample", "time-out", "stuck", "always reverts", "error")


class HalmosFailed(Exception):
    """halmos ended without a result; `said` is what it printed."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(said)


@dataclass(frozen=True, slots=True)
class Checked:
    """How one check ended, over how many paths of the code; `bounded_loops` were not followed to their end."""

    contract: str
    check: str
    ending: str
    paths: int
    bounded_loops: int

    @property
    def holds(self) -> bool:
        """True for all values: nothing was left out."""
        return self.ending == "holds" and self.bounded_loops == 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """All checks on the sources as they are, and by mutant's name the checks that should have failed and did not."""

    checks: tuple[Checked, ...]
    missed: Mapping[str, tuple[str, ...]]
    unproved: tuple[str, ...]
    """Checks that no mutant is for."""

    @property
    def passed(self) -> bool:
        """Every check holds, and each notices its mutants."""
        return all(each.holds for each in self.checks) and not any(self.missed.values()) and not self.unproved


def check() -> Outcome:
    """Every check on the sources and on each mutant. Raises HalmosFailed, CompilationFailed, StepFailed."""
    mutants = read_mutants()
    checks = run_checks(names_of_contracts())
    missed = {mutant.name: survived(mutant) for mutant in mutants}
    killed = {(mutant.contract, check) for mutant in mutants for check in mutant.kills}
    unproved = tuple(each.check for each in checks if (each.contract, each.check) not in killed)
    return Outcome(checks, missed, unproved)


def names_of_contracts() -> tuple[str, ...]:
    """Every contract that has checks."""
    return tuple(name for name, text in check_sources().items() if "function check_" in text)


def survived(mutant: Mutant) -> tuple[str, ...]:
    """Checks of `mutant.kills` that found no counterexample in the mutant. Raises as `check` does."""
    noticed = {each.check for each in run_checks([mutant.contract], mutant.sources()) if each.ending == _ENDINGS[1]}
    return tuple(name for name in mutant.kills if name not in noticed)


def run_checks(contracts: Sequence[str], changed: Mapping[str, str] | None = None) -> tuple[Checked, ...]:
    """Every check of these contracts, on the sources or with some `changed`. Raises as `check` does."""
    work = CACHE / "gates" / "work"
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="halmos-", dir=work) as name:
        folder = Path(name)
        build(folder, contracts, changed)
        return tuple(each for contract in contracts for each in _run(folder, contract))


def _run(folder: Path, contract: str) -> tuple[Checked, ...]:
    programs = tool_folder(LOCK)
    # halmos has forge build first; all is built.
    forge = folder / "bin" / "forge"
    forge.parent.mkdir(exist_ok=True)
    forge.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    forge.chmod(0o755)
    result = folder / f"{contract}.json"
    words = [str(programs / "halmos"), "--root", str(folder), "--contract", contract, "--function", "check_"]
    options = ["--loop", str(LOOP_BOUND), "--solver-timeout-assertion", f"{SOLVER_SECONDS}s", "--early-exit"]
    path = os.pathsep.join((str(forge.parent), str(programs), os.environ.get("PATH", "")))
    ended = subprocess.run(
        [*words, *options, "--no-status", "--json-output", str(result)],
        cwd=folder,
        env={**os.environ, "PATH": path, "VIRTUAL_ENV": str(programs.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    if not result.is_file():
        raise HalmosFailed((ended.stdout + ended.stderr).strip())
    tests = [test for found in json.loads(result.read_text("utf-8"))["test_results"].values() for test in found]
    return tuple(
        Checked(
            contract,
            test["name"].partition("(")[0],
            _ENDINGS[min(test["exitcode"], len(_ENDINGS) - 1)],
            (test["num_paths"] or [0])[0],
            test["num_bounded_loops"] or 0,
        )
        for test in tests
    )


def main() -> None:
    """Print every check and every mutant, and end with 1 if a check fails or notices too little."""
    parser = argparse.ArgumentParser(description="symbolic checks of the contracts by halmos")
    parser.add_argument("--json", type=Path, help="write the outcome here")
    # A check is for all values in every tier. Every gate takes the option.
    parser.add_argument("--share", type=int, default=1, help="of no effect here: nothing is random")
    words = parser.parse_args()
    try:
        outcome = check()
    except (HalmosFailed, StepFailed) as error:
        sys.exit(f"halmos: {error}")
    show(outcome)
    if words.json:
        words.json.write_text(json.dumps(asdict(outcome), indent=2) + "\n", encoding="utf-8")
    if not outcome.passed:
        sys.exit(1)


def show(outcome: Outcome) -> None:
    """One line a check (the role gates' together), then the mutants."""
    gates = [each for each in outcome.checks if each.contract == ROLE_GATES]
    for each in outcome.checks:
        if each.contract != ROLE_GATES or not each.holds:
            print(f"halmos, {each.contract}: {each.check}: {each.ending}, {each.paths} paths")
    print(
        f"halmos, {ROLE_GATES}: {sum(each.holds for each in gates)} of {len(gates)} functions refuse who lacks the role"
    )
    for name, missed in outcome.missed.items():
        print(f"  mutant, {name}: {'not noticed by ' + ', '.join(missed) if missed else 'noticed'}")
    for name in outcome.unproved:
        print(f"  no mutant is for {name}")
    print("passed" if outcome.passed else "failed")


if __name__ == "__main__":
    main()
