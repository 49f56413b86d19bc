"""Parties: merchants, institutions, consumers, agents, groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection, func, select

from ledger.custody.errors import KeyNotHeld
from ledger.domain.errors import NotFound
from ledger.domain.ids import OPERATOR
from ledger.intake import control, register
from ledger.intake.desk import Accepted
from ledger.store.outbox import ACCOUNTS
from ledger.store.projections import CONSUMERS, MERCHANTS

if TYPE_CHECKING:
    from ledger.ledger import Ledger

Kind = Literal["merchant", "institution", "consumer"]
OPERATOR_REFERENCE = "operator"


@dataclass(frozen=True, slots=True)
class Party:
    """A party as the ledger knows it; `cash` in minor units."""

    kind: str
    id: int
    reference: str
    name: str | None
    wallet: bytes
    cash: int
    recruiter: int | None
    suspended: bool


class Members:
    """Registers parties and finds them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def register_merchant(self, request: register.RegisterMerchant, *, key: str) -> Accepted:
        """See `ledger.intake.register`."""
        with self._ledger.desk() as desk:
            return register.register_merchant(desk, request, key=key)

    def register_consumer(self, request: register.RegisterConsumer, *, key: str) -> Accepted:
        """See `ledger.intake.register`."""
        with self._ledger.desk() as desk:
            return register.register_consumer(desk, request, key=key)

    def suspend(self, request: control.Suspend, *, key: str) -> Accepted:
        """See `ledger.intake.control`."""
        with self._ledger.desk() as desk:
            return control.suspend(desk, request, key=key)

    def appoint(self, request: control.AppointAgent, *, key: str) -> Accepted:
        """See `ledger.intake.control`."""
        with self._ledger.desk() as desk:
            return control.appoint(desk, request, key=key)

    def change_group(self, request: control.ChangeGroup, *, key: str) -> Accepted:
        """See `ledger.intake.control`."""
        with self._ledger.desk() as desk:
            return control.change_group(desk, request, key=key)

    def find(self, kind: Kind, name: str) -> Party:
        """A registered party by our reference, or by `#` and its id on the chain; raises NotFound."""
        table = CONSUMERS if kind == "consumer" else MERCHANTS
        columns = [table.c.id, table.c.wallet, table.c.cash, table.c.suspended, ACCOUNTS.c.reference, ACCOUNTS.c.name]
        if kind == "consumer":
            columns.append(CONSUMERS.c.recruiter)
        query = select(*columns).join(ACCOUNTS, ACCOUNTS.c.wallet == table.c.wallet, isouter=True)
        if name.startswith("#") and name[1:].isdigit():
            query = query.where(table.c.id == int(name[1:]))
        elif kind != "consumer" and name == OPERATOR_REFERENCE:
            query = query.where(table.c.id == OPERATOR)
        else:
            query = query.where(ACCOUNTS.c.kind == kind, ACCOUNTS.c.reference == name)
        with self._ledger.store.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(kind, name, f"register it first, or list them with `coupon {kind} list`")
        reference = row["reference"] or (OPERATOR_REFERENCE if row["id"] == OPERATOR else f"#{row['id']}")
        return Party(
            kind=kind,
            id=row["id"],
            reference=reference,
            name=row["name"],
            wallet=row["wallet"],
            cash=row["cash"],
            recruiter=row.get("recruiter"),
            suspended=row["suspended"],
        )

    def all(self, kind: Kind, *, limit: int, after: int = 0) -> list[Party]:
        """Parties of a kind by id, from the one behind `after`."""
        table = CONSUMERS if kind == "consumer" else MERCHANTS
        query = select(table.c.id).where(table.c.id > after).order_by(table.c.id).limit(limit)
        if kind == "institution":
            query = query.where(MERCHANTS.c.kind == 2)
        with self._ledger.store.read() as connection:
            ids = connection.scalars(query).all()
        return [self.find(kind, f"#{each}") for each in ids]

    def count(self, kind: Kind) -> int:
        """How many parties of a kind there are."""
        table = CONSUMERS if kind == "consumer" else MERCHANTS
        with self._ledger.store.read() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0

    @staticmethod
    def wallet_of_merchant(connection: Connection, merchant: int) -> bytes:
        """The wallet of a merchant's id; raises NotFound."""
        wallet = connection.scalar(select(MERCHANTS.c.wallet).where(MERCHANTS.c.id == merchant))
        if wallet is None:
            raise NotFound("merchant", f"#{merchant}")
        return bytes(wallet)

    @staticmethod
    def custody_path(connection: Connection, wallet: bytes) -> str:
        """Where custody derives a wallet's key; raises KeyNotHeld."""
        path = connection.scalar(select(ACCOUNTS.c.custody_path).where(ACCOUNTS.c.wallet == wallet))
        if path is None:
            raise KeyNotHeld(wallet)
        return str(path)
