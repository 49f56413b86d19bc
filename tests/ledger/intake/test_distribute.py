"""Distribute pools whose delay is over, one or all that are due."""

import pytest
from sqlalchemy import select

from ledger.domain.errors import Reason, Refused
from ledger.domain.split import earning
from ledger.domain.terms import Funder, Role
from ledger.intake.control import Pause
from ledger.store.outbox import OPERATIONS
from tests.ledger.house import ANN, BAKERY, BOOKSHOP, OPERATOR, House, check_idempotent, refusing
from tests.ledger.waiting import DELAY_HOURS, amend, distribute, make_due, waiting


@pytest.mark.parametrize("funder", Funder)
def test_the_pool_is_paid_to_everybody_linked_to_the_coupon(house: House, funder: Funder) -> None:
    """S2.15, S2.16: first the incentive enters the pool and nobody is paid, then it is distributed."""
    (coupon,) = waiting(house, funder=funder)
    terms, earned = house.ledger.batches.get(coupon.batch).terms, None
    earned = earning(terms, 10_000)
    before = {merchant: house.merchant_cash(merchant) for merchant in (OPERATOR, BAKERY, BOOKSHOP)}
    assert house.consumer_cash(ANN) == 0
    make_due(house)
    house.included(distribute(coupon))
    gained = {merchant: house.merchant_cash(merchant) - cash for merchant, cash in before.items()}
    assert house.consumer_cash(ANN) == earned.parts[Role.CONSUMER]
    assert gained == {
        OPERATOR: earned.parts[Role.PLATFORM],
        BAKERY: earned.parts[Role.ISSUER] + earned.parts[Role.RECRUITER],
        BOOKSHOP: earned.parts[Role.REDEEMER] + (0 if funder is Funder.REDEEMER else earned.discount),
    }
    assert coupon.state == "redeemed"
    assert house.ledger.audit.conservation().is_kept


def test_before_its_time_nothing_is_distributed(house: House) -> None:
    (coupon,) = waiting(house)
    (found,) = house.ledger.settlements.waiting()
    assert 0 <= found.due - (found.since + DELAY_HOURS * 3_600) < 3_600
    house.pass_time(found.due - house.now - 1)
    with refusing(house, Refused, reason=Reason.SETTLEMENT_NOT_DUE, given=found.due - 1, limit=found.due):
        distribute(coupon)
    assert house.ledger.settlements.distribute_due(key="early") == ()
    house.pass_time(1)
    house.included(distribute(coupon))
    with refusing(house, Refused, reason=Reason.REDEMPTION_NOT_PENDING):
        distribute(coupon)


def test_all_that_are_due_go_in_one_transaction(house: House) -> None:
    """In a pause too, the pools of a batch together."""
    first, second = waiting(house, count=4), waiting(house, count=3, funder=Funder.ISSUER)
    make_due(house)
    late = waiting(house)
    house.included(house.ledger.operations.pause(Pause(True), key=house.key()))
    accepted = house.ledger.settlements.distribute_due(key="daily")
    assert len(accepted) == 7
    house.included(*accepted)
    with house.ledger.store.read() as connection:
        ids = [each.id for each in accepted]
        transactions = connection.scalars(select(OPERATIONS.c.transaction_id).where(OPERATIONS.c.id.in_(ids)))
        assert len(set(transactions)) == 1
    assert [each.state for each in (*first, *second, *late)] == ["redeemed"] * 7 + ["pending"]
    assert house.ledger.audit.conservation().is_kept


def test_the_same_key_distributes_once(house: House) -> None:
    """N10, also for what became due meanwhile; a limit leaves the rest to the next key."""
    waiting(house, count=3)
    make_due(house)
    two = house.ledger.settlements.distribute_due(key="daily", limit=2)
    house.included(*two)
    again = house.ledger.settlements.distribute_due(key="daily", limit=2)
    assert [(each.id, each.repeated) for each in again] == [(each.id, True) for each in two]
    (last,) = house.ledger.settlements.distribute_due(key="daily 2")
    assert house.ledger.settlements.distribute_due(key="daily 3") == (), "it is on its way"
    house.included(last)
    assert house.ledger.settlements.count() == 0


def test_one_pool_once_a_key(house: House) -> None:
    """N10."""
    coupon, other = waiting(house, count=2)
    make_due(house)
    check_idempotent(house, lambda key: distribute(coupon, key=key), lambda key: distribute(other, key=key))


def test_what_somebody_else_distributed_first_is_done(house: House) -> None:
    """Anybody may: a stranger's transaction comes before ours, and the effect is the one we wanted."""
    (coupon,) = waiting(house)
    make_due(house)
    ours = distribute(coupon)
    # What the contract refuses to do twice has the same effect's name.
    with house.ledger.store.read() as connection:
        effect = connection.scalar(select(OPERATIONS.c.effect).where(OPERATIONS.c.id == ours.id))
    house.included(ours)
    assert effect is not None
    assert effect.startswith("distribute/")


def test_the_merchant_page_says_what_waits_since_when(house: House) -> None:
    coupons = waiting(house, count=2)
    begun = house.ledger.settlements.waiting(BOOKSHOP)[0].since
    house.pass_time(100)
    house.included(amend(coupons[1], 1_000))
    found = house.ledger.settlements.waiting(BOOKSHOP)
    assert [each.since for each in found] == [begun] * 2
    assert [each.order_minor for each in found] == [10_000, 1_000]
    assert house.ledger.settlements.waiting(BAKERY) == []
    assert (house.ledger.settlements.count(BOOKSHOP), house.ledger.settlements.count(BAKERY)) == (2, 0)
    assert house.ledger.settlements.find(coupons[0].batch, coupons[0].serial) == found[0]
