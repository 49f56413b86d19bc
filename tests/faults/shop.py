"""A directory to replay, made by chance from a seed: some days of a small town, with orders that must be refused.

Coupons of two batches are given on and copied, those of two others wait for their settlement; other purchases are
stated by the day.
"""

import csv
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

DAYS = 6
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
MERCHANTS, CONSUMERS, BATCHES, ISSUES, REDEMPTIONS = 6, 24, 4, 160, 120
TRANSFERS, COPIES, AMENDMENTS, REVERSALS, PURCHASES = 30, 15, 20, 12, 90


def write_shop(folder: Path, *, seed: int) -> Path:
    """Write the CSV files; the folder."""
    chance = random.Random(seed)
    folder.mkdir(parents=True)
    merchants = [f"shop-{number}" for number in range(MERCHANTS)]
    _write(folder / "ledger.csv", ["currency", "zone", "statement_days"], [["EUR", "UTC", "2"]])
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
    _write_later(folder, chance, redeemed)
    _write_purchases(folder, chance, merchants)
    return folder


def _write_later(folder: Path, chance: random.Random, redeemed: list[list[str]]) -> None:
    """Some of it is against the terms, too late or of what was refused: the ledger says no."""
    given = [
        [f"c{chance.randrange(ISSUES)}", f"person-{chance.randrange(CONSUMERS)}", _at(DAYS - 2, n)]
        for n in range(TRANSFERS)
    ]
    _write(folder / "transfers.csv", ["coupon", "consumer", "transferred_at"], given)
    copied = [
        [f"c{chance.randrange(ISSUES)}", f"copy-{n}", f"person-{chance.randrange(CONSUMERS)}", _at(DAYS - 2, 60 + n)]
        for n in range(COPIES)
    ]
    _write(folder / "copies.csv", ["coupon", "copy", "consumer", "copied_at"], copied)
    waiting = [each for each in redeemed if int(each[0][1:]) % BATCHES in (1, 2)]
    amended = [
        [coupon, merchant, f"{float(amount) * chance.uniform(0.2, 1.1):.2f}", _at(DAYS, n)]
        for n, (coupon, merchant, _, amount, _) in enumerate(chance.sample(waiting, AMENDMENTS))
    ]
    _write(folder / "amendments.csv", ["coupon", "merchant", "amount", "amended_at"], amended)
    undone = [
        [coupon, merchant, _at(DAYS, 60 + n)]
        for n, (coupon, merchant, *_) in enumerate(chance.sample(waiting, REVERSALS))
    ]
    _write(folder / "reversals.csv", ["coupon", "merchant", "reversed_at"], undone)


def _write_purchases(folder: Path, chance: random.Random, merchants: list[str]) -> None:
    policies = [[_at(-3, 0), 200, 5_000, "return_to_seller"], [_at(3, 0), 300, 2_500, "platform_keeps"]]
    _write(folder / "policies.csv", ["starts_at", "commission_bps", "rebate_bps", "equal_codes"], policies)
    bought = [
        [
            chance.choice(merchants),
            f"receipt-{n}",
            f"person-{chance.randrange(CONSUMERS)}",
            f"{chance.choice((1, 1, 1, -1)) * chance.randrange(100, 9_000) / 100:.2f}",
            _at(n * DAYS // PURCHASES, 400 + n),
        ]
        for n in range(PURCHASES)
    ]
    _write(folder / "purchases.csv", ["merchant", "reference", "consumer", "amount", "purchased_at"], bought)


_BATCH = [
    *("batch", "minted_at", "size", "opens", "closes", "accepts", "valid_days", "minimum_order", "reward"),
    *("reward_cap_bps", "contribution_bps", "contribution_cap", "discount_kind", "discount", "funder"),
    *("split_platform_bps", "split_issuer_bps", "split_redeemer_bps", "split_consumer_bps", "split_recruiter_bps"),
    *("remainder_role", "share_mode", "copies_per_coupon", "hops", "settlement_delay_hours"),
]


def _batch(number: int, merchants: list[str]) -> list[object]:
    accepts = ["all", "issuer", ";".join(merchants[:4]), "all"][number]
    funder = ["operator", "issuer", "redeemer", "operator"][number]
    days = [0, 0, 30, 0][number]
    return [
        *(f"batch-{number}", _at(0, 200), 60, _at(0, 0), _at(DAYS + 20, 0), accepts, days, "5.00", "0.40"),
        *(500, 100, "0.80", "fixed", "1.00", funder, 1_000, 2_000, 2_500, 2_500, 2_000, "platform"),
        *[("transfer", 0, 2, 0), ("none", 0, 0, 30), ("copy", 2, 1, 48), ("none", 0, 0, 0)][number],
    ]


def _at(day: int, second: int) -> str:
    return (START + timedelta(days=day, seconds=second)).isoformat()


def _write(path: Path, columns: list[str], rows: list[list[object]] | list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
