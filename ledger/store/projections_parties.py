"""Tables of parties, agents, groups, roles, and of the ledger's limits and pause."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, SmallInteger, Table

from ledger.store.metadata import METADATA, ROW_ID

MERCHANTS: Final = Table(
    "merchants",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=False),
    Column("wallet", LargeBinary(20), nullable=False, unique=True),
    Column("kind", SmallInteger, nullable=False),
    Column("suspended", Boolean, nullable=False),
    Column("cash", BigInteger, nullable=False),
    Column("reward_cap_daily", BigInteger, nullable=False),
    Column("reward_today", BigInteger, nullable=False),
    Column("reward_day", Integer, nullable=False),
    Column("points", BigInteger, nullable=False, server_default="0"),
    Column("stated_until", BigInteger, nullable=False, server_default="0"),  # days since 1970
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
    comment="Merchants (kind 1), institutions (2) and the operator (id 1, kind 3).",
)

CONSUMERS: Final = Table(
    "consumers",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=False),
    Column("wallet", LargeBinary(20), nullable=False, unique=True),
    Column("recruiter", BigInteger, nullable=False),
    Column("suspended", Boolean, nullable=False),
    Column("cash", BigInteger, nullable=False),
    Column("points", BigInteger, nullable=False, server_default="0"),
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
)

AGENTS: Final = Table(
    "agents",
    METADATA,
    Column("merchant", BigInteger, primary_key=True),
    Column("agent", BigInteger, primary_key=True),
    Column("key", LargeBinary(20), nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("allowance", BigInteger, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
)

GROUP_MEMBERS: Final = Table(
    "group_members",
    METADATA,
    Column("group_id", BigInteger, primary_key=True),
    Column("merchant", BigInteger, primary_key=True),
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
    comment="Who is in a group of acceptance now.",
)

LEDGER_STATE: Final = Table(
    "ledger_state",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("groups", BigInteger, nullable=False),
    Column("paused_at", BigInteger, nullable=False),
    Column("paused_until", BigInteger, nullable=False),
    Column("paused_total", BigInteger, nullable=False),
    Column("reward_cap_daily", BigInteger, nullable=False),
    Column("reserve_cap_daily", BigInteger, nullable=False),
    Column("reserved_today", BigInteger, nullable=False),
    Column("reserved_day", Integer, nullable=False),
    Column("withdrawal_delay", BigInteger, nullable=False),
    Column("withdrawal_cap_daily", BigInteger, nullable=False, server_default="0"),
    Column("withdrawn_today", BigInteger, nullable=False, server_default="0"),
    Column("withdrawn_day", Integer, nullable=False, server_default="0"),
    Column("points_backing", BigInteger, nullable=False, server_default="0"),
    Column("retires_at", BigInteger, nullable=False, server_default="0"),
    comment="One row: counters, pause and limits as on the chain.",
)

ROLES: Final = Table(
    "roles",
    METADATA,
    Column("role", LargeBinary(32), primary_key=True),
    Column("account", LargeBinary(20), primary_key=True),
    Column("occurrence_id", BigInteger, ForeignKey("occurrences.id"), nullable=False),
)
