"""The house rules that a machine can hold us to: who imports whom, how long things are, what no file may say."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.sources import ROOT, functions_of, module_of, name_of, own_files, own_files_below, syntax_of

SHARED: Final = frozenset(
    f"ledger.{part}"
    for part in (
        *("domain", "chain", "custody", "store", "intake", "relay", "index"),
        *("identity", "approvals", "notify", "jobs", "settlement", "audit"),
    )
)
FEATURES: Final = frozenset({"ledger.directed", "ledger.sharing", "ledger.rebates", "ledger.kiosk"})
"""Each may be deleted by itself, so none may import another."""

MAY_IMPORT: Final[Mapping[str, frozenset[str]]] = {
    # Which other modules of ours a part may import, by prefix. A new part needs a line here.
    "ledger": frozenset(),
    "ledger.domain": frozenset(),
    "ledger.chain": frozenset({"ledger.domain"}),
    "ledger.custody": frozenset({"ledger.domain"}),
    "ledger.store": frozenset({"ledger.domain"}),
    "ledger.intake": frozenset(
        {"ledger.domain", "ledger.store", "ledger.custody", "ledger.chain.eip712", "ledger.chain.packing"}
    ),
    "ledger.relay": frozenset({"ledger.domain", "ledger.chain", "ledger.store"}),
    "ledger.index": frozenset({"ledger.domain", "ledger.store"}),
    "ledger.identity": frozenset({"ledger.domain", "ledger.store", "ledger.custody"}),
    "ledger.approvals": frozenset({"ledger.domain", "ledger.store"}),
    "ledger.notify": frozenset({"ledger.domain", "ledger.store"}),
    "ledger.jobs": frozenset({"ledger.domain", "ledger.store"}),
    "ledger.settlement": frozenset({"ledger.domain", "ledger.store"}),
    "ledger.audit": frozenset({"ledger.domain", "ledger.store", "ledger.chain", "ledger.index"}),
    **dict.fromkeys(FEATURES, SHARED),
    "ledger.replay": frozenset(
        {"ledger.domain", "ledger.store", "ledger.intake", "ledger.rebates", "ledger.chain.clock", "ledger.ledger"}
    ),
    "ledger.ledger": SHARED | FEATURES | {"ledger.nouns", "ledger.folder", "ledger.charter"},
    "ledger.nouns": SHARED | FEATURES | {"ledger.ledger"},
    "ledger.folder": frozenset({"ledger.domain", "ledger.custody"}),
    "ledger.charter": frozenset({"ledger.chain", "ledger.store"}),
    "ledger.settings": frozenset({"ledger.domain"}),
    "ledger.cli": frozenset(
        f"ledger.{part}"
        for part in (
            *("ledger", "nouns", "charter", "folder", "intake"),
            *("audit", "replay", "settings", "domain", "rebates"),
        )
    ),
    "api": frozenset({"ledger.ledger", "ledger.settings", "ledger.domain"}),
    "scripts": frozenset({"ledger", "api"}),
}

ONLY_IN: Final[Mapping[str, str]] = {
    # Packages of others that one part alone may import.
    "web3": "ledger.chain",
    "solcx": "ledger.chain",
    "eth_tester": "ledger.chain",
    "eth": "ledger.chain",
    "pydantic_settings": "ledger.settings",
}
STANDARD_LIBRARY_ONLY: Final = frozenset({"ledger.domain"})

PYTHON_FILE_LINES = 300
FUNCTION_LINES = 50
SOLIDITY_FILE_LINES: Final[Mapping[str, int]] = {
    # By folder below contracts/; "" is every other one.
    "libraries": 130,
    "interfaces": 700,
    "": 300,
}

FORBIDDEN_TEXT: Final[Mapping[str, str]] = {
    # Each pattern is written so that it does not find itself.
    "the host of a package registry": r"(?:[p]ypi|[p]ythonhosted|[n]pmjs|[c]rates|[d]ebian|[m]aven)\.(?:org|io|com)\b",
    "a path of somebody's machine": r"(?<![\w.~-])/(?:[w]ork|[r]oot|[h]ome/\w+)/",
}

PRODUCT_FILES = own_files_below("ledger", "api", "scripts", suffix=".py")
PYTHON_FILES = own_files_below("ledger", "api", "scripts", "tests", suffix=".py")
SOLIDITY_FILES = own_files_below("contracts", suffix=".sol")


def part_of(module: str) -> str:
    """`ledger.chain` for `ledger.chain.embedded.store`; `api` and `scripts` are one part each."""
    names = module.split(".")
    return ".".join(names[:2]) if names[0] == "ledger" else names[0]


def within(module: str, prefix: str) -> bool:
    return module == prefix or module.startswith(prefix + ".")


def imports_of(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of every import, those inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def test_a_part_imports_only_what_its_rule_allows() -> None:
    parts = {path: part_of(module_of(path)) for path in PRODUCT_FILES}
    assert not set(parts.values()) - set(MAY_IMPORT), "new parts: say in MAY_IMPORT what they may import"
    wrong = [
        f"{name_of(path)}:{line} imports {name}"
        for path, part in parts.items()
        for line, name in imports_of(syntax_of(path))
        if name.split(".")[0] in ("ledger", "api", "scripts", "tests")
        and not any(within(name, allowed) for allowed in (part, *MAY_IMPORT[part]))
    ]
    assert not wrong


def test_a_package_with_one_home_is_imported_only_there() -> None:
    wrong = []
    for path in PRODUCT_FILES:
        part = part_of(module_of(path))
        for line, name in imports_of(syntax_of(path)):
            package = name.split(".")[0]
            foreign = package != "ledger" and package not in sys.stdlib_module_names
            if ONLY_IN.get(package, part) != part or (foreign and part in STANDARD_LIBRARY_ONLY):
                wrong.append(f"{name_of(path)}:{line} imports {package}")
    assert not wrong


def test_only_the_settings_read_the_environment() -> None:
    readers = {"os.environ", "os.environb", "os.getenv", "os.getenvb"}
    wrong = []
    for path in own_files_below("ledger", "api", suffix=".py"):
        named = {ast.unparse(node) for node in ast.walk(syntax_of(path)) if isinstance(node, ast.Attribute)}
        imported = {name for _, name in imports_of(syntax_of(path))}
        if readers & (named | imported) and not within(module_of(path), "ledger.settings"):
            wrong.append(name_of(path))
    assert not wrong


def test_a_python_file_stops_at_its_limit() -> None:
    lengths = {name_of(path): line_count(path) for path in PYTHON_FILES}
    assert not {name: lines for name, lines in lengths.items() if lines > PYTHON_FILE_LINES}


def test_a_function_stops_at_its_limit() -> None:
    assert not {
        f"{name_of(path)}::{function.name}": lines
        for path in PYTHON_FILES
        for function in functions_of(syntax_of(path))
        if (lines := (function.end_lineno or function.lineno) - function.lineno + 1) > FUNCTION_LINES
    }


def test_a_solidity_file_stops_at_the_limit_of_its_folder() -> None:
    def limit(path: Path) -> int:
        folder = path.relative_to(ROOT / "contracts").parts[0]
        return SOLIDITY_FILE_LINES.get(folder, SOLIDITY_FILE_LINES[""])

    assert not {name_of(path): line_count(path) for path in SOLIDITY_FILES if line_count(path) > limit(path)}


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("what", FORBIDDEN_TEXT)
def test_no_file_names(what: str) -> None:
    pattern = re.compile(FORBIDDEN_TEXT[what], re.IGNORECASE)
    found = []
    for path in own_files():
        content = path.read_bytes()
        if b"\0" in content[:8_000]:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
            if pattern.search(line):
                found.append(f"{name_of(path)}:{number}: {line.strip()[:120]}")
    assert not found, what


def test_every_top_folder_has_a_readme() -> None:
    parts = [path.relative_to(ROOT).parts for path in own_files()]
    folders = {part[0] for part in parts if len(part) > 1 and not part[0].startswith(".")}
    assert {folder for folder in folders if not (ROOT / folder / "README.md").is_file()} == set()
