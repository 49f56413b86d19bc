"""The index against the chain: its state slot by slot, then its history row by row against the logs."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from ledger.audit import (
    state_bearers,
    state_coupons,
    state_journeys,
    state_parties,
    state_settlement,
    state_statements,
    state_stock,
    state_wallets,
)
from ledger.audit.checks import Check, Checked, Key, Mismatch, SlotSource
from ledger.audit.conservation import held
from ledger.audit.history import SecondIndex
from ledger.audit.state_stock import StockOnChain
from ledger.chain import slots
from ledger.index.source import EventSource
from ledger.store.projections import CURSOR, PROJECTIONS

SLOTS_A_CALL: Final = 500
_CURSOR_ID: Final = 1

STATE_TABLES: Final = (
    *("ledger_state", "merchants", "withdrawal_requests", "consumers", "agents", "group_members"),
    *("roles", "batches", "lots", "lanes", "issue_days", "journeys", "bearers", "amendments"),
    *("policies", "statements", "recoveries"),
)


def verify(
    connection: Connection,
    source: EventSource,
    reader: SlotSource,
    *,
    token_balance: int,
    scratch: Path,
    start: Checked | None = None,
) -> Iterator[Checked | Mismatch]:
    """Everything, at the block where the tables stand.

    `connection` must see one moment all along (`Store.read`). `token_balance` (minor units) is what the token says the
    ledger has at that block. `scratch` is where the second index is made: an absent file, or that of the verification
    which `start` goes on with; the caller deletes it. Raises what the index raises where the chain contradicts itself.
    """
    block = _block(connection, source)
    if isinstance(block, Mismatch):
        yield block
        return
    total = held(connection).total
    if token_balance < total:
        yield Mismatch("token", (), "balance", expected=f"at least {total}", found=token_balance)
    if start is None or start.part == "state":
        yield from verify_state(connection, reader, block=block, start=start)
        start = None
    yield from verify_history(connection, source, block=block, scratch=scratch, start=start)


def verify_state(
    connection: Connection, reader: SlotSource, *, block: int, start: Checked | None = None
) -> Iterator[Checked | Mismatch]:
    """Every party, batch, lot, lane, day of issue, group, role and limit against the chain's storage."""
    state = _State(connection, reader, block)
    begin = STATE_TABLES.index(start.table) if start else 0
    for table in STATE_TABLES[begin:]:
        resumed = start is not None and start.table == table
        after, seen = (start.key, start.count) if start and resumed else ((0, -1), 0)
        for call in _calls(state.checks(table, after)):
            words = iter(reader.slots([slot for check in call for slot in check.slots], block=block))
            for check in call:
                yield from check.mismatches([next(words) for _ in check.slots])
            seen += len(call)
            yield Checked("state", table, call[-1].key, seen)


def verify_history(
    connection: Connection, source: EventSource, *, block: int, scratch: Path, start: Checked | None = None
) -> Iterator[Checked | Mismatch]:
    """Every row of every projection against a second index made in `scratch` from the chain's logs."""
    names = [table.name for table in PROJECTIONS]
    second = SecondIndex(source, scratch)
    try:
        for events in second.follow(block):
            yield Checked("history", names[0], (), events)
        begin = names.index(start.table) if start else 0
        for table in PROJECTIONS[begin:]:
            resumed = start is not None and start.table == table.name
            yield from second.compare(connection, table, start=start if resumed else None)
    finally:
        second.close()


class _State:
    """The checks of each table of the state."""

    def __init__(self, connection: Connection, reader: SlotSource, block: int) -> None:
        self._connection = connection
        self._count = state_parties.counts(reader.slots([slots.HEAD], block=block)[0])
        self._policies = state_statements.policy_count(reader.slots([slots.STANDING], block=block)[0])
        batches = self._count["batches"]
        self._stock = StockOnChain(reader, block=block, batches=batches, slots_a_call=SLOTS_A_CALL)

    def checks(self, table: str, after: Key) -> Iterator[Check]:
        """All of one of `STATE_TABLES` beyond a key."""
        connection, count, number = self._connection, self._count, after[0]
        makers: Mapping[str, Callable[[], Iterator[Check]]] = {
            "ledger_state": lambda: state_parties.ledger_state(connection),
            "merchants": lambda: state_parties.merchants(connection, count=count["merchants"], after=number),
            "withdrawal_requests": lambda: state_parties.requests(connection, count=count["merchants"], after=number),
            "consumers": lambda: state_parties.consumers(connection, count=count["consumers"], after=number),
            "agents": lambda: state_parties.agents(connection, after=after),
            "group_members": lambda: state_parties.group_members(
                connection, groups=count["groups"], merchants=count["merchants"], after=after
            ),
            "roles": lambda: state_parties.roles(connection),
            "batches": lambda: state_stock.batches(connection, count=count["batches"], after=number),
            "lots": lambda: state_stock.lots(connection, self._stock, after=after),
            "lanes": lambda: state_coupons.lanes(connection, self._stock, after=after),
            "issue_days": lambda: state_coupons.issue_days(connection, self._stock, after=after),
            "journeys": lambda: state_journeys.journeys(connection, after=after),
            "bearers": lambda: state_bearers.bearers(connection, after=after),
            "amendments": lambda: state_settlement.amendments(connection, after=after),
            "policies": lambda: state_statements.policies(connection, count=self._policies, after=number),
            "statements": lambda: state_statements.statements(connection, after=after),
            "recoveries": lambda: state_wallets.recoveries(connection, after=after),
        }
        return makers[table]()


def _block(connection: Connection, source: EventSource) -> int | Mismatch:
    """The block where the tables stand, if it can be."""
    found = connection.execute(select(CURSOR.c.block_number)).scalar_one_or_none()
    if found is None:
        return Mismatch("cursor", (_CURSOR_ID,), "row", expected="present", found="missing")
    first, head = source.first_block, source.head().number
    if not first <= found <= head:
        return Mismatch("cursor", (_CURSOR_ID,), "block_number", expected=f"{first} to {head}", found=found)
    return int(found)


def _calls(checks: Iterator[Check]) -> Iterator[list[Check]]:
    """Checks in runs of about `SLOTS_A_CALL` slots."""
    gathered: list[Check] = []
    wanted = 0
    for check in checks:
        gathered.append(check)
        wanted += len(check.slots)
        if wanted >= SLOTS_A_CALL:
            yield gathered
            gathered, wanted = [], 0
    if gathered:
        yield gathered
