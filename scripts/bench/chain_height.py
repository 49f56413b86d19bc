"""What receipts and logs cost at a hundred blocks and at many thousand."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from ledger.chain.embedded import EmbeddedChain
from scripts.world import new_world

LOW = 100
PROBES = 400
RUN_OF_BLOCKS = 10


def measure_height(path: Path, height: int) -> dict[str, float]:
    """Grow a chain on disk, a small transaction with a log a block; blocks a second, look-ups in microseconds."""
    world = new_world(path=path)
    chain = world.chain
    while chain.head().number < LOW:
        world.book(1)
    low = _look_ups(chain)
    size, start, first = chain.size_bytes(), perf_counter(), chain.head().number
    while chain.head().number < height:
        world.book(1)
    seconds, blocks = perf_counter() - start, chain.head().number - first
    high = _look_ups(chain)
    figures = {"blocks_per_second": blocks / seconds, "bytes_per_small_block": (chain.size_bytes() - size) / blocks}
    for name in low:
        figures[f"{name}_us_at_{LOW}"] = low[name]
        figures[f"{name}_us_at_{height}"] = high[name]
        figures[f"{name}_ratio"] = high[name] / low[name]
    chain.close()
    return figures


def _look_ups(chain: EmbeddedChain) -> dict[str, float]:
    """Median microseconds of one receipt, and of the logs of ten blocks, by address and by topic."""
    top = chain.head().number
    moments = Random(top)
    newest = chain.logs(top, top)[0]
    hashes = [log.transaction_hash for log in chain.logs(max(1, top - PROBES), top)]
    starts = [moments.randrange(top // 2, top - RUN_OF_BLOCKS) for _ in range(PROBES)]
    by_address = partial(chain.logs, address=newest.address)
    by_topic = partial(chain.logs, topics=newest.topics[:1])
    return {
        "receipt": _median_us([partial(chain.receipts, [each]) for each in moments.choices(hashes, k=PROBES)]),
        "logs": _median_us([partial(by_address, start, start + RUN_OF_BLOCKS) for start in starts]),
        "logs_by_topic": _median_us([partial(by_topic, start, start + RUN_OF_BLOCKS) for start in starts]),
    }


def _median_us(questions: Iterable[Callable[[], object]]) -> float:
    times = []
    for ask in questions:
        start = perf_counter()
        ask()
        times.append(perf_counter() - start)
    return median(times) * 1e6
