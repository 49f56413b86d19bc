"""The chain's events become tables; the one writer of the projections."""

from ledger.index.content import content_hash
from ledger.index.index import Index, Progress

__all__ = ["Index", "Progress", "content_hash"]
