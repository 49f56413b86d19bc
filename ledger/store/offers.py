"""Offers of coupons: signed, kept here, and on no chain before somebody takes one up."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Integer, LargeBinary, Table, Text

from ledger.store.metadata import METADATA, ROW_ID

OFFERS: Final = Table(
    "offers",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("body_hash", LargeBinary(32), nullable=False),
    Column("batch", BigInteger, nullable=False),
    Column("serial", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("copy", Boolean, nullable=False),
    Column("giver", BigInteger, nullable=False),
    Column("to", BigInteger, nullable=False),  # 0: whoever has the link
    Column("claim_key", LargeBinary(20), nullable=False),  # an address; its secret is in the link alone
    Column("price", BigInteger, nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("deadline", BigInteger, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    CheckConstraint("state IN ('open', 'cancelled')", name="offers_state"),
    comment="What holders offered; amounts in minor units, times in Unix seconds.",
)
Index("offers_by_coupon", OFFERS.c.batch, OFFERS.c.serial)
Index("offers_by_giver", OFFERS.c.giver)
