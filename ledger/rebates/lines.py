"""Purchase lines: those that wait for a statement, and those that stand in one."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, func, or_, select

from ledger.chain.merkle import PurchaseLine
from ledger.intake.reading import DAY
from ledger.store.outbox import OPERATIONS, OperationState
from ledger.store.purchases import PURCHASES

_LINE = (
    PURCHASES.c.salt,
    PURCHASES.c.recruiter,
    PURCHASES.c.amount,
    PURCHASES.c.occurred_at,
    PURCHASES.c.reference,
)


def is_open() -> ColumnElement[bool]:
    """In no statement, or in one that the chain refused."""
    refused = select(OPERATIONS.c.id).where(
        OPERATIONS.c.id == PURCHASES.c.operation_id, OPERATIONS.c.state == OperationState.REFUSED
    )
    return or_(PURCHASES.c.operation_id.is_(None), refused.exists())


def open_of(merchant: int, *, before_day: int) -> ColumnElement[bool]:
    """A merchant's lines before a day (days since 1970, UTC) that no statement has."""
    return (PURCHASES.c.merchant == merchant) & (PURCHASES.c.occurred_at < before_day * DAY) & is_open()


def lines_where(connection: Connection, condition: ColumnElement[bool]) -> list[PurchaseLine]:
    """The lines of a condition, in the order in which they were reported."""
    rows = connection.execute(select(*_LINE).where(condition).order_by(PURCHASES.c.id))
    return [PurchaseLine(*row) for row in rows]


def stated_lines(connection: Connection, operation: int) -> list[PurchaseLine]:
    """The lines of the statement that an operation made."""
    return lines_where(connection, PURCHASES.c.operation_id == operation)


def first_open_day(connection: Connection, merchant: int) -> int | None:
    """The day of a merchant's oldest line that no statement has."""
    oldest = connection.scalar(
        select(func.min(PURCHASES.c.occurred_at)).where(PURCHASES.c.merchant == merchant, is_open())
    )
    return None if oldest is None else int(oldest) // DAY


def net_by_recruiter(lines: Iterable[PurchaseLine]) -> dict[int, int]:
    """What is left of the purchases by each code after returns; below 0 where more came back."""
    sums: dict[int, int] = defaultdict(int)
    for line in lines:
        sums[line.recruiter] += line.amount
    return dict(sorted(sums.items()))
