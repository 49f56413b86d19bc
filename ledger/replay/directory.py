"""A directory of CSV files in our own shape (README.md) as facts; a bad line is reported and the others are done."""

import re
from collections import Counter
from collections.abc import Callable, Container
from datetime import date
from pathlib import Path

from ledger.replay.csv_fields import LineRefused, Row, Settings
from ledger.replay.csv_lines import BadLine, Columns, Record, open_csv
from ledger.replay.days import zone_named
from ledger.replay.directory_batches import BATCHES, RESERVED_WORDS, read_batch
from ledger.replay.draft import Draft
from ledger.replay.errors import FileMissing, FileUnreadable, SettingInvalid
from ledger.replay.facts import BatchFact, ConsumerFact, IssueFact, MerchantFact, Plan, RedemptionFact, Refusal

LEDGER = Columns((), ("currency", "decimals", "zone"))
MERCHANTS = Columns(("merchant", "registered_at"), ("deposit",))
CONSUMERS = Columns(("consumer", "registered_at", "recruiter"))
ISSUES = Columns(("coupon", "batch", "merchant", "consumer", "issued_at"))
REDEMPTIONS = Columns(("coupon", "merchant", "order", "amount", "redeemed_at"))
DECIMALS_MAX = 6
"""The settlement token has at most 6."""
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
        return _Reading(self._folder, settings, notes=notes).draft().plan(from_day, to_day)


def _settings(folder: Path) -> tuple[Settings, list[str]]:
    """What ledger.csv says on its one line, and what is assumed where it says nothing."""
    path, said, notes = folder / "ledger.csv", dict.fromkeys(DEFAULTS, ""), []
    if _is_there(path):
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
    chosen = said | assumed
    if not re.fullmatch(r"[A-Z]{3}", chosen["currency"]):
        raise SettingInvalid("currency", f"{chosen['currency']!r} must be three capital letters such as EUR")
    if not re.fullmatch(f"[0-{DECIMALS_MAX}]", chosen["decimals"]):
        raise SettingInvalid("decimals", f"{chosen['decimals']!r} must be 0 to {DECIMALS_MAX}")
    settings = Settings(chosen["currency"], decimals=int(chosen["decimals"]), zone=zone_named(chosen["zone"]))
    return settings, notes


class _Reading:
    """One pass over a directory, file after file, each line checked against the good lines before it."""

    def __init__(self, folder: Path, settings: Settings, *, notes: list[str]) -> None:
        self.folder, self.settings, self.notes = folder, settings, notes
        self.refusals: list[Refusal] = []
        self.merchants: dict[str, MerchantFact] = {}
        self.deposits: dict[str, int] = {}
        self.consumers: dict[str, ConsumerFact] = {}
        self.batches: dict[str, BatchFact] = {}
        self.issued: Counter[str] = Counter()
        self.issues: dict[str, IssueFact] = {}
        self.redemptions: list[RedemptionFact] = []
        self.line_of: dict[tuple[str, str], int] = {}

    def draft(self) -> Draft:
        """Everything that the good lines tell."""
        self._read("merchants.csv", MERCHANTS, take=self._merchant, needed=True)
        self._read("consumers.csv", CONSUMERS, take=self._consumer)
        self._read("batches.csv", BATCHES, take=self._batch, needed=True)
        self._read("issues.csv", ISSUES, take=self._issue)
        self._read("redemptions.csv", REDEMPTIONS, take=self._redemption)
        return Draft(
            name=self.folder.resolve().name,
            currency=self.settings.currency,
            decimals=self.settings.decimals,
            zone=self.settings.zone.key,
            merchants=tuple(self.merchants.values()),
            consumers=tuple(self.consumers.values()),
            batches=tuple(self.batches.values()),
            issues=tuple(self.issues.values()),
            redemptions=tuple(self.redemptions),
            refusals=tuple(self.refusals),
            notes=tuple(self.notes),
            given_minor=self.deposits,
        )

    def _read(self, name: str, columns: Columns, *, take: Callable[[Row], None], needed: bool = False) -> None:
        path = self.folder / name
        if not _is_there(path):
            if needed:
                raise FileMissing(path)
            self.notes.append(f"{name} is not there: taken as empty")
            return
        file = open_csv(path, columns)
        self.notes += [f"{name}: the column {column!r} is not known and is left out" for column in file.unknown]
        for record in file.records():
            reason = record.reason if isinstance(record, BadLine) else self._taken(record, take)
            if reason:
                key = "" if isinstance(record, BadLine) else record.fields[columns.required[0]]
                self.refusals.append(Refusal(name, line=record.line, key=key, reason=reason))

    def _taken(self, record: Record, take: Callable[[Row], None]) -> str:
        try:
            take(Row(record, self.settings))
        except LineRefused as refused:
            return str(refused)
        return ""

    def _merchant(self, row: Row) -> None:
        key = self._new(row, "merchant", self.merchants)
        if key.casefold() in RESERVED_WORDS:
            raise LineRefused(f"merchant {key!r} means something else in accepts: choose another key")
        fact = MerchantFact(key=key, at=row.moment("registered_at"))
        if row.text("deposit"):
            self.deposits[key] = row.amount("deposit")
        self.merchants[key] = fact

    def _consumer(self, row: Row) -> None:
        key = self._new(row, "consumer", self.consumers)
        recruiter = self.merchants[self._known(row, "recruiter", self.merchants, file="merchants.csv")]
        at = row.moment("registered_at")
        _not_before(at, recruiter.at, what=f"registered_at is before its recruiter {recruiter.key!r} registers")
        self.consumers[key] = ConsumerFact(key=key, at=at, recruiter_key=recruiter.key)

    def _batch(self, row: Row) -> None:
        key = self._new(row, "batch", self.batches)
        self.batches[key] = read_batch(row, self.merchants)

    def _issue(self, row: Row) -> None:
        key = self._new(row, "coupon", self.issues)
        batch = self.batches[self._known(row, "batch", self.batches, file="batches.csv")]
        merchant = self.merchants[self._known(row, "merchant", self.merchants, file="merchants.csv")]
        consumer = self.consumers[self._known(row, "consumer", self.consumers, file="consumers.csv")]
        at = row.moment("issued_at")
        _not_before(at, batch.at, what=f"issued_at is before the batch {batch.key!r} is minted")
        _not_before(at, merchant.at, what=f"issued_at is before the merchant {merchant.key!r} registers")
        _not_before(at, consumer.at, what=f"issued_at is before the consumer {consumer.key!r} registers")
        if self.issued[batch.key] >= batch.size:
            raise LineRefused(f"the batch {batch.key!r} holds {batch.size} coupons, all issued by earlier lines")
        self.issued[batch.key] += 1
        self.issues[key] = IssueFact(
            batch_key=batch.key, merchant_key=merchant.key, consumer_key=consumer.key, coupon_key=key, at=at
        )

    def _redemption(self, row: Row) -> None:
        issue = self.issues[self._known(row, "coupon", self.issues, file="issues.csv")]
        merchant = self.merchants[self._known(row, "merchant", self.merchants, file="merchants.csv")]
        order, amount, at = row.key("order"), row.amount("amount", least=1), row.moment("redeemed_at")
        _not_before(at, issue.at, what="redeemed_at is before the coupon is issued")
        _not_before(at, merchant.at, what=f"redeemed_at is before the merchant {merchant.key!r} registers")
        self.redemptions.append(
            RedemptionFact(
                coupon_key=issue.coupon_key, merchant_key=merchant.key, order_key=order, order_minor=amount, at=at
            )
        )

    def _new(self, row: Row, column: str, known: Container[str]) -> str:
        key = row.key(column)
        if key in known:
            raise LineRefused(
                f"{column} {key!r} stands in line {self.line_of[column, key]} already: give it another key"
            )
        self.line_of[column, key] = row.record.line
        return key

    def _known(self, row: Row, column: str, known: Container[str], *, file: str) -> str:
        key = row.key(column)
        if key not in known:
            raise LineRefused(f"{column} {key!r} is in no good line of {file}: add it there or correct it here")
        return key


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise FileUnreadable(path, error.strerror or str(error)) from error
    return True


def _not_before(at: int, earliest: int, *, what: str) -> None:
    if at < earliest:
        raise LineRefused(f"{what} ({earliest - at} seconds too early)")
