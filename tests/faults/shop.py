"""A directory to replay, made by chance from a seed: some days of a small town, with orders that must be refused."""

import csv
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

DAYS = 6
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
MERCHANTS, CONSUMERS, BATCHES, ISSUES, REDEMPTIONS = 6, 24, 4, 160, 120


def write_shop(folder: Path, *, seed: int) -> Path:
    """Write the CSV files; the folder."""
    chance = random.Random(seed)
    folder.mkdir(parents=True)
    merchants = [f"shop-{number}" for number in range(MERCHANTS)]
    _write(folder / "ledger.csv", ["currency", "zone"], [["EUR", "UTC"]])
    _write(folder / "merchants.csv", ["merchant", "registered_at"], [[each, _at(0, 0)] for each in merchants])
    consumers = [[f"person-{n}", _at(0, 60 + n), chance.choice(merchants)] for n in range(CONSUMERS)]
    _write(folder / "consumers.csv", ["consumer", "registered_at", "recruiter"], consumers)
    _write(folder / "batches.csv", _BATCH, [_batch(number, merchants) for number in range(BATCHES)])
    issues = [
        [f"c{n}", f"batch-{n % BATCHES}", chance.choice(merchants), f"person-{chance.randrange(CONSUMERS)}"]
        for n in range(ISSUES)
    ]
    issued = [[*each, _at(n * (DAYS - 2) // ISSUES, 300 + n)] for n, each in enumerate(issues)]
    _write(folder / "issues.csv", ["coupon", "batch", "merchant", "consumer", "issued_at"], issued)
    redeemed = [
        [
            # Some coupons come twice, some orders are below the minimum: the ledger refuses those.
            f"c{chance.randrange(ISSUES)}",
            chance.choice(merchants),
            f"order-{n}",
            f"{chance.randrange(100, 9_000) / 100:.2f}",
            _at(DAYS - 2 + n * 2 // REDEMPTIONS, 600 + n),
        ]
        for n in range(REDEMPTIONS)
    ]
    _write(folder / "redemptions.csv", ["coupon", "merchant", "order", "amount", "redeemed_at"], redeemed)
    return folder


_BATCH = [
    *("batch", "minted_at", "size", "opens", "closes", "accepts", "valid_days", "minimum_order", "reward"),
    *("reward_cap_bps", "contribution_bps", "contribution_cap", "discount_kind", "discount", "funder"),
    *("split_platform_bps", "split_issuer_bps", "split_redeemer_bps", "split_consumer_bps", "split_recruiter_bps"),
    "remainder_role",
]


def _batch(number: int, merchants: list[str]) -> list[object]:
    accepts = ["all", "issuer", ";".join(merchants[:4]), "all"][number]
    funder = ["operator", "issuer", "redeemer", "operator"][number]
    days = [0, 0, 30, 0][number]
    return [
        *(f"batch-{number}", _at(0, 200), 60, _at(0, 0), _at(DAYS + 20, 0), accepts, days, "5.00", "0.40"),
        *(500, 100, "0.80", "fixed", "1.00", funder, 1_000, 2_000, 2_500, 2_500, 2_000, "platform"),
    ]


def _at(day: int, second: int) -> str:
    return (START + timedelta(days=day, seconds=second)).isoformat()


def _write(path: Path, columns: list[str], rows: list[list[object]] | list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
