"""Compile all contracts once per content and read them back from the cache afterwards."""

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ledger.chain.artifacts import SIZE_LIMIT_BYTES, Artifact, size_rows
from ledger.chain.solc import package_version, run_solc

ROOT = Path(__file__).resolve().parents[2]
OPENZEPPELIN = "@openzeppelin/contracts"

SETTINGS: Final[Mapping[str, Any]] = {
    "viaIR": True,
    "optimizer": {"enabled": True, "runs": 200},
    # The newest rules that every chain we mean to run on has; solc's own default is newer than py-evm.
    "evmVersion": "cancun",
    "outputSelection": {
        "*": {
            "*": [
                "abi",
                "metadata",
                "storageLayout",
                "evm.bytecode.object",
                "evm.bytecode.linkReferences",
                "evm.deployedBytecode.object",
                "evm.deployedBytecode.linkReferences",
                "evm.methodIdentifiers",
            ]
        }
    },
}

ALLOWED_WARNINGS: Final[Mapping[str, str]] = {
    "5574": "code size: ContractTooLarge says the same, and as an error",
}
"""Codes of solc's warnings that do not fail the build, each with the reason."""

ALLOWED_IN_FILE: Final[Mapping[tuple[str, str], str]] = {
    ("5667", "CouponLedger.sol"): "unused parameters: an entrance hands its calldata on as it came, the ABI names it",
}
"""The same, in one file alone."""

_LAYOUT = 1
"""Raised when what is written to the cache changes its form."""

_KEPT_BUILDS = 8


class WarningsFound(Exception):
    """The compiler warned about a contract of ours; `messages` is what it said, with file and line."""

    def __init__(self, messages: tuple[str, ...]) -> None:
        self.messages = messages
        super().__init__("\n".join(messages))


class ContractTooLarge(Exception):
    """Some contracts, by name in `deployed_bytes`, have more code than a chain deploys at one address."""

    def __init__(self, deployed_bytes: Mapping[str, int], limit_bytes: int) -> None:
        self.deployed_bytes, self.limit_bytes = deployed_bytes, limit_bytes
        sizes = ", ".join(f"{name} {size:,}" for name, size in deployed_bytes.items())
        super().__init__(f"more than {limit_bytes:,} bytes of code: {sizes}")


class DuplicateContractName(Exception):
    """Two of our sources define a contract of one name, and artifacts are found by name."""

    def __init__(self, name: str, first: str, second: str) -> None:
        self.name, self.first, self.second = name, first, second
        super().__init__(f"both {first} and {second} define {name}")


def compile_contracts(
    *, sources: Path | None = None, node_modules: Path | None = None, cache_dir: Path | None = None
) -> Mapping[str, Artifact]:
    """All contracts below `sources` (and the deployable ones they import), by name; compiled if their content is new.

    Defaults: `contracts`, `node_modules` and `build/contracts` of this repository. Each build keeps its standard-json
    input and the metadata. Safe to call from several processes at once. Raises CompilationFailed, WarningsFound,
    ContractTooLarge, DuplicateContractName, ToolchainMissing, NodeTooOld.
    """
    sources = sources or ROOT / "contracts"
    node_modules = node_modules or ROOT / "node_modules"
    cache_dir = cache_dir or ROOT / "build" / "contracts"
    texts = {
        f"{sources.name}/{path.relative_to(sources).as_posix()}": path.read_text(encoding="utf-8")
        for path in sorted(sources.rglob("*.sol"))
    }
    build = cache_dir / content_hash(texts, node_modules)
    if not build.is_dir():
        cache_dir.mkdir(parents=True, exist_ok=True)
        with _exclusive(cache_dir / "lock"):
            if not build.is_dir():
                _build(build, texts, node_modules)
                _forget_old_builds(cache_dir)
    return _read(build)


def content_hash(texts: Mapping[str, str], node_modules: Path) -> str:
    """Hex name of the build that these sources, by path, and the installed compiler and library make."""
    versions = {package: package_version(node_modules, package) for package in ("solc", OPENZEPPELIN)}
    content = json.dumps([_LAYOUT, SETTINGS, versions, sorted(texts.items())], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _build(build: Path, texts: Mapping[str, str], node_modules: Path) -> None:
    """Compile into a folder of its own and give it its name at the end: a reader sees a whole build or none."""
    standard_input: dict[str, Any] = {
        "language": "Solidity",
        "sources": {path: {"content": text} for path, text in texts.items()},
        "settings": SETTINGS,
    }
    scratch = Path(tempfile.mkdtemp(prefix="unfinished-", dir=build.parent))
    try:
        output = run_solc(standard_input, node_modules=node_modules, scratch=scratch)
        _refuse_warnings(output)
        artifacts = _collect(output, own=texts)
        _refuse_oversize(artifacts)
        for imported in sorted(set(output["sources"]) - set(texts)):
            standard_input["sources"][imported] = {"content": (node_modules / imported).read_text(encoding="utf-8")}
        _write(scratch, standard_input, artifacts)
        scratch.rename(build)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _refuse_warnings(output: Mapping[str, Any]) -> None:
    found = tuple(
        entry["formattedMessage"]
        for entry in output.get("errors", ())
        if entry["severity"] == "warning"
        and not _is_allowed(entry.get("errorCode"), entry.get("sourceLocation", {}).get("file", ""))
    )
    if found:
        raise WarningsFound(found)


def _is_allowed(code: str | None, file: str) -> bool:
    """Whether a warning is none of ours to mend."""
    in_file = (code, file.rpartition("/")[2]) in ALLOWED_IN_FILE
    return file.startswith("@") or code in ALLOWED_WARNINGS or in_file


def _collect(output: Mapping[str, Any], *, own: Mapping[str, str]) -> dict[str, Artifact]:
    """Ours by name first; of what they import only what can be deployed and hides none of ours."""
    artifacts: dict[str, Artifact] = {}
    for source in sorted(output["contracts"], key=lambda path: (path not in own, path)):
        for name, entry in output["contracts"][source].items():
            artifact = Artifact.from_compiler(name=name, source=source, output=entry)
            known = artifacts.get(name)
            if source in own and known is not None:
                raise DuplicateContractName(name, known.source, source)
            if known is None and (source in own or artifact.bytecode):
                artifacts[name] = artifact
    return artifacts


def _refuse_oversize(artifacts: Mapping[str, Artifact]) -> None:
    oversize = {row.name: row.deployed_bytes for row in size_rows(artifacts) if row.deployed_bytes > SIZE_LIMIT_BYTES}
    if oversize:
        raise ContractTooLarge(oversize, SIZE_LIMIT_BYTES)


def _write(folder: Path, standard_input: Mapping[str, Any], artifacts: Mapping[str, Artifact]) -> None:
    (folder / "metadata").mkdir()
    for name, artifact in artifacts.items():
        (folder / "metadata" / f"{name}.json").write_text(artifact.metadata, encoding="utf-8")
    (folder / "input.json").write_text(json.dumps(standard_input, indent=1), encoding="utf-8")
    plain = {name: artifact.to_json() for name, artifact in artifacts.items()}
    (folder / "artifacts.json").write_text(json.dumps(plain), encoding="utf-8")


def _read(build: Path) -> dict[str, Artifact]:
    plain = json.loads((build / "artifacts.json").read_text(encoding="utf-8"))
    return {name: Artifact.from_json(values) for name, values in plain.items()}


def _forget_old_builds(cache_dir: Path) -> None:
    builds = sorted(cache_dir.glob("*/artifacts.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for stale in builds[_KEPT_BUILDS:]:
        shutil.rmtree(stale.parent)


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """One process at a time; the operating system lets go of the lock of a process that dies."""
    with path.open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
