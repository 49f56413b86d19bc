"""Coupons that travelled, were copied, or await settlement, with the slots of their journeys."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, select, tuple_

from ledger.audit.checks import Key, RowCheck, fields
from ledger.audit.state_parties import ROWS_AT_ONCE
from ledger.chain import slots
from ledger.domain.errors import OutOfRange
from ledger.domain.ids import coupon_id
from ledger.store.projections import COUPONS

_NAMES: Final = ("holder", "sharer", "first_sharer", "lot", "redeemer", "order_amount", "until", "version", "hops")
_WIDTHS: Final = (32, 32, 32, 32, 32, 48, 24, 12, 4)
_STATES: Final = ("none", "issued", "pending", "pending", "redeemed", "forfeited", "void")
"""By the number of `JourneyState`; the slot of amendments tells the two that wait apart."""


def journeys(connection: Connection, *, after: Key) -> Iterator[RowCheck]:
    """Every coupon that the table says has a journey; for the others the lanes say that they have none."""
    key = (COUPONS.c.batch, COUPONS.c.serial)
    travelled = (COUPONS.c.version != 0) | COUPONS.c.root.is_not(None)
    query = select(COUPONS).where(travelled, tuple_(*key) > after).order_by(*key)
    for row in connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE)).mappings():
        try:
            coupon = coupon_id(row["batch"], row["serial"])
        except OutOfRange:
            # No coupon of the chain: only its logs can tell.
            continue
        yield RowCheck("coupons", (row["batch"], row["serial"]), (slots.journey(coupon),), row, _journey)


def _journey(words: Sequence[int]) -> Mapping[str, object]:
    *numbers, state = fields(words[0], *_WIDTHS, 8)
    named = _STATES[state] if state < len(_STATES) else state
    return {**dict(zip(_NAMES, numbers, strict=True)), "state": named}
