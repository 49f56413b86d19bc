"""Keys that take the place of others: their table."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "custody_keys",
        sa.Column("wallet", sa.LargeBinary(20), primary_key=True),
        sa.Column("path", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """Drop it with all it holds."""
    op.drop_table("custody_keys")
