"""One issue over several lots of a merchant's stock."""

import json
from collections.abc import Sequence

from sqlalchemy import select

from ledger.domain.errors import Reason, Refused
from ledger.intake import reading
from ledger.intake.desk import Desk, KeyReused
from ledger.store.outbox import OPERATIONS
from ledger.store.projections import LOTS

Pairs = Sequence[tuple[int, int]]
"""(consumer, count) in the order of the serials they get; or (lot, count)."""


def lots_to_issue_from(
    desk: Desk, merchant: int, batch: int, *, consumers: Pairs, key: str, verb: str = "issue"
) -> list[tuple[int, int]]:
    """Lots with how many coupons each gives: those the key was used for, or the merchant's stock, oldest lot first.

    Raises BatchUnknown, CountZero, LotMismatch without any stock, LotExhausted without enough, KeyReused.
    """
    if not consumers or any(each <= 0 for _, each in consumers):
        raise Refused(Reason.COUNT_ZERO, "name at least one consumer, and at least one coupon for each")
    count = sum(each for _, each in consumers)
    earlier = _issued_under(desk, key, verb)
    if earlier:
        if sum(each for _, each in earlier) != count:
            raise KeyReused(key)
        return earlier
    reading.batch(desk.connection, batch)
    query = (
        select(LOTS.c.lot, LOTS.c.end - LOTS.c.next)
        .where(LOTS.c.batch == batch, LOTS.c.merchant == merchant, LOTS.c.next < LOTS.c.end)
        .order_by(LOTS.c.lot)
    )
    stock = [(lot, left) for lot, left in desk.connection.execute(query).all()]
    left = sum(each for _, each in stock)
    if not stock:
        raise Refused(Reason.LOT_MISMATCH, f"the merchant has no stock of batch {batch}; allocate some")
    if count > left:
        raise Refused(Reason.LOT_EXHAUSTED, "allocate more stock", given=count, limit=left)
    return stock


def spread(consumers: Pairs, lots: Pairs) -> list[tuple[int, tuple[tuple[int, int], ...]]]:
    """Which consumers get how many out of each lot; the lots hold enough."""
    shares: dict[int, list[tuple[int, int]]] = {lot: [] for lot, _ in lots}
    left = list(lots)
    for consumer, wanted in consumers:
        while wanted > 0:
            lot, held = left[0]
            taken = min(wanted, held)
            shares[lot].append((consumer, taken))
            wanted -= taken
            left[0] = (lot, held - taken)
            if held == taken:
                left.pop(0)
    return [(lot, tuple(part)) for lot, part in shares.items() if part]


def _issued_under(desk: Desk, key: str, verb: str) -> list[tuple[int, int]]:
    query = (
        select(OPERATIONS.c.key, OPERATIONS.c.payload)
        .where(OPERATIONS.c.verb == verb, OPERATIONS.c.key.startswith(f"{key}/", autoescape=True))
        .order_by(OPERATIONS.c.id)
    )
    found = [(name.removeprefix(f"{key}/"), payload) for name, payload in desk.connection.execute(query).all()]
    return [(int(lot), json.loads(payload)["parts"]) for lot, payload in found if lot.isdecimal()]
