"""Purchases without a coupon: their table."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "purchases",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("merchant", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("consumer", sa.BigInteger(), nullable=False),
        sa.Column("recruiter", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.LargeBinary(32), nullable=False),
        sa.Column("period", sa.BigInteger()),
        sa.Column("operation_id", sa.BigInteger(), sa.ForeignKey("operations.id")),
        sa.UniqueConstraint("merchant", "reference", name="purchases_one_a_reference"),
        sa.CheckConstraint("amount <> 0", name="purchases_amount"),
    )
    op.create_index("purchases_by_statement", "purchases", ["merchant", "operation_id"])
    op.create_index("purchases_by_consumer", "purchases", ["consumer"])


def downgrade() -> None:
    """Drop it with all it holds."""
    op.drop_table("purchases")
