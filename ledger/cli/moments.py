"""Moments and durations as people write and read them; inside they are Unix seconds."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ledger.cli.errors import DurationInvalid, MomentInvalid
from ledger.replay.days import FIRST_DAY, LAST_DAY, end_of, start_of

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:]{8}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})")
_DURATION: Final = re.compile(r"([0-9]{1,9})([smhd]?)")
_SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}
_DURATION_LIMIT: Final = 3_650 * 86_400


@dataclass(frozen=True, slots=True)
class Zone:
    """The zone in which a ledger's days are read and shown."""

    zone: ZoneInfo

    def read(self, text: str, *, end: bool = False) -> int:
        """A moment; a day is its first second, or with `end` the first second after it. Raises MomentInvalid."""
        try:
            if _DAY.fullmatch(text):
                day = date.fromisoformat(text)
                if not FIRST_DAY <= day < LAST_DAY:
                    raise MomentInvalid(text, f"is not between {FIRST_DAY} and {LAST_DAY - timedelta(days=1)}")
                return end_of(day, self.zone) if end else start_of(day, self.zone)
            if not _MOMENT.fullmatch(text):
                raise MomentInvalid(text)
            moment = datetime.fromisoformat(text.upper())
        except ValueError as error:
            raise MomentInvalid(text, f"is not in the calendar ({error})") from error
        if not FIRST_DAY <= moment.date() < LAST_DAY:
            raise MomentInvalid(text, f"is not between {FIRST_DAY} and {LAST_DAY - timedelta(days=1)}")
        return int(moment.timestamp())

    def show(self, at: int) -> str:
        """A moment to the second, with its zone."""
        return f"{self._at(at):%Y-%m-%d %H:%M:%S %Z}"

    def show_date(self, at: int) -> str:
        """The day a moment falls on here."""
        return f"{self._at(at):%Y-%m-%d}"

    @staticmethod
    def show_day(day: int) -> str:
        """A day counted from 1970, as the chain counts (UTC)."""
        return f"{date(1970, 1, 1) + timedelta(days=day)} UTC"

    def document(self, at: int) -> str:
        """A moment for JSON: RFC 3339 with this zone's offset."""
        return self._at(at).isoformat()

    def _at(self, at: int) -> datetime:
        return datetime.fromtimestamp(at, UTC).astimezone(self.zone)


def read_duration(text: str) -> int:
    """Seconds of `90m`, `24h`, `2d` or plain seconds; raises DurationInvalid."""
    found = _DURATION.fullmatch(text)
    seconds = int(found[1]) * _SECONDS[found[2]] if found else _DURATION_LIMIT + 1
    if seconds > _DURATION_LIMIT:
        raise DurationInvalid(text)
    return seconds


def show_duration(seconds: int) -> str:
    """Seconds in the largest unit that divides them."""
    for unit in ("d", "h", "m"):
        if seconds and seconds % _SECONDS[unit] == 0:
            return f"{seconds // _SECONDS[unit]}{unit}"
    return f"{seconds}s"
