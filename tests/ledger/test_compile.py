"""Compiling contracts: tiny ones of our own, by the real compiler."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from ledger.chain.artifacts import (
    SIZE_LIMIT_BYTES,
    Artifact,
    LibraryAddressInvalid,
    LibraryAddressMissing,
    link,
    size_rows,
)
from ledger.chain.compile import (
    ROOT,
    ContractTooLarge,
    DuplicateContractName,
    WarningsFound,
    compile_contracts,
    content_hash,
)
from ledger.chain.solc import CompilationFailed, NodeTooOld, ToolchainMissing

HEADER = "// SPDX-License-Identifier: Apache-2.0\npragma solidity ^0.8.28;\n"

COUNTER = f"""{HEADER}
import {{Ownable}} from "@openzeppelin/contracts/access/Ownable.sol";
import {{Doubling}} from "./libraries/Doubling.sol";

contract Counter is Ownable(msg.sender) {{
    uint256 public count;
    function grow() external {{ count = Doubling.twice(count + 1); }}
}}
"""

DOUBLING = f"""{HEADER}
library Doubling {{
    function twice(uint256 value) external pure returns (uint256) {{ return value * 2; }}
}}
"""


Build = tuple[Path, Path, Mapping[str, Artifact]]


def write_sources(folder: Path, files: Mapping[str, str]) -> Path:
    sources = folder / "contracts"
    for name, text in files.items():
        path = sources / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return sources


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Sources, cache and artifacts of a contract that uses a library of ours and one of OpenZeppelin."""
    folder = tmp_path_factory.mktemp("counter")
    sources = write_sources(folder, {"Counter.sol": COUNTER, "libraries/Doubling.sol": DOUBLING})
    cache = folder / "cache"
    return sources, cache, compile_contracts(sources=sources, cache_dir=cache)


def test_an_artifact_has_all_that_deploying_and_calling_need(
    build: Build,
) -> None:
    counter = build[2]["Counter"]
    assert counter.source == "contracts/Counter.sol"
    assert counter.method_identifiers["count()"] == "06661abd"
    assert {entry["name"] for entry in counter.abi if entry["type"] == "function"} >= {"count", "grow", "owner"}
    assert [slot["label"] for slot in counter.storage_layout["storage"]] == ["_owner", "count"]
    assert counter.libraries == {"Doubling"}
    assert 0 < counter.deployed_size < len(counter.bytecode) // 2
    assert json.loads(counter.metadata)["settings"]["evmVersion"] == "cancun"


def test_a_build_keeps_metadata_and_an_input_that_compiles_without_any_other_file(
    build: Build,
) -> None:
    _, cache, artifacts = build
    [folder] = [path.parent for path in cache.glob("*/artifacts.json")]
    kept = json.loads((folder / "input.json").read_text(encoding="utf-8"))
    assert "contracts/libraries/Doubling.sol" in kept["sources"]
    assert "@openzeppelin/contracts/access/Ownable.sol" in kept["sources"]
    assert all(source["content"] for source in kept["sources"].values())
    assert (folder / "metadata" / "Counter.json").read_text(encoding="utf-8") == artifacts["Counter"].metadata
    assert not list(cache.glob("unfinished-*"))


def test_the_second_time_nothing_is_compiled(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    sources, cache, first = build
    monkeypatch.setattr("ledger.chain.compile.run_solc", None)
    assert compile_contracts(sources=sources, cache_dir=cache) == first


def test_any_changed_byte_of_any_source_makes_another_build() -> None:
    node_modules = ROOT / "node_modules"
    plain = content_hash({"contracts/A.sol": "a", "contracts/B.sol": "b"}, node_modules)
    assert content_hash({"contracts/A.sol": "a", "contracts/B.sol": "c"}, node_modules) != plain
    assert content_hash({"contracts/A.sol": "a", "contracts/C.sol": "b"}, node_modules) != plain
    assert content_hash({"contracts/B.sol": "b", "contracts/A.sol": "a"}, node_modules) == plain


def test_two_processes_at_once_compile_once_and_read_the_same(tmp_path: Path) -> None:
    sources = write_sources(tmp_path, {"Doubling.sol": DOUBLING})
    program = (
        "import sys; from pathlib import Path; from ledger.chain import compile as c\n"
        "run = c.run_solc\n"
        "c.run_solc = lambda *a, **k: (print('compiled'), run(*a, **k))[1]\n"
        "artifacts = c.compile_contracts(sources=Path(sys.argv[1]), cache_dir=Path(sys.argv[2]))\n"
        "print(artifacts['Doubling'].bytecode)\n"
    )
    command = [sys.executable, "-c", program, str(sources), str(tmp_path / "cache")]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(2)]
    outputs = [process.communicate()[0].split() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(len(lines) for lines in outputs) == [1, 2]
    assert outputs[0][-1] == outputs[1][-1]


def test_linking_puts_the_library_address_at_every_call(build: Build) -> None:
    counter = build[2]["Counter"]
    address = bytes(range(1, 21))
    code = link(counter, {"Doubling": address, "Unused": b""})
    assert len(code) == len(counter.bytecode) // 2
    assert counter.link_references
    for reference in counter.link_references:
        assert code[reference.offset : reference.offset + 20] == address


def test_a_library_without_an_address_is_not_linked(build: Build) -> None:
    with pytest.raises(LibraryAddressMissing) as missing:
        link(build[2]["Counter"], {"Other": bytes(20)})
    assert (missing.value.library, missing.value.given) == ("Doubling", ("Other",))


@pytest.mark.parametrize("length", [0, 19, 21])
def test_an_address_has_exactly_20_bytes(build: Build, length: int) -> None:
    with pytest.raises(LibraryAddressInvalid) as invalid:
        link(build[2]["Counter"], {"Doubling": bytes(length)})
    assert (invalid.value.length_bytes, invalid.value.expected_bytes) == (length, 20)


def test_a_syntax_error_names_file_and_line(tmp_path: Path) -> None:
    sources = write_sources(tmp_path, {"Broken.sol": HEADER + "contract Broken { uint256 }"})
    with pytest.raises(CompilationFailed, match=r"contracts/Broken\.sol:3"):
        compile_contracts(sources=sources, cache_dir=tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["lock"]


def test_a_warning_fails_the_build(tmp_path: Path) -> None:
    unused = "contract Unused { function f() external pure { uint256 x; } }"
    sources = write_sources(tmp_path, {"Unused.sol": HEADER + unused})
    with pytest.raises(WarningsFound, match="Unused local variable"):
        compile_contracts(sources=sources, cache_dir=tmp_path / "cache")


def test_two_sources_may_not_define_one_name(tmp_path: Path) -> None:
    sources = write_sources(tmp_path, {"A.sol": DOUBLING, "B.sol": DOUBLING})
    with pytest.raises(DuplicateContractName) as twice:
        compile_contracts(sources=sources, cache_dir=tmp_path / "cache")
    assert (twice.value.first, twice.value.second) == ("contracts/A.sol", "contracts/B.sol")


def test_code_of_exactly_the_limit_builds_and_one_byte_more_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real code of 24,576 bytes takes the optimizer ten seconds; the limit comes to the code instead."""
    assert SIZE_LIMIT_BYTES == 24_576
    sources = write_sources(tmp_path, {"Doubling.sol": DOUBLING})
    size = compile_contracts(sources=sources, cache_dir=tmp_path / "plain")["Doubling"].deployed_size
    monkeypatch.setattr("ledger.chain.compile.SIZE_LIMIT_BYTES", size)
    compile_contracts(sources=sources, cache_dir=tmp_path / "exact")
    monkeypatch.setattr("ledger.chain.compile.SIZE_LIMIT_BYTES", size - 1)
    with pytest.raises(ContractTooLarge) as large:
        compile_contracts(sources=sources, cache_dir=tmp_path / "above")
    assert (large.value.deployed_bytes, large.value.limit_bytes) == ({"Doubling": size}, size - 1)


def test_sizes_are_listed_largest_first_with_a_warning_near_the_limit(
    build: Build,
) -> None:
    rows = size_rows(build[2])
    assert [row.name for row in rows][:2] == ["Counter", "Doubling"]
    assert rows[0].deployed_bytes == build[2]["Counter"].deployed_size
    assert not any(row.near_limit for row in rows)


def test_without_the_npm_packages_the_error_says_what_to_run(tmp_path: Path) -> None:
    sources = write_sources(tmp_path, {"Doubling.sol": DOUBLING})
    with pytest.raises(ToolchainMissing, match=r"the npm package solc .*scripts/dev\.py setup"):
        compile_contracts(sources=sources, cache_dir=tmp_path / "cache", node_modules=tmp_path / "none")


def test_without_node_the_error_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = write_sources(tmp_path, {"Doubling.sol": DOUBLING})
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ToolchainMissing, match=r"Node is not installed: .*scripts/dev\.py setup"):
        compile_contracts(sources=sources, cache_dir=tmp_path / "cache")


def test_a_node_that_is_too_old_is_named_with_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v18.19.1\n", encoding="utf-8")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{Path(shutil.which('sh') or '').parent}")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    sources = write_sources(tmp_path, {"Doubling.sol": DOUBLING})
    with pytest.raises(NodeTooOld) as too_old:
        compile_contracts(sources=sources, cache_dir=tmp_path / "cache")
    assert (too_old.value.found, too_old.value.minimum) == ("v18.19.1", 20)
