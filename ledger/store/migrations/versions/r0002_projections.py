"""What the index derives from the events of the chain."""

import sqlalchemy as sa
from alembic import op

# The contract of 0002 had other events: no ledger of it can be followed any more.
revision = "0002.1"
down_revision = "0001"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _make_chain()
    _make_parties()
    _make_rules()
    _make_stock()
    _make_coupons()
    _make_cash()


def downgrade() -> None:
    """Drop the tables with all they hold."""
    op.drop_table("withdrawal_requests")
    op.drop_table("cash_flows")
    op.drop_table("redemptions")
    op.drop_table("coupons")
    op.drop_table("movements")
    op.drop_table("lots")
    op.drop_table("batches")
    op.drop_table("roles")
    op.drop_table("ledger_state")
    op.drop_table("group_members")
    op.drop_table("agents")
    op.drop_table("consumers")
    op.drop_table("merchants")
    op.drop_table("seals")
    op.drop_table("effects")
    op.drop_table("occurrences")
    op.drop_table("cursor")


def _make_chain() -> None:
    op.create_table(
        "cursor",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("block_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("rolling", sa.LargeBinary(24), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        comment="One row: how far the index has come, with the last seal.",
    )
    op.create_table(
        "occurrences",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("block_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("transaction_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("log_index", sa.Integer(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        comment="Where each event stands on the chain; every derived row names one.",
    )
    op.create_index("occurrences_by_place", "occurrences", ["block_number", "log_index"], unique=True)
    op.create_index("occurrences_by_transaction", "occurrences", ["transaction_hash"])
    op.create_table(
        "effects",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("reason", sa.SmallInteger(), nullable=False),
        sa.Column("transaction_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
        comment="What became of each item sent to the chain: reason 0 done, else refused.",
    )
    op.create_index("effects_by_effect", "effects", ["effect"])
    op.create_table(
        "seals",
        sa.Column("sequence", _ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("rolling", sa.LargeBinary(24), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
    )


def _make_parties() -> None:
    op.create_table(
        "merchants",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("wallet", sa.LargeBinary(20), nullable=False, unique=True),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("cash", sa.BigInteger(), nullable=False),
        sa.Column("reward_cap_daily", sa.BigInteger(), nullable=False),
        sa.Column("reward_today", sa.BigInteger(), nullable=False),
        sa.Column("reward_day", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("stated_until", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
        comment="Merchants (kind 1), institutions (2) and the operator (id 1, kind 3).",
    )
    op.create_table(
        "consumers",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("wallet", sa.LargeBinary(20), nullable=False, unique=True),
        sa.Column("recruiter", sa.BigInteger(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("cash", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
    )
    op.create_table(
        "agents",
        sa.Column("merchant", sa.BigInteger(), primary_key=True),
        sa.Column("agent", sa.BigInteger(), primary_key=True),
        sa.Column("key", sa.LargeBinary(20), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("allowance", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
    )


def _make_rules() -> None:
    op.create_table(
        "group_members",
        sa.Column("group_id", sa.BigInteger(), primary_key=True),
        sa.Column("merchant", sa.BigInteger(), primary_key=True),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
        comment="Who is in a group of acceptance now.",
    )
    op.create_table(
        "ledger_state",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("groups", sa.BigInteger(), nullable=False),
        sa.Column("paused_at", sa.BigInteger(), nullable=False),
        sa.Column("paused_until", sa.BigInteger(), nullable=False),
        sa.Column("paused_total", sa.BigInteger(), nullable=False),
        sa.Column("reward_cap_daily", sa.BigInteger(), nullable=False),
        sa.Column("reserve_cap_daily", sa.BigInteger(), nullable=False),
        sa.Column("reserved_today", sa.BigInteger(), nullable=False),
        sa.Column("reserved_day", sa.Integer(), nullable=False),
        sa.Column("withdrawal_delay", sa.BigInteger(), nullable=False),
        sa.Column("withdrawal_cap_daily", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("withdrawn_today", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("withdrawn_day", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("points_backing", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("retires_at", sa.BigInteger(), nullable=False, server_default="0"),
        comment="One row: counters, pause and limits as on the chain.",
    )
    op.create_table(
        "roles",
        sa.Column("role", sa.LargeBinary(32), primary_key=True),
        sa.Column("account", sa.LargeBinary(20), primary_key=True),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
    )


def _make_stock() -> None:
    op.create_table(
        "batches",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("opens", sa.BigInteger(), nullable=False),
        sa.Column("closes", sa.BigInteger(), nullable=False),
        sa.Column("paused_at_mint", sa.BigInteger(), nullable=False),
        sa.Column("funder", sa.SmallInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("reserve", sa.BigInteger(), nullable=False),
        sa.Column("lots", sa.BigInteger(), nullable=False),
        sa.Column("stock", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("released", sa.BigInteger(), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
    )
    op.create_table(
        "lots",
        sa.Column("batch", sa.BigInteger(), sa.ForeignKey("batches.id"), primary_key=True),
        sa.Column("lot", sa.BigInteger(), primary_key=True),
        sa.Column("merchant", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("reserve", sa.BigInteger(), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
    )
    op.create_index("lots_by_merchant", "lots", ["merchant", "batch"])
    op.create_table(
        "movements",
        sa.Column("occurrence_id", _ROW_ID, sa.ForeignKey("occurrences.id"), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("from_lot", sa.BigInteger(), nullable=False),
        sa.Column("lot", sa.BigInteger(), nullable=False),
        sa.Column("merchant", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        comment="Stock and reserves that moved: allocations and recalls by their serials, closings by their money.",
    )
    op.create_index("movements_by_batch", "movements", ["batch", "first"])


def _make_coupons() -> None:
    op.create_table(
        "coupons",
        sa.Column("batch", sa.BigInteger(), primary_key=True),
        sa.Column("serial", sa.BigInteger(), primary_key=True),
        sa.Column("lot", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("issued_day", sa.Integer(), nullable=False),
        sa.Column("agent", sa.BigInteger(), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
        sa.Column("sharer", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("first_sharer", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("hops", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("root", sa.BigInteger()),
        sa.Column("redeemer", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("order_amount", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("amended_from", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("until", sa.BigInteger(), nullable=False, server_default="0"),
        comment="Coupons that left stock.",
        sqlite_with_rowid=False,
    )
    op.create_index("coupons_by_holder", "coupons", ["holder", "batch", "serial"])
    waiting = sa.text("state = 'pending'")
    op.create_index("coupons_waiting", "coupons", ["until", "redeemer"], sqlite_where=waiting, postgresql_where=waiting)
    _make_redemptions()


def _make_redemptions() -> None:
    op.create_table(
        "redemptions",
        sa.Column("batch", sa.BigInteger(), primary_key=True),
        sa.Column("serial", sa.BigInteger(), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("merchant", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.BigInteger(), nullable=False),
        sa.Column("issuer", sa.BigInteger(), nullable=False),
        sa.Column("consumer", sa.BigInteger(), nullable=False),
        sa.Column("recruiter", sa.BigInteger(), nullable=False),
        sa.Column("sharer", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("first_sharer", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("order_amount", sa.BigInteger(), nullable=False),
        sa.Column("reward", sa.BigInteger(), nullable=False),
        sa.Column("contribution", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("part_platform", sa.BigInteger(), nullable=False),
        sa.Column("part_issuer", sa.BigInteger(), nullable=False),
        sa.Column("part_redeemer", sa.BigInteger(), nullable=False),
        sa.Column("part_consumer", sa.BigInteger(), nullable=False),
        sa.Column("part_sharer", sa.BigInteger(), nullable=False),
        sa.Column("part_first_sharer", sa.BigInteger(), nullable=False),
        sa.Column("part_recruiter", sa.BigInteger(), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
        sa.ForeignKeyConstraint(["batch", "serial"], ["coupons.batch", "coupons.serial"]),
        sqlite_with_rowid=False,
    )
    op.create_index("redemptions_by_consumer", "redemptions", ["consumer"])
    op.create_index("redemptions_by_merchant", "redemptions", ["merchant"])


def _make_cash() -> None:
    op.create_table(
        "cash_flows",
        sa.Column("occurrence_id", _ROW_ID, sa.ForeignKey("occurrences.id"), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("consumer", sa.Boolean(), nullable=False),
        sa.Column("party", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("counterparty", sa.LargeBinary(20), nullable=False),
        comment="Tokens that came in or left.",
    )
    op.create_index("cash_flows_by_party", "cash_flows", ["consumer", "party"])
    op.create_table(
        "withdrawal_requests",
        sa.Column("merchant", _ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("to", sa.LargeBinary(20), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
        comment="Merchants' withdrawals that wait.",
    )
