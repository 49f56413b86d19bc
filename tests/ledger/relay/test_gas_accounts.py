"""The bounds on gas of points, wallets, statements and limits, against transactions as dear as operations make them."""

from typing import Final

import pytest

from ledger.intake import limits, points, wallets
from ledger.intake.desk import Accepted
from ledger.intake.policy import ChangePolicy
from ledger.rebates.closing import ClosePeriod
from ledger.rebates.purchases import ReportPurchase
from scripts.world import NOW
from tests.conftest import Report
from tests.ledger.house import ANN, BAKERY, BOB, CINEMA, DAY, House
from tests.ledger.relay.crowd import FREE, SEAM_COUNT, SEAM_SIZE, check, guests, shops

WEEK: Final = 7 * DAY
BATCHES: Final = 3


def grant(house: House, consumers: list[int], amount: int) -> list[Accepted]:
    return [house.ledger.points.grant(points.GrantPoints(each, amount), key=house.key()) for each in consumers]


def test_points_of_consumers_and_merchants_who_never_had_any(crowd: House, report: Report) -> None:
    """Each spending brings a consumer, a merchant, a lot and words of holders and days that no other has (S4.7)."""
    merchants, consumers, desk = shops(crowd), guests(crowd), crowd.ledger.points
    check(crowd, report, grant(crowd, consumers, 500))
    batches = [crowd.mint(size=SEAM_SIZE, valid_days=30, points_price=7, **FREE) for _ in range(BATCHES)]
    shop_batches = [(each, batches[number % BATCHES]) for number, each in enumerate(merchants)]
    crowd.included(*(crowd.allocate(batch, merchant=each, count=SEAM_COUNT) for each, batch in shop_batches))
    pairs = zip(reversed(consumers), shop_batches, strict=True)
    spends = [points.SpendPoints(consumer, merchant, batch, 2) for consumer, (merchant, batch) in pairs]
    check(crowd, report, [desk.spend(each, key=crowd.key()) for each in spends])
    check(crowd, report, [desk.expire(points.ExpirePoints(each, 3), key=crowd.key()) for each in consumers])
    check(crowd, report, [desk.cash_out(points.CashOutPoints(each), key=crowd.key()) for each in merchants])


def test_the_largest_spendings(house: House, report: Report) -> None:
    """As many coupons as an intent holds, from the middle of a word."""
    batch = house.mint(size=10_000, valid_days=30, points_price=1, **FREE)
    house.included(house.allocate(batch, count=5 * points.COUNT_LIMIT + 3, merchant=CINEMA))
    house.included(*grant(house, [ANN, BOB], 1_000))
    spends = [points.SpendPoints(each, CINEMA, batch, points.COUNT_LIMIT) for each in (ANN, BOB, ANN, BOB)]
    check(house, report, [house.ledger.points.spend(each, key=house.key()) for each in spends])


def test_everybody_moves_to_another_wallet(crowd: House, report: Report) -> None:
    """Some while their recoveries wait, which that ends."""
    desk, parties = crowd.ledger.wallets, [(each, False) for each in shops(crowd)]
    parties += [(each, True) for each in guests(crowd)]
    lost = parties[::13]
    check(crowd, report, [desk.recover(wallets.RecoverWallet(*each), key=crowd.key()) for each in lost])
    check(crowd, report, [desk.change(wallets.MoveWallet(*each), key=crowd.key()) for each in parties])


@pytest.mark.parametrize("consumer", [False, True])
def test_recoveries(house: House, report: Report, consumer: bool) -> None:
    desk, party = house.ledger.wallets, ANN if consumer else BAKERY
    request = wallets.RecoverWallet(party, consumer)
    for by_pauser in (False, True):
        check(house, report, [desk.recover(request, key=house.key())])
        check(house, report, [desk.veto(wallets.VetoRecovery(party, consumer, by_pauser), key=house.key())])
    check(house, report, [desk.recover(request, key=house.key())])
    house.pass_time(WEEK)
    check(house, report, [desk.complete(wallets.CompleteRecovery(party, consumer), key=house.key())])


def test_what_the_admin_sets(house: House, report: Report) -> None:
    """Each the first time, into slots that were empty, and again."""
    desk, admin = house.ledger.limits, house.ledger.admin
    scheduled = [desk.set(limits.SetLimits(2**62, 2**62, 2**62, 7 * DAY), key="limits")]
    scheduled += [
        house.ledger.statements.change_policy(ChangePolicy(1_000, 5_000, starts_at=start), key=f"policy {start}")
        for start in (0, NOW + DAY, NOW + 2 * DAY)
    ]
    scheduled.append(desk.retire(limits.Retire(NOW + 30 * DAY), key="end"))
    check(house, report, scheduled)
    for each in scheduled:
        check(house, report, [admin.execute(each.id, key=house.key())])


def test_statements_of_one_code_each(crowd: House, report: Report) -> None:
    """Many merchants' first, each with a rebate for another; the policy stands behind some that start later."""
    merchants, consumers = shops(crowd), guests(crowd)
    for start in (0, NOW + DAY, NOW + 2 * DAY, NOW + 3 * DAY):
        policy = crowd.ledger.statements.change_policy(ChangePolicy(1_000, 5_000, starts_at=start), key=crowd.key())
        crowd.included(policy)
        crowd.included(crowd.ledger.admin.execute(policy.id, key=crowd.key()))
    pairs = zip(merchants, reversed(consumers), strict=True)
    crowd.ledger.purchases.report_many(
        [ReportPurchase(seller, f"{seller}", consumer, 100_000, NOW - DAY) for seller, consumer in pairs]
    )
    desk = crowd.ledger.statements
    check(crowd, report, [desk.close(ClosePeriod(each), key=crowd.key()) for each in merchants])


def test_the_largest_statement(crowd: House, report: Report) -> None:
    """One merchant's, with a rebate for everybody else."""
    merchants, consumers, desk = shops(crowd), guests(crowd), crowd.ledger.statements
    policy = desk.change_policy(ChangePolicy(1_000, 5_000, starts_at=0), key="p")
    crowd.included(policy)
    crowd.included(crowd.ledger.admin.execute(policy.id, key="e"))
    bought = [ReportPurchase(merchants[0], f"{each}", each, 1_000, NOW - DAY) for each in consumers]
    crowd.ledger.purchases.report_many(bought)
    check(crowd, report, [desk.close(ClosePeriod(merchants[0]), key="c")])
