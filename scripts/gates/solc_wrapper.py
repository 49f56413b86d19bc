"""A `solc` for tools that want the native program: the npm build (wasm) behind its command line."""

import shlex
import stat
from pathlib import Path

from ledger.chain.solc import find_node
from scripts.steps import CACHE, ROOT

_WRAPPER = Path(__file__).with_name("solc.js")


def solc_executable(folder: Path = CACHE / "gates" / "bin") -> Path:
    """An executable file `solc` in `folder`, which is made if it is not there; POSIX only, as the gates' tools are.

    Raises ToolchainMissing, NodeTooOld.
    """
    folder.mkdir(parents=True, exist_ok=True)
    launcher = folder / "solc"
    words = [str(find_node()), str(_WRAPPER), str(ROOT / "node_modules")]
    text = f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n'
    # Another gate may be running it: replaced whole, and only where its content is another.
    if not launcher.is_file() or launcher.read_text(encoding="utf-8") != text:
        fresh = launcher.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.chmod(fresh.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        fresh.replace(launcher)
    return launcher
