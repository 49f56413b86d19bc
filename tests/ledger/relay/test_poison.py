"""An operation that cannot be done costs itself: its neighbours in a transaction are done all the same."""

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select, update

from ledger.intake import issue
from ledger.intake.cash import DepositCash
from ledger.intake.desk import Accepted, Draft
from ledger.store.outbox import ACCOUNTS, OPERATIONS, TRANSACTIONS, TransactionState
from tests.ledger.house import ANN, BAKERY, BOB, BOOKSHOP, House

FREE = {"reward_minor": 0, "reward_cap_bps": 0, "discount_bps": 0, "discount_minor": 0}


def tampered(house: House, accepted: Accepted, **changes: Any) -> Accepted:
    """Change the payload of an accepted operation, as no desk would write it."""
    with house.ledger.store.write() as connection:
        where = OPERATIONS.c.id == accepted.id
        payload = json.loads(connection.execute(select(OPERATIONS.c.payload).where(where)).scalar_one())
        connection.execute(update(OPERATIONS).where(where).values(payload=json.dumps({**payload, **changes})))
    return accepted


def huge_issue(house: House, batch: int, *, lot: int, count: int, key: str) -> Accepted:
    """An issue of more coupons than any transaction has gas for, past the desk's check, its gas understated."""
    request = issue.IssueCoupons(BAKERY, batch, lot, ((ANN, count),))
    wallet = house.ledger.members.find("merchant", "bakery").wallet

    def draft() -> Draft:
        made = issue._draft(desk, request, wallet)
        return replace(made, payload={**made.payload, "parts": 1})

    with house.ledger.desk() as desk:
        return desk.accept(key, request, draft)


def test_an_operation_that_runs_out_of_gas_is_refused_and_its_neighbours_are_done(house: House) -> None:
    """Promise 10: only the poisoned item fails, and the gas it costs is bounded."""
    batch = house.stock(count=10, size=10_000, **FREE)
    house.included(house.allocate(batch, count=7_000))
    good = [house.issue(batch, holder=BOB) for _ in range(3)]
    poison = huge_issue(house, batch, lot=2, count=6_500, key="poison")
    good += [house.issue(batch, holder=BOB) for _ in range(3)]
    assert house.refused(poison) == "Reverted"
    assert {house.ledger.operations.get(each.id).state for each in good} == {"included"}
    assert len(house.ledger.coupons.held_by(BOB)) == 6
    assert house.ledger.coupons.held_by(ANN) == []
    with house.ledger.store.read() as connection:
        reverted = TRANSACTIONS.c.state == TransactionState.REVERTED
        wasted = connection.execute(select(func.count(), func.sum(TRANSACTIONS.c.gas_used)).where(reverted)).one()
    assert wasted[0] <= 6
    assert wasted[1] <= 40_000_000


def test_an_operation_whose_gas_was_understated_is_done_when_it_is_alone(house: House) -> None:
    batch = house.stock(count=1_200, size=10_000, **FREE)
    good = house.issue(batch, holder=BOB)
    understated = tampered(house, house.issue(batch, count=1_000), parts=0)
    house.included(good, understated)
    assert len(house.ledger.coupons.held_by(ANN)) == 1_000


def test_an_operation_that_cannot_be_encoded_is_refused_and_nothing_is_stuck_behind_it(house: House) -> None:
    """Promise 7: the relay never jams."""
    batch = house.stock(count=50)
    before, after = house.issue(batch), house.issue(batch)
    bad = [
        tampered(house, house.issue(batch), arguments=[2**40, 0, batch, 1, 1, 1, "0x", "0x"]),
        tampered(house, house.issue(batch), arguments=[]),
        tampered(house, house.ledger.cash.deposit(DepositCash(BAKERY, 5), key="d"), arguments=[False, 2, -1]),
    ]
    last = house.issue(batch)
    house.included(before, after, last)
    for each in bad:
        operation = house.ledger.operations.get(each.id)
        assert (operation.state, operation.reason, operation.transaction) == ("refused", "ArgumentsInvalid", None)
        assert operation.detail
    assert house.ledger.settle().sent == 0


def test_a_merchant_whose_key_custody_no_longer_has_costs_only_its_own(house: House) -> None:
    """Promise 7: records are signed when they are gathered; a key that is missing then refuses them by name."""
    coupons = house.held(count=4)
    mine = [coupon.redeem(at=BAKERY) for coupon in coupons[:2]]
    others = [coupon.redeem(at=BOOKSHOP) for coupon in coupons[2:]]
    with house.ledger.store.write() as connection:
        lost = (ACCOUNTS.c.kind == "merchant") & (ACCOUNTS.c.reference == "bookshop")
        connection.execute(update(ACCOUNTS).where(lost).values(custody_path=None))
    house.included(*mine)
    for each in others:
        assert house.refused(each) == "KeyNotHeld"
    assert {coupon.state for coupon in coupons[2:]} == {"issued"}


def test_one_deposit_that_the_token_refuses_does_not_cost_the_others(house: House) -> None:
    """Its booking never came: the whole transaction reverts, then those that are funded are done."""
    first = house.ledger.cash.deposit(DepositCash(BAKERY, 5), key="first")
    unfunded = tampered(house, house.ledger.cash.deposit(DepositCash(BAKERY, 5), key="u"), arguments=[False, 2, 10**15])
    second = house.ledger.cash.deposit(DepositCash(BAKERY, 5), key="second")
    house.included(first, second)
    assert house.refused(unfunded)
    assert house.ledger.cash.token_balance() == 4_000_000 + 10
