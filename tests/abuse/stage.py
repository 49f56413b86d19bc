"""A world in which every kind of signature has something good to be given for, and a way to give it badly."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Final

from ledger.custody.keys import KeySigner
from ledger.domain.events import Issued, IssuedToBearers
from ledger.domain.ids import coupon_id
from ledger.domain.intents import Intent
from ledger.domain.terms import Funder
from scripts.world import World, key
from scripts.world.sharing import bearer_intent
from tests.contracts.parties import ANN, BAKERY, BANK, BOB, BOOKSHOP, CID, CINEMA, mint, opened_world, stock
from tests.contracts.reading import Attempt, events, refused
from tests.contracts.shared import COPYABLE, give
from tests.contracts.stating import set_policy

DORA, EVE = 4, 5
TILL: Final = 9
"""The bakery's and the bookshop's agent of that number is the key `till`."""

MANY: Final = 240
POINTS_PRICE: Final = 7

Forge = Callable[[KeySigner, Intent, bytes], bytes]
"""Makes a signature of its own from who signs, what, and the honest signature."""


@dataclass(slots=True)
class Forger(World):
    """A world whose signatures go through `forge`, where there is one."""

    forge: Forge | None = None

    def sign(self, signer: KeySigner, intent: Intent) -> bytes:
        """An honest signature, or what the forger makes of it."""
        honest = World.sign(self, signer, intent)
        return honest if self.forge is None else self.forge(signer, intent, honest)


@dataclass(frozen=True, slots=True)
class Stage:
    """Who has what at the beginning. Lot 1 of every batch is the bakery's."""

    world: Forger
    plain: int
    settled: int
    funded: int
    priced: int
    anns: tuple[int, ...]
    """Coupons in their lanes, to be given on and copied, of Ann."""
    returned: tuple[int, ...]
    """Ann's too, at version 2: Bob had them."""
    bearers: tuple[int, ...]
    """Held by the keys `bearer 0`, `bearer 1` ..."""
    waiting: tuple[int, ...]
    """Redeemed at the cinema at version 0, pools waiting at version 1."""


def staged(**options: Any) -> Stage:
    """A new world with all of that."""
    opened = opened_world(**options)
    world = Forger(**{field.name: getattr(opened, field.name) for field in fields(opened)})
    world.register_consumers(["Dora", "Eve"], recruiter=BOOKSHOP, by="bookshop")
    world.fund([*((True, each, 1_000_000) for each in (ANN, BOB, CID)), (False, BANK, 1_000_000)])
    set_policy(world)
    tills = [world.appointment(each, TILL, "till", by=by) for each, by in ((BAKERY, "bakery"), (BOOKSHOP, "bookshop"))]
    assert not refused(world, world.send("appoint", tills))
    plain = stock(world, count=9_000, size=10_000, bearer=True, revocable=True, **COPYABLE)
    settled = stock(world, count=900, settlement_delay_hours=48)
    priced = stock(world, count=900, points_price=POINTS_PRICE, reward_minor=0)
    funded = mint(world, size=50_000, funder=Funder.ISSUER, reward_minor=0)
    world.allocate(funded, BAKERY, 5_000, by="bakery")
    world.send("grant", [(ANN, 100_000)])
    world.send("startRecovery", True, CID, key("Cid's next").address)
    anns = _issued(world, plain, holder=ANN)
    returned = anns[:20]
    for coupon in returned:
        give(world, coupon, BOB, holder=ANN)
        give(world, coupon, ANN, holder=BOB, version=1)
    waiting = _issued(world, settled, holder=BOB)
    items = [world.redeem_item(each, lot=1, merchant=CINEMA, holder="Bob", order=1_000) for each in waiting]
    assert not refused(world, world.redeem(CINEMA, items, by="cinema"))
    return Stage(world, plain, settled, funded, priced, anns[20:], returned, _to_bearers(world, plain), waiting)


def _issued(world: World, batch: int, *, holder: int) -> tuple[int, ...]:
    (issued,) = events(world, world.issue(BAKERY, batch, 1, [(holder, MANY)], by="bakery"))
    assert isinstance(issued, Issued)
    return tuple(coupon_id(batch, issued.first + index) for index in range(MANY))


def _to_bearers(world: World, batch: int) -> tuple[int, ...]:
    keys = [f"bearer {index}" for index in range(MANY)]
    intent = bearer_intent(world, BAKERY, batch, 1, keys, by="bakery")
    (issued,) = events(world, Attempt("issueToBearers", ([intent],)).send(world))
    assert isinstance(issued, IssuedToBearers)
    return tuple(coupon_id(batch, issued.first + index) for index in range(MANY))
