"""A directory of CSV files in our own shape (README.md) as facts; a bad line is reported and the others are done."""

import re
from datetime import date
from pathlib import Path

from ledger.replay.csv_fields import Settings
from ledger.replay.csv_lines import BadLine, Columns, open_csv
from ledger.replay.days import zone_named
from ledger.replay.directory_coupons import CouponLines
from ledger.replay.directory_purchases import PurchaseLines
from ledger.replay.directory_reading import Reading, is_there
from ledger.replay.directory_returns import ReturnLines
from ledger.replay.draft import Draft
from ledger.replay.errors import SettingInvalid
from ledger.replay.facts import Plan

LEDGER = Columns((), ("currency", "decimals", "zone", "statement_days"))
DECIMALS_MAX = 6
"""The settlement token has at most 6."""
STATEMENT_DAYS_MAX = 366
DEFAULTS = {"currency": "EUR", "decimals": "2", "zone": "UTC"}


class Directory:
    """The source of a directory: merchants.csv and batches.csv, and the other files where there are any."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def plan(self, from_day: date | None = None, to_day: date | None = None) -> Plan:
        """The plan of these days in the directory's zone.

        Raises FileMissing, FileUnreadable, HeaderInvalid, SettingInvalid, ZoneUnknown, RangeEmpty, DayOutOfRange.
        """
        settings, notes = _settings(self._folder)
        return _draft(Reading(self._folder, settings, notes)).plan(from_day, to_day)


def _draft(reading: Reading) -> Draft:
    """Everything that the good lines tell; each file is checked against the good lines of those before it."""
    coupons = CouponLines(reading)
    coupons.read()
    returns = ReturnLines(reading, coupons)
    returns.read()
    purchases = PurchaseLines(reading, coupons)
    purchases.read()
    settings = reading.settings
    return Draft(
        name=reading.folder.resolve().name,
        currency=settings.currency,
        decimals=settings.decimals,
        zone=settings.zone.key,
        merchants=tuple(coupons.merchants.values()),
        consumers=tuple(coupons.consumers.values()),
        batches=tuple(coupons.batches.values()),
        issues=tuple(coupons.issues),
        redemptions=tuple(returns.redemptions),
        shared=tuple(coupons.shared),
        returned=tuple(returns.returned),
        policies=tuple(purchases.policies),
        statements=tuple(purchases.statements()),
        refusals=tuple(reading.refusals),
        notes=tuple(reading.notes),
        given_minor=coupons.deposits,
    )


def _settings(folder: Path) -> tuple[Settings, list[str]]:
    """What ledger.csv says on its one line, and what is assumed where it says nothing."""
    path, said, notes = folder / "ledger.csv", dict.fromkeys(LEDGER.optional, ""), []
    if is_there(path):
        file = open_csv(path, LEDGER)
        notes += [f"ledger.csv: the column {name!r} is not known and is left out" for name in file.unknown]
        lines = list(file.records())
        if len(lines) != 1:
            raise SettingInvalid("line 2", f"there must be one line under the header, not {len(lines)}")
        if isinstance(lines[0], BadLine):
            raise SettingInvalid(f"line {lines[0].line}", lines[0].reason)
        said = lines[0].fields
    assumed = {name: value for name, value in DEFAULTS.items() if not said[name]}
    if assumed:
        given = ", ".join(f"{name} {value}" for name, value in assumed.items())
        notes.append(f"ledger.csv does not say it, so this is taken: {given}")
    return _checked(said | assumed), notes


def _checked(chosen: dict[str, str]) -> Settings:
    if not re.fullmatch(r"[A-Z]{3}", chosen["currency"]):
        raise SettingInvalid("currency", f"{chosen['currency']!r} must be three capital letters such as EUR")
    if not re.fullmatch(f"[0-{DECIMALS_MAX}]", chosen["decimals"]):
        raise SettingInvalid("decimals", f"{chosen['decimals']!r} must be 0 to {DECIMALS_MAX}")
    days = chosen["statement_days"] or "7"
    if not re.fullmatch(r"[0-9]{1,4}", days) or not 1 <= int(days) <= STATEMENT_DAYS_MAX:
        raise SettingInvalid("statement_days", f"{days!r} must be 1 to {STATEMENT_DAYS_MAX}")
    zone = zone_named(chosen["zone"])
    return Settings(chosen["currency"], decimals=int(chosen["decimals"]), zone=zone, statement_days=int(days))
