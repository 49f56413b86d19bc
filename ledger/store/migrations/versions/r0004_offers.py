"""Offers of coupons: their table."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "offers",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("body_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("copy", sa.Boolean(), nullable=False),
        sa.Column("giver", sa.BigInteger(), nullable=False),
        sa.Column("to", sa.BigInteger(), nullable=False),
        sa.Column("claim_key", sa.LargeBinary(20), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'cancelled')", name="offers_state"),
        comment="What holders offered; amounts in minor units, times in Unix seconds.",
    )
    op.create_index("offers_by_coupon", "offers", ["batch", "serial"])
    op.create_index("offers_by_giver", "offers", ["giver"])


def downgrade() -> None:
    """Drop it with all it holds."""
    op.drop_table("offers")
