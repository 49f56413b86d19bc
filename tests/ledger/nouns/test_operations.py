"""What became of what was accepted."""

import pytest

from ledger.domain.errors import NotFound
from ledger.domain.events import Issued, Redeemed
from ledger.nouns.operations import OperationRefused
from tests.ledger.house import House


def test_an_operation_shows_its_way(house: House) -> None:
    (coupon,) = house.held()
    accepted = coupon.redeem()
    operations = house.ledger.operations
    waiting = operations.get(accepted.id)
    assert (waiting.verb, waiting.state, waiting.transaction, waiting.block) == ("redeem", "accepted", None, None)
    with pytest.raises(NotFound, match="not included yet"):
        operations.events(accepted.id)
    house.ledger.settle()
    done = operations.done(accepted.id)
    assert (done.state, done.reason, done.block) == ("included", None, house.ledger.chain.head().number)
    assert done.gas_used is not None
    (receipt,) = house.ledger.chain.receipts([done.transaction or b""])
    assert receipt is not None
    assert receipt.gas_used == done.gas_used


def test_each_operation_of_a_transaction_has_its_own_event(house: House) -> None:
    batch = house.stock(count=10)
    accepted = [house.issue(batch, count=each) for each in (1, 2, 3)]
    house.included(*accepted)
    events = [house.ledger.operations.events(each.id) for each in accepted]
    assert [event.consumers for (event,) in events if isinstance(event, Issued)] == [((1, 1),), ((1, 2),), ((1, 3),)]


def test_redemptions_of_one_merchant_share_one_event(house: House) -> None:
    coupons = house.held(count=2)
    accepted = [coupon.redeem() for coupon in coupons]
    house.included(*accepted)
    first, second = (house.ledger.operations.events(each.id) for each in accepted)
    assert first == second
    assert isinstance(first[0], Redeemed)


def test_a_refused_operation_says_why(house: House) -> None:
    """N14: precise reasons for those entitled to them."""
    (coupon,) = house.held()
    accepted = coupon.redeem()
    house.pass_time(86_401)
    house.ledger.settle()
    with pytest.raises(OperationRefused) as caught:
        house.ledger.operations.done(accepted.id)
    assert (caught.value.verb, caught.value.reason) == ("redeem", "DeadlinePassed")
    assert str(caught.value) == "redeem was refused: DeadlinePassed"


def test_operations_are_counted(house: House) -> None:
    before = house.ledger.operations.counts()
    assert before["register_merchant", "included"] == 4
    house.stock()
    after = house.ledger.operations.counts()
    assert {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)} == {
        ("mint", "included"): 1,
        ("allocate", "included"): 1,
    }


def test_an_operation_that_is_not_there_is_not_found(house: House) -> None:
    for ask in (house.ledger.operations.get, house.ledger.operations.done, house.ledger.operations.events):
        with pytest.raises(NotFound):
            ask(999)
