"""Statements of periods, and the commission policies they follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ledger.chain.merkle import leaf_of, root_of
from ledger.chain.slots import SlotReader
from ledger.domain.errors import NotFound
from ledger.domain.rebate import EqualCodes, Policy
from ledger.intake import policy as policies
from ledger.intake.desk import Accepted
from ledger.rebates.closing import ClosePeriod, close_period
from ledger.rebates.lines import lines_where, net_by_recruiter, open_of, stated_lines
from ledger.rebates.proofs import Proof, prove
from ledger.store.effects import of_statement
from ledger.store.outbox import OPERATIONS
from ledger.store.projections_accounts import POLICIES, STATEMENT_TOTALS, STATEMENTS

if TYPE_CHECKING:
    from ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Statement:
    """A merchant's statement of `period_days` from day `period` on; amounts in minor units."""

    merchant: int
    period: int
    period_days: int
    policy: int
    root: bytes
    amount: int
    commission: int
    rebate: int


@dataclass(frozen=True, slots=True)
class Total:
    """What a statement says of one code, minor units."""

    recruiter: int
    amount: int
    commission: int
    rebate: int


@dataclass(frozen=True, slots=True)
class Lines:
    """The purchase lines that we keep of a statement, and whether they still are what was stated."""

    count: int
    as_stated: bool


class Statements:
    """Closes periods, shows statements and proves their lines."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def close(self, request: ClosePeriod, *, key: str) -> Accepted:
        """See `ledger.rebates.closing`."""
        with self._ledger.desk() as desk:
            return close_period(desk, request, key=key)

    def all(self, merchant: int | None = None) -> list[Statement]:
        """Statements by merchant and period."""
        columns = [STATEMENTS.c[name] for name in Statement.__slots__]
        query = select(*columns).order_by(STATEMENTS.c.merchant, STATEMENTS.c.period)
        if merchant is not None:
            query = query.where(STATEMENTS.c.merchant == merchant)
        with self._ledger.store.read() as connection:
            return [Statement(*row) for row in connection.execute(query)]

    def get(self, merchant: int, period: int) -> Statement:
        """The statement of a merchant that begins on a day, or has it within; raises NotFound."""
        for each in self.all(merchant):
            if each.period <= period < each.period + each.period_days:
                return each
        raise NotFound("statement", f"#{merchant} of day {period}", "list them with `coupon statement list`")

    def totals(self, statement: Statement) -> list[Total]:
        """What it says of each code."""
        table = STATEMENT_TOTALS.c
        query = (
            select(table.recruiter, table.amount, table.commission, table.rebate)
            .where(table.merchant == statement.merchant, table.period == statement.period)
            .order_by(table.recruiter)
        )
        with self._ledger.store.read() as connection:
            return [Total(*row) for row in connection.execute(query)]

    def lines(self, statement: Statement) -> Lines | None:
        """The lines we keep of it; None where it was made elsewhere, by a merchant's own wallet."""
        effect = of_statement(statement.merchant, statement.period, statement.root)
        totals = {each.recruiter: each.amount for each in self.totals(statement)}
        with self._ledger.store.read() as connection:
            operation = connection.scalar(select(OPERATIONS.c.id).where(OPERATIONS.c.effect == effect))
            if operation is None:
                return None
            lines = stated_lines(connection, operation)
        net = {recruiter: amount for recruiter, amount in net_by_recruiter(lines).items() if amount}
        same = bool(lines) and root_of([leaf_of(line) for line in lines]) == statement.root
        return Lines(len(lines), same and net == totals)

    def carried(self, merchant: int, *, before_day: int) -> dict[int, int]:
        """Codes whose returns outweigh their purchases up to a day: below 0, carried into a later period."""
        with self._ledger.store.read() as connection:
            net = net_by_recruiter(lines_where(connection, open_of(merchant, before_day=before_day)))
        return {recruiter: amount for recruiter, amount in net.items() if amount < 0}

    def prove(self, merchant: int, reference: str) -> Proof:
        """That a purchase stands in a statement; raises NotFound, NotStated."""
        with self._ledger.store.read() as connection:
            return prove(connection, merchant, reference)

    def check(self, proof: Proof) -> None:
        """Hold a proof against the chain, without any table; raises ProofBroken."""
        ledger = self._ledger
        proof.check(SlotReader(ledger.chain, ledger.contract), block=ledger.chain.head().number)

    def change_policy(self, request: policies.ChangePolicy, *, key: str) -> Accepted:
        """Schedule a policy in the timelock; see `ledger.intake.policy`."""
        admin = self._ledger.admin
        return admin.schedule(
            request, "changePolicy", lambda desk: policies.arguments(desk, request, delay=admin.delay), key=key
        )

    def policies(self) -> list[Policy]:
        """All versions, in the order in which they start."""
        table = POLICIES.c
        query = select(table.id, table.starts_at, table.commission_bps, table.rebate_bps, table.equal_codes).order_by(
            table.id
        )
        with self._ledger.store.read() as connection:
            rows = connection.execute(query).all()
        return [Policy(*row[:4], EqualCodes(row.equal_codes)) for row in rows]
