"""Do the contract's tests notice when a rule is broken? `python -m scripts.gates.mutants [--json FILE] [--share N]`.

Each mutant is compiled and put, as a finished build of the sources as they are, into a copy of the tree, where the
tests named for it run, then all of the contract's tests. So only what a mutant does can kill it: no test sees its text.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ledger.chain.artifacts import Artifact
from ledger.chain.compile import compile_contracts, content_hash
from ledger.chain.solc import CompilationFailed
from scripts.gates.mutant_build import compile_mutant, source_texts
from scripts.gates.mutant_list import TESTS, Mutant, MutantInvalid, choose, read_mutants
from scripts.steps import ROOT

COPIED: Final = ("contracts", "ledger", "scripts", "tests", "pyproject.toml")
NO_KILLERS: Final = ("test_gas.py", "test_reasons.py")
"""Pins of exact gas, which any change moves, and the tests that read the source: they would notice every edit."""

SHARE_KILLED_PERCENT: Final = 95
_PASSED, _FAILED = 0, 1


class KillerBroken(Exception):
    """The tests cannot judge mutants: they fail, or do not run, without any edit."""

    def __init__(self, tests: Sequence[str], code: int, said: str) -> None:
        self.tests, self.code = tuple(tests), code
        super().__init__(f"pytest {' '.join(tests)} without a mutant ended with {code}:\n{said}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one mutant ended; `killer` is the first test that failed, empty if none did."""

    mutant: str
    breaks: str
    killer: str
    expected: bool
    """The killer was among the tests that the mutant names."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a run found."""

    listed: int
    seed: str
    outcomes: tuple[Outcome, ...]

    @property
    def killed(self) -> int:
        """Mutants that a test noticed."""
        return sum(1 for each in self.outcomes if each.killer)

    @property
    def enough(self) -> bool:
        """Whether as many were killed as promised."""
        return self.killed * 100 >= len(self.outcomes) * SHARE_KILLED_PERCENT


class Killer:
    """A copy of the tree whose contracts are whatever was put there last."""

    def __init__(self, folder: Path, texts: dict[str, str]) -> None:
        self._root = folder
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / name)
        (folder / "node_modules").symlink_to(ROOT / "node_modules", target_is_directory=True)
        self._build = folder / "build" / "contracts" / content_hash(texts, ROOT / "node_modules")
        self._build.mkdir(parents=True)

    def put(self, artifacts: dict[str, Artifact]) -> None:
        """Let the copy's contracts be these."""
        plain = {name: artifact.to_json() for name, artifact in artifacts.items()}
        (self._build / "artifacts.json").write_text(json.dumps(plain), encoding="utf-8")

    def first_failure(self, tests: Iterable[str]) -> str:
        """Id of the first test that fails, empty if all pass. Raises KillerBroken if pytest could not run them."""
        names = list(tests)
        left_out = [f"--ignore={TESTS}/{name}" for name in NO_KILLERS]
        words = ["-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-p", "no:xdist", *left_out, *names]
        done = subprocess.run(
            [sys.executable, *words], cwd=self._root, capture_output=True, text=True, check=False, timeout=1_800
        )
        if done.returncode not in (_PASSED, _FAILED):
            raise KillerBroken(names, done.returncode, (done.stdout + done.stderr)[-3_000:])
        if done.returncode == _PASSED:
            return ""
        lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
        if not lines:
            raise KillerBroken(names, done.returncode, done.stdout[-3_000:])
        return lines[0].split(" ", 1)[1].partition(" - ")[0]


def run(*, share: int = 1, seed: str = "", only: str = "") -> Result:
    """Kill one in `share` of the mutants, chosen by `seed`, or those whose name or file holds `only`.

    Without a seed the sources are the seed: changed contracts are tried with other mutants. Prints each mutant's end.
    Raises MutantInvalid, KillerBroken.
    """
    mutants = read_mutants()
    texts = source_texts()
    seed = seed or content_hash(texts, ROOT / "node_modules")
    wanted = [each for each in mutants.all if only in each.name or only in each.file]
    chosen = choose(wanted, share=share, seed=seed)
    artifacts = dict(compile_contracts())
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        killer = Killer(Path(folder), texts)
        killer.put(artifacts)
        tests = sorted({name for mutant in chosen for name in mutant.tests})
        failed = killer.first_failure(tests)
        if failed:
            raise KillerBroken(tests, _FAILED, failed)
        print(f"{len(chosen)} of {len(mutants.all)} mutants, seed {seed}; unedited, {len(tests)} files of tests pass")
        for mutant in chosen:
            try:
                killer.put(compile_mutant(mutant.file, _mutated(mutant, texts), texts=texts, artifacts=artifacts))
            except CompilationFailed as failure:
                raise MutantInvalid(mutant.name, f"it does not compile: {failure.messages[:500]}") from failure
            outcomes.append(_judge(mutant, killer))
            print(_line(outcomes[-1]), flush=True)
    return Result(len(mutants.all), seed, tuple(outcomes))


def _mutated(mutant: Mutant, texts: dict[str, str]) -> str:
    return mutant.applied(texts[mutant.file])


def _judge(mutant: Mutant, killer: Killer) -> Outcome:
    """By the tests it names; if they do not notice, by all."""
    failed = killer.first_failure(mutant.tests)
    expected = bool(failed)
    if not failed:
        failed = killer.first_failure([TESTS])
    return Outcome(mutant.name, mutant.breaks, failed, expected)


def _line(outcome: Outcome) -> str:
    if not outcome.killer:
        return f"  SURVIVED  {outcome.mutant} ({outcome.breaks})"
    elsewhere = "" if outcome.expected else "  (by no test that it names)"
    return f"  killed    {outcome.mutant} ({outcome.breaks}) by {outcome.killer.rpartition('::')[2]}{elsewhere}"


def main() -> int:
    """Exit code 1 if too many survived."""
    parser = argparse.ArgumentParser(description="run the contract's tests against mutants of the contracts")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--share", type=int, default=1, help="try one in so many")
    parser.add_argument("--seed", default="", help="chooses which; without it the contracts' content does")
    parser.add_argument("--only", default="", help="those whose name or file holds this text")
    options = parser.parse_args()
    result = run(share=options.share, seed=options.seed, only=options.only)
    if options.json:
        options.json.write_text(json.dumps(asdict(result), indent=1) + "\n", encoding="utf-8")
    verdict = "enough" if result.enough else f"too few, {SHARE_KILLED_PERCENT} % are promised"
    print(f"mutants: {result.killed} of {len(result.outcomes)} tried were killed: {verdict} ({result.listed} listed)")
    return 0 if result.enough else 1


if __name__ == "__main__":
    raise SystemExit(main())
