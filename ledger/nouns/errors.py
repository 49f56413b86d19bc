"""Everything that the parts of a ledger raise on purpose, for whoever shows it to a person."""

from typing import Final

from sqlalchemy.exc import DBAPIError

from ledger.chain.errors import ChainError
from ledger.domain.errors import LedgerError
from ledger.index.errors import IndexStopped
from ledger.store.errors import StoreError

NAMED_ERRORS: Final[tuple[type[Exception], ...]] = (LedgerError, ChainError, StoreError, IndexStopped, DBAPIError)
"""Anything else is a fault of the program."""
