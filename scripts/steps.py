"""Steps of the set-up: each runs once per content of its inputs and says in one line what it did and how long."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache"
# In the virtual environment: who deletes that has everything checked again.
STAMPS = ROOT / ".venv" / "stamps"


class StepFailed(Exception):
    """A step cannot be done; the text says what to do about it."""


@dataclass(frozen=True)
class Step:
    """One thing to have: `product` exists and was made from inputs of content `key`."""

    name: str
    key: str
    product: Path
    make: Callable[[], str]
    """Makes the product and returns a short note, or nothing, for the line."""


def ensure(step: Step, *, quiet: bool) -> None:
    """Do a step unless its stamp says that it was done with this content. `quiet` leaves out what had nothing to do."""
    stamp = STAMPS / step.name.replace(" ", "-")
    if step.product.exists() and stamp.is_file() and stamp.read_text(encoding="utf-8") == step.key:
        if not quiet:
            print(f"  {step.name:<20} up to date")
        return
    print(f"  {step.name:<20} ", end="", flush=True)
    stamp.unlink(missing_ok=True)
    begin = time.monotonic()
    try:
        note = step.make()
    except StepFailed:
        print("failed", flush=True)
        raise
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(step.key, encoding="utf-8")
    print(f"{time.monotonic() - begin:5.1f} s  {note}".rstrip(), flush=True)


def content_key(files: Iterable[Path], *others: str) -> str:
    """Hex digest of the files' names and bytes and of the other texts; a file that is not there counts as such."""
    digest = hashlib.sha256()
    for path in sorted(files):
        content = path.read_bytes() if path.is_file() else b"missing"
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0{len(content)}\0".encode() + content)
    for text in others:
        digest.update(f"{len(text)}\0{text}".encode())
    return digest.hexdigest()


def run(command: Sequence[str | Path], *, environment: Mapping[str, str] | None = None) -> str:
    """Standard output of a command run at the root; its words are shown only if it fails. Raises StepFailed."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=ROOT, env={**os.environ, **(environment or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        raise StepFailed(f"{' '.join(words)}\nended with {done.returncode}:\n{said}")
    return done.stdout


def call(command: Sequence[str | Path], *, environment: Mapping[str, str] | None = None) -> int:
    """Exit code of a command run at the root with its output shown as it comes."""
    sys.stdout.flush()
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=ROOT, env={**os.environ, **(environment or {})}, check=False).returncode
