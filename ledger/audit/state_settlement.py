"""Redemptions that wait, with the slots of the orders as redeemed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, select, tuple_

from ledger.audit.checks import Key, RowCheck
from ledger.audit.state_parties import ROWS_AT_ONCE
from ledger.chain import slots
from ledger.domain.errors import OutOfRange
from ledger.domain.ids import coupon_id
from ledger.store.projections import COUPONS

_STATE_BITS: Final = 248
_PENDING_AMENDED: Final = 3


def amendments(connection: Connection, *, after: Key) -> Iterator[RowCheck]:
    """Every coupon that the table says waits: amended or not, and from which order.

    What was amended before its end stays in the slot, and the table's column with it: only logs tell the two apart.
    """
    key = (COUPONS.c.batch, COUPONS.c.serial)
    query = select(COUPONS).where(COUPONS.c.state == "pending", tuple_(*key) > after).order_by(*key)
    for row in connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE)).mappings():
        try:
            coupon = coupon_id(row["batch"], row["serial"])
        except OutOfRange:
            # No coupon of the chain: only its logs can tell.
            continue
        places = (slots.journey(coupon), slots.amendment(coupon))
        yield RowCheck("coupons", (row["batch"], row["serial"]), places, row, _amended_from)


def _amended_from(words: Sequence[int]) -> Mapping[str, object]:
    journey, amendment = words
    return {"amended_from": amendment if journey >> _STATE_BITS == _PENDING_AMENDED else 0}
