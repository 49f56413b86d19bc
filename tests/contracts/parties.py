"""Who takes part in the contract tests, and short ways to a batch, to stock and to coupons."""

from dataclasses import dataclass
from typing import Any, Final

from ledger.domain.events import Issued, Minted
from ledger.domain.ids import coupon_id
from scripts.world import OPERATOR, World, new_world, some_terms
from tests.contracts.reading import events
from tests.contracts.watch import Watch

BAKERY, BOOKSHOP, CINEMA, BANK = 2, 3, 4, 5
ANN, BOB, CID = 1, 2, 3

MERCHANTS: Final = {
    OPERATOR: "operator wallet",
    BAKERY: "bakery",
    BOOKSHOP: "bookshop",
    CINEMA: "cinema",
    BANK: "bank",  # an institution
}
CONSUMERS: Final = {ANN: "Ann", BOB: "Bob", CID: "Cid"}
HOLDERS: Final = {**CONSUMERS, 4: "Dora", 5: "Eve"}
"""The consumers, and those that some tests register beside them."""

RECRUITERS: Final = {ANN: BAKERY, BOB: BOOKSHOP, CID: BAKERY}
FUNDS: Final = 100_000_000
"""What the operator and each merchant start with, minor units."""


def opened_world(*, funds: int = FUNDS, **options: Any) -> World:
    """A world with the parties above, watched from its first log on."""
    world = new_world(accounts=("bakery", "Ann"), **options)
    world.watch = Watch(world)
    world.register_merchants([MERCHANTS[each] for each in (BAKERY, BOOKSHOP, CINEMA)])
    world.register_merchants([MERCHANTS[BANK]], kind=2)
    for consumer, recruiter in RECRUITERS.items():
        world.register_consumers([CONSUMERS[consumer]], recruiter=recruiter, by=MERCHANTS[recruiter])
    world.fund([(False, merchant, funds) for merchant in (OPERATOR, BAKERY, BOOKSHOP, CINEMA)])
    return world


def mint(world: World, **changes: Any) -> int:
    """Mint a batch of `some_terms` with changes; its id."""
    minted = events(world, world.mint(some_terms(**changes)))[0]
    assert isinstance(minted, Minted)
    return minted.batch


def stock(world: World, *, merchant: int = BAKERY, count: int = 100, **changes: Any) -> int:
    """Mint a batch and allocate some of it to a merchant as lot 1; the batch."""
    batch = mint(world, **changes)
    world.allocate(batch, merchant, count, by=MERCHANTS[merchant])
    return batch


@dataclass(frozen=True, slots=True)
class Held:
    """Coupons of one lot that one consumer holds."""

    world: World
    batch: int
    lot: int
    holder: int
    coupons: tuple[int, ...]

    def item(self, index: int = 0, *, at: int = BOOKSHOP, order: int = 1_000, **fields: Any) -> bytes:
        """One of them presented by its holder at a merchant."""
        values = {"lot": self.lot, "merchant": at, "holder": HOLDERS[self.holder], "order": order, **fields}
        return self.world.redeem_item(self.coupons[index], **values)


def issue(world: World, batch: int, *, lot: int = 1, issuer: int = BAKERY, holder: int = ANN, count: int = 1) -> Held:
    """Issue coupons from a lot to a consumer."""
    issued = events(world, world.issue(issuer, batch, lot, [(holder, count)], by=MERCHANTS[issuer]))[0]
    assert isinstance(issued, Issued)
    coupons = tuple(coupon_id(batch, issued.first + index) for index in range(count))
    return Held(world, batch, lot, holder, coupons)


def held(
    world: World, *, issuer: int = BAKERY, holder: int = ANN, count: int = 1, stocked: int = 100, **changes: Any
) -> Held:
    """Mint a batch, allocate `stocked` of it to a merchant, and issue coupons of it to a consumer."""
    batch = stock(world, merchant=issuer, count=stocked, **changes)
    return issue(world, batch, issuer=issuer, holder=holder, count=count)
