"""Sharing, settlement, statements, points, bearers and wallets: their tables."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002.1"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _make_sharing()
    _make_settlement()
    _make_accounts()
    _make_points_and_wallets()


def downgrade() -> None:
    """Drop them with all they hold."""
    for name in _MADE:
        op.drop_table(name)


_MADE = (
    "wallet_changes",
    "recoveries",
    "point_flows",
    "policies",
    "statement_totals",
    "statements",
    "settlements",
    "revocations",
    "bearers",
    "shares",
)


def _make_sharing() -> None:
    op.create_table(
        "shares",
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), primary_key=True),
        sa.Column("item", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("giver", sa.BigInteger(), nullable=False),
        sa.Column("receiver", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
    )
    op.create_index("shares_by_coupon", "shares", ["batch", "serial"])
    op.create_index("shares_by_root", "shares", ["batch", "root"])
    op.create_index("shares_by_giver", "shares", ["giver"])
    op.create_index("shares_by_receiver", "shares", ["receiver"])
    op.create_table(
        "bearers",
        sa.Column("batch", sa.BigInteger(), primary_key=True),
        sa.Column("serial", sa.BigInteger(), primary_key=True),
        sa.Column("key", sa.LargeBinary(20), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
    )
    op.create_table(
        "revocations",
        sa.Column("batch", sa.BigInteger(), primary_key=True),
        sa.Column("serial", sa.BigInteger(), primary_key=True),
        sa.Column("cause", sa.SmallInteger(), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
    )


def _make_settlement() -> None:
    op.create_table(
        "settlements",
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), primary_key=True),
        sa.Column("item", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("merchant", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.BigInteger(), nullable=False),
        sa.Column("order_amount", sa.BigInteger(), nullable=False),
        sa.Column("reward", sa.BigInteger(), nullable=False),
        sa.Column("contribution", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.SmallInteger(), nullable=False),
        sa.Column("discount_too", sa.Boolean(), nullable=False),
    )
    op.create_index("settlements_by_coupon", "settlements", ["batch", "serial"])
    op.create_index("settlements_by_merchant", "settlements", ["merchant"])


def _make_accounts() -> None:
    op.create_table(
        "statements",
        sa.Column("merchant", sa.BigInteger(), primary_key=True),
        sa.Column("period", sa.BigInteger(), primary_key=True),
        sa.Column("period_days", sa.Integer(), nullable=False),
        sa.Column("agent", sa.BigInteger(), nullable=False),
        sa.Column("policy", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(32), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("commission", sa.BigInteger(), nullable=False),
        sa.Column("rebate", sa.BigInteger(), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
    )
    op.create_table(
        "statement_totals",
        sa.Column("merchant", sa.BigInteger(), primary_key=True),
        sa.Column("period", sa.BigInteger(), primary_key=True),
        sa.Column("recruiter", sa.BigInteger(), primary_key=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("commission", sa.BigInteger(), nullable=False),
        sa.Column("rebate", sa.BigInteger(), nullable=False),
    )
    op.create_index("statement_totals_by_recruiter", "statement_totals", ["recruiter"])
    op.create_table(
        "policies",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("commission_bps", sa.Integer(), nullable=False),
        sa.Column("rebate_bps", sa.Integer(), nullable=False),
        sa.Column("equal_codes", sa.SmallInteger(), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
    )


def _make_points_and_wallets() -> None:
    op.create_table(
        "point_flows",
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), primary_key=True),
        sa.Column("item", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("consumer", sa.BigInteger(), nullable=False),
        sa.Column("merchant", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
    )
    op.create_index("point_flows_by_consumer", "point_flows", ["consumer"])
    op.create_index("point_flows_by_merchant", "point_flows", ["merchant"])
    op.create_table(
        "recoveries",
        sa.Column("consumer", sa.Boolean(), primary_key=True),
        sa.Column("party", sa.BigInteger(), primary_key=True),
        sa.Column("wallet", sa.LargeBinary(20), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), sa.ForeignKey("occurrences.id"), nullable=False),
    )
    op.create_table(
        "wallet_changes",
        sa.Column("occurrence_id", _ROW_ID, sa.ForeignKey("occurrences.id"), primary_key=True, autoincrement=False),
        sa.Column("consumer", sa.Boolean(), nullable=False),
        sa.Column("party", sa.BigInteger(), nullable=False),
        sa.Column("former", sa.LargeBinary(20), nullable=False),
        sa.Column("wallet", sa.LargeBinary(20), nullable=False),
    )
    op.create_index("wallet_changes_by_party", "wallet_changes", ["consumer", "party"])
