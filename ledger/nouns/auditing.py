"""Audit: what anybody may check."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import case, select

from ledger.audit.checks import Checked, Mismatch
from ledger.audit.conservation import Conservation, conservation
from ledger.audit.life import Trace
from ledger.audit.trace import trace
from ledger.audit.verify import verify
from ledger.chain.slots import SlotReader
from ledger.chain.source import ChainSource
from ledger.store.projections import REDEMPTIONS

if TYPE_CHECKING:
    from ledger.ledger import Ledger


class Auditing:
    """Traces and checks."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def trace(self, batch: int, serial: int) -> Trace:
        """The life of a coupon with its money (S2.17, S2.20); raises NotFound."""
        with self._ledger.store.read() as connection:
            return trace(connection, batch, serial)

    def conservation(self) -> Conservation:
        """Money in = money out + held, with every row that is not as its events say."""
        balance = self._ledger.cash.token_balance()
        with self._ledger.store.read() as connection:
            return conservation(connection, token_balance=balance)

    def verify(self) -> Iterator[Checked | Mismatch]:
        """The index against the chain, row by row at the index's block: what was compared, and what differs."""
        ledger = self._ledger
        source = ChainSource(ledger.chain, ledger.deployment.ledger, ledger.deployment.block)
        balance = ledger.cash.token_balance()
        # Beside the database: a whole second index must fit.
        folder = tempfile.TemporaryDirectory(dir=ledger.folder.path, prefix="verify-")
        with folder as scratch, ledger.store.read() as connection:
            yield from verify(
                connection,
                source,
                SlotReader(ledger.chain, ledger.contract),
                token_balance=balance,
                scratch=Path(scratch) / "second.sqlite",
            )

    def widest_split(self) -> tuple[int, int] | None:
        """(batch, serial) of the redemption whose incentive reached the most different parties, the largest of them."""
        columns = REDEMPTIONS.c
        different = case((columns.issuer != columns.merchant, 1), else_=0) + case(
            (columns.recruiter != columns.issuer, 1), else_=0
        )
        incentive = columns.reward + columns.contribution
        query = select(columns.batch, columns.serial).order_by(
            different.desc(), incentive.desc(), columns.batch, columns.serial
        )
        with self._ledger.store.read() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else (row.batch, row.serial)
