"""The ledger's own state and its parties, row by row, with the slots they stand in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Table, func, select, tuple_

from ledger.audit.checks import Key, PackedCheck, RowCheck, address, fields, is_number
from ledger.chain import slots
from ledger.store.projections import (
    AGENTS,
    BATCHES,
    CONSUMERS,
    CURSOR,
    GROUP_MEMBERS,
    LEDGER_STATE,
    MERCHANTS,
    ROLES,
    WITHDRAWAL_REQUESTS,
)

_SUSPENDED: Final = 2
_NO_REQUEST: Final[Mapping[Any, Any]] = {"amount": 0, "to": bytes(20), "ready_at": 0}
ROWS_AT_ONCE: Final = 10_000


def counts(head: int) -> dict[str, int]:
    """How many batches, merchants, consumers and groups there are, out of the slot `HEAD`."""
    _, _, _, batches, merchants, consumers, groups = fields(head, 40, 40, 32, 32, 32, 32, 32)
    return {"batches": batches, "merchants": merchants, "consumers": consumers, "groups": groups}


def ledger_state(connection: Connection) -> Iterator[RowCheck]:
    """Counters, pause, limits and the last seal."""
    state = connection.execute(select(LEDGER_STATE)).mappings().one_or_none()
    row: dict[str, Any] | None = None
    if state is not None:
        row = dict(state)
        for table in (BATCHES, MERCHANTS, CONSUMERS):
            row[table.name] = connection.execute(select(func.count()).select_from(table)).scalar_one()
    yield RowCheck("ledger_state", (1,), (slots.HEAD,), row, _head)
    yield RowCheck("ledger_state", (2,), (slots.LIMITS,), row, _limits)
    yield RowCheck("ledger_state", (4,), (slots.OUTFLOW, slots.STANDING), row, _outflow_and_standing)
    cursor = connection.execute(select(CURSOR)).mappings().one_or_none()
    yield RowCheck("cursor", (3,), (slots.SEAL,), cursor, _seal)


def merchants(connection: Connection, *, count: int, after: int) -> Iterator[RowCheck]:
    """Every merchant."""
    for number, row in dense(connection, MERCHANTS, count=count, after=after):
        first = slots.merchant(number)
        yield RowCheck("merchants", (number,), (first, first + 1), row, _merchant)


def requests(connection: Connection, *, count: int, after: int) -> Iterator[RowCheck]:
    """Every merchant's withdrawal that waits, or that there is none."""
    query = select(WITHDRAWAL_REQUESTS)
    found = {row["merchant"]: row for row in connection.execute(query).mappings() if is_number(row["merchant"])}
    for number in sorted({*range(1, count + 1), *found}):
        if number > after:
            row: Mapping[Any, Any] = found.get(number, _NO_REQUEST)
            yield RowCheck("withdrawal_requests", (number,), (slots.withdrawal(number),), row, _request)


def consumers(connection: Connection, *, count: int, after: int) -> Iterator[RowCheck]:
    """Every consumer."""
    for number, row in dense(connection, CONSUMERS, count=count, after=after):
        first = slots.consumer(number)
        yield RowCheck("consumers", (number,), (first, first + 1), row, _consumer)


def agents(connection: Connection, *, after: Key) -> Iterator[RowCheck]:
    """Every agent that the table has; the chain cannot list its own."""
    key = tuple(AGENTS.primary_key.columns)
    query = select(AGENTS).where(tuple_(*key) > after).order_by(*key)
    for row in connection.execute(query).mappings():
        place = (row["merchant"], row["agent"])
        if all(map(is_number, place)):
            yield RowCheck("agents", place, (slots.agent(*place),), row, _agent)


def group_members(
    connection: Connection, *, groups: int, merchants: int, after: Key
) -> Iterator[PackedCheck | RowCheck]:
    """Every merchant's membership in every group, 256 of them a word, and members that are no merchants."""
    for group in range(max(after[0], 1), groups + 1):
        query = select(GROUP_MEMBERS.c.merchant).where(GROUP_MEMBERS.c.group_id == group)
        members = set(filter(is_number, connection.execute(query).scalars()))
        for word in range(merchants // slots.MEMBERS_A_WORD + 1):
            first = word * slots.MEMBERS_A_WORD
            if (group, first) > after:
                kept = [int(first + place in members) for place in range(slots.MEMBERS_A_WORD)]
                slot = slots.group_members(group, word)
                yield PackedCheck("group_members", "row", group, first, bits=1, slots=(slot,), kept=kept)
        for member in sorted(each for each in members if each > merchants | slots.MEMBERS_A_WORD - 1):
            yield RowCheck("group_members", (group, member), (), {"row": True}, lambda _: {"row": False})


def roles(connection: Connection) -> Iterator[RowCheck]:
    """Every role that the table says an account has."""
    for row in connection.execute(select(ROLES).order_by(*ROLES.primary_key.columns)).mappings():
        key = (row["role"], row["account"])
        if [len(part) for part in key] == [32, 20]:
            yield RowCheck("roles", key, (slots.role(*key),), {"row": True}, lambda words: {"row": bool(words[0] & 1)})


def dense(connection: Connection, table: Table, *, count: int, after: int) -> Iterator[tuple[int, RowMapping | None]]:
    """Rows of a table whose ids run from 1 to `count`, None for one that is missing, and those beyond."""
    query = select(table).where(table.c.id > max(after, 0), table.c.id < 2**32).order_by(table.c.id)
    due = max(after, 0) + 1
    for row in connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE)).mappings():
        yield from ((number, None) for number in range(due, min(row["id"], count + 1)))
        yield row["id"], row
        due = row["id"] + 1
    yield from ((number, None) for number in range(due, count + 1))


def _head(words: Sequence[int]) -> Mapping[str, object]:
    paused_at, paused_until, paused_total = fields(words[0], 40, 40, 32)
    return {"paused_at": paused_at, "paused_until": paused_until, "paused_total": paused_total, **counts(words[0])}


def _limits(words: Sequence[int]) -> Mapping[str, object]:
    names = ("reward_cap_daily", "reserve_cap_daily", "reserved_today", "reserved_day", "withdrawal_delay")
    return dict(zip(names, fields(words[0], 64, 64, 64, 32, 32), strict=True))


def _outflow_and_standing(words: Sequence[int]) -> Mapping[str, object]:
    cap, withdrawn, day = fields(words[0], 64, 64, 32)
    backing, retires_at = fields(words[1], 64, 40)
    outflow = {"withdrawal_cap_daily": cap, "withdrawn_today": withdrawn, "withdrawn_day": day}
    return {**outflow, "points_backing": backing, "retires_at": retires_at}


def _seal(words: Sequence[int]) -> Mapping[str, object]:
    sequence, rolling = fields(words[0], 64, 192)
    return {"sequence": sequence, "rolling": rolling.to_bytes(24, "big")}


def _merchant(words: Sequence[int]) -> Mapping[str, object]:
    wallet, cash, status, kind = fields(words[0], 160, 64, 8, 8)
    points, cap, today, day, stated_until = fields(words[1], 64, 64, 64, 32, 32)
    return {
        "wallet": address(wallet),
        "cash": cash,
        "suspended": status == _SUSPENDED,
        "kind": kind,
        "points": points,
        "reward_cap_daily": cap,
        "reward_today": today,
        "reward_day": day,
        "stated_until": stated_until,
    }


def _request(words: Sequence[int]) -> Mapping[str, object]:
    to, amount, ready_at = fields(words[0], 160, 64, 32)
    return {"amount": amount, "to": address(to), "ready_at": ready_at}


def _consumer(words: Sequence[int]) -> Mapping[str, object]:
    """A suspended consumer's wallet is parked in the second slot."""
    wallet, recruiter, cash = fields(words[0], 160, 32, 64)
    parked, points = fields(words[1], 160, 64)
    return {
        "wallet": address(wallet or parked),
        "recruiter": recruiter,
        "cash": cash,
        "points": points,
        "suspended": wallet == 0,
    }


def _agent(words: Sequence[int]) -> Mapping[str, object]:
    key, until, allowance, kind = fields(words[0], 160, 40, 40, 8)
    return {"key": address(key), "until": until, "allowance": allowance, "kind": kind}
