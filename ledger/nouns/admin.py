"""The admin's calls: they wait in the ledger's timelock before they are done."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ledger.intake import admin
from ledger.intake.desk import Accepted, Desk
from ledger.store.outbox import OPERATIONS, OperationState

if TYPE_CHECKING:
    from ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A scheduled call by the operation that scheduled it; may be executed from `ready_at` on (Unix seconds)."""

    operation: int
    function: str
    arguments: tuple[Any, ...]
    ready_at: int


class Admin:
    """Schedules calls of the ledger and executes them once they are due."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def delay(self) -> int:
        """Seconds from scheduling to execution."""
        return self._ledger.charter.admin_delay

    def schedule(
        self, request: Any, function: str, arguments: Callable[[Desk], tuple[Any, ...]], *, key: str
    ) -> Accepted:
        """Schedule a function of the ledger; `arguments` checks the request at the desk and gives them."""
        ledger = self._ledger
        with ledger.desk() as desk:

            def call() -> admin.AdminCall:
                values = arguments(desk)
                return admin.AdminCall(function, values, ledger.contract.encode(function, *values))

            address = ledger.deployment.ledger
            return admin.schedule(desk, request, call, ledger=address, delay=self.delay, key=key)

    def execute(self, scheduled: int, *, key: str) -> Accepted:
        """Do what an operation scheduled; raises NotFound, CallNotWaiting, CallNotDue."""
        ready_at = next((each.ready_at for each in self.waiting() if each.operation == scheduled), 0)
        with self._ledger.desk() as desk:
            return admin.execute(desk, admin.ExecuteCall(scheduled), ready_at=ready_at, key=key)

    def executed_by(self, scheduled: int) -> int | None:
        """The operation that executed what another scheduled, None if there is none."""
        query = select(OPERATIONS.c.id).where(
            OPERATIONS.c.effect == admin.effect_of(scheduled), OPERATIONS.c.state == OperationState.INCLUDED
        )
        with self._ledger.store.read() as connection:
            return connection.scalar(query)

    def waiting(self, function: str | None = None) -> list[WaitingCall]:
        """Calls that are scheduled and not executed, of one function or of all, the oldest first."""
        executed = select(OPERATIONS.c.effect).where(
            OPERATIONS.c.verb == "execute", OPERATIONS.c.state != OperationState.REFUSED
        )
        query = (
            select(OPERATIONS.c.id, OPERATIONS.c.payload)
            .where(OPERATIONS.c.verb == "schedule", OPERATIONS.c.state == OperationState.INCLUDED)
            .order_by(OPERATIONS.c.id)
        )
        with self._ledger.store.read() as connection:
            done = set(connection.scalars(executed))
            rows = [row for row in connection.execute(query) if admin.effect_of(row.id) not in done]
        found = [self._waiting(row.id, json.loads(row.payload)) for row in rows]
        return [each for each in found if function in (None, each.function)]

    def _waiting(self, operation: int, payload: dict[str, Any]) -> WaitingCall:
        """With the moment out of the timelock itself."""
        ledger = self._ledger
        to, value, data, predecessor, salt, _ = payload["arguments"]
        numbers = (bytes.fromhex(text[2:]) for text in (to, data, predecessor, salt))
        target, call, before, unique = numbers
        timelock, chain = ledger.timelock, ledger.chain
        name = timelock.ask(chain, "hashOperation", target, value, call, before, unique)
        ready_at = int(timelock.ask(chain, "getTimestamp", name))
        return WaitingCall(operation, payload["function"], tuple(payload["call"]), ready_at)
