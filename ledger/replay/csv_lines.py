"""CSV files line by line, so that a broken line breaks no other: a field holds no line break."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ledger.replay.errors import FileUnreadable, HeaderInvalid

LINE_MAX_BYTES = 65_536
LINES_MAX = 5_000_000


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a file must and may have."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no record, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of one line by column, without surrounding blanks; a column the file lacks is empty."""

    line: int
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class CsvFile:
    """An opened file: its column of each known name, the names nobody knows, and its path."""

    path: Path
    names: tuple[str, ...]
    unknown: tuple[str, ...]
    columns: Columns

    def records(self) -> Iterator[Record | BadLine]:
        """Every line after the header that is not blank; raises FileUnreadable."""
        for number, raw in _raw_lines(self.path):
            if number > 1 and (raw is None or raw.strip()):
                yield self._record(number, raw)

    def _record(self, number: int, raw: bytes | None) -> Record | BadLine:
        if raw is None:
            return BadLine(number, f"it is longer than {LINE_MAX_BYTES} bytes: is a line break missing?")
        try:
            values = _split(raw)
        except UnicodeDecodeError:
            return BadLine(number, "it is not UTF-8: save the file as UTF-8")
        except csv.Error as error:
            return BadLine(number, f'its quotes are broken ({error}): write a field as "..." and a quote in it as ""')
        if len(values) != len(self.names):
            found = f"it has {len(values)} fields, the header {len(self.names)}"
            return BadLine(number, f"{found}: put a field that holds a comma in quotes")
        named = dict.fromkeys((*self.columns.required, *self.columns.optional), "")
        return Record(number, named | {name: value.strip() for name, value in zip(self.names, values, strict=True)})


def open_csv(path: Path, columns: Columns) -> CsvFile:
    """Read the header, in any order and case, with or without a byte order mark.

    Raises HeaderInvalid, FileUnreadable.
    """
    raw = next((raw for _, raw in _raw_lines(path)), b"")
    if raw is None or not raw.strip():
        raise HeaderInvalid(path.name, f"it must name the columns: {', '.join(columns.required or columns.optional)}")
    try:
        names = tuple(name.strip().casefold() for name in _split(raw.removeprefix(b"\xef\xbb\xbf")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise HeaderInvalid(path.name, f"it is not UTF-8 text with commas ({error})") from error
    known = {*columns.required, *columns.optional}
    missing = [name for name in columns.required if name not in names]
    if missing:
        hint = "; separate columns with commas, not semicolons" if ";" in names[0] else ""
        raise HeaderInvalid(path.name, f"the columns {', '.join(missing)} are missing{hint}")
    twice = sorted({name for name in names if name in known and names.count(name) > 1})
    if twice:
        raise HeaderInvalid(path.name, f"the columns {', '.join(twice)} stand in it twice")
    unknown = tuple(dict.fromkeys(name for name in names if name not in known))
    return CsvFile(path=path, names=names, unknown=unknown, columns=columns)


def _split(raw: bytes) -> list[str]:
    rows = list(csv.reader([raw.decode("utf-8")], strict=True))
    return rows[0] if rows else []


def _raw_lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """Each line with its number, without its end (LF or CRLF); None for one that is too long."""
    try:
        with path.open("rb") as file:
            number = 0
            while raw := file.readline(LINE_MAX_BYTES + 1):
                number += 1
                if number > LINES_MAX:
                    raise FileUnreadable(path, f"it has more than {LINES_MAX:,} lines")
                whole = len(raw) <= LINE_MAX_BYTES
                rest = raw
                while len(rest) > LINE_MAX_BYTES and not rest.endswith(b"\n"):
                    rest = file.readline(LINE_MAX_BYTES + 1)
                yield number, raw.rstrip(b"\r\n") if whole else None
    except OSError as error:
        raise FileUnreadable(path, error.strerror or str(error)) from error
