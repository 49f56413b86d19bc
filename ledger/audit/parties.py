"""Who a party is: its id and wallet on the chain, its reference and name where we know them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, select

from ledger.domain.errors import NotFound
from ledger.store.outbox import ACCOUNTS
from ledger.store.projections import CONSUMERS, MERCHANTS


class PartyKind(StrEnum):
    """What a party is."""

    MERCHANT = "merchant"
    INSTITUTION = "institution"
    OPERATOR = "operator"
    CONSUMER = "consumer"
    BEARER = "bearer"


_MERCHANT_KINDS = {1: PartyKind.MERCHANT, 2: PartyKind.INSTITUTION, 3: PartyKind.OPERATOR}


@dataclass(frozen=True, slots=True)
class Party:
    """A party; `reference` and `name` are ours, None for one that we do not know."""

    kind: PartyKind
    id: int
    wallet: bytes
    reference: str | None
    name: str | None


_BEARER: Final = Party(PartyKind.BEARER, 0, bytes(20), None, None)


class Parties:
    """Parties by id, each read once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[bool, int], Party] = {}

    def merchant(self, number: int) -> Party:
        """A merchant, an institution or the operator; raises `NotFound`."""
        return self._party(MERCHANTS, number, consumer=False)

    def consumer(self, number: int) -> Party:
        """A consumer; raises `NotFound`."""
        return self._party(CONSUMERS, number, consumer=True)

    def holder(self, number: int) -> Party:
        """Who holds a coupon: a consumer, or (0) a bearer, who is nobody the ledger knows; raises `NotFound`."""
        return self.consumer(number) if number else _BEARER

    def _party(self, table: Table, number: int, *, consumer: bool) -> Party:
        if (consumer, number) not in self._known:
            row = self._row(table, number)
            kind = PartyKind.CONSUMER if consumer else _MERCHANT_KINDS[row.kind]
            self._known[consumer, number] = Party(kind, number, row.wallet, row.reference, row.name)
        return self._known[consumer, number]

    def _row(self, table: Table, number: int) -> Row[Any]:
        columns = [table.c.wallet, ACCOUNTS.c.reference, ACCOUNTS.c.name]
        if "kind" in table.c:
            columns.append(table.c.kind)
        accounts = table.outerjoin(ACCOUNTS, ACCOUNTS.c.wallet == table.c.wallet)
        row = self._connection.execute(select(*columns).select_from(accounts).where(table.c.id == number)).one_or_none()
        if row is None:
            raise NotFound(table.name.removesuffix("s"), number)
        return row
