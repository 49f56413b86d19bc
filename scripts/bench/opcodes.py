"""Where the gas of one redemption or issue goes, by instruction: `python -m scripts.bench.opcodes [VERB]`."""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from ledger.chain.embedded.interpreter import Computation
from ledger.chain.embedded.state import State
from ledger.chain.protocol import Receipt
from scripts.bench.gas_lives import DAYS, LANES
from scripts.bench.gas_record import ITEMS
from scripts.bench.gas_shop import Shop, bench_terms, holders, new_shop

Opcode = Callable[..., Any]
Send = Callable[[], Receipt]


class Tally:
    """Gas and count of instructions by mnemonic, of all code executed while it is in place."""

    def __init__(self) -> None:
        self.gas: Counter[str] = Counter()
        self.count: Counter[str] = Counter()
        self._total = 0

    def counting(self, opcode: Opcode) -> Opcode:
        """The opcode, counted. A call's own gas is what it used less what the called code's opcodes did."""
        mnemonic = str(opcode.mnemonic)  # type: ignore[attr-defined]

        def counted(computation: Any) -> None:
            before, inner = computation.get_gas_remaining(), self._total
            try:
                opcode(computation=computation)
            finally:
                used = before - computation.get_gas_remaining() - (self._total - inner)
                self._total += used
                self.gas[mnemonic] += used
                self.count[mnemonic] += 1

        return counted


@contextmanager
def counted_opcodes() -> Iterator[Tally]:
    """Every machine made meanwhile executes by py-evm's table alone, and counts."""
    tally = Tally()
    usual = State.computation_class

    class Counted(Computation):
        opcodes = MappingProxyType(  # type: ignore[assignment]
            {value: tally.counting(opcode) for value, opcode in Computation.opcodes.items()}
        )

        def __init__(self, state: Any, message: Any, transaction_context: Any) -> None:
            # Past the faster interpreter: py-evm's own code stream hands every instruction to the table.
            super(Computation, self).__init__(state, message, transaction_context)

    State.computation_class = Counted
    try:
        yield tally
    finally:
        State.computation_class = usual


def _issue_transactions(shop: Shop, batch: int) -> Mapping[int, Send]:
    def send(count: int) -> Receipt:
        return shop.issue(batch, holders(0, count))[0]

    return {1: lambda: send(1), ITEMS: lambda: send(ITEMS)}


def _redeem_transactions(shop: Shop, batch: int) -> Mapping[int, Send]:
    coupons = shop.issue(batch, holders(0, ITEMS + 1, each=LANES))[1][::LANES]
    return {1: lambda: shop.redeem(coupons[ITEMS:]), ITEMS: lambda: shop.redeem(coupons[:ITEMS])}


def profile(verb: str, *, valid_days: int = 0) -> list[tuple[str, float, float]]:
    """(mnemonic, gas, executions) of one item more in a transaction of a hundred, the dearest first.

    What a transaction pays before its first instruction, mostly for its bytes, is `(transaction)`.
    """
    shop = new_shop()
    batch = shop.open_batch(bench_terms(valid_days=valid_days), allocate=16_000)
    shop.redeem(shop.pad(batch, DAYS)[:1])
    transactions = {"issue": _issue_transactions, "redeem": _redeem_transactions}[verb](shop, batch)
    gas: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for sign, send in ((-1, transactions[1]), (1, transactions[ITEMS])):
        with counted_opcodes() as tally:
            receipt = send()
        tally.gas["(transaction)"] = receipt.gas_used - tally.gas.total()
        gas.update({name: sign * value for name, value in tally.gas.items()})
        count.update({name: sign * value for name, value in tally.count.items()})
    rows = [(name, value / (ITEMS - 1), count[name] / (ITEMS - 1)) for name, value in gas.items() if value]
    return sorted(rows, key=lambda row: -row[1])


def main() -> None:
    """Print the profile of one verb."""
    parser = argparse.ArgumentParser(prog="bench opcodes", description=__doc__)
    parser.add_argument("verb", nargs="?", choices=["redeem", "issue"], default="redeem")
    parser.add_argument("--days", type=int, default=0, metavar="N", help="days of validity from issue; 0: a window")
    options = parser.parse_args()
    rows = profile(options.verb, valid_days=options.days)
    print(f"  {'instruction':<16}{'gas':>10}{'times':>10}   of one item more in a transaction of {ITEMS}")
    for name, gas, times in rows:
        print(f"  {name:<16}{gas:>10,.1f}{times:>10,.1f}")
    print(f"  {'all':<16}{sum(row[1] for row in rows):>10,.1f}{sum(row[2] for row in rows):>10,.1f}")


if __name__ == "__main__":
    main()
