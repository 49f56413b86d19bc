"""All that one step changes, held in memory and written in bulk."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Table, insert, select, update

from ledger.domain.blocks import Occurrence
from ledger.index.rows import Row, Rows, write_many
from ledger.store.outbox import ACCOUNTS, CUSTODY_KEYS, SETTINGS
from ledger.store.projections import (
    AGENTS,
    BATCHES,
    CASH_FLOWS,
    CONSUMERS,
    COUPONS,
    EFFECTS,
    GROUP_MEMBERS,
    LEDGER_STATE,
    LOTS,
    MERCHANTS,
    MOVEMENTS,
    OCCURRENCES,
    REDEMPTIONS,
    ROLES,
    SEALS,
    WITHDRAWAL_REQUESTS,
)
from ledger.store.projections_accounts import (
    POINT_FLOWS,
    POLICIES,
    RECOVERIES,
    STATEMENT_TOTALS,
    STATEMENTS,
    WALLET_CHANGES,
)
from ledger.store.projections_settlement import SETTLEMENTS
from ledger.store.projections_sharing import BEARERS, REVOCATIONS, SHARES

STATE_ID: Final = 1
"""The key of the one row of `ledger_state`."""

_FOLLOWED: Final = "accounts_followed"
"""The setting with the number of the last change of a wallet that accounts followed."""

ITEMS_LIMIT: Final = 2**16
"""Items an event can hold: an effect's id is its occurrence's, times this, and its item."""

_APPENDED: Final = (
    SEALS,
    MOVEMENTS,
    CASH_FLOWS,
    EFFECTS,
    REDEMPTIONS,
    SHARES,
    BEARERS,
    REVOCATIONS,
    SETTLEMENTS,
    POLICIES,
    STATEMENTS,
    STATEMENT_TOTALS,
    POINT_FLOWS,
    WALLET_CHANGES,
)
_MERCHANT = ("wallet", "suspended", "cash", "points", "stated_until", "reward_cap_daily", "reward_today", "reward_day")
_COUPON = (
    *("state", "holder", "version", "sharer", "first_sharer", "hops"),
    *("redeemer", "order_amount", "amended_from", "until"),
)
_AGENT = ("key", "until", "allowance", "kind", "occurrence_id")
_STATE = tuple(column.name for column in LEDGER_STATE.columns if column.name != "id")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands: its row in `occurrences`, its block's Unix time, its transaction."""

    id: int
    timestamp: int
    transaction_hash: bytes


class Book:
    """The rows of a step; handlers of events change them, `flush` writes them in the order their keys need."""

    def __init__(self, connection: Connection, events: int) -> None:
        """`events` were read before."""
        self._connection, self.events = connection, events
        self.merchants = Rows(
            connection,
            MERCHANTS,
            mutable=_MERCHANT,
        )
        self.consumers = Rows(connection, CONSUMERS, mutable=("wallet", "suspended", "cash", "points"))
        self.agents = Rows(connection, AGENTS, mutable=_AGENT)
        self.group_members = Rows(connection, GROUP_MEMBERS, mutable=("occurrence_id",))
        self.roles = Rows(connection, ROLES, mutable=("occurrence_id",))
        self.states = Rows(connection, LEDGER_STATE, mutable=_STATE)
        self.batches = Rows(connection, BATCHES, mutable=("reserve", "lots", "stock", "closed", "released"))
        self.lots = Rows(connection, LOTS, mutable=("next", "end", "reserve"))
        self.coupons = Rows(connection, COUPONS, mutable=_COUPON)
        self.recoveries = Rows(connection, RECOVERIES, mutable=("wallet", "ready_at", "occurrence_id"))
        self.requests = Rows(connection, WITHDRAWAL_REQUESTS, mutable=("amount", "to", "ready_at", "occurrence_id"))
        self._appended: dict[Table, list[Row]] = {table: [] for table in (OCCURRENCES, *_APPENDED)}

    def place(self, occurrence: Occurrence) -> Place:
        """Note where the next event stands."""
        self.events += 1
        self.append(
            OCCURRENCES,
            id=self.events,
            kind=type(occurrence.event).__name__,
            block_number=occurrence.block_number,
            block_hash=occurrence.block_hash,
            transaction_hash=occurrence.transaction_hash,
            log_index=occurrence.log_index,
            timestamp=occurrence.timestamp,
        )
        return Place(self.events, occurrence.timestamp, occurrence.transaction_hash)

    def append(self, table: Table, **row: Any) -> None:
        """A row of a table that only grows."""
        self._appended[table].append(row)

    def follow_account(self, place: Place, former: bytes, wallet: bytes) -> None:
        """What we call a party stays with it when its wallet changes; the new key is custody's only if it made it.

        Each change is followed once: tables that are made anew number their events as before.
        """
        mark = self._connection.scalar(select(SETTINGS.c.value).where(SETTINGS.c.name == _FOLLOWED))
        if mark is not None and int(mark) >= place.id:
            return
        path = self._connection.scalar(select(CUSTODY_KEYS.c.path).where(CUSTODY_KEYS.c.wallet == wallet))
        here = ACCOUNTS.c.wallet == former
        self._connection.execute(update(ACCOUNTS).where(here).values(wallet=wallet, custody_path=path))
        noted = update(SETTINGS).where(SETTINGS.c.name == _FOLLOWED).values(value=str(place.id))
        if mark is None:
            noted = insert(SETTINGS).values(name=_FOLLOWED, value=str(place.id))  # type: ignore[assignment]
        self._connection.execute(noted)

    def effect(self, place: Place, name: str, *, item: int = 0, reason: int = 0) -> None:
        """What became of an item: done (reason 0) or refused."""
        self.append(
            EFFECTS,
            id=place.id * ITEMS_LIMIT + item,
            effect=name,
            reason=reason,
            transaction_hash=place.transaction_hash,
            occurrence_id=place.id,
        )

    @property
    def state(self) -> Row:
        """The row of `ledger_state`, to change; all zero before the first event."""
        if self.states.find(STATE_ID) is None:
            self.states.add({"id": STATE_ID, **dict.fromkeys(_STATE, 0)})
        return self.states.change(STATE_ID)

    def flush(self) -> None:
        """Write everything; a row is written after those it points to."""
        self._insert(OCCURRENCES)
        for rows in (self.states, self.merchants, self.consumers, self.agents, self.group_members, self.roles):
            rows.flush()
        for rows in (self.batches, self.lots, self.coupons, self.requests):
            rows.flush()
        self.recoveries.flush()
        for table in _APPENDED:
            self._insert(table)

    def _insert(self, table: Table) -> None:
        write_many(self._connection, insert(table), self._appended[table])
