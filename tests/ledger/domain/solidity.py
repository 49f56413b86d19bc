"""What the contracts' own text says of a type, read without a compiler."""

import re
from pathlib import Path

CONTRACTS = Path(__file__).parents[3] / "contracts"


def source(name: str) -> str:
    """The text of a file below contracts/, without comments."""
    return re.sub(r"//.*", "", (CONTRACTS / name).read_text(encoding="utf-8"))


def enum(name: str, file: str = "interfaces/ILedgerTypes.sol") -> list[str]:
    """The names of an enum, in their order."""
    found = re.search(rf"enum {name} \{{([^}}]*)\}}", source(file))
    assert found is not None
    return [each.strip() for each in found[1].split(",")]


def widths(struct: str, file: str = "interfaces/ILedgerTypes.sol") -> dict[str, int]:
    """Bits of each `uint` field of a struct."""
    found = re.search(rf"struct {struct} \{{([^}}]*)\}}", source(file))
    assert found is not None
    return {name: int(bits) for bits, name in re.findall(r"uint(\d+) (\w+);", found[1])}


def camel(name: str) -> str:
    """A Python name as Solidity writes it: `valid_days` is `validDays`."""
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)
