"""Statements against the policy they name: commission and rebate of each code, and their sums."""

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from ledger.audit.balances import WRONG_LIMIT, Wrong
from ledger.domain.rebate import EqualCodes, Policy, extract_down
from ledger.store.projections_accounts import POLICIES, STATEMENT_TOTALS, STATEMENTS

_SUMS: Final = ("amount", "commission", "rebate")


def wrong_statements(connection: Connection) -> Iterator[Wrong]:
    """Totals that are not what the statement's policy takes and gives back, and statements that do not sum them up."""
    policies = _policies(connection)
    yield from islice(chain(_wrong_sums(connection), _wrong_totals(connection, policies)), WRONG_LIMIT)


def _wrong_sums(connection: Connection) -> Iterator[Wrong]:
    key = (STATEMENTS.c.merchant, STATEMENTS.c.period)
    same = (STATEMENT_TOTALS.c.merchant == key[0]) & (STATEMENT_TOTALS.c.period == key[1])
    for name in _SUMS:
        expected, found = func.coalesce(func.sum(STATEMENT_TOTALS.c[name]), 0), STATEMENTS.c[name]
        query = select(*key, expected, found).join(STATEMENT_TOTALS, same, isouter=True).group_by(*key, found)
        for merchant, period, should, does in connection.execute(query.having(expected != found).limit(WRONG_LIMIT)):
            yield Wrong("a statement is the sum of its totals", "statements", (merchant, period), int(should), does)


def _wrong_totals(connection: Connection, policies: Mapping[int, Policy]) -> Iterator[Wrong]:
    same = (STATEMENT_TOTALS.c.merchant == STATEMENTS.c.merchant) & (STATEMENT_TOTALS.c.period == STATEMENTS.c.period)
    query = select(STATEMENT_TOTALS, STATEMENTS.c.policy).join(STATEMENTS, same, isouter=True)
    for total in connection.execute(query):
        should = _expected(total, policies.get(total.policy))
        for expected, found in zip(should, (total.commission, total.rebate), strict=True):
            if expected != found:
                place = (total.merchant, total.period, total.recruiter)
                yield Wrong("a total follows its policy", "statement_totals", place, expected, found)


def _expected(total: Row[Any], policy: Policy | None) -> tuple[int, int]:
    """Commission and rebate; nothing for a total whose statement or policy is not there."""
    if policy is None:
        return 0, 0
    return extract_down(policy, total.amount, equal=total.merchant == total.recruiter)


def _policies(connection: Connection) -> dict[int, Policy]:
    table = POLICIES.c
    query = select(table.id, table.starts_at, table.commission_bps, table.rebate_bps, table.equal_codes)
    known = {int(each) for each in EqualCodes}
    return {
        row.id: Policy(*row[:4], EqualCodes(row.equal_codes))
        for row in connection.execute(query)
        if row.equal_codes in known
    }
