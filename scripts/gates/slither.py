"""Slither over the contracts, twice, every high or medium finding explained: `python -m scripts.gates.slither`.

The first pass takes the plain guard against reentrance, since the transient one stops slither; the second
also takes SafeERC20 by plain calls, since slither sees no call through the assembly of OpenZeppelin's.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

from ledger.chain.compile import SETTINGS
from ledger.chain.solc import package_version, run_solc
from scripts.gates.python_tool import tool_folder
from scripts.steps import CACHE, ROOT, StepFailed

Pass = Literal["as compiled", "plain token calls"]
PASSES: Final[tuple[Pass, ...]] = ("as compiled", "plain token calls")
LOCK = ROOT / "scripts" / "gates" / "requirements-slither.lock"
EXPLAINED = ROOT / "tests" / "gates" / "slither_explained.toml"
SHIM = ROOT / "scripts" / "gates" / "shim" / "SafeERC20.sol"
_REMAPPED = "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol=shim/SafeERC20.sol"
_LEFT_OUT = "tokens/misbehaving/"
_SHOWN = frozenset({"High", "Medium"})


class SlitherFailed(Exception):
    """Slither ended without a result; `said` is what it printed."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(said)


@dataclass(frozen=True, slots=True)
class Finding:
    """One high or medium finding; `where` is Contract.function, or the contract or variable that it names."""

    detector: str
    impact: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why findings of one detector at one place are no fault."""

    detector: str
    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What both passes found, by pass, and how it stands against the explanations."""

    contracts: int
    detectors: int
    found: Mapping[str, tuple[Finding, ...]]
    unexplained: tuple[Finding, ...]
    idle: tuple[Explanation, ...]

    @property
    def passed(self) -> bool:
        """Every finding has its explanation and every explanation its finding."""
        return not self.unexplained and not self.idle


def check(*, sources: Path = ROOT / "contracts", explained: Path = EXPLAINED) -> Outcome:
    """Both passes over `sources` against the explanations. Raises SlitherFailed, CompilationFailed, StepFailed."""
    explanations = read_explanations(explained)
    found: dict[str, tuple[Finding, ...]] = {}
    contracts = detectors = 0
    for each in PASSES:
        found[each], contracts, detectors = analyse(each, sources)
    everything = [finding for findings in found.values() for finding in findings]
    unexplained, idle = judge(everything, explanations)
    return Outcome(contracts, detectors, found, unexplained, idle)


def judge(
    findings: Iterable[Finding], explanations: Iterable[Explanation]
) -> tuple[tuple[Finding, ...], tuple[Explanation, ...]]:
    """Findings that nobody explained, and explanations of what was not found."""
    places = {(finding.detector, finding.where): finding for finding in findings}
    reasons = {(each.detector, each.where): each for each in explanations}
    unexplained = tuple(finding for place, finding in places.items() if place not in reasons)
    return unexplained, tuple(each for place, each in reasons.items() if place not in places)


def read_explanations(path: Path) -> tuple[Explanation, ...]:
    """The explanations of a TOML file: tables `finding` of detector, the places `where`, and their one reason."""
    tables = tomllib.loads(path.read_text(encoding="utf-8")).get("finding", [])
    return tuple(Explanation(table["detector"], where, table["reason"]) for table in tables for where in table["where"])


def analyse(how: Pass, sources: Path) -> tuple[tuple[Finding, ...], int, int]:
    """High and medium findings of one pass, the contracts and the detectors that looked. Raises as `check` does."""
    work = CACHE / "gates" / "work"
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="slither-", dir=work) as name:
        folder = Path(name)
        request = _lay_out(folder, sources, how)
        (folder / "input.json").write_text(json.dumps(request), encoding="utf-8")
        launcher = _compiled(folder, request)
        return _run(folder, launcher)


def _lay_out(folder: Path, sources: Path, how: Pass) -> dict[str, Any]:
    """Put the sources where slither reads their lines, and say what to compile."""
    (folder / "@openzeppelin").symlink_to(ROOT / "node_modules" / "@openzeppelin")
    (folder / "solc").symlink_to(ROOT / "node_modules" / "solc")
    names = []
    for path in sorted(sources.rglob("*.sol")):
        inside = path.relative_to(sources).as_posix()
        if inside.startswith(_LEFT_OUT):
            continue
        target = folder / "contracts" / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8").replace("ReentrancyGuardTransient", "ReentrancyGuard")
        target.write_text(text, encoding="utf-8")
        names.append(f"contracts/{inside}")
    remappings = []
    if how == "plain token calls":
        (folder / "shim").mkdir()
        shutil.copy(SHIM, folder / "shim")
        names.append("shim/SafeERC20.sol")
        remappings.append(_REMAPPED)
    return {
        "language": "Solidity",
        "sources": {name: {"content": (folder / name).read_text(encoding="utf-8")} for name in names},
        "settings": {
            "remappings": remappings,
            "evmVersion": SETTINGS["evmVersion"],
            "outputSelection": {"*": {"*": ["abi"], "": ["ast"]}},
        },
    }


def _compiled(folder: Path, request: Mapping[str, Any]) -> Path:
    """A `solc` that hands slither our compiler's syntax trees: it reads no code, and making that takes a minute."""
    scratch = folder / "scratch"
    scratch.mkdir()
    output = run_solc(request, node_modules=folder, scratch=scratch)
    nothing = {"object": "", "sourceMap": ""}
    for contracts in output["contracts"].values():
        for contract in contracts.values():
            contract["evm"] = {"bytecode": nothing, "deployedBytecode": nothing, "methodIdentifiers": {}}
    output.pop("errors", None)
    (folder / "output.json").write_text(json.dumps(output), encoding="utf-8")
    version = package_version(ROOT / "node_modules", "solc")
    launcher = folder / "launch-solc"
    launcher.write_text(
        "#!/bin/sh\n"
        f'if [ "$1" = --version ]; then echo "Version: {version}+commit.00000000.Linux.g++"; exit; fi\n'
        f"cat > /dev/null\ncat '{folder / 'output.json'}'\n",
        encoding="utf-8",
    )
    launcher.chmod(0o755)
    return launcher


def _run(folder: Path, launcher: Path) -> tuple[tuple[Finding, ...], int, int]:
    program = tool_folder(LOCK) / "slither"
    words = [str(program), "input.json", "--compile-force-framework", "Solc-json", "--solc", str(launcher)]
    options = ["--filter-paths", "@openzeppelin|shim", "--exclude-informational", "--exclude-optimization"]
    result = folder / "result.json"
    ended = subprocess.run(
        [*words, *options, "--exclude-low", "--json", str(result)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if not result.is_file():
        raise SlitherFailed((ended.stdout + ended.stderr).strip())
    report = json.loads(result.read_text(encoding="utf-8"))
    counted = [line for line in ended.stderr.splitlines() if " analyzed (" in line]
    if not report["success"] or not counted:
        raise SlitherFailed(str(report["error"]) or ended.stderr)
    numbers = [int(word) for word in counted[-1].replace("(", " ").split() if word.isdigit()]
    findings = tuple(_finding(found) for found in report["results"].get("detectors", []) if found["impact"] in _SHOWN)
    return findings, numbers[0], numbers[1]


def _finding(found: Mapping[str, Any]) -> Finding:
    element = found["elements"][0]
    names = [element["name"]]
    while (element := element.get("type_specific_fields", {}).get("parent")) and element["type"] != "file":
        names.append(element["name"])
    where = ".".join(reversed(names[-2:]))
    return Finding(found["check"], found["impact"], where, " ".join(found["description"].split()))


def main() -> None:
    """Print what was found, and end with 1 if anything is unexplained or an explanation is idle."""
    parser = argparse.ArgumentParser(description="slither, both passes, against tests/gates/slither_explained.toml")
    parser.add_argument("--json", type=Path, help="write the outcome here")
    # Both passes are whole in every tier: they take seconds. Every gate takes the option.
    parser.add_argument("--share", type=int, default=1, help="of no effect here: nothing is random")
    words = parser.parse_args()
    try:
        outcome = check()
    except (SlitherFailed, StepFailed) as error:
        sys.exit(f"slither: {error}")
    show(outcome)
    if words.json:
        words.json.write_text(json.dumps(asdict(outcome), indent=2) + "\n", encoding="utf-8")
    if not outcome.passed:
        sys.exit(1)


def show(outcome: Outcome) -> None:
    """One line a pass, then what is unexplained or idle."""
    for name, findings in outcome.found.items():
        print(f"slither, {name}: {outcome.contracts} contracts, {outcome.detectors} detectors, {len(findings)} found")
    for finding in outcome.unexplained:
        print(f"  unexplained {finding.impact.lower()}: {finding.detector} at {finding.where}\n    {finding.text}")
    for each in outcome.idle:
        print(f"  explains nothing that was found: {each.detector} at {each.where}")
    print("passed" if outcome.passed else "failed")


if __name__ == "__main__":
    main()
