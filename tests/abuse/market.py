"""Terms by chance, and the accounts of those who abuse them."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from ledger.domain.events import Minted
from ledger.domain.ids import coupon_id
from ledger.domain.terms import ALWAYS_PRESENT, Funder, ShareMode, Terms
from scripts.world import DAY, World, some_terms
from scripts.world.sharing import copy_item, transfer_item
from tests.contracts.books import LOTS, field, place, word
from tests.contracts.parties import ANN, BAKERY, BOB, CID, CINEMA, CONSUMERS, HOLDERS, MERCHANTS
from tests.contracts.reading import events, refused

SIZE: Final = 60


def terms_by_chance(random: Random, now: int, **changes: Any) -> Terms:
    """Every kind of money and of sharing in any proportion."""
    cuts = sorted(random.randrange(10_001) for _ in range(6))
    split = tuple(end - start for start, end in zip([0, *cuts], [*cuts, 10_000], strict=True))
    reward = random.choice((0, random.randrange(1, 3_000)))
    contribution_bps = random.choice((0, random.randrange(1, 3_000)))
    discount = random.choice((0, random.randrange(1, 3_000)))
    values: dict[str, Any] = {
        "size": SIZE,
        "opens": now - 1,
        "closes": now + 60 * DAY,
        "minimum_order_minor": random.randrange(500),
        "reward_minor": reward,
        "reward_cap_bps": random.randrange(50, 20_000) if reward else 0,
        "contribution_bps": contribution_bps,
        "contribution_cap_minor": random.randrange(1, 2_000) if contribution_bps else 0,
        "discount_minor": discount,
        "discount_bps": random.choice((0, random.randrange(1, 10_001))) if discount else 0,
        "funder": random.choice(list(Funder)),
        "remainder_role": random.choice(ALWAYS_PRESENT),
        "split_bps": split,
        "text": random.randbytes(32),
    }
    return some_terms(**{**values, **changes})


@dataclass(slots=True)
class Market:
    """A batch in the hands of Ann, Bob and Cid, who are one person, and the cinema, which is theirs."""

    world: World
    terms: Terms
    batch: int
    coupons: tuple[int, ...]

    def set_aside(self) -> int:
        """What others' money the batch still has: its reserve and the issuer's."""
        reserve = int(self.world.ask("batch", self.batch)[3])
        return reserve + field(word(self.world, place(LOTS, self.batch, 1)), 128, 64)

    def theirs(self) -> int:
        """Cash of all who collude."""
        merchants = int(self.world.ask("merchant", CINEMA)[1])
        return merchants + sum(int(self.world.ask("consumer", each)[2]) for each in CONSUMERS)

    def use(self, coupon: int, order: int, *, holder: int = ANN, version: int = 0) -> bytes:
        """A coupon presented at the cinema."""
        name = HOLDERS[holder]
        return self.world.redeem_item(coupon, lot=1, merchant=CINEMA, holder=name, order=order, version=version)

    def redeem(self, items: Sequence[bytes]) -> int:
        """How many of them the cinema could write off."""
        receipt = self.world.redeem(CINEMA, items, by=MERCHANTS[CINEMA])
        return len(items) - len(refused(self.world, receipt))

    def give(self, coupon: int, path: Sequence[int]) -> None:
        """Pass a coupon of Ann's on, from one to the next."""
        holders = (ANN, *path)
        for version, (holder, to) in enumerate(zip(holders, path, strict=False)):
            item = transfer_item(self.world, coupon, lot=1, to=to, holder=HOLDERS[holder], version=version)
            assert not refused(self.world, self.world.send("transfer", item, sender="relayer"))

    def copy(self, coupon: int, index: int, *, holder: int = ANN, version: int = 0) -> bool:
        """Copy a coupon to Bob or Cid; whether that was done."""
        to = BOB if holder != BOB else CID
        item = copy_item(self.world, coupon, lot=1, to=to, holder=HOLDERS[holder], index=index, version=version)
        return not refused(self.world, self.world.send("copy", item, sender="relayer"))


def opened_market(world: World, terms: Terms, count: int) -> Market:
    """A batch of these terms, of which the bakery, which is honest, gave Ann `count` coupons."""
    (minted,) = events(world, world.mint(terms))
    assert isinstance(minted, Minted)
    batch = minted.batch
    allocation = world.allocation(batch, BAKERY, terms.size, by=MERCHANTS[BAKERY])
    assert not refused(world, world.send("allocate", [allocation]))
    assert not refused(world, world.issue(BAKERY, batch, 1, [(ANN, count)], by=MERCHANTS[BAKERY]))
    return Market(world, terms, batch, tuple(coupon_id(batch, serial) for serial in range(count)))


def copying(random: Random) -> dict[str, Any]:
    """Terms by which coupons are copied."""
    return {"share_mode": ShareMode.COPY, "copies": random.randrange(1, 4), "hops": random.randrange(1, 4)}
