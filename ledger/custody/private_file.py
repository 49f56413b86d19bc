"""Files of secrets: whole or not there at all, and readable by their owner alone."""

import os
import sys
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Write a new file and have it on disk; a crash leaves all of it or none. Raises FileExistsError."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        # Unlike a renaming, a link never takes another file's place.
        os.link(unfinished, path)
    finally:
        unfinished.unlink()
    if sys.platform != "win32":
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """A name is on disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
