"""Promise 10: bad items in a transaction cost themselves alone; every good one is done and every reason is right."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from ledger.chain.protocol import Receipt
from ledger.domain.errors import Reason
from ledger.domain.events import Copied, Redeemed, RefusedItem, Transferred
from ledger.domain.ids import coupon_id
from ledger.domain.terms import ShareMode
from scripts.world import World
from scripts.world.sharing import claimed, copy_item, offered, transfer_item
from tests.conftest import Report
from tests.contracts.parties import BOOKSHOP, CONSUMERS, issue, opened_world, stock
from tests.contracts.reading import events, refused, sealed

LOT: Final = 1
ITEMS_LEAST, ITEMS_MOST = 33, 48
POISONED_MOST: Final = 32
COPIES: Final = 3
FIXED_GAS, ITEM_GAS = 200_000, 90_000
UNKNOWN_BATCH: Final = 99
UNKNOWN_CONSUMER: Final = 77


@dataclass(slots=True)
class Coupon:
    """A coupon in circulation as this test knows it."""

    number: int
    holder: int
    version: int = 0
    copies: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """A coupon used in some way, with what is wrong about it."""

    coupon: Coupon
    to: int
    flaw: Reason


@dataclass(slots=True)
class Shop:
    """A world with one batch that may be copied, and the coupons that are out."""

    world: World
    batch: int
    random: Random
    out: list[Coupon]
    spent: list[Coupon]

    def pick(self) -> list[Item]:
        """Distinct coupons, some of them with a flaw."""
        count = self.random.randint(ITEMS_LEAST, ITEMS_MOST)
        if len(self.out) < count:
            self._issue()
        coupons = self.random.sample(self.out, count)
        bad = set(self.random.sample(range(count), self.random.randint(1, POISONED_MOST)))
        return [self._item(coupon, poisoned=place in bad) for place, coupon in enumerate(coupons)]

    def _item(self, coupon: Coupon, *, poisoned: bool) -> Item:
        to = self.random.choice([each for each in CONSUMERS if each != coupon.holder])
        if not poisoned:
            return Item(coupon, to, Reason.NONE)
        flaw = self.random.choice(FLAWS if self.spent else FLAWS[:-1])
        return Item(self.random.choice(self.spent) if flaw is Reason.COUPON_REDEEMED else coupon, to, flaw)

    def _issue(self) -> None:
        for holder in CONSUMERS:
            made = issue(self.world, self.batch, holder=holder, count=200)
            self.out += [Coupon(each, holder) for each in made.coupons]


FLAWS: Final = (
    Reason.SIGNATURE_INVALID,
    Reason.VERSION_STALE,
    Reason.DEADLINE_PASSED,
    Reason.LOT_MISMATCH,
    Reason.BATCH_UNKNOWN,
    Reason.COUPON_REDEEMED,
)


def named(shop: Shop, item: Item) -> dict[str, Any]:
    """What every record says, with the flaw in it."""
    coupon, flaw = item.coupon, item.flaw
    other = coupon.holder % len(CONSUMERS) + 1
    return {
        "coupon": coupon_id(UNKNOWN_BATCH, 0) if flaw is Reason.BATCH_UNKNOWN else coupon.number,
        "lot": LOT + 1 if flaw is Reason.LOT_MISMATCH else LOT,
        "holder": CONSUMERS[other if flaw is Reason.SIGNATURE_INVALID else coupon.holder],
        "version": coupon.version + (flaw is Reason.VERSION_STALE),
        "deadline": shop.world.clock.now() - 1 if flaw is Reason.DEADLINE_PASSED else shop.world.deadline,
    }


def redeem(shop: Shop, items: list[Item]) -> Receipt:
    world = shop.world
    records = [world.redeem_item(merchant=BOOKSHOP, order=1_000, **named(shop, item)) for item in items]
    return world.redeem(BOOKSHOP, records, by="bookshop")


def transfer(shop: Shop, items: list[Item]) -> Receipt:
    records = [transfer_item(shop.world, to=item.to, **named(shop, item)) for item in items]
    return shop.world.send("transfer", b"".join(records), sender="relayer")


def copy(shop: Shop, items: list[Item]) -> Receipt:
    records = [copy_item(shop.world, to=item.to, index=item.coupon.copies, **named(shop, item)) for item in items]
    return shop.world.send("copy", b"".join(records), sender="relayer")


def claim(shop: Shop, items: list[Item]) -> Receipt:
    claims = []
    for item in items:
        fields = named(shop, item)
        lot, link = fields.pop("lot"), f"link {item.coupon.number}"
        offer = offered(shop.world, claim_key=link, **fields)
        claims.append(claimed(shop.world, offer, lot=lot, claimant=item.to, claim_key=link))
    return shop.world.send("claim", claims, sender="relayer")


VERBS: Final[dict[str, Callable[[Shop, list[Item]], Receipt]]] = {
    "redeem": redeem,
    "transfer": transfer,
    "copy": copy,
    "claim": claim,
}


def fitting(verb: str, items: list[Item]) -> list[Item]:
    """Of coupons to copy, those that have a copy left."""
    if verb != "copy":
        return items
    return [item for item in items if item.coupon.copies < COPIES]


def check(shop: Shop, verb: str, items: list[Item], receipt: Receipt) -> None:
    """Done + refused == sent; the good are done, in order, and each bad one is refused for its own reason."""
    good = [item for item in items if item.flaw is Reason.NONE]
    bad = {place: item.flaw for place, item in enumerate(items) if item.flaw is not Reason.NONE}
    told: list[RefusedItem] = refused(shop.world, receipt)
    assert {each.item: each.reason for each in told} == bad
    assert sealed(shop.world, receipt).items == len(items)
    done = [
        each.coupon
        for event in events(shop.world, receipt)
        if isinstance(event, Redeemed | Transferred | Copied)
        for each in event.items
    ]
    assert done == [item.coupon.number for item in good]
    assert receipt.gas_used <= FIXED_GAS + ITEM_GAS * len(items), "gas is bounded by the items, whatever they are"
    for item in good:
        book(shop, verb, item)


def book(shop: Shop, verb: str, item: Item) -> None:
    """What a good item changed."""
    if verb == "redeem":
        shop.out.remove(item.coupon)
        shop.spent.append(item.coupon)
    elif verb == "copy":
        item.coupon.copies += 1
    else:
        item.coupon.holder = item.to
        item.coupon.version += 1


def new_shop(seed: int) -> Shop:
    """Coupons that anybody redeems, and that go on up to fifteen times."""
    world = opened_world(funds=10**12, reward_cap_daily=10**15)
    batch = stock(world, count=900_000, size=1_000_000, share_mode=ShareMode.COPY, copies=COPIES, hops=15)
    return Shop(world, batch, Random(seed), [], [])


def test_poisoned_items_cost_themselves_alone(scaled: Callable[[int], int], report: Report) -> None:
    """Redeemed, given, copied and claimed in transactions of 33 to 48 with 1 to 32 bad ones among them."""
    shop, batches, items_sent, poisoned = new_shop(10), scaled(1_000), 0, 0
    for number in range(batches):
        shop.out = [each for each in shop.out if each.version < 14]
        verb = list(VERBS)[number % len(VERBS)]
        items = fitting(verb, shop.pick())
        check(shop, verb, items, VERBS[verb](shop, items))
        items_sent += len(items)
        poisoned += sum(item.flaw is not Reason.NONE for item in items)
    report("poisoned batches", batches=batches, items=items_sent, poisoned=poisoned, wrong=0)
