"""A stranger who relays our bytes first has only paid our gas."""

from sqlalchemy import select

from ledger.chain.transactions import Transaction, calldata_of, sign
from ledger.intake.cash import WithdrawCash
from ledger.intake.control import AppointAgent
from ledger.intake.desk import Accepted
from ledger.intake.mint import Mint
from ledger.intake.points import GrantPoints, SpendPoints
from ledger.intake.register import RegisterConsumer
from ledger.intake.stock import RecallStock
from ledger.intake.voucher import IssueVouchers
from ledger.intake.wallets import MoveWallet
from ledger.store.outbox import TRANSACTIONS, TransactionState
from scripts.world import CHAIN_ID, NOW, key, some_terms
from tests.ledger.house import ANN, BAKERY, BOB, BOOKSHOP, CID, DAY, House
from tests.ledger.intake.handing import COPYABLE, cancel, claim, copy, offer, row, transfer
from tests.ledger.stating import TODAY, buy, close, set_policy
from tests.ledger.waiting import amend, distribute, make_due, reverse, waiting


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


def handed_on(house: House) -> list[Accepted]:
    """Transfers, copies and offers of Ann's coupons, all of them signed."""
    for_all = house.held(count=5, **COPYABLE)
    given, copied, moved, copied_by_link, kept = for_all
    taken_back = offer(kept)
    return [
        transfer(given, BOB),
        copy(copied, CID),
        claim(house, offer(moved), BOB),
        claim(house, offer(copied_by_link, copy=True), CID),
        cancel(house, taken_back.id),
    ]


def test_coupons_that_a_stranger_handed_on_for_us_went_on_once(house: House) -> None:
    """With our own bytes, to those whom they name; our claims are done by what became of their coupons."""
    accepted = handed_on(house)
    house.ledger._relay.store_round()
    assert relayed_by_a_stranger(house) == 4
    house.included(*accepted)
    assert [len(house.ledger.coupons.held_by(each)) for each in (ANN, BOB, CID)] == [3, 2, 2]
    assert house.ledger.audit.conservation().is_kept


def test_they_count_as_done_after_a_crash_too(house: House) -> None:
    accepted = handed_on(house)
    house.ledger._relay.store_round()
    relayed_by_a_stranger(house)
    house.ledger._relay.send()
    house.ledger.index.catch_up()
    house.included(*accepted)


def test_what_became_of_redemptions_that_wait_is_done_by_whoever_sent_it(house: House) -> None:
    """Amended and undone once, whoever paid the gas."""
    lowered, undone, _ = waiting(house, count=3)
    accepted = [amend(lowered, 4_000), reverse(undone)]
    house.ledger._relay.store_round()
    assert relayed_by_a_stranger(house) == 2
    house.included(*accepted)
    assert (row(lowered).order_amount, row(undone).state) == (4_000, "issued")
    assert house.ledger.audit.conservation().is_kept


def test_a_stranger_distributes_while_ours_is_on_its_way(house: House) -> None:
    """S2.16: with bytes of his own, in another order and with one more: every pool is paid once, ours are done."""
    coupons = waiting(house, count=4)
    make_due(house)
    accepted = [distribute(coupon) for coupon in coupons[:3]]
    house.ledger._relay.store_round()
    sent_by_a_stranger(house, "distribute", [(each.batch << 40) + each.serial for each in reversed(coupons)])
    before = house.consumer_cash(ANN)
    house.included(*accepted)
    assert {coupon.state for coupon in coupons} == {"redeemed"}
    assert house.consumer_cash(ANN) > before == 0
    assert house.ledger.audit.conservation().is_kept


def test_a_stranger_who_distributed_before_the_round_leaves_nothing_to_do(house: House) -> None:
    """Ours was accepted, and is done without a second payment."""
    (coupon,) = waiting(house)
    make_due(house)
    accepted = distribute(coupon)
    sent_by_a_stranger(house, "distribute", [(coupon.batch << 40) + coupon.serial])
    house.ledger.index.catch_up()
    paid = house.consumer_cash(ANN)
    house.included(accepted)
    assert house.consumer_cash(ANN) == paid > 0


def test_statements_spendings_vouchers_and_wallets_count_as_done_too(house: House) -> None:
    """S4.7, S3.8: each found again by the name of its effect."""
    set_policy(house)
    buy(house, "1", 1_000, at=BOOKSHOP, day=TODAY - 2)
    priced, borne = house.stock(points_price=40, size=100), house.stock(bearer=True, size=100)
    house.included(house.ledger.points.grant(GrantPoints(ANN, 100), key="grant"))
    accepted = [
        house.ledger.points.spend(SpendPoints(ANN, BAKERY, priced, 2), key="spend"),
        close(house, BOOKSHOP),
        house.ledger.vouchers.issue(IssueVouchers(BAKERY, borne, 1, 2), key="voucher"),
        house.ledger.wallets.change(MoveWallet(BOB, consumer=True), key="bob"),
        house.ledger.wallets.change(MoveWallet(BOOKSHOP), key="shop"),
    ]
    house.ledger._relay.store_round()
    assert relayed_by_a_stranger(house) == 4
    house.included(*accepted)
    assert house.ledger.points.held_by(ANN, consumer=True) == 20
    assert len(house.ledger.coupons.held_by(ANN)) == 2
    assert len(house.ledger.statements.all(BOOKSHOP)) == 1
    assert len(house.ledger.wallets.former(BOB, consumer=True)) == 1
    house.included(house.issue(house.stock(merchant=BOOKSHOP, size=100), issuer=BOOKSHOP, holder=BOB))


def sent_by_a_stranger(house: House, function: str, *arguments: object) -> None:
    """A call of nobody's own making, that anybody may make."""
    stranger = key("stranger")
    call = Transaction(
        chain_id=CHAIN_ID,
        nonce=house.ledger.chain.nonce(stranger.address),
        to=house.ledger.deployment.ledger,
        data=house.ledger.contract.encode(function, *arguments),
        gas=16_000_000,
        max_fee=0,
    )
    (result,) = house.ledger.chain.send_raw([sign(call, stranger).raw])
    assert result.accepted
