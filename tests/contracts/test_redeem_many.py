"""Many merchants, batches and lots interleaved in one transaction, against a model that knows nothing of caches."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Final

import pytest

from ledger.domain.errors import Reason
from ledger.domain.events import Redeemed
from ledger.domain.ids import GROUP_ISSUER_ONLY
from ledger.domain.split import Earning, earning, reimbursed
from ledger.domain.terms import Funder, Role, Terms
from scripts.world import OPERATOR, World, some_terms
from tests.contracts.parties import BAKERY, BOOKSHOP, FUNDS, HOLDERS, MERCHANTS, Held, issue, mint
from tests.contracts.reading import events, refused, sealed

COLLIDING: Final = (BAKERY, 34, 66)
"""Merchants whose ids are equal in their last five bits: their credits meet in one place of the table."""

SHOPS: Final = (*COLLIDING, BOOKSHOP, 35)
NAMES: Final = {**MERCHANTS, **{merchant: f"shop {merchant}" for merchant in range(6, 70)}}
RECRUITERS: Final = {1: BAKERY, 2: BOOKSHOP, 3: BAKERY, 4: 34, 5: 66}
CAP: Final = 1_500
TERMS: Final = (
    some_terms(size=600, funder=Funder.OPERATOR),
    some_terms(size=600, funder=Funder.ISSUER, remainder_role=Role.ISSUER),
    some_terms(size=600, funder=Funder.REDEEMER, remainder_role=Role.RECRUITER),
    some_terms(size=600, group=GROUP_ISSUER_ONLY, funder=Funder.ISSUER, remainder_role=Role.CONSUMER),
)


@dataclass(frozen=True, slots=True)
class Use:
    """One item: a coupon presented at a merchant, and what is wrong with it."""

    coupons: Held
    index: int
    issuer: int
    merchant: int
    order: int
    flaw: str

    @property
    def coupon(self) -> int:
        return self.coupons.coupons[self.index]

    def record(self) -> bytes:
        other = HOLDERS[self.coupons.holder % 5 + 1]
        holder = other if self.flaw == "forged" else HOLDERS[self.coupons.holder]
        lot = self.coupons.lot % len(SHOPS) + 1 if self.flaw == "lot" else self.coupons.lot
        return self.coupons.item(self.index, at=self.merchant, order=self.order, holder=holder, lot=lot)


@dataclass(slots=True)
class Model:
    """Cash of merchants and consumers, what was drawn today, and spent coupons; redeems one item after the other."""

    terms: dict[int, Terms]
    cash: Counter[tuple[bool, int]]
    taken: Counter[int] = field(default_factory=Counter)
    spent: set[int] = field(default_factory=set)

    def redeem(self, uses: list[Use]) -> list[tuple[Use, Reason, Earning]]:
        """What becomes of each item of a transaction; cash that comes in funds nothing before its end."""
        at_hand = Counter({merchant: self.cash[False, merchant] for merchant in SHOPS})
        outcomes = []
        for use in uses:
            terms = self.terms[use.coupons.batch]
            earned = earning(terms, use.order)
            reason = self._reason(use, terms, earned, at_hand[use.merchant])
            outcomes.append((use, reason, earned))
            if reason is Reason.NONE:
                at_hand[use.merchant] -= earned.contribution
                self._pay(use, terms, earned)
        return outcomes

    def _reason(self, use: Use, terms: Terms, earned: Earning, at_hand: int) -> Reason:
        rules = (
            (use.flaw == "lot", Reason.LOT_MISMATCH),
            (terms.issuer_only and use.issuer != use.merchant, Reason.MERCHANT_NOT_ACCEPTED),
            (use.order < terms.minimum_order_minor, Reason.ORDER_BELOW_MINIMUM),
            (use.coupon in self.spent, Reason.COUPON_REDEEMED),
            (earned.contribution > at_hand, Reason.CONTRIBUTION_UNFUNDED),
            (self.taken[use.merchant] + _drawn(terms, earned) > CAP, Reason.REWARD_CAP_REACHED),
            (use.flaw == "forged", Reason.SIGNATURE_INVALID),
        )
        return next((reason for broken, reason in rules if broken), Reason.NONE)

    def _pay(self, use: Use, terms: Terms, earned: Earning) -> None:
        self.spent.add(use.coupon)
        self.taken[use.merchant] += _drawn(terms, earned)
        self.cash[False, use.merchant] += reimbursed(terms, earned.discount) - earned.contribution
        for role, party in (
            (Role.PLATFORM, (False, OPERATOR)),
            (Role.ISSUER, (False, use.issuer)),
            (Role.REDEEMER, (False, use.merchant)),
            (Role.CONSUMER, (True, use.coupons.holder)),
            (Role.RECRUITER, (False, RECRUITERS[use.coupons.holder])),
        ):
            self.cash[party] += earned.parts[role]


def _drawn(terms: Terms, earned: Earning) -> int:
    """What others pay of a redemption counts into the cap of a day."""
    return earned.reward + (0 if terms.funder is Funder.REDEEMER else earned.discount)


@dataclass(frozen=True, slots=True)
class Market:
    """Every shop holds a lot of every batch and issued from it to every consumer."""

    world: World
    coupons: tuple[tuple[int, Held], ...]
    model: Model


@pytest.fixture
def market(world: World) -> Market:
    world.register_merchants([NAMES[merchant] for merchant in range(6, 70)])
    for consumer in (4, 5):
        recruiter = RECRUITERS[consumer]
        world.register_consumers([HOLDERS[consumer]], recruiter=recruiter, by=NAMES[recruiter])
    world.fund([(False, 34, 300_000), (False, 66, 300_000), (False, 35, 300_000)])
    world.send_as_admin("setLimits", (CAP, 10**18, 10**18, 0))
    coupons = []
    for terms in TERMS:
        batch = mint(world, **{name: getattr(terms, name) for name in type(terms).__slots__})
        allocations = [world.allocation(batch, shop, 100, by=NAMES[shop]) for shop in SHOPS]
        world.send("allocate", allocations)
        for lot, shop in enumerate(SHOPS, 1):
            receipt = world.issue(shop, batch, lot, [(holder, 20) for holder in HOLDERS], by=NAMES[shop])
            (issued,) = events(world, receipt)
            for index, holder in enumerate(HOLDERS):
                first = batch << 40 | issued.first + 20 * index  # type: ignore[union-attr]
                coupons.append((shop, Held(world, batch, lot, holder, tuple(range(first, first + 20)))))
    return Market(world, tuple(coupons), Model(dict(enumerate(TERMS, 1)), balances(world)))


def balances(world: World) -> Counter[tuple[bool, int]]:
    found: Counter[tuple[bool, int]] = Counter()
    for merchant in (OPERATOR, *SHOPS):
        found[False, merchant] = world.ask("merchant", merchant)[1]
    for consumer in HOLDERS:
        found[True, consumer] = world.ask("consumer", consumer)[2]
    return found


def random_intents(market: Market, random: Random) -> list[list[Use]]:
    """Intents of random shops; batches, lots and flaws alternate within each, and coupons come up twice."""
    intents = []
    for _ in range(random.randint(2, 7)):
        merchant = random.choice(SHOPS)
        uses = []
        for _ in range(random.randint(1, 6)):
            issuer, coupons = random.choice(market.coupons)
            flaw = random.choices(("", "lot", "forged"), (12, 1, 1))[0]
            order = random.choice((99, 100, 1_000, 4_321, 20_000))
            uses.append(Use(coupons, random.randrange(20), issuer, merchant, order, flaw))
        intents.append(uses)
    return intents


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_interleaved_each_item_ends_as_if_it_came_alone(market: Market, seed: int) -> None:
    """Done and refused items and every balance are as the model has them, 12 transactions in a row (N8)."""
    world, random, found = market.world, Random(seed), Counter[Reason]()
    for _ in range(12):
        intents = random_intents(market, random)
        outcomes = market.model.redeem([use for uses in intents for use in uses])
        sent = [
            world.redeem_intent(uses[0].merchant, [use.record() for use in uses], by=NAMES[uses[0].merchant])
            for uses in intents
        ]
        receipt = world.send("redeem", sent, sender="relayer")
        assert [item.reason for item in refused(world, receipt)] == [reason for _, reason, _ in outcomes if reason]
        done = [item for event in events(world, receipt) if isinstance(event, Redeemed) for item in event.items]
        assert [(item.coupon, item.reward, item.contribution, item.discount, item.parts) for item in done] == [
            (use.coupon, earned.reward, earned.contribution, earned.discount, earned.parts)
            for use, reason, earned in outcomes
            if not reason
        ]
        assert sealed(world, receipt).items == len(outcomes)
        assert balances(world) == market.model.cash
        found.update(reason for _, reason, _ in outcomes)
    assert {Reason.NONE, Reason.MERCHANT_NOT_ACCEPTED, Reason.ORDER_BELOW_MINIMUM} <= set(found)


def test_a_shops_two_intents_around_anothers_keep_both_reserves_right(world: World) -> None:
    """Batch and lot are left for another merchant and come back; nothing of either is lost."""
    batch = mint(world, size=100, funder=Funder.ISSUER)
    world.allocate(batch, BAKERY, 50, by="bakery")
    coupons = issue(world, batch, count=3)
    intents = [
        world.redeem_intent(BOOKSHOP, [coupons.item(0)], by="bookshop"),
        world.redeem_intent(BAKERY, [coupons.item(1, at=BAKERY)], by="bakery"),
        world.redeem_intent(BOOKSHOP, [coupons.item(2)], by="bookshop"),
    ]
    world.send("redeem", intents, sender="relayer")
    assert world.ask("batch", batch)[3] == 500 * 100 - 3 * 100
    assert world.ask("lot", batch, 1)[4] == 400 * 50 - 3 * 100
    assert world.ask("merchant", BAKERY)[1] < FUNDS
