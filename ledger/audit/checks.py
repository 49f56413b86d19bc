"""One row, or one packed word of rows, held against what the chain's storage says."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

Key = tuple[Any, ...]
_IDS: Final = 2**32


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A value that is `found` in the tables and `expected` by the chain; the column `row` means the row as a whole."""

    table: str
    key: Key
    column: str
    expected: object
    found: object


@dataclass(frozen=True, slots=True)
class Checked:
    """How far a verification is: give the last one back to go on after it. `count` rows or words of this table so far.

    `part` is `state` (the tables of `STATE_TABLES`) or `history` (all projections).
    """

    part: str
    table: str
    key: Key
    count: int


class SlotSource(Protocol):
    """Reads the ledger's storage."""

    def slots(self, keys: Sequence[int], *, block: int) -> list[int]:
        """The words in these slots as they were after a block, in order; a slot never written is 0."""


class Check(Protocol):
    """Something to hold against the words of some slots."""

    @property
    def key(self) -> Key:
        """Where it stands among the checks of its table: to go on after it."""

    @property
    def slots(self) -> tuple[int, ...]:
        """The slots it needs."""

    def mismatches(self, words: Sequence[int]) -> Iterator[Mismatch]:
        """What differs, given the words of its slots."""


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A row whose columns the words spell out; `row` is None where the table has none and the chain has one."""

    table: str
    key: Key
    slots: tuple[int, ...]
    row: Mapping[Any, Any] | None
    decode: Callable[[Sequence[int]], Mapping[str, object]]

    def mismatches(self, words: Sequence[int]) -> Iterator[Mismatch]:
        """Columns that differ, or the missing row."""
        if self.row is None:
            yield Mismatch(self.table, self.key, "row", expected="present", found="missing")
            return
        for column, value in self.decode(words).items():
            if self.row[column] != value:
                yield Mismatch(self.table, self.key, column, expected=value, found=self.row[column])


@dataclass(frozen=True, slots=True)
class PackedCheck:
    """A word that packs a value of `bits` for each of some rows; `kept` are the values the table gives, lowest first.

    The rows' keys are `group` and a number from `first` on.
    """

    table: str
    column: str
    group: int
    first: int
    bits: int
    slots: tuple[int, ...]
    kept: Sequence[int]

    @property
    def key(self) -> Key:
        """The group and the first number."""
        return (self.group, self.first)

    def mismatches(self, words: Sequence[int]) -> Iterator[Mismatch]:
        """Places that differ."""
        word, packed = words[0], 0
        for value in reversed(self.kept):
            packed = packed << self.bits | value
        if packed == word:
            return
        for place, value in enumerate(self.kept):
            expected = word >> place * self.bits & (1 << self.bits) - 1
            if value != expected:
                yield Mismatch(self.table, (self.group, self.first + place), self.column, expected, value)


def fields(word: int, *widths: int) -> list[int]:
    """The numbers packed in a word, from the lowest bit on."""
    values = []
    for width in widths:
        values.append(word & (1 << width) - 1)
        word >>= width
    return values


def address(number: int) -> bytes:
    """The 20 bytes of an address read as a number."""
    return number.to_bytes(20, "big")


def is_number(value: object) -> bool:
    """Whether a value can be an id on the chain; a row whose key cannot has no slot, and only its logs can tell."""
    return isinstance(value, int) and 0 <= value < _IDS
