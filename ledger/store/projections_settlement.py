"""Table of what became of redemptions that wait."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, SmallInteger, Table, Text

from ledger.store.metadata import METADATA

SETTLEMENTS: Final = Table(
    "settlements",
    METADATA,
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), primary_key=True),
    Column("item", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("batch", BigInteger, nullable=False),
    Column("serial", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("merchant", BigInteger, nullable=False),
    Column("agent", BigInteger, nullable=False),
    Column("order_amount", BigInteger, nullable=False),
    Column("reward", BigInteger, nullable=False),
    Column("contribution", BigInteger, nullable=False),
    Column("discount", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("cause", SmallInteger, nullable=False),
    Column("discount_too", Boolean, nullable=False),
    comment="Steps of redemptions that wait: pool, amend, reverse, forfeit; version is the one named.",
)
Index("settlements_by_coupon", SETTLEMENTS.c.batch, SETTLEMENTS.c.serial)
Index("settlements_by_merchant", SETTLEMENTS.c.merchant)
