"""Tiers, figures and the release journal; see tests/README.md."""

import datetime
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal, Protocol

import hypothesis
import pytest

Tier = Literal["fast", "ci", "release"]
_TIERS: tuple[Tier, ...] = ("fast", "ci", "release")
_SHARE_OF_RELEASE: dict[Tier, int] = {"fast": 100, "ci": 10, "release": 1}
_JOURNAL = pytest.StashKey[Path | None]()
_FIGURES = pytest.StashKey[list[str]]()


def current_tier() -> Tier:
    """The tier that scripts/dev.py asked for; the fast one when pytest is called by itself."""
    name = os.environ.get("COUPON_TIER", "fast")
    for tier in _TIERS:
        if tier == name:
            return tier
    raise pytest.UsageError(f"COUPON_TIER is {name!r}, not one of {', '.join(_TIERS)}")


# The same examples on every run, so that a red build is red again; only a release looks for new ones.
# No deadline: a time is never an assertion.
for _tier, _examples in (("fast", 50), ("ci", 500), ("release", 5_000)):
    hypothesis.settings.register_profile(
        _tier,
        max_examples=_examples,
        deadline=None,
        derandomize=_tier != "release",
        print_blob=True,
        database=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
hypothesis.settings.load_profile(current_tier())


class Report(Protocol):
    """Records figures that a test measured, for the summary and, in the release tier, for tests/REPORT.md."""

    def __call__(self, name: str, /, **figures: int | float | str) -> None:
        """`name` says what was measured; units stand in the figures' names."""


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    """Record figures: `report("races on SQLite", done=1_000, refused=19_000)`."""

    def record(name: str, /, **figures: int | float | str) -> None:
        request.node.user_properties.append(("figures", {"name": name, "figures": figures}))

    return record


@pytest.fixture(scope="session")
def tier() -> Tier:
    """The tier that runs."""
    return current_tier()


@pytest.fixture(scope="session")
def scaled(tier: Tier) -> Callable[[int], int]:
    """A release number at the size of this tier: all of it, a tenth, a hundredth; at least 1."""
    return lambda release_number: max(1, release_number // _SHARE_OF_RELEASE[tier])


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--journal", default=None, help="record outcomes here and leave out tests that passed before")


def pytest_configure(config: pytest.Config) -> None:
    named = config.getoption("--journal")
    config.stash[_JOURNAL] = Path(named) if named else None
    config.stash[_FIGURES] = []
    config.pluginmanager.register(_Recorder(config), "coupon-recorder")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    journal = config.stash[_JOURNAL]
    if journal is None or not journal.is_file():
        return
    outcomes = {entry["test"]: entry["outcome"] for entry in map(json.loads, journal.read_text("utf-8").splitlines())}
    passed = [item for item in items if outcomes.get(item.nodeid) == "passed"]
    config.hook.pytest_deselected(items=passed)
    items[:] = [item for item in items if outcomes.get(item.nodeid) != "passed"]


class _Recorder:
    """Collects what finished tests report. With xdist it does so in the process that gathers all workers' reports."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._gathers = not hasattr(config, "workerinput")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # Set-up and tear-down count only when they end the test: by failing, or by skipping it.
        if not self._gathers or (report.when != "call" and report.outcome == "passed"):
            return
        figures = [value for key, value in report.user_properties if key == "figures"]
        for value in figures:
            self._config.stash[_FIGURES].append(f"{report.nodeid}: {json.dumps(value)}")
        journal = self._config.stash[_JOURNAL]
        if journal is not None:
            entry = {
                "test": report.nodeid,
                "outcome": report.outcome,
                "seconds": round(report.duration, 3),
                "finished": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                "figures": figures,
            }
            with journal.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        lines = self._config.stash[_FIGURES]
        if self._gathers and lines:
            terminalreporter.section("figures")
            for line in lines:
                terminalreporter.write_line(line)
