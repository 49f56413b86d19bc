"""Operations on their way to the chain, and what they are sent by."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _make_outbox()
    _make_operations()


def downgrade() -> None:
    """Drop the tables with all they hold."""
    op.drop_table("operations")
    op.drop_table("accounts")
    op.drop_table("transactions")
    op.drop_table("settings")


def _make_outbox() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
        comment="Facts about this ledger: deployment, currency, replay positions.",
    )
    op.create_table(
        "transactions",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("sender", sa.LargeBinary(20), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, server_default="stored"),
        sa.Column("block_number", sa.BigInteger()),
        sa.Column("gas_used", sa.BigInteger()),
        sa.UniqueConstraint("sender", "nonce", name="transactions_one_payload_a_nonce"),
        sa.CheckConstraint("state IN ('stored', 'included', 'reverted')", name="transactions_state"),
        comment="Signed transactions, stored before they are sent.",
    )
    op.create_index("transactions_by_state", "transactions", ["state"], postgresql_where=sa.text("state = 'stored'"))
    op.create_table(
        "accounts",
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("reference", sa.Text(), primary_key=True),
        sa.Column("wallet", sa.LargeBinary(20), nullable=False, unique=True),
        sa.Column("custody_path", sa.Text()),
        sa.Column("name", sa.Text()),
        sa.CheckConstraint("kind IN ('merchant', 'institution', 'consumer')", name="accounts_kind"),
        comment="Our names for parties, off the chain: a reference, its wallet, and who keeps its key.",
    )


def _make_operations() -> None:
    op.create_table(
        "operations",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("body_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("batch", sa.BigInteger()),
        sa.Column("serial", sa.BigInteger()),
        sa.Column("version", sa.Integer()),
        sa.Column("merchant", sa.BigInteger()),
        sa.Column("held_minor", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, server_default="accepted"),
        sa.Column("transaction_id", sa.BigInteger(), sa.ForeignKey("transactions.id")),
        sa.Column("position_group", sa.Integer()),
        sa.Column("position_item", sa.Integer()),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("reason", sa.Text()),
        sa.Column("detail", sa.Text()),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('accepted', 'sent', 'included', 'refused')", name="operations_state"),
        comment="Intents accepted on their way to the chain.",
    )
    op.create_index("operations_by_effect", "operations", ["effect"])
    op.create_index("operations_by_state", "operations", ["state", "id"])
    op.create_index("operations_by_transaction", "operations", ["transaction_id"])
    op.create_index(
        "operations_holding",
        "operations",
        ["merchant"],
        sqlite_where=sa.text("held_minor > 0 AND state IN ('accepted', 'sent')"),
        postgresql_where=sa.text("held_minor > 0 AND state IN ('accepted', 'sent')"),
    )
    op.create_index(
        "operations_one_a_coupon_version",
        "operations",
        ["batch", "serial", "version"],
        unique=True,
        sqlite_where=sa.text("serial IS NOT NULL AND state <> 'refused'"),
        postgresql_where=sa.text("serial IS NOT NULL AND state <> 'refused'"),
    )
