"""Parties: merchants, institutions, consumers, agents, groups."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import Connection, RowMapping, Select, func, select

from ledger.custody.errors import KeyNotHeld
from ledger.domain.errors import NotFound
from ledger.domain.ids import OPERATOR
from ledger.intake import control, register
from ledger.intake.desk import Accepted
from ledger.store.outbox import ACCOUNTS
from ledger.store.projections import AGENTS, CONSUMERS, GROUP_MEMBERS, LEDGER_STATE, MERCHANTS

if TYPE_CHECKING:
    from ledger.ledger import Ledger

Kind = Literal["merchant", "institution", "consumer"]
OPERATOR_REFERENCE = "operator"
_INSTITUTION: Final = 2
_KINDS: Final = {1: "merchant", _INSTITUTION: "institution", 3: "operator"}
_ID_LIMIT: Final = 2**32
_IDS_AT_ONCE: Final = 10_000
"""Well below what a database takes as parameters of one statement."""


@dataclass(frozen=True, slots=True)
class Party:
    """A party as the ledger knows it: merchant, institution, operator or consumer; `cash` in minor units."""

    kind: str
    id: int
    reference: str
    name: str | None
    wallet: bytes
    cash: int
    recruiter: int | None
    suspended: bool


@dataclass(frozen=True, slots=True)
class Agent:
    """A key a merchant appointed: `until` in Unix seconds, `allowance` in items left, `kind` as appointed."""

    merchant: int
    agent: int
    key: bytes
    until: int
    allowance: int
    kind: int


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
        query = _parties(kind)
        if name.startswith("#") and name[1:].isdecimal():
            # Above the largest id there is nobody, and a column holds no larger number.
            query = query.where(table.c.id == min(int(name[1:]), _ID_LIMIT))
        elif kind != "consumer" and name == OPERATOR_REFERENCE:
            query = query.where(table.c.id == OPERATOR)
        else:
            query = query.where(ACCOUNTS.c.kind == kind, ACCOUNTS.c.reference == name)
        with self._ledger.store.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            listed = "consumer" if kind == "consumer" else "merchant"
            raise NotFound(kind, name, f"register it first, or list them with `coupon {listed} list`")
        return _party(kind, row)

    def all(self, kind: Kind, *, limit: int, after: int = 0) -> list[Party]:
        """Parties of a kind by id, from the one behind `after`; merchants include institutions and the operator."""
        table = CONSUMERS if kind == "consumer" else MERCHANTS
        query = _parties(kind).where(table.c.id > after).order_by(table.c.id).limit(limit)
        with self._ledger.store.read() as connection:
            return [_party(kind, row) for row in connection.execute(query).mappings()]

    def references(self, kind: Kind, ids: Collection[int]) -> dict[int, str]:
        """What parties are called, by id; those that do not exist are left out."""
        table = CONSUMERS if kind == "consumer" else MERCHANTS
        found: dict[int, str] = {}
        wanted = sorted(set(ids))
        with self._ledger.store.read() as connection:
            for start in range(0, len(wanted), _IDS_AT_ONCE):
                query = _parties(kind).where(table.c.id.in_(wanted[start : start + _IDS_AT_ONCE]))
                found.update((row["id"], _reference(row)) for row in connection.execute(query).mappings())
        return found

    def agents(self, merchant: int) -> list[Agent]:
        """The keys a merchant appointed, by number."""
        columns = (AGENTS.c.merchant, AGENTS.c.agent, AGENTS.c.key, AGENTS.c.until, AGENTS.c.allowance, AGENTS.c.kind)
        query = select(*columns).where(AGENTS.c.merchant == merchant).order_by(AGENTS.c.agent)
        with self._ledger.store.read() as connection:
            return [Agent(*row) for row in connection.execute(query).all()]

    def groups(self) -> dict[int, list[int]]:
        """The merchants of each group of acceptance, by its number; a group may be empty."""
        query = select(GROUP_MEMBERS.c.group_id, GROUP_MEMBERS.c.merchant).order_by(GROUP_MEMBERS.c.merchant)
        with self._ledger.store.read() as connection:
            count = connection.scalar(select(LEDGER_STATE.c.groups)) or 0
            groups: dict[int, list[int]] = {number: [] for number in range(1, count + 1)}
            for group, merchant in connection.execute(query).all():
                groups[group].append(merchant)
        return groups

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


def _parties(kind: Kind) -> Select[Any]:
    """Parties with what we call them; a party that signs by itself may have no account with us."""
    table = CONSUMERS if kind == "consumer" else MERCHANTS
    columns = [table.c.id, table.c.wallet, table.c.cash, table.c.suspended, ACCOUNTS.c.reference, ACCOUNTS.c.name]
    columns.append(CONSUMERS.c.recruiter if kind == "consumer" else MERCHANTS.c.kind)
    query = select(*columns).join(ACCOUNTS, ACCOUNTS.c.wallet == table.c.wallet, isouter=True)
    return query.where(MERCHANTS.c.kind == _INSTITUTION) if kind == "institution" else query


def _party(kind: Kind, row: RowMapping) -> Party:
    return Party(
        kind="consumer" if kind == "consumer" else _KINDS[row["kind"]],
        id=row["id"],
        reference=_reference(row),
        name=row["name"],
        wallet=row["wallet"],
        cash=row["cash"],
        recruiter=row.get("recruiter"),
        suspended=row["suspended"],
    )


def _reference(row: RowMapping) -> str:
    operator = "kind" in row and row["id"] == OPERATOR
    return row["reference"] or (OPERATOR_REFERENCE if operator else f"#{row['id']}")
