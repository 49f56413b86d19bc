"""Recoveries that wait, with the slots they stand in."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, select, tuple_

from ledger.audit.checks import Key, RowCheck, address, fields, is_number
from ledger.chain import slots
from ledger.domain.ids import party_key
from ledger.store.projections_accounts import RECOVERIES


def recoveries(connection: Connection, *, after: Key) -> Iterator[RowCheck]:
    """Every recovery that the table has; one that it lacks is found by the history."""
    key = tuple(RECOVERIES.primary_key.columns)
    query = select(RECOVERIES).where(tuple_(*key) > (bool(after[0]), after[1])).order_by(*key)
    for row in connection.execute(query).mappings():
        if is_number(row["party"]):
            slot = slots.recovery(party_key(row["party"], consumer=bool(row["consumer"])))
            yield RowCheck("recoveries", (int(row["consumer"]), row["party"]), (slot,), row, _recovery)


def _recovery(words: Sequence[int]) -> Mapping[str, object]:
    wallet, ready_at = fields(words[0], 160, 40)
    return {"wallet": address(wallet), "ready_at": ready_at}
