"""A tool of others, written in Python, in a virtual environment of its own: made once per content of its lock."""

import os
import shutil
import sys
from pathlib import Path

from scripts.steps import CACHE, content_key, run

_READY = "ready"


def tool_folder(lock: Path) -> Path:
    """Folder of the programs, installed by the hashes of `lock` where it is not there. Raises StepFailed."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = CACHE / "gates" / lock.stem.removeprefix("requirements-") / content_key((lock,), version)[:16]
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    if (folder / _READY).is_file():
        return programs
    uv = shutil.which("uv")
    python = programs / "python"
    if uv is not None:
        run([uv, "venv", "--clear", "--python", sys.executable, folder])
        run([uv, "pip", "sync", "--require-hashes", "--python", python, lock])
    else:
        run([sys.executable, "-m", "venv", "--clear", folder])
        run([python, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", lock])
    (folder / _READY).touch()
    return programs
