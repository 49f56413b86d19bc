"""Money in equals money out plus what is held, in all, per batch, per lot, per redemption and per party."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ledger.audit.balances import (
    Wrong,
    wrong_batches,
    wrong_cash,
    wrong_lots,
    wrong_points,
    wrong_pools,
    wrong_redemptions,
)
from ledger.audit.points import points_backing
from ledger.audit.pools import pools_held
from ledger.audit.statements import wrong_statements
from ledger.domain.ids import OPERATOR
from ledger.store.projections import BATCHES, CASH_FLOWS, CONSUMERS, LOTS, MERCHANTS

_INSTITUTION = 2


@dataclass(frozen=True, slots=True)
class Held:
    """What the ledger holds for whom, minor units."""

    operator: int
    merchants: int
    institutions: int
    consumers: int
    batch_reserves: int
    lot_reserves: int
    pools: int
    points_backing: int

    @property
    def total(self) -> int:
        """All of it."""
        return (
            self.operator
            + self.merchants
            + self.institutions
            + self.consumers
            + self.batch_reserves
            + self.lot_reserves
            + self.pools
            + self.points_backing
        )


@dataclass(frozen=True, slots=True)
class Conservation:
    """The money of the whole ledger, minor units, and every row that is not as its events say."""

    deposited: int
    withdrawn: int
    held: Held
    token_balance: int
    wrong: tuple[Wrong, ...]

    @property
    def difference(self) -> int:
        """In, less out, less held: 0."""
        return self.deposited - self.withdrawn - self.held.total

    @property
    def surplus(self) -> int:
        """Tokens the ledger has beyond what it holds for anybody: never negative, positive after a donation."""
        return self.token_balance - self.held.total

    @property
    def is_kept(self) -> bool:
        """Whether nothing is lost, nothing too much, and every row right."""
        return self.difference == 0 and self.surplus >= 0 and not self.wrong


def conservation(connection: Connection, *, token_balance: int) -> Conservation:
    """The sums out of the tables; `token_balance` (minor units) is what the token says the ledger has."""
    return Conservation(
        deposited=_flow(connection, "deposit"),
        withdrawn=_flow(connection, "withdrawal"),
        held=held(connection),
        token_balance=token_balance,
        wrong=(
            *wrong_redemptions(connection),
            *wrong_pools(connection),
            *wrong_batches(connection),
            *wrong_lots(connection),
            *wrong_statements(connection),
            *wrong_points(connection),
            *wrong_cash(connection, consumers=False),
            *wrong_cash(connection, consumers=True),
        ),
    )


def held(connection: Connection) -> Held:
    """What the tables say the ledger holds."""
    is_operator, is_institution = MERCHANTS.c.id == OPERATOR, MERCHANTS.c.kind == _INSTITUTION
    cash = func.coalesce(func.sum(MERCHANTS.c.cash), 0)
    return Held(
        operator=int(connection.execute(select(cash).where(is_operator)).scalar_one()),
        merchants=int(connection.execute(select(cash).where(~is_operator, ~is_institution)).scalar_one()),
        institutions=int(connection.execute(select(cash).where(~is_operator, is_institution)).scalar_one()),
        consumers=int(connection.execute(select(func.coalesce(func.sum(CONSUMERS.c.cash), 0))).scalar_one()),
        batch_reserves=int(connection.execute(select(func.coalesce(func.sum(BATCHES.c.reserve), 0))).scalar_one()),
        lot_reserves=int(connection.execute(select(func.coalesce(func.sum(LOTS.c.reserve), 0))).scalar_one()),
        pools=pools_held(connection),
        points_backing=points_backing(connection),
    )


def _flow(connection: Connection, kind: str) -> int:
    total = func.coalesce(func.sum(CASH_FLOWS.c.amount), 0)
    return int(connection.execute(select(total).where(CASH_FLOWS.c.kind == kind)).scalar_one())
