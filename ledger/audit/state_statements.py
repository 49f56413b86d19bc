"""Commission policies and the roots of statements, row by row, with the slots they stand in."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, select, tuple_

from ledger.audit.checks import Key, RowCheck, fields, is_number
from ledger.audit.state_parties import dense
from ledger.chain import slots
from ledger.store.projections_accounts import POLICIES, STATEMENTS


def policy_count(standing: int) -> int:
    """How many policies there are, out of the slot `STANDING`."""
    _backing, _retires_at, policies = fields(standing, 64, 40, 32)
    return policies


def policies(connection: Connection, *, count: int, after: int) -> Iterator[RowCheck]:
    """Every version of the policy."""
    for number, row in dense(connection, POLICIES, count=count, after=after):
        yield RowCheck("policies", (number,), (slots.policy(number),), row, _policy)


def statements(connection: Connection, *, after: Key) -> Iterator[RowCheck]:
    """Every statement that the table has; the chain cannot list its own."""
    key = tuple(STATEMENTS.primary_key.columns)
    query = select(STATEMENTS).where(tuple_(*key) > after).order_by(*key)
    for row in connection.execute(query).mappings():
        place = (row["merchant"], row["period"])
        if all(map(is_number, place)):
            yield RowCheck("statements", place, (slots.statement(*place),), row, _root)


def _policy(words: Sequence[int]) -> Mapping[str, object]:
    names = ("starts_at", "commission_bps", "rebate_bps", "equal_codes")
    return dict(zip(names, fields(words[0], 40, 16, 16, 8), strict=True))


def _root(words: Sequence[int]) -> Mapping[str, object]:
    return {"root": words[0].to_bytes(32, "big")}
