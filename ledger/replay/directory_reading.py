"""One pass over a directory, file after file: what is refused, what is noted, and which keys stand where."""

from collections.abc import Callable, Container
from pathlib import Path

from ledger.replay.csv_fields import LineRefused, Row, Settings
from ledger.replay.csv_lines import BadLine, Columns, Record, open_csv
from ledger.replay.errors import FileMissing, FileUnreadable
from ledger.replay.facts import Refusal


class Reading:
    """The folder, its settings, and all that is to be said about its lines."""

    def __init__(self, folder: Path, settings: Settings, notes: list[str]) -> None:
        self.folder, self.settings, self.notes = folder, settings, notes
        self.refusals: list[Refusal] = []
        self._line_of: dict[tuple[str, str], int] = {}

    def file(self, name: str, columns: Columns, *, take: Callable[[Row], None]) -> bool:
        """Give each line of a file to `take`, or refuse it; whether the file is there.

        Raises FileUnreadable, HeaderInvalid.
        """
        path = self.folder / name
        if not is_there(path):
            return False
        file = open_csv(path, columns)
        self.notes += [f"{name}: the column {column!r} is not known and is left out" for column in file.unknown]
        for record in file.records():
            reason = record.reason if isinstance(record, BadLine) else self._taken(record, take)
            if reason:
                key = "" if isinstance(record, BadLine) else record.fields[columns.required[0]]
                self.refusals.append(Refusal(name, line=record.line, key=key, reason=reason))
        return True

    def needed(self, name: str, columns: Columns, *, take: Callable[[Row], None]) -> None:
        """As `file`; raises FileMissing too."""
        if not self.file(name, columns, take=take):
            raise FileMissing(self.folder / name)

    def usual(self, name: str, columns: Columns, *, take: Callable[[Row], None]) -> None:
        """As `file`, with a note where it is not there."""
        if not self.file(name, columns, take=take):
            self.notes.append(f"{name} is not there: taken as empty")

    def new(self, row: Row, column: str, known: Container[str]) -> str:
        """A key that no good line of this file, whose keys are `known`, has yet; raises LineRefused."""
        key = row.key(column)
        if key in known:
            raise LineRefused(
                f"{column} {key!r} stands in line {self._line_of[column, key]} already: give it another key"
            )
        self._line_of[column, key] = row.record.line
        return key

    def _taken(self, record: Record, take: Callable[[Row], None]) -> str:
        try:
            take(Row(record, self.settings))
        except LineRefused as refused:
            return str(refused)
        return ""


def known(row: Row, column: str, keys: Container[str], *, file: str) -> str:
    """A key that a good line of another file has; raises LineRefused."""
    key = row.key(column)
    if key not in keys:
        raise LineRefused(f"{column} {key!r} is in no good line of {file}: add it there or correct it here")
    return key


def not_before(at: int, earliest: int, *, what: str) -> None:
    """Raise LineRefused for a line that comes too early."""
    if at < earliest:
        raise LineRefused(f"{what} ({earliest - at} seconds too early)")


def is_there(path: Path) -> bool:
    """Whether there is such a file; raises FileUnreadable."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise FileUnreadable(path, error.strerror or str(error)) from error
    return True
