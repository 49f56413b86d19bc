"""Compiling one mutant: with the product's settings, and only the contracts whose code the edit can change."""

import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from ledger.chain.artifacts import Artifact
from ledger.chain.compile import SETTINGS
from ledger.chain.solc import run_solc
from scripts.steps import ROOT

_IMPORT: Final = re.compile(r'\bimport\b[^;"]*"([^"]+)"')
_INLINED: Final = re.compile(r"\binternal\b")


def source_texts(root: Path = ROOT) -> dict[str, str]:
    """All sources below `contracts` by their path from the root."""
    folder = root / "contracts"
    return {
        f"contracts/{path.relative_to(folder).as_posix()}": path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.sol"))
    }


def affected(file: str, texts: Mapping[str, str], artifacts: Mapping[str, Artifact]) -> tuple[str, ...]:
    """Names of the contracts with code that an edit of `file` can change.

    A contract's code is made of its own file and of all files it imports, directly or not; but a linked library is
    called by its address, so what only it imports, and the library itself, is not in its caller's code.
    """
    linked = {artifacts[name].source for each in artifacts.values() for name in each.libraries}
    apart = {path for path in linked if not _INLINED.search(texts[path])}
    deployable = [each for each in artifacts.values() if each.source in texts and each.bytecode]
    return tuple(each.name for each in deployable if file in _makes(each.source, texts, apart))


def compile_mutant(
    file: str, mutated: str, *, texts: Mapping[str, str], artifacts: Mapping[str, Artifact]
) -> dict[str, Artifact]:
    """All artifacts, with those that `mutated` as the text of `file` can change compiled anew.

    Raises CompilationFailed. The compiler's warnings are of no interest: a mutant may leave a name unused.
    """
    names = affected(file, texts, artifacts)
    wanted = SETTINGS["outputSelection"]["*"]["*"]
    selection: dict[str, dict[str, list[str]]] = {}
    for name in names:
        selection.setdefault(artifacts[name].source, {})[name] = wanted
    sources = {path: {"content": text} for path, text in {**texts, file: mutated}.items()}
    standard_input = {
        "language": "Solidity",
        "sources": sources,
        "settings": {**SETTINGS, "outputSelection": selection},
    }
    with tempfile.TemporaryDirectory() as scratch:
        output = run_solc(standard_input, node_modules=ROOT / "node_modules", scratch=Path(scratch))
    fresh = {
        name: Artifact.from_compiler(
            name=name, source=artifacts[name].source, output=output["contracts"][artifacts[name].source][name]
        )
        for name in names
    }
    return {**artifacts, **fresh}


def _makes(source: str, texts: Mapping[str, str], apart: Iterable[str]) -> set[str]:
    """`source` and the files of ours whose code it takes in."""
    taken, waiting = {source}, [source]
    while waiting:
        path = waiting.pop()
        for imported in _IMPORT.findall(texts[path]):
            if not imported.startswith("."):
                continue
            target = _joined(PurePosixPath(path).parent, imported)
            if target not in taken and target not in apart:
                taken.add(target)
                waiting.append(target)
    return taken


def _joined(folder: PurePosixPath, relative: str) -> str:
    parts = list(folder.parts)
    for part in PurePosixPath(relative).parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
