"""Tables of what was accepted and what was sent: an operation survives anything from its commit on."""

from enum import StrEnum
from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from ledger.store.metadata import METADATA, ROW_ID


class OperationState(StrEnum):
    """Where an operation is: taken, in a signed transaction, or settled either way."""

    ACCEPTED = "accepted"
    SENT = "sent"
    INCLUDED = "included"
    REFUSED = "refused"


class TransactionState(StrEnum):
    """Where a signed transaction is: in the outbox, in a block, or in a block with nothing done."""

    STORED = "stored"
    INCLUDED = "included"
    REVERTED = "reverted"


SETTINGS: Final = Table(
    "settings",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    comment="Facts about this ledger: deployment, currency, replay positions.",
)

TRANSACTIONS: Final = Table(
    "transactions",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("sender", LargeBinary(20), nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("hash", LargeBinary(32), nullable=False, unique=True),
    Column("raw", LargeBinary, nullable=False),
    Column("state", Text, nullable=False, server_default=TransactionState.STORED.value),
    Column("block_number", BigInteger),
    Column("gas_used", BigInteger),
    # One (key, nonce), one payload: whatever crashes, no nonce is signed twice.
    UniqueConstraint("sender", "nonce", name="transactions_one_payload_a_nonce"),
    CheckConstraint("state IN ('stored', 'included', 'reverted')", name="transactions_state"),
    comment="Signed transactions, stored before they are sent.",
)
Index("transactions_by_state", TRANSACTIONS.c.state, postgresql_where=text("state = 'stored'"))

OPERATIONS: Final = Table(
    "operations",
    METADATA,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("body_hash", LargeBinary(32), nullable=False),
    Column("verb", Text, nullable=False),
    # What the effect on the chain is known by, done or refused, in whatever transaction it comes.
    Column("effect", Text, nullable=False),
    # Of the operations not refused, one per coupon and version, over all verbs.
    Column("batch", BigInteger),
    Column("serial", BigInteger),
    Column("version", Integer),
    # Contribution a redemption will take from this merchant, reserved from acceptance on.
    Column("merchant", BigInteger),
    Column("held_minor", BigInteger, nullable=False, server_default="0"),
    Column("payload", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=OperationState.ACCEPTED.value),
    Column("transaction_id", BigInteger, ForeignKey("transactions.id")),
    # Where it stands in its transaction; the contract names refused items so.
    Column("position_group", Integer),
    Column("position_item", Integer),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("reason", Text),
    Column("detail", Text),
    Column("accepted_at", BigInteger, nullable=False),
    CheckConstraint("state IN ('accepted', 'sent', 'included', 'refused')", name="operations_state"),
    comment="Intents accepted on their way to the chain.",
)
Index("operations_by_state", OPERATIONS.c.state, OPERATIONS.c.id)
Index("operations_by_effect", OPERATIONS.c.effect)
Index("operations_by_transaction", OPERATIONS.c.transaction_id)
Index(
    "operations_one_a_coupon_version",
    OPERATIONS.c.batch,
    OPERATIONS.c.serial,
    OPERATIONS.c.version,
    unique=True,
    sqlite_where=text("serial IS NOT NULL AND state <> 'refused'"),
    postgresql_where=text("serial IS NOT NULL AND state <> 'refused'"),
)
Index(
    "operations_holding",
    OPERATIONS.c.merchant,
    sqlite_where=text("held_minor > 0 AND state IN ('accepted', 'sent')"),
    postgresql_where=text("held_minor > 0 AND state IN ('accepted', 'sent')"),
)

ACCOUNTS: Final = Table(
    "accounts",
    METADATA,
    Column("kind", Text, primary_key=True),
    Column("reference", Text, primary_key=True),
    Column("wallet", LargeBinary(20), nullable=False, unique=True),
    # How custody derives the key; empty where the party signs by itself.
    Column("custody_path", Text),
    Column("name", Text),
    CheckConstraint("kind IN ('merchant', 'institution', 'consumer')", name="accounts_kind"),
    comment="Our names for parties, off the chain: a reference, its wallet, and who keeps its key.",
)

CUSTODY_KEYS: Final = Table(
    "custody_keys",
    METADATA,
    Column("wallet", LargeBinary(20), primary_key=True),
    Column("path", Text, nullable=False),
    comment="How custody derives keys that take the place of others, from the request of the change on.",
)
