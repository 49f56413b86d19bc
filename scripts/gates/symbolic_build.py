"""Compiles symbolic checks with the ledger's settings into the folder layout of forge, which halmos reads."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ledger.chain.compile import SETTINGS
from ledger.chain.solc import run_solc
from scripts.steps import ROOT

CHECKS: Final = ROOT / "tests" / "gates" / "symbolic"
ROLES: Final = ROOT / "tests" / "gates" / "roles.toml"
MUTANTS: Final = ROOT / "tests" / "gates" / "symbolic_mutants.toml"
OPEN: Final = "open"
ROLE_GATES: Final = "RoleGateChecks"
_HELPER: Final = "Vm"
_ROLE_GATES_BASE: Final = "RoleGates"
_NODE_MODULES = ROOT / "node_modules"
_OUTPUTS = ["abi", "metadata", "storageLayout", "evm.bytecode", "evm.deployedBytecode", "evm.methodIdentifiers"]


class MutantWithoutTarget(Exception):
    """A mutant's pattern is nowhere in the file that it changes."""

    def __init__(self, mutant: str, file: str, pattern: str) -> None:
        self.mutant, self.file, self.pattern = mutant, file, pattern
        super().__init__(f"the mutant {mutant!r} changes {pattern!r}, which {file} does not hold")


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces every match of a regular expression in one file."""

    file: str
    pattern: str
    replacement: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault put into the sources, and the contract of checks of which all `kills` must then fail."""

    name: str
    contract: str
    kills: tuple[str, ...]
    edits: tuple[Edit, ...]

    def sources(self) -> dict[str, str]:
        """The changed files, by path. Raises MutantWithoutTarget."""
        changed: dict[str, str] = {}
        for edit in self.edits:
            text = changed.get(edit.file) or source_path(edit.file).read_text(encoding="utf-8")
            changed[edit.file], count = re.subn(edit.pattern, edit.replacement, text)
            if count == 0:
                raise MutantWithoutTarget(self.name, edit.file, edit.pattern)
        return changed


def source_path(name: str) -> Path:
    """Where a source of the compiler's naming stands."""
    return (_NODE_MODULES if name.startswith("@") else ROOT) / name


def read_roles() -> dict[str, tuple[str, ...]]:
    """Functions by role; those that anybody may send are under `open`."""
    return {role: tuple(names) for role, names in tomllib.loads(ROLES.read_text(encoding="utf-8")).items()}


def read_mutants() -> tuple[Mutant, ...]:
    """The table of mutants; one whose kills are left out kills every check of a role gate."""
    gates = tuple(f"check_{name}" for role, names in read_roles().items() if role != OPEN for name in names)
    return tuple(
        Mutant(
            table["name"],
            table["contract"],
            tuple(table.get("kills", gates)),
            tuple(Edit(edit["file"], edit["pattern"], edit["replacement"]) for edit in table["edit"]),
        )
        for table in tomllib.loads(MUTANTS.read_text(encoding="utf-8"))["mutant"]
    )


def check_sources() -> dict[str, str]:
    """Texts of all contracts of checks by name, that of the role gates written out of its table."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(CHECKS.glob("*.sol"))}
    return {**texts, ROLE_GATES: _role_gate_checks(read_roles())}


def _role_gate_checks(roles: Mapping[str, Sequence[str]]) -> str:
    checks = "\n".join(
        f"    function check_{name}(address caller) external {{\n"
        f"        _refuses(ledger.{name}.selector, ledger.{role}(), caller);\n    }}"
        for role, names in roles.items()
        if role != OPEN
        for name in names
    )
    return (
        "// SPDX-License-Identifier: Apache-2.0\npragma solidity 0.8.37;\n\n"
        'import {RoleGates} from "./RoleGates.sol";\n\n'
        "/// @custom:halmos --storage-layout generic\n"
        f"contract {ROLE_GATES} is RoleGates {{\n{checks}\n}}\n"
    )


def build(folder: Path, contracts: Sequence[str], changed: Mapping[str, str] | None = None) -> None:
    """Compile these contracts of checks, and what they deploy, into `folder`/out. Raises CompilationFailed.

    `changed` has other texts for some sources, by path.
    """
    modules, scratch = folder / "modules", folder / "scratch"
    for made in (modules, scratch):
        made.mkdir(parents=True)
    (modules / "contracts").symlink_to(ROOT / "contracts")
    for package in ("@openzeppelin", "solc"):
        (modules / package).symlink_to(_NODE_MODULES / package)
    here = CHECKS.relative_to(ROOT).as_posix()
    texts = {f"{here}/{name}.sol": text for name, text in check_sources().items()}
    wanted = {f"{here}/{name}.sol": {name: _OUTPUTS, "": ["ast"]} for name in contracts}
    deployed = {path: {"*": _OUTPUTS, "": ["ast"]} for path in _linked(contracts)}
    helpers = [_HELPER] + ([_ROLE_GATES_BASE] if ROLE_GATES in contracts else [])
    used = {name: texts[name] for name in (f"{here}/{each}.sol" for each in (*contracts, *helpers))}
    request = {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in {**used, **(changed or {})}.items()},
        "settings": {**SETTINGS, "outputSelection": {**wanted, **deployed}},
    }
    _write(folder / "out", run_solc(request, node_modules=modules, scratch=scratch))


def _linked(contracts: Sequence[str]) -> list[str]:
    """Libraries that these contracts of checks are linked to: the ledger's all, or those they name."""
    logic = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "contracts").glob("logic/*.sol"))]
    texts = check_sources()
    return [path for path in logic if any(name == ROLE_GATES or path in texts[name] for name in contracts)]


def _write(out: Path, output: Mapping[str, Any]) -> None:
    for source, contracts in output["contracts"].items():
        for name, contract in contracts.items():
            code = contract.get("evm", {})
            if not code.get("methodIdentifiers") and not code.get("bytecode"):
                continue
            target = out / Path(source).name / f"{name}.json"
            target.parent.mkdir(parents=True, exist_ok=True)
            unit = output["sources"][source]
            made = {
                "abi": contract["abi"],
                "metadata": json.loads(contract["metadata"]),
                "storageLayout": contract["storageLayout"],
                "methodIdentifiers": code["methodIdentifiers"],
                **{part: _with_prefix(code[part]) for part in ("bytecode", "deployedBytecode")},
                "ast": unit["ast"],
                "id": unit["id"],
            }
            target.write_text(json.dumps(made), encoding="utf-8")


def _with_prefix(code: Mapping[str, Any]) -> dict[str, Any]:
    return {**code, "object": f"0x{code['object']}"}
