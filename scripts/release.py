"""The release tier's journal, by which it resumes, and the dated report made from it."""

import datetime
import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scripts.steps import CACHE, ROOT, content_key

REPORT = ROOT / "tests" / "REPORT.md"
CONTENT_FOLDERS = ("contracts", "ledger", "api", "scripts", "tests")
CONTENT_FILES = ("pyproject.toml", "requirements.lock", "requirements-data.lock", "package-lock.json")


def journal(*, fresh: bool) -> Path:
    """The file that records each finished test of this content of the tree; emptied if `fresh`."""
    path = CACHE / "release" / content() / "journal.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    if fresh:
        path.unlink(missing_ok=True)
    return path


def content() -> str:
    """Hex digest of all that a test's outcome may depend on."""
    files = [ROOT / name for name in CONTENT_FILES]
    for folder in CONTENT_FOLDERS:
        files += [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return content_key(path for path in files if path != REPORT)[:16]


def write_report(path: Path, *, complete: bool) -> Path:
    """Write tests/REPORT.md from a journal; `complete` says that the last run left nothing out and nothing failed."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    # A test run again appends: its last line counts.
    last = {entry["test"]: entry for entry in map(json.loads, lines)}
    REPORT.write_text(render(last.values(), digest=path.parent.name, complete=complete), encoding="utf-8")
    return REPORT


def render(entries: Iterable[Mapping[str, Any]], *, digest: str, complete: bool) -> str:
    """The report's text from journal entries: test, outcome, seconds, finished, figures."""
    entries = sorted(entries, key=lambda entry: str(entry["test"]))
    outcomes = [entry["outcome"] for entry in entries]
    days = sorted({str(entry["finished"])[:10] for entry in entries})
    unfinished = [entry for entry in entries if entry["outcome"] != "passed"]
    counts = ", ".join(f"{outcomes.count(outcome)} {outcome}" for outcome in ("passed", "failed", "skipped"))
    now = datetime.datetime.now(datetime.UTC)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    lines = [
        "# Release report",
        "",
        "Written by `python3 scripts/dev.py test --release`; do not edit.",
        "",
        f"- Result: {'complete' if complete and not unfinished else '**incomplete**'}: {counts}",
        f"- Written: {now:%Y-%m-%d %H:%M} UTC; tests run on {', '.join(days) or 'no day'}",
        f"- Content: {digest}, on commit {_commit()}",
        f"- Machine: {machine}, Python {platform.python_version()}",
        f"- Time of the tests, summed: {sum(float(entry['seconds']) for entry in entries):,.0f} s",
        "",
        "| what | figures | test |",
        "|---|---|---|",
    ]
    for entry in entries:
        for figure in entry["figures"]:
            shown = ", ".join(f"{name} {_shown(value)}" for name, value in figure["figures"].items())
            lines.append(f"| {figure['name']} | {shown} | `{entry['test']}` |")
    if unfinished:
        lines += ["", "## Not passed", "", *(f"- {entry['outcome']}: `{entry['test']}`" for entry in unfinished)]
    return "\n".join(lines) + "\n"


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _commit() -> str:
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    commit = git("rev-parse", "--short", "HEAD")
    return f"{commit or 'none'}{' with changes' if git('status', '--porcelain') else ''}"
