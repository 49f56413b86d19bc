"""Tables of purchases that were reported without a coupon. They are ours: no chain knows a person's purchase."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from ledger.store.metadata import METADATA, ROW_ID

PURCHASES: Final = Table(
    "purchases",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("merchant", BigInteger, nullable=False),
    Column("reference", Text, nullable=False),
    Column("consumer", BigInteger, nullable=False),
    # The consumer's code; the seller's is `merchant`.
    Column("recruiter", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("reported_at", BigInteger, nullable=False),
    Column("salt", LargeBinary(32), nullable=False),
    # The statement it stands in: its first day since 1970, and its operation; free again if the chain refuses that.
    Column("period", BigInteger),
    Column("operation_id", BigInteger, ForeignKey("operations.id")),
    UniqueConstraint("merchant", "reference", name="purchases_one_a_reference"),
    CheckConstraint("amount <> 0", name="purchases_amount"),
    comment="Purchases without a coupon, returns negative; minor units. Never on the chain.",
)
Index("purchases_by_statement", PURCHASES.c.merchant, PURCHASES.c.operation_id)
Index("purchases_by_consumer", PURCHASES.c.consumer)
