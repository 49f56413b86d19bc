"""The world the gas bench measures in: every shared slot warm, every term non-zero that may be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.chain.events import decode
from ledger.chain.protocol import Receipt
from ledger.domain import events
from ledger.domain.ids import OPERATOR, coupon_id
from ledger.domain.terms import Terms
from scripts.bench.gas_record import ITEMS, OutcomeUnexpected
from scripts.world import World, new_world, some_terms

ISSUER, REDEEMER, RECRUITER, FIRST_SHOP = 2, 3, 4, 5
GROUP = 1
CASH_MINOR = 10**9
HOLDERS = [f"holder {index}" for index in range(ITEMS + 1)]
OWN_HOLDERS = [f"own holder {index}" for index in range(ITEMS)]
SHOPS = [f"shop {index}" for index in range(ITEMS)]
WARM_CONSUMER = 1

Items = list[tuple[int, int]]


@dataclass(slots=True)
class Shop:
    """A world with 103 merchants in one group and 202 consumers, all of whose slots are non-zero.

    `holder_of` knows every coupon's consumer from the events of its issue, `names` every consumer's key. With `flip`
    one byte is changed in one signature of each large transaction.
    """

    world: World
    flip: bool = False
    names: dict[int, str] = field(default_factory=dict)
    holder_of: dict[int, int] = field(default_factory=dict)

    def open_batch(self, terms: Terms, *, allocate: int) -> int:
        """Mint and allocate a lot to the issuer; the batch's id."""
        batch = batch_of(self.world.mint(terms))
        self.world.allocate(batch, ISSUER, allocate)
        return batch

    def issue(self, batch: int, consumers: Items) -> tuple[Receipt, list[int]]:
        """Issue from the batch's only lot: the receipt and the coupons in order."""
        if self.flip and len(consumers) == ITEMS:
            self._refused_issue(batch, consumers)
        receipt = self.world.issue(ISSUER, batch, 1, consumers, by="issuer")
        issued = next(event for event in map(decode, receipt.logs) if isinstance(event, events.Issued))
        holders = [consumer for consumer, count in issued.consumers for _ in range(count)]
        coupons = [coupon_id(batch, issued.first + index) for index in range(len(holders))]
        self.holder_of.update(zip(coupons, holders, strict=True))
        return receipt, coupons

    def pad(self, batch: int, count: int) -> list[int]:
        """Issue some to the warm consumer, so that the next issue starts where a measurement wants it."""
        return self.issue(batch, [(WARM_CONSUMER, count)])[1]

    def items(self, coupons: Sequence[int], *, merchants: Sequence[int] = (), version: int = 0) -> list[bytes]:
        """Presented coupons, each of another holder and for another order."""
        records = [
            self.world.redeem_item(
                coupon,
                lot=1,
                merchant=merchants[index] if merchants else REDEEMER,
                holder=self.names[self.holder_of[coupon]],
                order=9_991 + 17 * index,
                maximum_order=20_011 + 31 * index,
                version=version,
            )
            for index, coupon in enumerate(coupons)
        ]
        distinct = len({self.holder_of[each] for each in coupons}), len({record[32:] for record in records})
        if distinct != (len(coupons), len(coupons)):
            raise OutcomeUnexpected("holders and signatures", distinct, len(coupons))
        if self.flip and len(records) == ITEMS:
            records[ITEMS // 2] = flipped(records[ITEMS // 2], 40)
        return records

    def redeem(self, coupons: Sequence[int]) -> Receipt:
        """All in one intent of the redeemer."""
        return self.world.redeem(REDEEMER, self.items(coupons), by="redeemer")

    def redeem_one_by_one(self, coupons: Sequence[int], *, merchants: Sequence[int]) -> Receipt:
        """Each in an intent of its own, signed by its merchant."""
        records = self.items(coupons, merchants=merchants)
        intents = [
            self.world.redeem_intent(merchant, [record], by=merchant_name(merchant))
            for merchant, record in zip(merchants, records, strict=True)
        ]
        return self.world.send("redeem", intents, sender="relayer")

    def _refused_issue(self, batch: int, consumers: Items) -> None:
        *intent, signature = self.world.issue_intent(ISSUER, batch, 1, consumers, by="issuer")
        receipt = self.world.send("issue", [(*intent, flipped(signature, 8))], sender="relayer")
        refused = [event.items for event in map(decode, receipt.logs) if isinstance(event, events.Refusals)]
        if [len(items) for items in refused] != [1]:
            raise OutcomeUnexpected("issue with a flipped byte", refused, "one refusal")


def batch_of(receipt: Receipt) -> int:
    """The batch that a transaction minted."""
    return next(event.batch for event in map(decode, receipt.logs) if isinstance(event, events.Minted))


def flipped(data: bytes, at: int) -> bytes:
    """The bytes with the lowest bit of one changed."""
    return data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]


def merchant_name(merchant: int) -> str:
    """The key's name of a merchant of the shop."""
    return ("issuer", "redeemer", "recruiter", *SHOPS)[merchant - ISSUER]


def bench_terms(**changes: Any) -> Terms:
    """Every term non-zero but sharing, delay, points and days of validity, which some figures add."""
    values: dict[str, Any] = {
        "size": 1_000_000,
        "group": GROUP,
        "revocable": True,
        "bearer": True,
    }
    return some_terms(**{**values, **changes})


def new_shop(*, flip: bool = False) -> Shop:
    """A fresh chain with everybody registered and funded."""
    shop = Shop(new_world(), flip)
    world = shop.world
    merchants = ["issuer", "redeemer", "recruiter", *SHOPS]
    world.register_merchants(merchants)
    world.send("changeGroup", 0, True, list(range(ISSUER, ISSUER + len(merchants))))
    world.register_consumers(["warm", *HOLDERS], recruiter=RECRUITER, by="recruiter")
    for index, name in enumerate(OWN_HOLDERS):
        world.register_consumers([name], recruiter=FIRST_SHOP + index, by=SHOPS[index])
    shop.names = dict(enumerate(["warm", *HOLDERS, *OWN_HOLDERS], start=WARM_CONSUMER))
    world.fund([(False, merchant, CASH_MINOR) for merchant in range(ISSUER, ISSUER + len(merchants))])
    world.fund([(False, OPERATOR, 10**15)])
    world.fund([(True, consumer, 1) for consumer in shop.names])
    return shop


def holders(first: int, count: int, *, each: int = 1) -> Items:
    """(consumer, count) pairs of consecutive holders."""
    return [(WARM_CONSUMER + 1 + first + index, each) for index in range(count)]


def own_holders(*, each: int = 1) -> Items:
    """(consumer, count) pairs of the consumers who each have a recruiter of their own."""
    return holders(len(HOLDERS), len(OWN_HOLDERS), each=each)
