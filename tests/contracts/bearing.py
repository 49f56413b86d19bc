"""Coupons of bearers: short ways to some, and to what is done with them."""

from dataclasses import dataclass
from typing import Any

from ledger.domain.events import IssuedToBearers
from ledger.domain.ids import coupon_id
from scripts.world import World, key
from scripts.world.sharing import bearer_intent, bearer_item, transfer_item
from tests.contracts.books import BEARERS, place, word
from tests.contracts.parties import BAKERY, BOB, BOOKSHOP, MERCHANTS, stock
from tests.contracts.reading import Attempt, events


@dataclass(frozen=True, slots=True)
class Borne:
    """Coupons of one lot, each with the name of the key that bears it."""

    world: World
    batch: int
    lot: int
    coupons: tuple[int, ...]
    keys: tuple[str, ...]

    def item(self, index: int = 0, *, at: int = BOOKSHOP, order: int = 1_000, **fields: Any) -> bytes:
        """One of them presented by its key at a merchant; `at` 0 names none."""
        values = {"lot": self.lot, "key_name": self.keys[index], **fields}
        return bearer_item(self.world, self.coupons[index], merchant=at, order=order, **values)

    def given(self, index: int = 0, *, to: int = BOB, **fields: Any) -> bytes:
        """One of them taken into an account by its key."""
        values = {"lot": self.lot, "holder": self.keys[index], **fields}
        return transfer_item(self.world, self.coupons[index], to=to, **values)


def borne(world: World, *keys: str, issuer: int = BAKERY, stocked: int = 100, **changes: Any) -> Borne:
    """Mint a batch that allows bearers, allocate `stocked` of it to a merchant, and issue to keys (one by itself)."""
    batch = stock(world, merchant=issuer, count=stocked, **{"bearer": True, **changes})
    return issue_to(world, batch, *(keys or ("voucher",)), issuer=issuer)


def issue_to(world: World, batch: int, *keys: str, lot: int = 1, issuer: int = BAKERY) -> Borne:
    """Issue from a lot to bearers."""
    issued = events(world, attempt(of(world, batch, *keys, merchant=issuer, lot=lot)).send(world))[0]
    assert isinstance(issued, IssuedToBearers)
    coupons = tuple(coupon_id(batch, issued.first + index) for index in range(len(keys)))
    return Borne(world, batch, lot, coupons, keys)


def attempt(*intents: tuple[Any, ...]) -> Attempt:
    """Issues to bearers in one call."""
    return Attempt("issueToBearers", (list(intents),))


def of(world: World, batch: int, *keys: str, merchant: int = BAKERY, lot: int = 1, **fields: Any) -> tuple[Any, ...]:
    """An issue to bearers, signed by the merchant; to one voucher if no key is named."""
    values = {"by": MERCHANTS[merchant], **fields}
    return bearer_intent(world, merchant, batch, lot, keys or ("voucher",), **values)


def bearer(world: World, coupon: int) -> bytes:
    """The key that stands in a coupon's slot; zeros if there is none."""
    return word(world, place(BEARERS, coupon)).to_bytes(20, "big")


def address(name: str) -> bytes:
    """The address of a name's key."""
    return key(name).address
