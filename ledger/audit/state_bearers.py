"""Keys of bearers with their slots: the key while a bearer has the coupon, nothing once an account has."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select, tuple_, union

from ledger.audit.checks import Key, RowCheck, address
from ledger.audit.state_parties import ROWS_AT_ONCE
from ledger.chain import slots
from ledger.domain.errors import OutOfRange
from ledger.domain.ids import coupon_id
from ledger.store.projections import COUPONS
from ledger.store.projections_sharing import BEARERS

_ADDRESS_BITS: Final = 160


def bearers(connection: Connection, *, after: Key) -> Iterator[RowCheck]:
    """Every coupon that was issued to a key, or that the table says a bearer has."""
    both = union(
        select(BEARERS.c.batch, BEARERS.c.serial),
        select(COUPONS.c.batch, COUPONS.c.serial).where(COUPONS.c.holder == 0),
    ).subquery()
    places = (both.c.batch, both.c.serial)
    found = both.outerjoin(BEARERS, (BEARERS.c.batch == places[0]) & (BEARERS.c.serial == places[1])).outerjoin(
        COUPONS, (COUPONS.c.batch == places[0]) & (COUPONS.c.serial == places[1])
    )
    query = select(*places, BEARERS.c.key, COUPONS.c.holder).select_from(found).where(tuple_(*places) > after)
    for row in connection.execute(query.order_by(*places).execution_options(yield_per=ROWS_AT_ONCE)).mappings():
        try:
            coupon = coupon_id(row["batch"], row["serial"])
        except OutOfRange:
            # No coupon of the chain: only its logs can tell.
            continue
        kept = None if row["key"] is None else row
        yield RowCheck("bearers", (row["batch"], row["serial"]), (slots.bearer(coupon),), kept, _key_of(row))


def _key_of(row: Mapping[Any, Any]) -> Callable[[Sequence[int]], Mapping[str, object]]:
    """The slot is emptied when an account takes the coupon: then only logs know the key."""

    def decode(words: Sequence[int]) -> Mapping[str, object]:
        if row["holder"] and words[0] == 0:
            return {"key": row["key"]}
        return {"key": address(words[0] & (1 << _ADDRESS_BITS) - 1)}

    return decode
