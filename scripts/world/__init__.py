"""A bare ledger on an embedded chain with known keys: what benches and contract tests stand on."""

from ledger.domain.ids import OPERATOR
from scripts.world.keys import CHAIN_ID, DAY, MAX_FEE, NOW, WEI, key
from scripts.world.opening import new_world
from scripts.world.terms import some_terms, terms_tuple
from scripts.world.world import Reverted, World

__all__ = [
    "CHAIN_ID",
    "DAY",
    "MAX_FEE",
    "NOW",
    "OPERATOR",
    "WEI",
    "Reverted",
    "World",
    "key",
    "new_world",
    "some_terms",
    "terms_tuple",
]
