"""Cash: deposits, withdrawals, and what is booked for the treasurer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ledger.intake import cash
from ledger.intake.desk import Accepted
from ledger.store.projections import WITHDRAWAL_REQUESTS

if TYPE_CHECKING:
    from ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class WaitingWithdrawal:
    """What a merchant asked for, minor units, to an address of 20 bytes, due from `ready_at` on (Unix seconds)."""

    merchant: int
    amount: int
    to: bytes
    ready_at: int


class Cash:
    """Moves money in and out."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def deposit(self, request: cash.DepositCash, *, key: str) -> Accepted:
        """Book the money that arrived and deposit it for the party, both under one key."""
        treasurer = self._ledger.role("treasurer").address
        with self._ledger.desk() as desk:
            return cash.deposit(desk, request, treasurer=treasurer, key=key)

    def withdraw(self, request: cash.WithdrawCash, *, key: str) -> Accepted:
        """See `ledger.intake.cash`."""
        with self._ledger.desk() as desk:
            return cash.withdraw(desk, request, key=key)

    def withdraw_platform(self, request: cash.WithdrawCash, *, key: str) -> Accepted:
        """See `ledger.intake.cash`."""
        with self._ledger.desk() as desk:
            return cash.withdraw_platform(desk, request, key=key)

    def pay_out(self, request: cash.PayOut, *, key: str) -> Accepted:
        """See `ledger.intake.cash`."""
        with self._ledger.desk() as desk:
            return cash.pay_out(desk, request, key=key)

    def waiting(self, merchant: int | None = None) -> list[WaitingWithdrawal]:
        """Withdrawals that wait for their delay or for `pay_out`, of one merchant or of all."""
        table = WITHDRAWAL_REQUESTS
        query = select(table.c.merchant, table.c.amount, table.c.to, table.c.ready_at).order_by(table.c.merchant)
        if merchant is not None:
            query = query.where(table.c.merchant == merchant)
        with self._ledger.store.read() as connection:
            return [WaitingWithdrawal(*row) for row in connection.execute(query).all()]

    def token_balance(self) -> int:
        """Tokens the ledger's contract holds, minor units, asked of the token itself."""
        ledger = self._ledger
        return int(ledger.token.ask(ledger.chain, "balanceOf", ledger.deployment.ledger, block="latest"))
