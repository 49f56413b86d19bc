"""What all tables share."""

from typing import Final

from sqlalchemy import BigInteger, Integer, MetaData

METADATA: Final = MetaData()

ROW_ID: Final = BigInteger().with_variant(Integer, "sqlite")
"""A row's number: SQLite counts up only in a column of exactly this type."""
