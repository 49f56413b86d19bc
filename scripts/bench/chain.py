"""The embedded chain alone: redemptions a second on disk and in memory, and look-ups at height.

`python -m scripts.bench.chain [--json FILE] [--rounds N] [--blocks N]`. Figures depend on the machine; the two
ratios hardly do. The redemptions are real ones, in transactions of 100, signed before the clock starts.
"""

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from ledger.chain.clock import ReplayClock
from ledger.chain.embedded import EmbeddedChain
from scripts.bench.chain_height import measure_height
from scripts.bench.gas_record import ITEMS
from scripts.bench.gas_shop import bench_terms, holders, new_shop
from scripts.world.keys import CHAIN_ID, WEI, key
from scripts.world.opening import ACCOUNTS

LANES = 8

BARS: Final[Mapping[str, float]] = {
    "redemptions_per_second": 120,
    "disk_over_memory": 0.8,
    "receipt_ratio": 1.5,
    "logs_ratio": 1.5,
    "logs_by_topic_ratio": 1.5,
}
"""What the product promises: the first two at least, the others at most."""


@dataclass(frozen=True, slots=True)
class History:
    """A chain's transactions block by block, and from which block on they are redemptions."""

    blocks: Sequence[tuple[int, Sequence[bytes]]]
    redemptions_from: int
    redemptions: int


def record() -> History:
    """Open a ledger, issue, and redeem in eight transactions of 100; keep all that was sent."""
    shop = new_shop()
    chain = shop.world.chain
    batch = shop.open_batch(bench_terms(), allocate=ITEMS * LANES)
    coupons = shop.issue(batch, holders(0, ITEMS, each=LANES))[1]
    before = chain.head().number
    for lane in range(LANES):
        shop.redeem(coupons[lane::LANES])
    blocks = [chain.stored_block(number) for number in range(1, chain.head().number + 1)]
    sent = [(block.header.timestamp, [each.encode() for each in block.transactions]) for block in blocks]
    return History(sent, before, len(coupons))


def play(history: History, path: Path | None) -> tuple[float, int]:
    """Send it all again to a new chain; seconds for the redemptions, and by how many bytes they let the file grow."""
    clock = ReplayClock(history.blocks[0][0])
    balances = {key(name).address: WEI for name in ACCOUNTS}
    chain = EmbeddedChain(path, clock, chain_id=CHAIN_ID, balances=balances)
    for timestamp, raw in history.blocks[: history.redemptions_from]:
        clock.set(timestamp)
        chain.send_raw(raw)
    size, start = chain.size_bytes(), perf_counter()
    for timestamp, raw in history.blocks[history.redemptions_from :]:
        clock.set(timestamp)
        chain.send_raw(raw)
    seconds, grown = perf_counter() - start, chain.size_bytes() - size
    chain.close()
    return seconds, grown


def compare(history: History, folder: Path, rounds: int) -> dict[str, float]:
    """Disk and memory in turns, so that a busy moment of the machine meets both; medians."""
    disk, memory, grown = [], [], 0
    for turn in range(rounds):
        seconds, grown = play(history, folder / f"round {turn}.db")
        disk.append(seconds)
        memory.append(play(history, None)[0])
    return {
        "redemptions_per_second": history.redemptions / median(disk),
        "redemptions_per_second_memory": history.redemptions / median(memory),
        "disk_over_memory": median(memory) / median(disk),
        "bytes_per_redemption": grown / history.redemptions,
        "bytes_per_block_of_100": grown / LANES,
    }


def table(figures: Mapping[str, float]) -> str:
    """The figures with their bars, one a line."""
    return "\n".join(f"  {name:<34}{figure:>14,.2f}{_verdict(name, figure)}" for name, figure in figures.items())


def _verdict(name: str, figure: float) -> str:
    if name not in BARS:
        return ""
    holds = figure <= BARS[name] if name.endswith("_ratio") else figure >= BARS[name]
    return f"   bar {BARS[name]:g}  {'ok' if holds else 'SHORT'}"


def main() -> None:
    """Measure and print; write what is asked for."""
    parser = argparse.ArgumentParser(prog="bench chain", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    parser.add_argument("--rounds", type=int, default=5, help="rounds on disk and in memory")
    parser.add_argument("--blocks", type=int, default=10_000, help="height to climb to")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = compare(record(), Path(folder), options.rounds)
        figures |= measure_height(Path(folder) / "tall.db", options.blocks)
    print(table(figures))
    if options.json:
        content = {**figures, "bars": BARS}
        options.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
