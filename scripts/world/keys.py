"""Known keys, and the constants of a world."""

import hashlib
from functools import cache

from ledger.custody.keys import KeySigner

NOW = 1_700_000_000
DAY = 86_400
CHAIN_ID = 31_337
MAX_FEE = 10**10
WEI = 10**30


@cache
def key(name: str) -> KeySigner:
    """The key of a name, the same in every run."""
    return KeySigner(hashlib.sha256(name.encode()).digest())
