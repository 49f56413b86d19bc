"""Tables derived from the chain's events; `ledger.index` alone writes them, and can make them anew.

Amounts in minor units, times in Unix seconds. A coupon is (batch, serial): its packed id has more bits than a column.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)

from ledger.store.metadata import METADATA, ROW_ID
from ledger.store.projections_accounts import (
    POINT_FLOWS,
    POLICIES,
    RECOVERIES,
    STATEMENT_TOTALS,
    STATEMENTS,
    WALLET_CHANGES,
)
from ledger.store.projections_parties import AGENTS as AGENTS
from ledger.store.projections_parties import CONSUMERS as CONSUMERS
from ledger.store.projections_parties import GROUP_MEMBERS as GROUP_MEMBERS
from ledger.store.projections_parties import LEDGER_STATE as LEDGER_STATE
from ledger.store.projections_parties import MERCHANTS as MERCHANTS
from ledger.store.projections_parties import ROLES as ROLES
from ledger.store.projections_settlement import SETTLEMENTS
from ledger.store.projections_sharing import BEARERS, REVOCATIONS, SHARES

CURSOR: Final = Table(
    "cursor",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("block_number", BigInteger, nullable=False),
    Column("block_hash", LargeBinary(32), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("rolling", LargeBinary(24), nullable=False),
    Column("events", BigInteger, nullable=False),
    comment="One row: how far the index has come, with the last seal.",
)

OCCURRENCES: Final = Table(
    "occurrences",
    METADATA,
    # The number of the event, from 1: the same whenever the tables are made anew.
    Column("id", ROW_ID, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("block_number", BigInteger, nullable=False),
    Column("block_hash", LargeBinary(32), nullable=False),
    Column("transaction_hash", LargeBinary(32), nullable=False),
    Column("log_index", Integer, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    comment="Where each event stands on the chain; every derived row names one.",
)
Index("occurrences_by_place", OCCURRENCES.c.block_number, OCCURRENCES.c.log_index, unique=True)
Index("occurrences_by_transaction", OCCURRENCES.c.transaction_hash)

EFFECTS: Final = Table(
    "effects",
    METADATA,
    # The occurrence, times 2**16, and the item within it.
    Column("id", ROW_ID, primary_key=True, autoincrement=False),
    Column("effect", Text, nullable=False),
    Column("reason", SmallInteger, nullable=False),
    Column("transaction_hash", LargeBinary(32), nullable=False),
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
    comment="What became of each item sent to the chain: reason 0 done, else refused.",
)
Index("effects_by_effect", EFFECTS.c.effect)

SEALS: Final = Table(
    "seals",
    METADATA,
    Column("sequence", ROW_ID, primary_key=True, autoincrement=False),
    Column("items", Integer, nullable=False),
    Column("rolling", LargeBinary(24), nullable=False),
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
)

BATCHES: Final = Table(
    "batches",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=False),
    Column("terms", Text, nullable=False),  # JSON of ledger.domain.terms.Terms, see ledger.domain.terms_json
    Column("size", BigInteger, nullable=False),
    Column("opens", BigInteger, nullable=False),
    Column("closes", BigInteger, nullable=False),
    Column("paused_at_mint", BigInteger, nullable=False),
    Column("funder", SmallInteger, nullable=False),  # ledger.domain.terms.Funder
    Column("reserved", BigInteger, nullable=False),
    Column("reserve", BigInteger, nullable=False),
    Column("lots", BigInteger, nullable=False),
    Column("stock", BigInteger, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("released", BigInteger, nullable=False),
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
)

LOTS: Final = Table(
    "lots",
    METADATA,
    Column("batch", BigInteger, ForeignKey("batches.id"), primary_key=True),
    Column("lot", BigInteger, primary_key=True),
    Column("merchant", BigInteger, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("next", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),
    Column("reserve", BigInteger, nullable=False),
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
)
Index("lots_by_merchant", LOTS.c.merchant, LOTS.c.batch)

MOVEMENTS: Final = Table(
    "movements",
    METADATA,
    Column("occurrence_id", ROW_ID, ForeignKey("occurrences.id"), primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),  # allocate, recall, close, close_lot
    Column("batch", BigInteger, nullable=False),
    Column("from_lot", BigInteger, nullable=False),
    Column("lot", BigInteger, nullable=False),
    Column("merchant", BigInteger, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    comment="Stock and reserves that moved: allocations and recalls by their serials, closings by their money.",
)
Index("movements_by_batch", MOVEMENTS.c.batch, MOVEMENTS.c.first)

COUPONS: Final = Table(
    "coupons",
    METADATA,
    Column("batch", BigInteger, primary_key=True),
    Column("serial", BigInteger, primary_key=True),
    Column("lot", BigInteger, nullable=False),
    Column("holder", BigInteger, nullable=False),  # 0: a bearer
    Column("state", Text, nullable=False),  # issued, pending, redeemed, forfeited, void
    Column("version", Integer, nullable=False),
    Column("issued_day", Integer, nullable=False),  # ledger day; a copy has its root's
    Column("agent", BigInteger, nullable=False),
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
    Column("sharer", BigInteger, nullable=False, server_default="0"),
    Column("first_sharer", BigInteger, nullable=False, server_default="0"),
    Column("hops", Integer, nullable=False, server_default="0"),
    Column("root", BigInteger),  # serial of a copy's root
    Column("redeemer", BigInteger, nullable=False, server_default="0"),  # while the pool waits, and after
    Column("order_amount", BigInteger, nullable=False, server_default="0"),
    Column("amended_from", BigInteger, nullable=False, server_default="0"),  # the order as redeemed
    Column("until", BigInteger, nullable=False, server_default="0"),  # hours since 1970
    comment="Coupons that left stock.",
    # Rows lie in the order of their key: half the writing of an issue.
    sqlite_with_rowid=False,
)
Index("coupons_by_holder", COUPONS.c.holder, COUPONS.c.batch, COUPONS.c.serial)
Index(
    "coupons_waiting",
    COUPONS.c.until,
    COUPONS.c.redeemer,
    sqlite_where=text("state = 'pending'"),
    postgresql_where=text("state = 'pending'"),
)

REDEMPTIONS: Final = Table(
    "redemptions",
    METADATA,
    Column("batch", BigInteger, primary_key=True),
    Column("serial", BigInteger, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("merchant", BigInteger, nullable=False),
    Column("agent", BigInteger, nullable=False),
    Column("issuer", BigInteger, nullable=False),
    Column("consumer", BigInteger, nullable=False),
    Column("recruiter", BigInteger, nullable=False),
    Column("sharer", BigInteger, nullable=False, server_default="0"),
    Column("first_sharer", BigInteger, nullable=False, server_default="0"),
    Column("order_amount", BigInteger, nullable=False),
    Column("reward", BigInteger, nullable=False),
    Column("contribution", BigInteger, nullable=False),
    Column("discount", BigInteger, nullable=False),
    Column("part_platform", BigInteger, nullable=False),
    Column("part_issuer", BigInteger, nullable=False),
    Column("part_redeemer", BigInteger, nullable=False),
    Column("part_consumer", BigInteger, nullable=False),
    Column("part_sharer", BigInteger, nullable=False),
    Column("part_first_sharer", BigInteger, nullable=False),
    Column("part_recruiter", BigInteger, nullable=False),
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
    ForeignKeyConstraint(["batch", "serial"], ["coupons.batch", "coupons.serial"]),
    sqlite_with_rowid=False,
)
Index("redemptions_by_merchant", REDEMPTIONS.c.merchant)
Index("redemptions_by_consumer", REDEMPTIONS.c.consumer)

CASH_FLOWS: Final = Table(
    "cash_flows",
    METADATA,
    Column("occurrence_id", ROW_ID, ForeignKey("occurrences.id"), primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),  # deposit, withdrawal
    Column("consumer", Boolean, nullable=False),
    Column("party", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("counterparty", LargeBinary(20), nullable=False),
    comment="Tokens that came in or left.",
)
Index("cash_flows_by_party", CASH_FLOWS.c.consumer, CASH_FLOWS.c.party)

WITHDRAWAL_REQUESTS: Final = Table(
    "withdrawal_requests",
    METADATA,
    Column("merchant", ROW_ID, primary_key=True, autoincrement=False),
    Column("amount", BigInteger, nullable=False),
    Column("to", LargeBinary(20), nullable=False),
    Column("ready_at", BigInteger, nullable=False),
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
    comment="Merchants' withdrawals that wait.",
)

PROJECTIONS: Final = (
    CURSOR,
    OCCURRENCES,
    EFFECTS,
    SEALS,
    MERCHANTS,
    CONSUMERS,
    AGENTS,
    GROUP_MEMBERS,
    LEDGER_STATE,
    ROLES,
    BATCHES,
    LOTS,
    MOVEMENTS,
    COUPONS,
    REDEMPTIONS,
    CASH_FLOWS,
    WITHDRAWAL_REQUESTS,
    SHARES,
    BEARERS,
    REVOCATIONS,
    SETTLEMENTS,
    POLICIES,
    STATEMENTS,
    STATEMENT_TOTALS,
    POINT_FLOWS,
    RECOVERIES,
    WALLET_CHANGES,
)
"""All of them, a table after those its rows point to."""
