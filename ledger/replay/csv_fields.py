"""The fields of a record read as keys, amounts, whole numbers, moments and words."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from ledger.replay.csv_lines import Record
from ledger.replay.days import FIRST_DAY, LAST_DAY, end_of, start_of
from ledger.replay.limits import AMOUNT_MAX_MINOR

KEY_MAX = 64
DIGITS_MAX = 18
YES, NO = ("yes", "true", "1"), ("no", "false", "0", "")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:]{8}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})")
_SIGNED = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_AMOUNT = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_WHOLE = re.compile(r"[0-9]+")
_Word = TypeVar("_Word", bound=str)


class LineRefused(Exception):
    """Why the line at hand is not replayed; it becomes a `Refusal`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What amounts and days of a directory mean: an ISO 4217 code, its digits after the point, an IANA zone.

    Purchases are stated by periods of `statement_days`.
    """

    currency: str
    decimals: int
    zone: ZoneInfo
    statement_days: int = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One record and how to read it; every method raises LineRefused with what to do."""

    record: Record
    settings: Settings

    def key(self, column: str) -> str:
        """A name of 1 to 64 printable characters without a semicolon."""
        text = self._needed(column)
        if len(text) > KEY_MAX:
            raise LineRefused(f"{column} is {len(text)} characters long, at most {KEY_MAX}")
        if not text.isprintable() or ";" in text:
            raise LineRefused(f"{column} {text!r} must be printable and without a semicolon")
        return text

    def amount(self, column: str, *, least: int = 0) -> int:
        """A decimal amount such as 12.34, in minor units from `least` to 2**48 - 1; empty is 0 where that is enough."""
        text = self.record.fields[column]
        if not text and least == 0:
            return 0
        return self._minor(column, self._needed(column), least=least)

    def signed_amount(self, column: str) -> int:
        """A decimal amount such as 12.34 or -12.34, in minor units, on neither side beyond 2**48 - 1 and never 0."""
        text = self._needed(column)
        if not _SIGNED.fullmatch(text):
            raise LineRefused(f"{column} {_short(text)} is no amount: write it like 12.34, a return like -12.34")
        minor = self._minor(column, text.removeprefix("-"), least=1)
        return -minor if text.startswith("-") else minor

    def _minor(self, column: str, text: str, *, least: int) -> int:
        found = _AMOUNT.fullmatch(text)
        if not found:
            raise LineRefused(f"{column} {_short(text)} is no amount: write it like 12.34")
        decimals, fraction = self.settings.decimals, found[2] or ""
        if len(fraction) > decimals:
            raise LineRefused(f"{column} {_short(text)} has {len(fraction)} decimals, at most {decimals}")
        if len(found[1]) > DIGITS_MAX:
            raise LineRefused(f"{column} {_short(text)} is too large: at most {AMOUNT_MAX_MINOR} minor units")
        minor = int(found[1] + fraction.ljust(decimals, "0"))
        if not least <= minor <= AMOUNT_MAX_MINOR:
            raise LineRefused(f"{column} is {minor} minor units, it must be {least} to {AMOUNT_MAX_MINOR}")
        return minor

    def whole(self, column: str, default: int | None = None) -> int:
        """A whole number of at most 18 digits, or the default where the field is empty."""
        text = self.record.fields[column]
        if not text and default is not None:
            return default
        if not _WHOLE.fullmatch(self._needed(column)) or len(text) > DIGITS_MAX:
            raise LineRefused(f"{column} {_short(text)} is no whole number of at most {DIGITS_MAX} digits")
        return int(text)

    def moment(self, column: str) -> int:
        """A unix second: an RFC 3339 moment, or a day, which means its start."""
        day = self._day(column)
        return start_of(day, self.settings.zone) if day else self._moment(column)

    def end(self, column: str) -> int:
        """The first second after: an RFC 3339 moment is that moment, a day is included to its end."""
        day = self._day(column)
        return end_of(day, self.settings.zone) if day else self._moment(column)

    def word(self, column: str, choices: tuple[_Word, ...], default: _Word) -> _Word:
        """One of a few words, in any case, or the default where the field is empty."""
        text = self.record.fields[column].casefold()
        for choice in choices:
            if choice == text:
                return choice
        if text:
            raise LineRefused(f"{column} {_short(text)} must be one of {', '.join(choices)}")
        return default

    def flag(self, column: str) -> bool:
        """Yes or no; empty is no."""
        text = self.record.fields[column].casefold()
        if text not in (*YES, *NO):
            raise LineRefused(f"{column} {_short(text)} must be yes or no")
        return text in YES

    def text(self, column: str) -> str:
        """Any text, also none."""
        return self.record.fields[column]

    def _needed(self, column: str) -> str:
        text = self.record.fields[column]
        if not text:
            raise LineRefused(f"{column} is empty")
        return text

    def _day(self, column: str) -> date | None:
        text = self._needed(column)
        if not _DAY.fullmatch(text):
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise LineRefused(f"{column} {text} is no day of the calendar") from error
        if not FIRST_DAY <= day < LAST_DAY:
            raise LineRefused(f"{column} {text} is not between {FIRST_DAY} and {LAST_DAY}")
        return day

    def _moment(self, column: str) -> int:
        text = self.record.fields[column]
        if not _MOMENT.fullmatch(text):
            example = "2026-05-01, 2026-05-01T09:30:00Z or 2026-05-01T09:30:00+02:00"
            raise LineRefused(f"{column} {_short(text)} is no day or moment: write it like {example}")
        try:
            moment = datetime.fromisoformat(text.upper())
        except ValueError as error:
            raise LineRefused(f"{column} {text} is no moment: {error}") from error
        if not FIRST_DAY <= moment.date() < LAST_DAY:
            raise LineRefused(f"{column} {text} is not between {FIRST_DAY} and {LAST_DAY}")
        return int(moment.timestamp())


def _short(text: str) -> str:
    return repr(text if len(text) <= KEY_MAX else text[:KEY_MAX] + "...")
