"""The embedded chain: an EVM in this process over one SQLite file, a commit per block."""

from ledger.chain.embedded.chain import EmbeddedChain

__all__ = ["EmbeddedChain"]
