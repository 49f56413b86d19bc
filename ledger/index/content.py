"""A fingerprint of the projections: two indexes of one chain have the same."""

from hashlib import sha256

from sqlalchemy import select

from ledger.store.engine import Store
from ledger.store.projections import PROJECTIONS


def content_hash(store: Store) -> bytes:
    """SHA-256 (32 bytes) over all rows of all projections, in the order of their primary keys."""
    digest = sha256()
    with store.read() as connection:
        for table in PROJECTIONS:
            digest.update(f"{table.name} {table.columns.keys()}\n".encode())
            query = select(table).order_by(*table.primary_key.columns)
            for row in connection.execution_options(yield_per=10_000).execute(query):
                digest.update(repr(tuple(row)).encode())
    return digest.digest()
