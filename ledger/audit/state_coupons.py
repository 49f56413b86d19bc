"""Coupons with the slots they stand in: eight holders a word, sixteen days of issue a word."""

from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from ledger.audit.checks import Key, PackedCheck
from ledger.audit.state_parties import ROWS_AT_ONCE
from ledger.audit.state_stock import StockOnChain
from ledger.chain import slots
from ledger.domain.ids import LANE_BEARER, LANE_SPENT, LANE_TRAVELLED, LANE_VOID
from ledger.store.projections import COUPONS

SERIALS_LIMIT: Final = 2**32
"""Lanes have no places beyond."""

_LANE_BITS: Final = 32
_DAY_BITS: Final = 16

_Coupon = Row[*tuple[Any, ...]]
Word = tuple[int, tuple[_Coupon, ...]]
"""A word's number and the coupons that the table has in it."""


def lanes(connection: Connection, stock: StockOnChain, *, after: Key) -> Iterator[PackedCheck]:
    """Every word of holders into which a lot issued, or in which the table has a coupon."""
    for batch, word, rows in _words(connection, stock, slots.LANES_A_WORD, after=after):
        yield PackedCheck(
            table="coupons",
            column="lane",
            group=batch,
            first=word * slots.LANES_A_WORD,
            bits=_LANE_BITS,
            slots=(slots.lanes(batch) + word,),
            kept=_places(rows, slots.LANES_A_WORD, _lane, bits=_LANE_BITS),
        )


def issue_days(connection: Connection, stock: StockOnChain, *, after: Key) -> Iterator[PackedCheck]:
    """Every word of days of issue, of batches that have days of validity."""
    for batch, word, rows in _words(connection, stock, slots.DAYS_A_WORD, after=after, with_days=True):
        yield PackedCheck(
            table="coupons",
            column="issued_day",
            group=batch,
            first=word * slots.DAYS_A_WORD,
            bits=_DAY_BITS,
            slots=(slots.issue_days(batch) + word,),
            kept=_places(rows, slots.DAYS_A_WORD, lambda row: row.issued_day, bits=_DAY_BITS),
        )


def _lane(row: _Coupon) -> Any:
    """A coupon that has a version has a journey, whatever became of it there."""
    if row.version:
        return LANE_TRAVELLED
    if row.state != "issued":
        return LANE_VOID if row.state == "void" else LANE_SPENT
    return row.holder or LANE_BEARER


def _places(rows: Sequence[_Coupon], places: int, value: Callable[[_Coupon], Any], *, bits: int) -> list[int]:
    """The values of a word's places, 0 without a coupon; one that no place can hold becomes -1, which none has."""
    kept = [0] * places
    for row in rows:
        found = value(row)
        kept[row.serial % places] = found if isinstance(found, int) and 0 <= found < 1 << bits else -1
    return kept


def _words(
    connection: Connection, stock: StockOnChain, places: int, *, after: Key, with_days: bool = False
) -> Iterator[tuple[int, int, tuple[_Coupon, ...]]]:
    """(batch, word, coupons in it), in order, after the word of batch and serial `after`."""
    after_batch, after_serial = after
    for batch in range(max(after_batch, 1), stock.batches + 1):
        if with_days and stock.batch(batch).terms.valid_days == 0:
            continue
        start = after_serial // places + 1 if batch == after_batch else 0
        both = merge(
            _issued_words(stock, batch, places, start=start),
            _kept_words(connection, batch, places, start=start),
            key=lambda each: each[0],
        )
        for word, found in groupby(both, key=lambda each: each[0]):
            yield batch, word, tuple(row for _, rows in found for row in rows)


def _issued_words(stock: StockOnChain, batch: int, places: int, *, start: int) -> Iterator[Word]:
    """Words into which lots have issued."""
    for first, end in sorted((lot.first, lot.next) for lot in stock.lots(batch) if lot.next > lot.first):
        yield from ((word, ()) for word in range(max(first // places, start), (end - 1) // places + 1))


def _kept_words(connection: Connection, batch: int, places: int, *, start: int) -> Iterator[Word]:
    """Words of the table's coupons."""
    columns = (COUPONS.c.serial, COUPONS.c.holder, COUPONS.c.state, COUPONS.c.issued_day, COUPONS.c.version)
    here = (COUPONS.c.batch == batch, COUPONS.c.serial >= start * places, COUPONS.c.serial < SERIALS_LIMIT)
    # Copies have no lanes, only journeys.
    query = select(*columns).where(*here, COUPONS.c.root.is_(None))
    rows = connection.execute(query.order_by(COUPONS.c.serial).execution_options(yield_per=ROWS_AT_ONCE))
    for word, found in groupby(rows, key=lambda row: row.serial // places):
        yield word, tuple(found)
