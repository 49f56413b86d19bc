"""Each route's bound on gas, against transactions as full and as dear as operations can make them."""

from pathlib import Path
from typing import Final

from sqlalchemy import select

from ledger.chain.transactions import TRANSACTION_GAS_LIMIT
from ledger.domain.terms import Funder, ShareMode
from ledger.intake import cash, claim, control, give, issue, mint, offer, redeem, settlement, stock
from ledger.intake.desk import Accepted
from ledger.intake.policy import ChangePolicy
from ledger.rebates.closing import ClosePeriod
from ledger.rebates.purchases import ReportPurchase
from ledger.relay.gather import TRANSACTION_GAS
from ledger.relay.routes import ROUTES, Shape
from ledger.store.outbox import OPERATIONS
from scripts.world import NOW, some_terms
from tests.conftest import Report
from tests.ledger.house import CINEMA, DAY, House, opened_copy
from tests.ledger.relay.crowd import FREE, SEAM_COUNT, SEAM_SIZE, check, guests, shops

ORDER: Final = 1_000
"""So small that one merchant may redeem for the whole crowd within a day's cap."""


def test_no_gathered_transaction_asks_for_more_than_a_chain_takes() -> None:
    for route in ROUTES.values():
        if route.shape is not Shape.ALONE:
            assert route.fixed_gas + route.item_gas + route.part_gas <= TRANSACTION_GAS
    assert TRANSACTION_GAS < TRANSACTION_GAS_LIMIT


def test_registrations_and_deposits(crowded: Path, tmp_path: Path, report: Report) -> None:
    """Many recruiters with one consumer each: every record brings a group of its own."""
    with opened_copy(crowded, tmp_path / "again") as ledger, ledger.store.read() as connection:
        verbs = ("register_merchant", "register_consumer", "deposit", "book")
        done = connection.scalars(select(OPERATIONS.c.id).where(OPERATIONS.c.verb.in_(verbs))).all()
        check(House(ledger), report, [Accepted(each, repeated=False) for each in done])


def test_stock_of_a_batch_that_issuers_fund(crowd: House, report: Report) -> None:
    """Allocations with a consent and a reserve, recalls that release it, issues that open two words of each kind."""
    merchants, consumers = shops(crowd), guests(crowd)
    batch = crowd.mint(size=SEAM_SIZE, funder=Funder.ISSUER, valid_days=30, reward_minor=0, reward_cap_bps=0)
    check(crowd, report, [crowd.allocate(batch, merchant=each, count=SEAM_COUNT) for each in merchants])
    lots = {lot.merchant: lot.lot for lot in crowd.ledger.batches.lots(batch)}
    recalls = [stock.RecallStock(merchant, batch, lots[merchant], 2) for merchant in merchants]
    check(crowd, report, [crowd.ledger.batches.recall(each, key=crowd.key()) for each in recalls])
    issues = [
        issue.IssueCoupons(merchant, batch, lots[merchant], ((consumers[-number], 1), (consumers[number], 1)))
        for number, merchant in enumerate(merchants)
    ]
    check(crowd, report, [crowd.ledger.coupons.issue(each, key=crowd.key()) for each in issues])


def test_redemptions_of_many_merchants_batches_and_recruiters(crowd: House, report: Report) -> None:
    """No two neighbours share a lot, a holder, a recruiter or an issuer; first no redeemer either, then only that."""
    merchants, consumers = shops(crowd), guests(crowd)
    funders = list(Funder)
    terms = [
        some_terms(size=1_000, valid_days=30, funder=funders[each % 3], minimum_order_minor=1) for each in range(5)
    ]
    mints = [crowd.ledger.batches.mint(mint.Mint(each), key=crowd.key()) for each in terms]
    check(crowd, report, mints)
    number = len(merchants)
    crowd.included(*(crowd.allocate(1 + each % 5, merchant=merchants[each], count=3) for each in range(number)))
    lots = {(lot.merchant, lot.batch): lot.lot for batch in range(1, 6) for lot in crowd.ledger.batches.lots(batch)}
    issues = [
        crowd.issue(
            1 + each % 5, lot=lots[merchant, 1 + each % 5], issuer=merchant, holder=consumers[each - 7], count=2
        )
        for each, merchant in enumerate(merchants)
    ]
    check(crowd, report, issues)
    coupons = [coupon for consumer in consumers for coupon in crowd.ledger.coupons.held_by(consumer)]
    for half, redeemers in ((coupons[::2], merchants), (coupons[1::2], [CINEMA])):
        redeems = [
            redeem.RedeemCoupon(coupon.batch, coupon.serial, redeemers[(3 * each + 5) % len(redeemers)], ORDER)
            for each, coupon in enumerate(half)
        ]
        check(crowd, report, [crowd.ledger.coupons.redeem(each, key=crowd.key()) for each in redeems])


def test_redemptions_that_wait(crowd: House, report: Report) -> None:
    """Of two batches by turns and of many issuers, redeemers and recruiters; amended before: every slot counts."""
    merchants, consumers = shops(crowd), guests(crowd)
    terms = [
        some_terms(size=1_000, settlement_delay_hours=48, funder=funder, minimum_order_minor=1)
        for funder in (Funder.OPERATOR, Funder.ISSUER)
    ]
    crowd.included(*(crowd.ledger.batches.mint(mint.Mint(each), key=crowd.key()) for each in terms))
    crowd.included(*(crowd.allocate(batch, merchant=each, count=2) for batch in (1, 2) for each in merchants))
    lots = {(batch, lot.merchant): lot.lot for batch in (1, 2) for lot in crowd.ledger.batches.lots(batch)}
    pairs = zip(merchants, reversed(consumers), strict=True)
    crowd.included(
        *(
            crowd.issue(batch, lot=lots[batch, merchant], issuer=merchant, holder=holder, count=2)
            for merchant, holder in pairs
            for batch in (1, 2)
        )
    )
    coupons = [coupon for consumer in consumers for coupon in crowd.ledger.coupons.held_by(consumer)]
    shifted = [merchants[each // 4 - 7] for each in range(len(coupons))]
    redeems = [
        redeem.RedeemCoupon(coupon.batch, coupon.serial, merchant, 10_000)
        for coupon, merchant in zip(coupons, shifted, strict=True)
    ]
    check(crowd, report, [crowd.ledger.coupons.redeem(each, key=crowd.key()) for each in redeems])
    desk, names = crowd.ledger.settlements, [(each.batch, each.serial) for each in coupons]
    pairs_of = list(zip(names, shifted, strict=True))
    amends = [settlement.AmendRedemption(*name, merchant, 5_000) for name, merchant in pairs_of[::2]]
    check(crowd, report, [desk.amend(each, key=crowd.key()) for each in amends])
    reverses = [settlement.ReverseRedemption(*name, merchant) for name, merchant in pairs_of[1::4]]
    check(crowd, report, [desk.reverse(each, key=crowd.key()) for each in reverses])
    forfeits = [settlement.ForfeitRedemption(*name, 1, False) for name in names[3:12:4]]
    check(crowd, report, [desk.forfeit(each, key=crowd.key()) for each in forfeits])
    crowd.pass_time(49 * 3_600)
    pools = [settlement.DistributePool(*name) for name in (*names[::4], *names[2::4])]
    by_turns = [pool for pair in zip(pools, reversed(pools), strict=True) for pool in pair][: len(pools)]
    wanted = list(dict.fromkeys(by_turns))
    check(crowd, report, [desk.distribute(each, key=crowd.key()) for each in wanted])


def test_coupons_handed_on_in_many_batches_by_and_to_whoever_has_no_cash_yet(crowd: House, report: Report) -> None:
    """No two neighbours share a batch; each goes on for the first time, again, is copied, sold, and used."""
    merchants, consumers = shops(crowd), guests(crowd)
    terms = {"size": 1_000, "valid_days": 30, "share_mode": ShareMode.COPY, "copies": 2, "hops": 4, **FREE}
    batches = [crowd.mint(minimum_order_minor=1, **terms) for _ in range(3)]
    crowd.included(*(crowd.allocate(batch, merchant=merchants[0], count=999) for batch in batches))
    everybody = tuple((each, 1) for each in consumers)
    issues = [issue.IssueCoupons(merchants[0], batch, 1, everybody) for batch in batches]
    crowd.included(*(crowd.ledger.coupons.issue(each, key=crowd.key()) for each in issues))
    desk, count = crowd.ledger.sharing, len(consumers)
    held = [crowd.ledger.coupons.held_by(each)[number % 3] for number, each in enumerate(consumers)]

    def receivers(step: int) -> list[int]:
        return [consumers[(number + step) % count] for number in range(count)]

    for step in (1, 3):
        to_whom = zip(held, receivers(step), strict=True)
        gifts = [give.TransferCoupon(each.batch, each.serial, to) for each, to in to_whom]
        check(crowd, report, [desk.transfer(each, key=crowd.key()) for each in gifts])
    copies = [give.CopyCoupon(each.batch, each.serial, to) for each, to in zip(held, receivers(5), strict=True)]
    check(crowd, report, [desk.copy(each, key=crowd.key()) for each in copies])
    crowd.included(*(crowd.ledger.cash.deposit(cash.DepositCash(each, 9, True), key=crowd.key()) for each in consumers))
    for copying, step in ((True, 7), (False, 8)):
        wanted = [offer.OfferCoupon(each.batch, each.serial, copy=copying, price_minor=1) for each in held]
        offers = [desk.offer(each, key=crowd.key()) for each in wanted]
        links = [each.link for each in offers if each.link is not None]
        claims = [claim.ClaimOffer(link, to) for link, to in zip(links, receivers(step), strict=True)]
        check(crowd, report, [desk.claim(each, key=crowd.key()) for each in claims])
    check(crowd, report, [desk.cancel(offer.CancelOffer(each.id), key=crowd.key()) for each in offers])
    redeems = [
        redeem.RedeemCoupon(each.batch, each.serial, merchants[number - 7], 10_000) for number, each in enumerate(held)
    ]
    check(crowd, report, [crowd.ledger.coupons.redeem(each, key=crowd.key()) for each in redeems])


def test_the_largest_issues(house: House, report: Report) -> None:
    """Two thousand holders in two thousand records, from the middle of a word of holders and of days."""
    batch = house.mint(size=100_000, valid_days=30, **FREE)
    house.included(house.allocate(batch, count=3, merchant=CINEMA), house.allocate(batch, count=4_001))
    pairs = tuple((1 + each % 2, 1) for each in range(issue.COUPONS_LIMIT))
    requests = [issue.IssueCoupons(2, batch, 2, pairs) for _ in range(2)]
    check(house, report, [house.ledger.coupons.issue(each, key=house.key()) for each in requests])


def test_cash(crowd: House, report: Report) -> None:
    """Withdrawals to addresses that never had a token, requests that replace one that is due and is paid first."""
    merchants, consumers = shops(crowd), guests(crowd)
    desk = crowd.ledger.cash

    def ask(number: int) -> list[Accepted]:
        requests = [cash.WithdrawCash(each, 100, (number + each).to_bytes(20, "big")) for each in merchants]
        return [desk.withdraw(each, key=crowd.key()) for each in requests]

    for payees in (1_000, 2_000):
        check(crowd, report, ask(payees))
        crowd.pass_time(3_600)
    check(crowd, report, [desk.pay_out(cash.PayOut(each), key=crowd.key()) for each in merchants])
    check(crowd, report, [desk.deposit(cash.DepositCash(each, 5, True), key=crowd.key()) for each in consumers])
    requests = [cash.WithdrawCash(each, 5, (5_000 + each).to_bytes(20, "big"), True) for each in consumers]
    check(crowd, report, [desk.withdraw(each, key=crowd.key()) for each in requests])
    check(crowd, report, [desk.withdraw_platform(cash.WithdrawCash(1, 1, b"\xdd" * 20), key="p")])


def test_statements_and_policies(crowd: House, report: Report) -> None:
    """Every merchant's first statement, of consumers of every code, each of which gets a rebate."""
    merchants, consumers = shops(crowd), guests(crowd)
    policy = crowd.ledger.statements.change_policy(ChangePolicy(1_000, 5_000, starts_at=0), key="p")
    check(crowd, report, [policy])
    check(crowd, report, [crowd.ledger.admin.execute(policy.id, key="e")])
    bought = [
        ReportPurchase(seller, f"{seller}-{each}", each, 100, NOW - DAY) for seller in merchants for each in consumers
    ]
    crowd.ledger.purchases.report_many(bought)
    periods = [ClosePeriod(each) for each in merchants]
    check(crowd, report, [crowd.ledger.statements.close(each, key=crowd.key()) for each in periods])


def test_agents_groups_and_suspensions(crowd: House, report: Report) -> None:
    merchants, members = shops(crowd), crowd.ledger.members
    agents = [control.AppointAgent(each, 1, b"\xee" * 20, NOW + DAY, 2**40 - 1, 7) for each in merchants]
    check(crowd, report, [members.appoint(each, key=crowd.key()) for each in agents])
    many = (*merchants, *[merchants[0]] * (control.GROUP_CHANGES_LIMIT - len(merchants)))
    for member in (True, False):
        group = control.ChangeGroup(0, member, many)
        check(crowd, report, [members.change_group(group, key=crowd.key())])
    for consumer in (False, True):
        suspension = control.Suspend(merchants[0] if not consumer else 1, True, consumer)
        check(crowd, report, [members.suspend(suspension, key=crowd.key())])
    for paused in (True, False):
        check(crowd, report, [crowd.ledger.operations.pause(control.Pause(paused), key=crowd.key())])


def test_closings(crowd: House, report: Report) -> None:
    """Every lot gives a reserve back to a merchant of its own."""
    merchants = shops(crowd)
    batch = crowd.mint(size=1_000, funder=Funder.ISSUER, closes=NOW + DAY)
    crowd.included(*(crowd.allocate(batch, merchant=each, count=1) for each in merchants))
    crowd.pass_time(DAY + control.CLOSING_GRACE)
    check(crowd, report, [crowd.ledger.batches.close(control.Close(batch), key="c")])
    lots = tuple(lot.lot for lot in crowd.ledger.batches.lots(batch))
    check(crowd, report, [crowd.ledger.batches.close_lots(control.CloseLots(batch, lots), key="l")])
