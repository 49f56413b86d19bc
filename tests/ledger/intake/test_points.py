"""Granting, spending, cashing out and expiring points at the desk, and what becomes of it."""

from ledger.domain.errors import Reason, Refused
from ledger.intake import limits, points
from ledger.intake.desk import Accepted
from tests.ledger.house import ANN, BAKERY, BOB, BOOKSHOP, FUNDS, OPERATOR, House, check_idempotent, refusing

PRICE = 40


def grant(house: House, amount: int, *, consumer: int = ANN, key: str | None = None) -> Accepted:
    return house.ledger.points.grant(points.GrantPoints(consumer, amount), key=key or house.key())


def spend(house: House, batch: int, *, count: int = 1, merchant: int = BAKERY) -> Accepted:
    return house.ledger.points.spend(points.SpendPoints(ANN, merchant, batch, count), key=house.key())


def test_points_go_from_the_operator_to_a_consumer_to_a_merchant_to_its_cash(house: House) -> None:
    house.included(grant(house, 100))
    assert house.merchant_cash(OPERATOR) == FUNDS - 100
    batch = house.stock(points_price=PRICE)
    before = house.merchant_cash(OPERATOR)
    house.included(spend(house, batch, count=2))
    assert len(house.ledger.coupons.held_by(ANN)) == 2
    house.included(house.ledger.points.cash_out(points.CashOutPoints(BAKERY), key=house.key()))
    house.included(house.ledger.points.expire(points.ExpirePoints(ANN, 20), key=house.key()))
    assert (house.merchant_cash(BAKERY), house.merchant_cash(OPERATOR)) == (FUNDS + 80, before + 20)
    assert house.ledger.points.backing() == 0
    assert house.ledger.audit.conservation().is_kept


def test_backing_is_counted_while_points_are_held(house: House) -> None:
    house.included(grant(house, 100))
    report = house.ledger.audit.conservation()
    assert (report.held.points_backing, report.is_kept) == (100, True)


def test_a_grant_is_refused_above_cash_and_cap(house: House) -> None:
    with refusing(house, Refused, reason=Reason.CASH_INSUFFICIENT, given=FUNDS + 1, limit=FUNDS):
        grant(house, FUNDS + 1)
    request = limits.SetLimits(reserve_cap_daily=50)
    scheduled = house.ledger.limits.set(request, key="cap")
    house.included(scheduled)
    house.included(house.ledger.admin.execute(scheduled.id, key="cap/execute"))
    house.included(grant(house, 30))
    with refusing(house, points.ReserveCapReached, given=21, limit=20):
        grant(house, 21)
    house.included(grant(house, 20))


def test_nobody_and_nothing_is_refused(house: House) -> None:
    with refusing(house, Refused, reason=Reason.AMOUNT_ZERO):
        grant(house, 0)
    with refusing(house, Refused, reason=Reason.CONSUMER_UNKNOWN):
        grant(house, 1, consumer=99)
    with refusing(house, Refused, reason=Reason.AMOUNT_ZERO):
        house.ledger.points.cash_out(points.CashOutPoints(BOOKSHOP), key="none")
    with refusing(house, Refused, reason=Reason.POINTS_INSUFFICIENT, given=1, limit=0):
        house.ledger.points.expire(points.ExpirePoints(BOB, 1), key="none")


def test_a_spending_is_refused_for_what_the_contract_would_refuse(house: House) -> None:
    batch = house.stock(points_price=PRICE, size=200)
    free = house.stock(size=200)
    house.included(grant(house, PRICE))
    with refusing(house, Refused, reason=Reason.POINTS_INSUFFICIENT, given=2 * PRICE, limit=PRICE):
        spend(house, batch, count=2)
    with refusing(house, Refused, reason=Reason.POINTS_UNSPENT):
        spend(house, free)
    with refusing(house, Refused, reason=Reason.POINTS_UNSPENT):
        house.issue(batch)
    with refusing(house, Refused, reason=Reason.LOT_MISMATCH):
        spend(house, batch, merchant=BOOKSHOP)
    with refusing(house, Refused, reason=Reason.LOT_EXHAUSTED, given=101, limit=100):
        spend(house, batch, count=101)


def test_points_accepted_twice_are_spent_once(house: House) -> None:
    """Both were there when they were accepted; the chain takes the first."""
    batch = house.stock(points_price=PRICE)
    house.included(grant(house, PRICE))
    first, second = spend(house, batch), spend(house, batch)
    house.ledger.settle()
    found = [house.ledger.operations.get(each.id) for each in (first, second)]
    assert [(each.state, each.reason) for each in found] == [("included", None), ("refused", "PointsInsufficient")]


def test_a_key_grants_once(house: House) -> None:
    check_idempotent(house, lambda key: grant(house, 5, key=key), lambda key: grant(house, 6, key=key))
