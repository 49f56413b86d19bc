"""A CSV file of purchases, read line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.cli.codes import code_named
from ledger.cli.errors import BadInput
from ledger.cli.parties import consumer_named, merchant_named
from ledger.cli.session import Session
from ledger.domain.errors import LedgerError

if TYPE_CHECKING:
    from ledger.rebates.purchases import ReportPurchase
    from ledger.replay.csv_lines import Record


class LineInvalid(BadInput):
    """A line of the file cannot be read."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line by its number, and what it asks for, or why it cannot be read."""

    line: int
    found: ReportPurchase | LedgerError


def read_lines(session: Session, file: Path) -> Iterator[Line]:
    """Every line that is not blank; raises what `ledger.replay.csv_lines` names for the file as a whole."""
    from ledger.replay.csv_lines import BadLine, Columns, open_csv

    columns = Columns(("merchant", "reference", "consumer", "amount"), ("at", "code"))
    for record in open_csv(file, columns).records():
        if isinstance(record, BadLine):
            yield Line(record.line, LineInvalid(record.reason))
            continue
        try:
            yield Line(record.line, _request(session, record))
        except LedgerError as error:
            yield Line(record.line, error)


def _request(session: Session, record: Record) -> ReportPurchase:
    from ledger.rebates.purchases import ReportPurchase

    fields, ledger = record.fields, session.ledger
    amount = fields["amount"]
    minor = session.money.read(amount.removeprefix("-"))
    return ReportPurchase(
        merchant=merchant_named(ledger, fields["merchant"]).id,
        reference=fields["reference"],
        consumer=consumer_named(ledger, fields["consumer"]).id,
        amount_minor=-minor if amount.startswith("-") else minor,
        occurred_at=session.zone.read(fields["at"]) if fields["at"] else None,
        code=code_named(fields["code"]) if fields["code"] else None,
    )
