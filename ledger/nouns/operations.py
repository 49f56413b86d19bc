"""Operations: what became of what was accepted, and the platform's stop and go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ledger.chain.events import decode
from ledger.domain.errors import LedgerError, NotFound
from ledger.domain.events import Event, Sealed
from ledger.intake import control
from ledger.intake.desk import Accepted
from ledger.store.outbox import OPERATIONS, TRANSACTIONS, OperationState
from ledger.store.projections import EFFECTS, LEDGER_STATE, OCCURRENCES

if TYPE_CHECKING:
    from ledger.ledger import Ledger


class OperationRefused(LedgerError):
    """The chain refused an accepted operation; nothing was changed."""

    def __init__(self, verb: str, reason: str, detail: str | None) -> None:
        self.verb, self.reason, self.detail = verb, reason, detail
        super().__init__(f"{verb.replace('_', ' ')} was refused: {detail or reason}")


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation with its place on the chain once it has one."""

    id: int
    verb: str
    state: str
    reason: str | None
    detail: str | None
    transaction: bytes | None
    block: int | None
    gas_used: int | None


@dataclass(frozen=True, slots=True)
class Pausing:
    """Pauses so far, Unix seconds: the last one began at `at` (0: ended by hand) and ends, or ended, at `until`."""

    at: int
    until: int
    total: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What the transactions of one verb have used so far."""

    verb: str
    operations: int
    transactions: int
    gas_used: int


class Operations:
    """Looks operations up; stops the ledger and lets it go on."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get(self, operation: int) -> Operation:
        """One operation; raises NotFound."""
        query = (
            select(
                OPERATIONS.c.id,
                OPERATIONS.c.verb,
                OPERATIONS.c.state,
                OPERATIONS.c.reason,
                OPERATIONS.c.detail,
                TRANSACTIONS.c.hash,
                TRANSACTIONS.c.block_number,
                TRANSACTIONS.c.gas_used,
            )
            .join(TRANSACTIONS, TRANSACTIONS.c.id == OPERATIONS.c.transaction_id, isouter=True)
            .where(OPERATIONS.c.id == operation)
        )
        with self._ledger.store.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise NotFound("operation", operation)
        return Operation(*row)

    def done(self, operation: int) -> Operation:
        """An operation that must have been done; raises OperationRefused."""
        found = self.get(operation)
        if found.state == OperationState.REFUSED:
            raise OperationRefused(found.verb, found.reason or "", found.detail)
        return found

    def counts(self) -> dict[tuple[str, str], int]:
        """How many operations by (verb, state)."""
        query = select(OPERATIONS.c.verb, OPERATIONS.c.state, func.count()).group_by(
            OPERATIONS.c.verb, OPERATIONS.c.state
        )
        with self._ledger.store.read() as connection:
            return {(verb, state): count for verb, state, count in connection.execute(query).all()}

    def events(self, operation: int) -> tuple[Event, ...]:
        """What the chain says of an operation that was done: its own event, or all of its transaction.

        Verbs of a role that have a transaction to themselves, deposits and payments have no event known as theirs.
        """
        query = (
            select(TRANSACTIONS.c.hash, OCCURRENCES.c.log_index)
            .join(OPERATIONS, OPERATIONS.c.transaction_id == TRANSACTIONS.c.id)
            .join(EFFECTS, (EFFECTS.c.effect == OPERATIONS.c.effect) & (EFFECTS.c.reason == 0), isouter=True)
            .join(OCCURRENCES, OCCURRENCES.c.id == EFFECTS.c.occurrence_id, isouter=True)
            .where(OPERATIONS.c.id == operation)
        )
        ledger = self._ledger
        with ledger.store.read() as connection:
            row = connection.execute(query).first()
        receipt = ledger.chain.receipts([row.hash])[0] if row else None
        if row is None or receipt is None:
            raise NotFound("event of operation", operation, "it is not included yet")
        logs = [log for log in receipt.logs if log.address == ledger.contract.address]
        found = [decode(log) for log in logs if row.log_index in (None, log.log_index)]
        return tuple(event for event in found if not isinstance(event, Sealed))

    def pause(self, request: control.Pause, *, key: str) -> Accepted:
        """See `ledger.intake.control`."""
        with self._ledger.desk() as desk:
            return control.pause(desk, request, key=key)

    def pausing(self) -> Pausing:
        """How the ledger stands with its pauses."""
        table = LEDGER_STATE
        with self._ledger.store.read() as connection:
            return Pausing(
                *connection.execute(select(table.c.paused_at, table.c.paused_until, table.c.paused_total)).one()
            )

    def costs(self) -> list[Cost]:
        """Gas by verb, the most expensive first; a transaction holds operations of one verb."""
        settled = TRANSACTIONS.c.gas_used.is_not(None)
        verbs = select(OPERATIONS.c.transaction_id, OPERATIONS.c.verb, func.count().label("operations")).group_by(
            OPERATIONS.c.transaction_id, OPERATIONS.c.verb
        )
        by_transaction = verbs.subquery()
        gas = func.sum(TRANSACTIONS.c.gas_used)
        query = (
            select(by_transaction.c.verb, func.sum(by_transaction.c.operations), func.count(), gas)
            .join(TRANSACTIONS, TRANSACTIONS.c.id == by_transaction.c.transaction_id)
            .where(settled)
            .group_by(by_transaction.c.verb)
            .order_by(gas.desc())
        )
        with self._ledger.store.read() as connection:
            return [Cost(*row) for row in connection.execute(query).all()]
