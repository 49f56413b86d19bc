"""What the admin asks of the ledger: scheduled in its timelock, executed after the timelock's delay."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ledger.domain.errors import LedgerError, NotFound
from ledger.intake.desk import Accepted, Desk, Draft
from ledger.store.outbox import OPERATIONS, OperationState

_NO_PREDECESSOR = bytes(32)


class CallNotDue(LedgerError):
    """A scheduled call is executed after the timelock's delay."""

    def __init__(self, scheduled: int, *, ready_at: int, time: int) -> None:
        self.scheduled, self.ready_at, self.time = scheduled, ready_at, time
        super().__init__(f"operation {scheduled} can be executed from {ready_at} on (Unix seconds); it is {time}")


class CallNotWaiting(LedgerError):
    """Only a call that is scheduled and not executed yet is executed."""

    def __init__(self, scheduled: int) -> None:
        self.scheduled = scheduled
        super().__init__(f"operation {scheduled} scheduled nothing that waits")


@dataclass(frozen=True, slots=True)
class AdminCall:
    """A function of the ledger with its arguments, and its calldata."""

    function: str
    arguments: tuple[Any, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class ExecuteCall:
    """What an operation scheduled, to be done now."""

    scheduled: int


def schedule(
    desk: Desk, request: Any, call: Callable[[], AdminCall], *, ledger: bytes, delay: int, key: str
) -> Accepted:
    """Take a call that waits for `delay` seconds; `call` checks the request and makes it."""

    def draft() -> Draft:
        wanted = call()
        salt = hashlib.sha256(key.encode()).digest()
        return Draft(
            verb="schedule",
            payload={
                "arguments": [ledger, 0, wanted.data, _NO_PREDECESSOR, salt, delay],
                "function": wanted.function,
                "call": list(wanted.arguments),
            },
        )

    return desk.accept(key, request, draft)


def execute(desk: Desk, request: ExecuteCall, *, ready_at: int, key: str) -> Accepted:
    """Take the execution of a scheduled call; `ready_at` (Unix seconds) is when the timelock lets it.

    Raises NotFound, CallNotWaiting, CallNotDue.
    """

    def draft() -> Draft:
        query = select(OPERATIONS.c.payload, OPERATIONS.c.state).where(
            OPERATIONS.c.id == request.scheduled, OPERATIONS.c.verb == "schedule"
        )
        row = desk.connection.execute(query).first()
        if row is None:
            raise NotFound("scheduled call", request.scheduled)
        if row.state != OperationState.INCLUDED or desk.connection.scalar(_executions(request.scheduled)) is not None:
            raise CallNotWaiting(request.scheduled)
        if desk.now() < ready_at:
            raise CallNotDue(request.scheduled, ready_at=ready_at, time=desk.now())
        *call, _delay = json.loads(row.payload)["arguments"]
        return Draft(verb="execute", effect=effect_of(request.scheduled), payload={"arguments": call})

    return desk.accept(key, request, draft)


def effect_of(scheduled: int) -> str:
    """What the execution of a scheduled call is known by among the operations."""
    return f"execute/{scheduled}"


def _executions(scheduled: int) -> Any:
    """Executions that were done or are on their way."""
    return select(OPERATIONS.c.id).where(
        OPERATIONS.c.effect == effect_of(scheduled), OPERATIONS.c.state != OperationState.REFUSED
    )
