"""Every place of the ledger where money stands, by name, read from its raw slots."""

from collections.abc import Iterable

from scripts.world import World
from tests.contracts.books import BATCHES, CONSUMERS, LOTS, MERCHANTS, field, place, words

Account = tuple[str, int] | tuple[str, int, int]
"""("merchant", id), ("consumer", id), ("batch", id) or ("lot", batch, id)."""


def amounts(world: World, accounts: Iterable[Account]) -> dict[Account, int]:
    """What stands in each account, minor units."""
    named = list(accounts)
    found = words(world, [_slot(account) for account in named])
    return {account: field(word, _FIRST_BIT[account[0]], 64) for account, word in zip(named, found, strict=True)}


_FIRST_BIT = {"merchant": 160, "consumer": 192, "batch": 112, "lot": 128}


def _slot(account: Account) -> int:
    match account:
        case ("merchant", merchant):
            return place(MERCHANTS, merchant)
        case ("consumer", consumer):
            return place(CONSUMERS, consumer)
        case ("batch", batch):
            return place(BATCHES, batch) + 2
        case (_, batch, lot):
            return place(LOTS, batch, lot)
        case _:
            raise ValueError(account)
