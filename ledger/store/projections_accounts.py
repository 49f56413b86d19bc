"""Tables of statements, points and wallets."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, SmallInteger, Table, Text

from ledger.store.metadata import METADATA, ROW_ID

STATEMENTS: Final = Table(
    "statements",
    METADATA,
    Column("merchant", BigInteger, primary_key=True),
    Column("period", BigInteger, primary_key=True),
    Column("period_days", Integer, nullable=False),
    Column("agent", BigInteger, nullable=False),
    Column("policy", BigInteger, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("commission", BigInteger, nullable=False),
    Column("rebate", BigInteger, nullable=False),
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
    comment="Merchants' signed totals; period in days since 1970.",
)

STATEMENT_TOTALS: Final = Table(
    "statement_totals",
    METADATA,
    Column("merchant", BigInteger, primary_key=True),
    Column("period", BigInteger, primary_key=True),
    Column("recruiter", BigInteger, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("commission", BigInteger, nullable=False),
    Column("rebate", BigInteger, nullable=False),
    comment="Totals of a statement by referral code.",
)
Index("statement_totals_by_recruiter", STATEMENT_TOTALS.c.recruiter)

POLICIES: Final = Table(
    "policies",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("commission_bps", Integer, nullable=False),
    Column("rebate_bps", Integer, nullable=False),
    Column("equal_codes", SmallInteger, nullable=False),
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
    comment="Versions of the commission policy.",
)

POINT_FLOWS: Final = Table(
    "point_flows",
    METADATA,
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), primary_key=True),
    Column("item", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("consumer", BigInteger, nullable=False),
    Column("merchant", BigInteger, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("batch", BigInteger, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    comment="Points granted, spent, cashed out, expired; 0 where a flow has no such party or coupon.",
)
Index("point_flows_by_consumer", POINT_FLOWS.c.consumer)
Index("point_flows_by_merchant", POINT_FLOWS.c.merchant)

RECOVERIES: Final = Table(
    "recoveries",
    METADATA,
    Column("consumer", Boolean, primary_key=True),
    Column("party", BigInteger, primary_key=True),
    Column("wallet", LargeBinary(20), nullable=False),
    Column("ready_at", BigInteger, nullable=False),
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
    comment="Wallets that replace lost ones unless vetoed.",
)

WALLET_CHANGES: Final = Table(
    "wallet_changes",
    METADATA,
    Column("occurrence_id", ROW_ID, ForeignKey("occurrences.id"), primary_key=True, autoincrement=False),
    Column("consumer", Boolean, nullable=False),
    Column("party", BigInteger, nullable=False),
    Column("former", LargeBinary(20), nullable=False),
    Column("wallet", LargeBinary(20), nullable=False),
    comment="Wallets that parties had before.",
)
Index("wallet_changes_by_party", WALLET_CHANGES.c.consumer, WALLET_CHANGES.c.party)
