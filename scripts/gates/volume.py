"""A million random calls against the contract's invariants: `python -m scripts.gates.volume [--json FILE] [--share N]`.

The calls and the ghost that follows them are in `tests/gates/volume`; forge drives them against the product's own
build, byte for byte, with its libraries put at addresses of their own.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from eth_abi.abi import encode

from ledger.chain.artifacts import Artifact, link
from ledger.chain.compile import compile_contracts
from scripts.gates.forge_tool import forge_executable
from scripts.gates.solc_wrapper import solc_executable
from scripts.steps import CACHE, ROOT, StepFailed

CALLS: Final = 1_000_000
DEPTH: Final = 500
"""Calls of one life; each starts from the same town."""

SHRINKS: Final = 200
"""Tries to leave calls out of a failed life; none where only the failure matters."""

SOURCES: Final = ROOT / "tests" / "gates" / "volume"
PROJECT: Final = CACHE / "gates" / "volume"
MIX: Final = "mix.txt"
OUTCOMES: Final = ("calls", "done", "refused", "reverted")

_SETTINGS: Final = """
[profile.default]
src = "volume"
test = "volume"
out = "out"
libs = []
solc = "{solc}"
offline = true
auto_detect_solc = false
auto_detect_remappings = false
remappings = ["contracts/={project}/contracts/"]
evm_version = "cancun"
optimizer = true
optimizer_runs = 200
via_ir = false
fs_permissions = [{{ access = "read", path = "build" }}, {{ access = "read-write", path = "{mix}" }}]

[invariant]
runs = {runs}
depth = {depth}
fail_on_revert = true
# The calls make their own choices out of one number: values seen before are of no use to them.
dictionary_weight = 0
include_storage = false
include_push_bytes = false
shrink_run_limit = {shrinks}
show_metrics = true
"""

_BROKEN: Final = re.compile(r"\[FAIL: (.*)\](?: invariant_.*)?$", re.MULTILINE)


class InvariantBroken(Exception):
    """A life ended with a broken invariant: its name (or what else ended it), and forge's account of the last calls."""

    def __init__(self, seed: int, said: str) -> None:
        found = _BROKEN.search(said)
        self.seed, self.invariant, self.said = seed, found[1] if found else "", said[-20_000:]
        super().__init__(f"forge, seed {seed}: {self.invariant}\n{self.said}")


@dataclass(frozen=True, slots=True)
class Result:
    """What ran: transactions by verb, with the items done and refused and the transactions reverted.

    Under "opening" is what made the town in which each life begins.
    """

    seed: int
    lives: int
    seconds: float
    verbs: Mapping[str, Mapping[str, int]]

    @property
    def transactions(self) -> int:
        """Random calls of the ledger in all."""
        return sum(counts["calls"] for verb, counts in self.verbs.items() if verb != "opening")


def run(
    *, share: int = 1, seed: int = 1, artifacts: Mapping[str, Artifact] | None = None, project: Path = PROJECT
) -> Result:
    """One in `share` of the calls, of the ledger as it is built or of `artifacts`; `project` is forge's folder.

    Raises InvariantBroken, StepFailed.
    """
    lives = -(-CALLS // share // DEPTH)
    _prepare(project, artifacts or compile_contracts(), lives=lives, shrinks=0 if artifacts else SHRINKS)
    forge = forge_executable()
    built = subprocess.run([str(forge), "build"], cwd=project, capture_output=True, text=True, check=False)
    if built.returncode != 0:
        raise StepFailed(f"the calls in {SOURCES} do not compile:\n{(built.stdout + built.stderr)[-20_000:]}")
    begin = time.monotonic()
    done = subprocess.run(
        [str(forge), "test", "--fuzz-seed", str(seed), "--color", "never"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise InvariantBroken(seed, done.stdout + done.stderr)
    # forge ends the last life twice; two lives of one mix are as good as impossible.
    lines = list(dict.fromkeys((project / MIX).read_text(encoding="utf-8").splitlines()))
    return Result(seed, len(lines), round(time.monotonic() - begin, 1), _verbs(lines))


def _prepare(project: Path, artifacts: Mapping[str, Artifact], *, lives: int, shrinks: int) -> None:
    """A project of forge's: the interfaces, the calls, the build. Files of the same content are compiled once."""
    for target, source in (("volume", SOURCES), ("contracts/interfaces", ROOT / "contracts" / "interfaces")):
        shutil.rmtree(project / target, ignore_errors=True)
        shutil.copytree(source, project / target)
    shutil.rmtree(project / "cache" / "invariant", ignore_errors=True)  # lives that failed against another content
    (project / MIX).write_text("", encoding="utf-8")
    settings = _SETTINGS.format(
        solc=solc_executable(), project=project, mix=MIX, runs=lives, depth=DEPTH, shrinks=shrinks
    )
    (project / "foundry.toml").write_text(settings, encoding="utf-8")
    build = project / "build"
    build.mkdir(exist_ok=True)
    addresses = {name: hashlib.sha256(name.encode()).digest()[:20] for name in _libraries(artifacts)}
    deployed = [
        (address, link(_as_deployed(artifacts[name]), addresses)) for name, address in sorted(addresses.items())
    ]
    libraries = encode(["address[]", "bytes[]"], [[each[0] for each in deployed], [each[1] for each in deployed]])
    for file, code in (
        ("libraries", libraries),
        ("ledger", link(artifacts["CouponLedger"], addresses)),
        ("token", link(artifacts["SettlementToken"], addresses)),
    ):
        (build / f"{file}.hex").write_text("0x" + code.hex(), encoding="utf-8")


def _libraries(artifacts: Mapping[str, Artifact]) -> set[str]:
    """All that the ledger calls by address, those that these call too."""
    found, waiting = set[str](), ["CouponLedger"]
    while waiting:
        for name in artifacts[waiting.pop()].libraries - found:
            found.add(name)
            waiting.append(name)
    return found


def _as_deployed(artifact: Artifact) -> Artifact:
    """For `link`: the code as it stands on the chain. A library's own address in it may stay zero: it is only compared,
    to refuse calls that are not delegated."""
    return replace(artifact, bytecode=artifact.deployed_bytecode, link_references=artifact.deployed_link_references)


def _verbs(lines: list[str]) -> dict[str, dict[str, int]]:
    """Sums over the lives: each line is "verb calls done refused reverted;..."."""
    sums: dict[str, Counter[str]] = {}
    for line in lines:
        for entry in line.split(";"):
            verb, *numbers = entry.rsplit(" ", len(OUTCOMES))
            sums.setdefault(verb, Counter()).update(dict(zip(OUTCOMES, map(int, numbers), strict=True)))
    return {verb: dict(sums[verb]) for verb in sorted(sums)}


def show(result: Result) -> None:
    """The mix, a line for each verb."""
    print(f"{'':<20}" + "".join(f"{name:>12}" for name in OUTCOMES))
    for verb, counts in result.verbs.items():
        print(f"{verb:<20}" + "".join(f"{counts[name]:>12,}" for name in OUTCOMES))
    print(
        f"volume: {result.transactions:,} transactions in {result.lives:,} lives of {DEPTH} calls, seed {result.seed}, "
        f"{result.seconds:,} s: no invariant broken"
    )


def main() -> int:
    """Exit code 1 if an invariant was broken."""
    parser = argparse.ArgumentParser(description="random calls of the contract against its invariants")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--share", type=int, default=1, help="make one in so many of the calls")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    try:
        result = run(share=options.share, seed=options.seed)
    except InvariantBroken as broken:
        print(broken)
        print("volume: an invariant was broken")
        return 1
    if options.json:
        options.json.write_text(json.dumps(asdict(result), indent=1) + "\n", encoding="utf-8")
    show(result)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
