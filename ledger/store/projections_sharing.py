"""Tables of coupons handed on, of bearers' keys and of revoked coupons."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, SmallInteger, Table, Text

from ledger.store.metadata import METADATA

SHARES: Final = Table(
    "shares",
    METADATA,
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), primary_key=True),
    Column("item", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("batch", BigInteger, nullable=False),
    Column("serial", BigInteger, nullable=False),
    Column("root", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("giver", BigInteger, nullable=False),
    Column("receiver", BigInteger, nullable=False),
    Column("price", BigInteger, nullable=False),
    comment="Coupons handed on: transfers, and copies (serial is the copy's, root the coupon copied).",
)
Index("shares_by_coupon", SHARES.c.batch, SHARES.c.serial)
Index("shares_by_root", SHARES.c.batch, SHARES.c.root)
Index("shares_by_giver", SHARES.c.giver)
Index("shares_by_receiver", SHARES.c.receiver)

BEARERS: Final = Table(
    "bearers",
    METADATA,
    Column("batch", BigInteger, primary_key=True),
    Column("serial", BigInteger, primary_key=True),
    Column("key", LargeBinary(20), nullable=False),
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
    comment="Keys to which coupons were issued.",
)

REVOCATIONS: Final = Table(
    "revocations",
    METADATA,
    Column("batch", BigInteger, primary_key=True),
    Column("serial", BigInteger, primary_key=True),
    Column("cause", SmallInteger, nullable=False),
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
    comment="Coupons made void.",
)
