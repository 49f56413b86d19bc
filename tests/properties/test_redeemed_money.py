"""Real redemptions under random terms: what each moved, in its event and in storage, against exact fractions."""

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

from ledger.domain.events import Redeemed
from ledger.domain.ids import coupon_id
from ledger.domain.terms import Funder, Role, ShareMode, Terms
from scripts.world import OPERATOR, World
from tests.conftest import Report
from tests.contracts.parties import ANN, BAKERY, BOB, BOOKSHOP, CID, CONSUMERS, MERCHANTS, RECRUITERS, opened_world
from tests.contracts.reading import events
from tests.properties.accounts import Account, amounts
from tests.properties.arithmetic import Moved, from_batch, from_lot, moved, reimbursed
from tests.properties.cases import random_order, random_terms

REDEMPTIONS = 30_000
HOLDERS = (ANN, ANN, BOB, BOB, BOB, CID, CID, CID, ANN, CID)
"""Who holds the coupons of a batch; all are redeemed in one transaction."""

LARGE = 2**59


def test_redemptions_move_what_their_terms_say(scaled: Callable[[int], int], report: Report) -> None:
    """Each incentive is divided over the parties linked to its coupon, to the last cent (S2.15, S2.16)."""
    random = Random(3)
    world = opened_world(funds=LARGE, reward_cap_daily=2**63 - 1, reserve_cap_daily=2**63 - 1)
    for batch in range(1, scaled(REDEMPTIONS) // len(HOLDERS) + 1):
        terms = random_terms(random, size=len(HOLDERS), share_mode=ShareMode.NONE, copies=0, hops=0)
        _redeem_a_batch(world, batch, terms, [random_order(random, terms) for _ in HOLDERS])
    report("redemptions against exact fractions", redemptions=batch * len(HOLDERS))


def _redeem_a_batch(world: World, batch: int, terms: Terms, orders: Sequence[int]) -> None:
    world.mint(terms)
    world.allocate(batch, BAKERY, len(HOLDERS), by=MERCHANTS[BAKERY] if terms.funder is Funder.ISSUER else None)
    world.issue(BAKERY, batch, 1, [(holder, 1) for holder in HOLDERS], by=MERCHANTS[BAKERY])
    coupons = [coupon_id(batch, serial) for serial in range(len(HOLDERS))]
    items = [
        world.redeem_item(coupon, lot=1, merchant=BOOKSHOP, holder=CONSUMERS[holder], order=order)
        for coupon, holder, order in zip(coupons, HOLDERS, orders, strict=True)
    ]
    accounts: list[Account] = [("merchant", each) for each in (OPERATOR, BAKERY, BOOKSHOP)]
    accounts += [*(("consumer", each) for each in CONSUMERS), ("batch", batch), ("lot", batch, 1)]
    before = amounts(world, accounts)
    (redeemed,) = events(world, world.redeem(BOOKSHOP, items, by=MERCHANTS[BOOKSHOP]))
    after = amounts(world, accounts)
    expected = [moved(terms, order) for order in orders]
    assert isinstance(redeemed, Redeemed)
    found = [Moved(each.reward, each.contribution, each.discount, each.parts) for each in redeemed.items]
    assert found == expected
    assert [(each.coupon, each.order) for each in redeemed.items] == list(zip(coupons, orders, strict=True))
    changes = _changes(batch, terms, expected)
    assert {account: after[account] - before[account] for account in accounts} == {
        account: changes[account] for account in accounts
    }


def _changes(batch: int, terms: Terms, redemptions: Sequence[Moved]) -> Counter[Account]:
    """What the redemptions at the bookshop of coupons that the bakery issued change in every account."""
    changes: Counter[Account] = Counter()
    for holder, moving in zip(HOLDERS, redemptions, strict=True):
        changes["batch", batch] -= from_batch(terms, moving)
        changes["lot", batch, 1] -= from_lot(terms, moving)
        changes["merchant", BOOKSHOP] += reimbursed(terms, moving) - moving.contribution
        changes["merchant", OPERATOR] += moving.parts[Role.PLATFORM]
        changes["merchant", BAKERY] += moving.parts[Role.ISSUER]
        changes["merchant", BOOKSHOP] += moving.parts[Role.REDEEMER]
        changes["merchant", RECRUITERS[holder]] += moving.parts[Role.RECRUITER]
        changes["consumer", holder] += moving.parts[Role.CONSUMER]
    return changes
