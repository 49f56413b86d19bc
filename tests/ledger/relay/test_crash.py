"""A crash between any two steps of the relay: what was accepted is done once, with the nonces it was stored with."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ledger.ledger import Ledger, open_ledger
from ledger.relay.relay import Round, SendRejected
from ledger.store.outbox import OPERATIONS, TRANSACTIONS, TransactionState
from tests.ledger.house import ANN, BAKERY, BOOKSHOP, PASSWORD, House, opened_copy

STEPS: dict[str, Callable[[Ledger], object]] = {
    "accepted": lambda ledger: None,
    "stored": lambda ledger: ledger._relay.store_round(),
    "half sent": lambda ledger: ledger.chain.send_raw(stored(ledger)[:1]),
    "sent": lambda ledger: ledger._relay.send(),
    "sent again": lambda ledger: ledger._relay.send(),
    "indexed": lambda ledger: ledger.index.catch_up(),
    "settled": lambda ledger: ledger._relay.settle(),
}
"""The steps of a round in their order; a crash may come behind each."""


def stored(ledger: Ledger) -> list[bytes]:
    """The signed bytes in the outbox."""
    query = select(TRANSACTIONS.c.raw).where(TRANSACTIONS.c.state == TransactionState.STORED)
    with ledger.store.read() as connection:
        return list(connection.scalars(query.order_by(TRANSACTIONS.c.id)))


@pytest.mark.parametrize("last", STEPS)
def test_what_was_accepted_is_done_once_whatever_came_between(furnished: Path, tmp_path: Path, last: str) -> None:
    """Promise 1 and 5: 0 lost, 0 done twice; the same bytes go again."""
    state = tmp_path / "state"
    with opened_copy(furnished, state) as ledger:
        house = House(ledger)
        coupons = house.held(count=4)
        accepted = [coupon.redeem(at=BAKERY + each % 2) for each, coupon in enumerate(coupons)]
        accepted += [house.issue(coupons[0].batch, holder=ANN), house.allocate(coupons[0].batch, count=7)]
        for name, step in STEPS.items():
            step(ledger)
            if name == last:
                break
        bytes_before = stored(ledger)
    with open_ledger(state, password=PASSWORD) as ledger:
        assert stored(ledger) == bytes_before
        house = House(ledger)
        house.included(*accepted)
        assert ledger.settle() == Round(0, 0, 0)
        assert {ledger.coupons.get(each.batch, each.serial).state for each in coupons} == {"redeemed"}
        assert len(ledger.coupons.held_by(ANN)) == 1
        assert [lot.end - lot.first for lot in ledger.batches.lots(coupons[0].batch)] == [100, 7]
        check_nonces(ledger)


def check_nonces(ledger: Ledger) -> None:
    """Each sender's stored nonces have no gap, and the chain has used them all up."""
    with ledger.store.read() as connection:
        query = select(
            TRANSACTIONS.c.sender, func.min(TRANSACTIONS.c.nonce), func.max(TRANSACTIONS.c.nonce), func.count()
        )
        rows = connection.execute(query.group_by(TRANSACTIONS.c.sender)).all()
    assert rows
    for sender, first, last, count in rows:
        assert last - first + 1 == count
        assert ledger.chain.nonce(sender) == last + 1


def test_nonces_go_on_where_they_stopped_over_many_openings(furnished: Path, tmp_path: Path) -> None:
    """The treasurer's first nonce was used by the deployment itself."""
    state = tmp_path / "state"
    opened_copy(furnished, state).close()
    for each in range(4):
        with open_ledger(state, password=PASSWORD) as ledger:
            house = House(ledger)
            house.fund(BAKERY, amount=1 + each)
            (coupon,) = house.held(size=100, reward_minor=1, reward_cap_bps=1, discount_minor=1)
            house.included(coupon.redeem(at=BOOKSHOP))
            check_nonces(ledger)


def test_a_key_and_a_nonce_have_one_payload(house: House) -> None:
    """Each transaction of ours that is on the chain is one that was stored."""
    coupons = house.held(count=3)
    house.included(*(coupon.redeem() for coupon in coupons))
    with house.ledger.store.read() as connection:
        hashes = set(connection.scalars(select(TRANSACTIONS.c.hash)))
        senders = set(connection.scalars(select(TRANSACTIONS.c.sender)))
        deployed = connection.scalar(select(func.min(TRANSACTIONS.c.block_number))) or 0
        states = set(connection.scalars(select(TRANSACTIONS.c.state)))
    found = {
        bytes(transaction.hash)
        for number in range(deployed, house.ledger.chain.head().number + 1)
        for transaction in house.ledger.chain.stored_block(number).transactions
        if bytes(transaction.sender) in senders
    }
    assert found == hashes
    assert states == {"included"}


def test_a_transaction_that_the_chain_does_not_take_stays_in_the_outbox(house: House) -> None:
    """Signed for another nonce by another hand, it can never be taken: that is said, and nothing is thrown away."""
    (coupon,) = house.held()
    accepted = coupon.redeem()
    with house.ledger.store.write() as connection:
        sender = house.ledger.role("relayer").address
        newest = connection.scalar(select(func.max(TRANSACTIONS.c.nonce)).where(TRANSACTIONS.c.sender == sender)) or 0
        row = {"sender": sender, "hash": b"\x01" * 32, "raw": b"\x02\xc0"}
        connection.execute(TRANSACTIONS.insert().values(nonce=newest + 1, **row))
    with pytest.raises(SendRejected) as caught:
        house.ledger.settle()
    assert caught.value.result.rejection == "malformed transaction"
    assert house.ledger.operations.get(accepted.id).state == "accepted"
    with house.ledger.store.write() as connection:
        connection.execute(TRANSACTIONS.delete().where(TRANSACTIONS.c.hash == b"\x01" * 32))
    house.included(accepted)


def test_operations_are_never_lost_between_states(house: House) -> None:
    """Accepted is done, refused or in flight, at every step of a round."""
    coupons = house.held(count=5)
    accepted = [coupon.redeem() for coupon in coupons]
    expected = {"accepted": 5, "sent": 0, "included": 0}

    def counted() -> dict[str, int]:
        with house.ledger.store.read() as connection:
            query = select(OPERATIONS.c.state, func.count()).where(OPERATIONS.c.id.in_([each.id for each in accepted]))
            return {**dict.fromkeys(expected, 0), **dict(connection.execute(query.group_by(OPERATIONS.c.state)).all())}

    assert counted() == expected
    house.ledger._relay.store_round()
    assert counted() == {"accepted": 0, "sent": 5, "included": 0}
    house.ledger._relay.send()
    house.ledger.index.catch_up()
    assert counted() == {"accepted": 0, "sent": 5, "included": 0}
    assert house.ledger._relay.settle() == Round(1, 5, 0)
    assert counted() == {"accepted": 0, "sent": 0, "included": 5}
