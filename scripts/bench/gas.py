"""Gas of every step of a coupon's life: `python -m scripts.bench.gas [--json FILE] [--keep DIR] [--snapshot]`."""

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scripts.bench.gas_accounts import measure_accounts
from scripts.bench.gas_lives import measure_lives
from scripts.bench.gas_record import ITEMS, Record, keep
from scripts.bench.gas_shop import Shop, new_shop
from scripts.bench.gas_travels import measure_travels
from scripts.bench.gas_verbs import measure_verbs

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOT = ROOT / "tests" / "contracts" / "gas_snapshot.json"
VALID_DAYS = 30

BARS: Final[Mapping[str, int]] = {
    "mint_1": 165_000,
    "mint_1e9": 165_000,
    "issue_marginal_100": 4_000,
    "redeem_scattered_100": 21_000,
    "redeem_travelled_100": 31_000,
    "transfer_first_100": 38_000,
    "transfer_next_100": 16_000,
    "life": 25_000,
}
"""What the product promises at most."""

MARGINALS: Final[Mapping[str, str]] = {
    # Figure -> the transactions' name; gas of one item more, rounded up.
    "issue_marginal_100": "issue",
    "issue_unaligned_100": "issue_unaligned",
    "issue_marginal_100_days": "issue_days",
    "issue_unaligned_100_days": "issue_unaligned_days",
    "redeem_scattered_100": "redeem_scattered",
    "redeem_dense_100": "redeem_dense",
    "redeem_one_by_one": "redeem_one_by_one",
    "redeem_many_merchants": "redeem_many_merchants",
    "redeem_many_recruiters": "redeem_many_recruiters",
    "redeem_scattered_100_days": "redeem_scattered_days",
    "redeem_dense_100_days": "redeem_dense_days",
    "register_merchant_100": "register_merchant",
    "register_consumer_100": "register_consumer",
    "deposit_100": "deposit",
    "transfer_first_100": "transfer_first",
    "transfer_next_100": "transfer_next",
    "copy_100": "copy",
    "claim_100": "claim",
    "redeem_travelled_100": "redeem_travelled",
    "redeem_delayed_100": "redeem_delayed",
    "distribute_100": "distribute",
    "issue_to_bearers_100": "issue_to_bearers",
    "revoke_100": "revoke",
    "statement_100": "statement",
    "statement_total_100": "statement_total",
    "grant_100": "grant",
    "spend_100": "spend",
    "expire_100": "expire",
}
FIXED: Final[Mapping[str, str]] = {"fixed_issue": "issue", "fixed_redeem": "redeem_scattered"}
SUMS: Final[Mapping[str, tuple[str, str]]] = {
    "life": ("issue_marginal_100", "redeem_scattered_100"),
    "life_days": ("issue_marginal_100_days", "redeem_scattered_100_days"),
}
WHOLE: Final = (
    *("mint_1", "mint_1e9", "register_merchant_1", "register_consumer_1", "appoint", "deposit_1"),
    *("allocate", "allocate_issuer_funded", "recall", "recall_issuer_funded"),
    *("withdraw", "withdraw_request", "pay_out", "suspend_merchant", "suspend_consumer"),
    *("pause", "unpause", "close", "close_lot"),
    *("amend", "reverse", "forfeit", "cancel", "cash_out", "change_wallet"),
)
"""Gas of one transaction of one item."""

NOTES: Final = (
    "Gas used by receipts, Prague rules. A figure of 100 is (gas of 100 items - gas of 1) / 99, rounded up.",
    "fixed: gas of 1 item less that. Each item has its own holder and its own signature.",
    "Warm before: reserves, cash of platform, issuer, redeemer and recruiter, nonces, the day's reward.",
    "Lives: terms are non-zero but for sharing, delay, points and days of validity; mint has all of them.",
    "transfer, redeem_travelled: every coupon with a holder and two sharers of its own, all of them paid.",
    "redeem_delayed: out of its lane into a journey, nobody paid yet; distribute pays, a consumer each.",
    "claim: of a link at a price, three signatures and money. statement: five totals; statement_total: one more.",
    "Incentives go to platform, issuer, redeemer and recruiter, all distinct and shared, and to the consumer.",
    "_days: valid for days from issue, so that a second packed array is written and read.",
    "scattered: one coupon of each word of eight; dense: neighbours; one by one: an intent each.",
    "many merchants, many recruiters: a hundred of them instead of one.",
)


@dataclass(frozen=True, slots=True)
class Gas:
    """The figures by name, the gas of each transaction they are made of, and the code's size by contract."""

    figures: Mapping[str, int]
    transactions: Mapping[str, int]
    deployed_bytes: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**self.figures, "deployed_bytes": self.deployed_bytes, "transactions": self.transactions}


def measure(record: Record, *, flip: bool = False) -> Shop:
    """Measure everything on a fresh chain; with `flip` each large transaction must refuse exactly the flipped item."""
    shop = new_shop(flip=flip)
    record.worlds["flipped" if flip else "measured"] = shop.world
    measure_lives(record, shop)
    measure_lives(record, shop, valid_days=VALID_DAYS)
    measure_travels(record, shop)
    if not flip:
        measure_accounts(record, shop)
        measure_verbs(record, shop)
    return shop


def gas_of(record: Record, shop: Shop) -> Gas:
    """All figures of a finished measurement."""
    figures = {name: record.gas(name) for name in WHOLE}
    figures |= {name: record.marginal_up(of) for name, of in MARGINALS.items()}
    figures |= {name: record.fixed(of) for name, of in FIXED.items()}
    figures |= {name: sum(figures[part] for part in parts) for name, parts in SUMS.items()}
    return Gas(figures, {name: each.gas for name, each in record.transactions.items()}, _deployed_bytes(shop))


def made_of() -> dict[str, list[str]]:
    """The transactions behind each figure."""
    pairs = {name: [f"{of}_1", f"{of}_{ITEMS}"] for name, of in {**MARGINALS, **FIXED}.items()}
    sums = {name: [each for part in parts for each in pairs[part]] for name, parts in SUMS.items()}
    return {**{name: [name] for name in WHOLE}, **pairs, **sums}


def _deployed_bytes(shop: Shop) -> dict[str, int]:
    chain, deployment = shop.world.chain, shop.world.deployment
    places = {
        "CouponLedger": deployment.ledger,
        **deployment.libraries,
        "CouponLens": deployment.lens,
        "SettlementToken": deployment.token,
        "TimelockController": deployment.timelock,
    }
    return {name: len(chain.code(address)) for name, address in places.items()}


def table(gas: Gas) -> str:
    """The figures with their bars, one a line."""
    bars = [(name, gas.figures[name], bar) for name, bar in BARS.items()]
    lines = [f"  {name:<28}{figure:>12,}{bar:>12,}  {'ok' if figure <= bar else 'SHORT'}" for name, figure, bar in bars]
    lines += [f"  {name:<28}{figure:>12,}" for name, figure in gas.figures.items() if name not in BARS]
    sizes = [f"  {name:<28}{size:>12,}" for name, size in gas.deployed_bytes.items()]
    head = f"  {'gas':<28}{'figure':>12}{'bar':>12}"
    return "\n".join([head, *lines, "", "  bytes of code", *sizes, "", *(f"  {note}" for note in NOTES)])


def main() -> None:
    """Measure, check with a flipped byte, write what is asked for, print."""
    parser = argparse.ArgumentParser(prog="bench gas", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write raw transactions and receipts here")
    parser.add_argument("--snapshot", action="store_true", help="renew the snapshot that the tests compare with")
    options = parser.parse_args()
    record, flipped = Record(), Record()
    gas = gas_of(record, measure(record))
    measure(flipped, flip=True)
    if options.json:
        content = {**gas.to_json(), "bars": BARS, "notes": NOTES}
        options.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    if options.keep:
        keep(options.keep, record, figures=gas.figures, made_of=made_of())
        keep(options.keep / "flipped", flipped, figures={}, made_of={})
    if options.snapshot:
        SNAPSHOT.write_text(json.dumps(gas.to_json(), indent=1) + "\n", encoding="utf-8")
    print(table(gas))
    refusing = sum(name.startswith("redeem") and name.endswith(f"_{ITEMS}") for name in flipped.transactions)
    print(f"\n  one flipped byte: {refusing} of {refusing} transactions of {ITEMS} did 99 items and refused 1")


if __name__ == "__main__":
    main()
