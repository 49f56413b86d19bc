"""Compile the contracts and print how much of the limit of code the large ones take: `python -m scripts.build`."""

from ledger.chain.artifacts import size_rows
from ledger.chain.compile import compile_contracts

SHOWN_FROM_BYTES = 1_000


def main() -> None:
    """One line per contract of a size worth a look, largest first."""
    rows = [row for row in size_rows(compile_contracts()) if row.deployed_bytes >= SHOWN_FROM_BYTES]
    print("bytes of code:")
    for row in rows:
        warning = "  WARNING: near the limit" if row.near_limit else ""
        print(f"    {row.name:<28} {row.deployed_bytes:>7,} of {row.limit_bytes:,}{warning}")


if __name__ == "__main__":
    main()
