"""Operations: what became of what was accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ledger.domain.errors import LedgerError, NotFound
from ledger.store.outbox import OPERATIONS, TRANSACTIONS, OperationState

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


class Operations:
    """Looks operations up."""

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
