"""What a replay leaves behind, by the source's own names, and whether it is whole."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ledger.audit.checks import Mismatch
from ledger.ledger import Ledger
from ledger.store.outbox import ACCOUNTS, OPERATIONS, SETTINGS, TRANSACTIONS
from ledger.store.projections import CONSUMERS, COUPONS, MERCHANTS, REDEMPTIONS
from ledger.store.projections_accounts import STATEMENTS
from ledger.store.purchases import PURCHASES


@dataclass(frozen=True, slots=True)
class End:
    """What is left of a replay that came to its end, by the source's own names."""

    cash: dict[tuple[str, str], int]
    coupons: Counter[tuple[int | str, ...]]
    redemptions: Counter[tuple[int, ...]]
    statements: list[tuple[int, ...]]
    purchases: list[tuple[int | str | None, ...]]
    operations: dict[tuple[str, str], int]
    standing: str


def end_of(ledger: Ledger) -> End:
    """Read it from the tables."""
    with ledger.store.read() as connection:
        cash = {
            (kind, reference): amount
            for kind, table in (("merchant", MERCHANTS), ("consumer", CONSUMERS))
            for reference, amount in connection.execute(
                select(ACCOUNTS.c.reference, table.c.cash).join(table, table.c.wallet == ACCOUNTS.c.wallet)
            )
        }
        coupons = connection.execute(
            select(COUPONS.c.batch, ACCOUNTS.c.reference, COUPONS.c.state, COUPONS.c.hops, COUPONS.c.order_amount)
            .join(CONSUMERS, CONSUMERS.c.id == COUPONS.c.holder)
            .join(ACCOUNTS, ACCOUNTS.c.wallet == CONSUMERS.c.wallet)
        )
        columns = [column for column in REDEMPTIONS.c if column.name not in ("serial", "occurrence_id")]
        redemptions = Counter(tuple(row) for row in connection.execute(select(*columns)))
        standing = connection.scalar(select(SETTINGS.c.value).where(SETTINGS.c.name.startswith("replay/")))
        return End(
            cash=cash,
            coupons=Counter(tuple(row) for row in coupons),
            redemptions=redemptions,
            statements=_statements(connection),
            purchases=_purchases(connection),
            operations=ledger.operations.counts(),
            standing=str(standing),
        )


def _statements(connection: Connection) -> list[tuple[int, ...]]:
    """All but their roots, which hang on the salts of their lines."""
    names = ("merchant", "period", "period_days", "policy", "amount", "commission", "rebate")
    columns = [STATEMENTS.c[name] for name in names]
    return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns))]


def _purchases(connection: Connection) -> list[tuple[int | str | None, ...]]:
    names = ("merchant", "reference", "consumer", "amount", "occurred_at", "period")
    columns = [PURCHASES.c[name] for name in names]
    return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns[:2]))]


def check_whole(ledger: Ledger) -> None:
    """Nothing on the way any more, one payload a nonce, the money kept, every row as the chain says."""
    assert {state for _, state in ledger.operations.counts()} <= {"included", "refused"}
    with ledger.store.read() as connection:
        unsettled = select(func.count()).select_from(TRANSACTIONS).where(TRANSACTIONS.c.state == "stored")
        assert connection.scalar(unsettled) == 0
        keys = connection.scalars(select(OPERATIONS.c.key)).all()
        assert len(keys) == len(set(keys))
        sent = connection.execute(select(TRANSACTIONS.c.sender, TRANSACTIONS.c.nonce)).all()
        assert len(sent) == len(set(sent))
    assert ledger.audit.conservation().is_kept
    assert [each for each in ledger.audit.verify() if isinstance(each, Mismatch)] == []
