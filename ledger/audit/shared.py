"""How a coupon was shared, as a tree: every giving under the one by which its giver came to have it."""

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from ledger.audit.life import LogPlace, Shared
from ledger.audit.parties import Parties
from ledger.store.projections import OCCURRENCES
from ledger.store.projections_sharing import SHARES

_ISSUE: Final = -1
_PLACE: Final = (
    OCCURRENCES.c.block_number,
    OCCURRENCES.c.block_hash,
    OCCURRENCES.c.transaction_hash,
    OCCURRENCES.c.log_index,
    OCCURRENCES.c.timestamp,
)


@dataclass(slots=True)
class _Node:
    """A giving, and the numbers of those that followed from it."""

    step: Shared
    then: list[int]


def shared(connection: Connection, parties: Parties, batch: int, root: int) -> tuple[Shared, ...]:
    """What became of a minted coupon and of all its copies, from whom it was issued to on; in the order of events."""
    query = (
        select(*_PLACE, SHARES)
        .join(OCCURRENCES, OCCURRENCES.c.id == SHARES.c.occurrence_id)
        .where(SHARES.c.batch == batch, SHARES.c.root == root)
        .order_by(SHARES.c.occurrence_id, SHARES.c.item)
    )
    nodes: list[_Node] = []
    first: list[int] = []
    last = {root: _ISSUE}  # by serial, how its holder came to have it
    for number, row in enumerate(connection.execute(query)):
        parent = last.get(root if row.kind == "copy" else row.serial, _ISSUE)
        (first if parent == _ISSUE else nodes[parent].then).append(number)
        nodes.append(_Node(_step(row, parties), []))
        last[row.serial] = number
    # What follows from a giving stands after it: from the end on, every branch is complete when it is taken in.
    for node in reversed(nodes):
        node.step = replace(node.step, then=tuple(nodes[each].step for each in node.then))
    return tuple(nodes[each].step for each in first)


def first_giver(connection: Connection, batch: int, serial: int) -> int | None:
    """Who had a minted coupon before it went on for the first time (0: a bearer), None if it never did."""
    query = select(SHARES.c.giver).where(SHARES.c.batch == batch, SHARES.c.serial == serial)
    return connection.scalar(query.order_by(SHARES.c.occurrence_id, SHARES.c.item).limit(1))


def _step(row: Row[Any], parties: Parties) -> Shared:
    return Shared(
        place=LogPlace(row.block_number, row.block_hash, row.transaction_hash, row.log_index, row.timestamp),
        kind=row.kind,
        serial=row.serial,
        version=row.version,
        giver=parties.holder(row.giver),
        receiver=parties.holder(row.receiver),
        price=row.price,
        then=(),
    )
