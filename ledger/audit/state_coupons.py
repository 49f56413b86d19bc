"""Batches, lots and coupons, with the slots they stand in: eight holders a word, sixteen days of issue a word."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, Row, RowMapping, select

from ledger.audit.checks import Key, PackedCheck, RowCheck, fields
from ledger.audit.state_parties import ROWS_AT_ONCE, dense
from ledger.chain import slots
from ledger.chain.batch_words import unpack
from ledger.domain import terms_json
from ledger.domain.ids import LANE_SPENT
from ledger.store.projections import BATCHES, COUPONS, LOTS

_LANE_BITS: Final = 32
_DAY_BITS: Final = 16
_VALID_DAYS_SHIFT: Final = 112
_VALID_DAYS_MASK: Final = 0xFFFF

_Coupon = Row[*tuple[Any, ...]]
Word = tuple[int, tuple[_Coupon, ...]]
"""A word's number and the coupons that the table has in it."""


def batches(connection: Connection, *, count: int, after: int) -> Iterator[RowCheck]:
    """Every batch with its terms."""
    for number, row in dense(connection, BATCHES, count=count, after=after):
        first = slots.batch(number)
        yield RowCheck("batches", (number,), tuple(range(first, first + 4)), row, _batch)


def lots(connection: Connection, *, after: Key) -> Iterator[RowCheck]:
    """Every lot of every batch, 1 to as many as the batch says."""
    after_batch, after_lot = after
    query = select(BATCHES.c.id, BATCHES.c.lots).where(BATCHES.c.id >= after_batch).order_by(BATCHES.c.id)
    for batch, count in connection.execute(query):
        found = connection.execute(select(LOTS).where(LOTS.c.batch == batch)).mappings()
        rows: dict[int, RowMapping] = {row["lot"]: row for row in found}
        for lot in sorted({*range(1, count + 1), *rows}):
            if (batch, lot) > (after_batch, after_lot):
                yield RowCheck("lots", (batch, lot), (slots.lot(batch, lot),), rows.get(lot), _lot)


def lanes(connection: Connection, *, after: Key) -> Iterator[PackedCheck]:
    """Every word of holders in which a lot issued, or the table has a coupon."""
    for batch, word, rows in _words(connection, slots.LANES_A_WORD, after=after, wanted=lambda _: True):
        yield PackedCheck(
            table="coupons",
            column="lane",
            group=batch,
            first=word * slots.LANES_A_WORD,
            bits=_LANE_BITS,
            slots=(slots.lanes(batch) + word,),
            kept=_places(rows, slots.LANES_A_WORD, _lane, bits=_LANE_BITS),
        )


def issue_days(connection: Connection, *, first_word: Callable[[int], int], after: Key) -> Iterator[PackedCheck]:
    """Every word of days of issue, where the batch (the first of whose stored words is given) has days of validity."""

    def wanted(batch: int) -> bool:
        return first_word(batch) >> _VALID_DAYS_SHIFT & _VALID_DAYS_MASK != 0

    for batch, word, rows in _words(connection, slots.DAYS_A_WORD, after=after, wanted=wanted):
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
    return LANE_SPENT if row.state == "redeemed" else row.holder


def _places(rows: Sequence[_Coupon], places: int, value: Callable[[_Coupon], Any], *, bits: int) -> list[int]:
    """The values of a word's places, 0 without a coupon; one that no place can hold becomes -1, which none has."""
    kept = [0] * places
    for row in rows:
        found = value(row)
        kept[row.serial % places] = found if isinstance(found, int) and 0 <= found < 1 << bits else -1
    return kept


def _words(
    connection: Connection, places: int, *, after: Key, wanted: Callable[[int], bool]
) -> Iterator[tuple[int, int, tuple[_Coupon, ...]]]:
    """(batch, word, coupons in it) of the batches wanted, in order, after the word of batch and serial `after`."""
    after_batch, after_serial = after
    known = select(BATCHES.c.id).where(BATCHES.c.id >= after_batch)
    for batch in filter(wanted, connection.execute(known.order_by(BATCHES.c.id)).scalars()):
        start = after_serial // places + 1 if batch == after_batch else 0
        both = merge(
            _issued_words(connection, batch, places, start=start),
            _kept_words(connection, batch, places, start=start),
            key=lambda each: each[0],
        )
        for word, found in groupby(both, key=lambda each: each[0]):
            yield batch, word, tuple(row for _, rows in found for row in rows)


def _issued_words(connection: Connection, batch: int, places: int, *, start: int) -> Iterator[Word]:
    """Words that lots have issued into."""
    issued = select(LOTS.c.first, LOTS.c.next).where(LOTS.c.batch == batch, LOTS.c.next > LOTS.c.first)
    for first, end in connection.execute(issued.order_by(LOTS.c.first)).all():
        yield from ((word, ()) for word in range(max(first // places, start), (end - 1) // places + 1))


def _kept_words(connection: Connection, batch: int, places: int, *, start: int) -> Iterator[Word]:
    """Words of the table's coupons."""
    columns = (COUPONS.c.serial, COUPONS.c.holder, COUPONS.c.state, COUPONS.c.issued_day)
    query = select(*columns).where(COUPONS.c.batch == batch, COUPONS.c.serial >= start * places)
    rows = connection.execute(query.order_by(COUPONS.c.serial).execution_options(yield_per=ROWS_AT_ONCE))
    for word, found in groupby(rows, key=lambda row: row.serial // places):
        yield word, tuple(found)


def _batch(words: Sequence[int]) -> Mapping[str, object]:
    state = unpack(words[0], words[1], words[2], words[3].to_bytes(32, "big"))
    return {
        "terms": terms_json.dumps(state.terms),
        "size": state.terms.size,
        "opens": state.terms.opens,
        "closes": state.terms.closes,
        "paused_at_mint": state.paused_at_mint,
        "funder": int(state.terms.funder),
        "reserve": state.reserve,
        "lots": state.lots,
        "stock": state.stock,
        "closed": state.closed,
    }


def _lot(words: Sequence[int]) -> Mapping[str, object]:
    names = ("merchant", "first", "next", "end", "reserve")
    return dict(zip(names, fields(words[0], 32, 32, 32, 32, 64), strict=True))
