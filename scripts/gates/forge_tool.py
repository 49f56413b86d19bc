"""Forge, installed from its own npm lock into the cache, once per content of the lock."""

import shutil
from pathlib import Path

from scripts.environment import npm_from_pypi, npm_on_path
from scripts.steps import CACHE, ROOT, StepFailed, content_key, run

_FILES = tuple(ROOT / "scripts" / "gates" / "forge" / name for name in ("package.json", "package-lock.json", ".npmrc"))


def forge_executable() -> Path:
    """The program, installed if it is not there. Raises StepFailed."""
    folder = CACHE / "gates" / "forge" / content_key(_FILES)[:16]
    if not (folder / "node_modules" / ".package-lock.json").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        for path in _FILES:
            shutil.copy(path, folder)
        npm = npm_on_path()
        words = [npm] if npm is not None else npm_from_pypi()
        run([*words, "--prefix", folder, "ci", "--ignore-scripts"])
    found = sorted(folder.glob("node_modules/@foundry-rs/forge-*/bin/forge*"))
    if not found:
        raise StepFailed(f"npm has no forge for this machine: nothing in {folder} is one")
    return found[0]
