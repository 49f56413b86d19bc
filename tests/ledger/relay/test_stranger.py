"""A stranger who relays our bytes first has only paid our gas."""

from sqlalchemy import select

from ledger.chain.transactions import Transaction, calldata_of, sign
from ledger.intake.cash import WithdrawCash
from ledger.intake.control import AppointAgent
from ledger.intake.desk import Accepted
from ledger.intake.mint import Mint
from ledger.intake.register import RegisterConsumer
from ledger.intake.stock import RecallStock
from ledger.store.outbox import TRANSACTIONS, TransactionState
from scripts.world import CHAIN_ID, NOW, key, some_terms
from tests.ledger.house import ANN, BAKERY, DAY, House


def relayed_by_a_stranger(house: House) -> int:
    """Send the calldata of what is stored from an account of nobody's, before the relay does; how many calls."""
    with house.ledger.store.read() as connection:
        stored = TRANSACTIONS.c.state == TransactionState.STORED
        raws = connection.scalars(select(TRANSACTIONS.c.raw).where(stored).order_by(TRANSACTIONS.c.id)).all()
    stranger = key("stranger")
    nonce = house.ledger.chain.nonce(stranger.address)
    calls = [
        Transaction(
            chain_id=CHAIN_ID,
            nonce=nonce + each,
            to=house.ledger.deployment.ledger,
            data=calldata_of(raw),
            gas=16_000_000,
            max_fee=0,
        )
        for each, raw in enumerate(raws)
    ]
    results = house.ledger.chain.send_raw([sign(call, stranger).raw for call in calls])
    assert all(result.accepted for result in results)
    return len(calls)


def some_of_each_verb(house: House) -> list[Accepted]:
    """Operations that carry their parties' signatures: anybody may relay them."""
    coupons = house.held(count=3)
    batch = coupons[0].batch
    house.fund(BAKERY)
    ledger = house.ledger
    return [
        *(coupon.redeem(at=BAKERY + each) for each, coupon in enumerate(coupons)),
        house.issue(batch, holder=ANN),
        ledger.batches.recall(RecallStock(BAKERY, batch, 1, 5), key="recall"),
        ledger.members.register_consumer(RegisterConsumer("dora", BAKERY), key="dora"),
        ledger.members.appoint(AppointAgent(BAKERY, 1, b"\x01" * 20, NOW + DAY, 5, 7), key="till"),
        ledger.cash.withdraw(WithdrawCash(BAKERY, 5, b"\x02" * 20), key="cash"),
    ]


def test_an_operation_that_somebody_else_relayed_first_counts_as_done(house: House) -> None:
    """N8: and it is done once."""
    accepted = some_of_each_verb(house)
    house.ledger._relay.store_round()
    assert relayed_by_a_stranger(house) == 6
    house.included(*accepted)
    assert house.ledger.members.count("consumer") == 4
    assert len(house.ledger.coupons.held_by(ANN)) == 1
    assert len(house.ledger.coupons.held_by(ANN, state="redeemed")) == 3
    assert house.ledger.cash.waiting()[0].amount == 5


def test_it_counts_as_done_after_a_crash_too(house: House) -> None:
    """The relay's own transactions are in a block as well, each refused item of theirs already done."""
    accepted = some_of_each_verb(house)
    house.ledger._relay.store_round()
    relayed_by_a_stranger(house)
    house.ledger._relay.send()
    house.ledger.index.catch_up()
    house.included(*accepted)


def test_what_needs_a_role_cannot_be_relayed_by_a_stranger(house: House) -> None:
    """Promise 26."""
    batch = house.mint(size=10)
    allocated = house.allocate(batch, count=5)
    minted = house.ledger.batches.mint(Mint(some_terms(size=3)), key="m")
    house.ledger._relay.store_round()
    assert relayed_by_a_stranger(house) == 2
    house.included(allocated, minted)
    assert [each.id for each in house.ledger.batches.all()] == [1, 2]
    assert [lot.end - lot.first for lot in house.ledger.batches.lots(batch)] == [5]
