"""The verbs of scripts/dev.py."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts import release
from scripts.environment import COUPON, PYTHON, set_up
from scripts.steps import ROOT, StepFailed, call

NO_TESTS_COLLECTED = 5
"""pytest's exit code; in the release tier it means that everything had passed before."""

BENCHES: Final[Mapping[str, str]] = {
    "gas": "gas of every step of a coupon's life",
    "chain": "the embedded chain: coupons per second, look-ups at height",
    "throughput": "redemptions per second end to end, beside a plain database",
    "audit": "traces, verification and conservation at size",
}
GATES: Final[Mapping[str, str]] = {
    "slither": "static analysis of the contracts, in two passes",
    "halmos": "symbolic checks, each with a mutant that it must notice",
    "mutants": "edits of the contracts that some test must notice",
    "volume": "a million calls at random against the contract's invariants, by forge",
}
PYTHON_FOLDERS = ("ledger", "api", "scripts", "tests")


@dataclass(frozen=True)
class Verb:
    """A word of the command line."""

    usage: str
    does: str
    run: Callable[[Sequence[str]], int]


def setup(arguments: Sequence[str]) -> int:
    """Install and compile whatever is missing or out of date."""
    argparse.ArgumentParser(prog="dev.py setup", description=VERBS["setup"].does).parse_args(arguments)
    set_up()
    return 0


def demo(arguments: Sequence[str]) -> int:
    """Set up, then `coupon demo`."""
    set_up()
    return call([COUPON, "demo", *arguments])


def coupon(arguments: Sequence[str]) -> int:
    """Set up quietly, then the product's own command with the same words."""
    set_up(quiet=True)
    return call([COUPON, *arguments])


def check(arguments: Sequence[str]) -> int:
    """Lint, format, types; only if they are clean, the fast tests."""
    argparse.ArgumentParser(prog="dev.py check", description=VERBS["check"].does).parse_args(arguments)
    set_up(contracts=False, quiet=True)
    folders = [name for name in PYTHON_FOLDERS if (ROOT / name).is_dir()]
    failed = False
    for words in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]):
        print("  " + " ".join(words), flush=True)
        failed |= call([PYTHON, "-m", *words, *folders]) != 0
    if failed:
        print("check failed; the tests were not run", file=sys.stderr)
        return 1
    return test(())


def test(arguments: Sequence[str]) -> int:
    """Run one tier of tests; words that are no flag of ours go to pytest."""
    parser = argparse.ArgumentParser(prog="dev.py test", description=VERBS["test"].does, allow_abbrev=False)
    parser.add_argument("--ci", action="store_true", help="the CI tier: up to an hour, a tenth of the release numbers")
    parser.add_argument("--release", action="store_true", help="the release tier; writes tests/REPORT.md")
    parser.add_argument("--fresh", action="store_true", help="release tier: run again what passed on this content")
    options, rest = parser.parse_known_args(arguments)
    tier = "release" if options.release else "ci" if options.ci else "fast"
    set_up(quiet=True)
    words: list[str | Path] = [PYTHON, "-m", "pytest", *TIER_OPTIONS[tier], *_workers(rest), *rest]
    environment = {"COUPON_TIER": tier}
    if tier != "release":
        return call(words, environment=environment)
    journal = release.journal(fresh=options.fresh)
    code = call([*words, f"--journal={journal}"], environment=environment)
    print(f"report: {release.write_report(journal, complete=code in (0, NO_TESTS_COLLECTED) and not rest)}")
    return 0 if code == NO_TESTS_COLLECTED else code


TIER_OPTIONS: Final[Mapping[str, Sequence[str]]] = {
    "fast": ("-m", "not ci and not release"),
    "ci": ("-m", "not release"),
    "release": (),
}


def _workers(rest: Sequence[str]) -> list[str]:
    """All cores for a whole tier; a run of chosen tests is sooner done, and easier to read, in one process."""
    cores = min(os.cpu_count() or 1, 4)
    return [] if rest or cores < 2 else ["-n", str(cores), "--dist", "loadscope"]


def bench(arguments: Sequence[str]) -> int:
    """Run one bench; all words after its name are its own."""
    return _run_one("bench", "--json FILE [--keep DIR]", BENCHES, arguments)


def gate(arguments: Sequence[str]) -> int:
    """Run one gate; all words after its name are its own."""
    return _run_one("gates", "[--json FILE] [--share N]", GATES, arguments)


def _run_one(folder: str, usage: str, known: Mapping[str, str], arguments: Sequence[str]) -> int:
    """A module of a folder of `scripts` by its name; without a name that is there, the list of them."""
    verb = folder.removesuffix("s")
    offered = {name: does for name, does in known.items() if (ROOT / "scripts" / folder / f"{name}.py").is_file()}
    if not arguments or arguments[0] not in offered:
        print(f"usage: dev.py {verb} NAME {usage}\n", file=sys.stderr)
        for name, does in offered.items():
            print(f"  {name:<12} {does}", file=sys.stderr)
        return 2
    set_up(quiet=True)
    name, *rest = arguments
    return call([PYTHON, "-m", f"scripts.{folder}.{name}", *rest])


VERBS: Final[Mapping[str, Verb]] = {
    "demo": Verb("demo", "set up, then replay a slice of a real year on the embedded chain and show it", demo),
    "test": Verb("test [--ci | --release [--fresh]] [PYTEST...]", "run the fast, the CI or the release tier", test),
    "check": Verb("check", "ruff, mypy and the fast tests: what must pass before a commit", check),
    "bench": Verb("bench NAME --json FILE [--keep DIR]", "measure; without a name it lists the benches", bench),
    "gate": Verb("gate NAME [--json FILE] [--share N]", "check the contracts; without a name it lists the gates", gate),
    "coupon": Verb("coupon ...", "the product's own command", coupon),
    "setup": Verb("setup", "install and compile whatever is missing or out of date", setup),
}


def main(arguments: Sequence[str]) -> int:
    """Exit code of one verb; an unknown one lists them all."""
    name = arguments[0] if arguments else "--help"
    if name not in VERBS:
        asked_for = name in ("-h", "--help", "help")
        out = sys.stdout if asked_for else sys.stderr
        if not asked_for:
            print(f"dev.py has no verb {name!r}.\n", file=out)
        print("usage: python3 scripts/dev.py VERB\n\nverbs:", file=out)
        for verb in VERBS.values():
            print(f"  {verb.usage:<46} {verb.does}", file=out)
        return 0 if asked_for else 2
    try:
        return VERBS[name].run(arguments[1:])
    except StepFailed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
