"""Give a coupon to a consumer: who has it then, and every refusal."""

from ledger.domain.errors import Reason, Refused
from ledger.domain.events import SharedItem, Transferred
from ledger.domain.ids import coupon_id
from ledger.domain.split import earning
from ledger.domain.terms import Role
from ledger.intake.control import Close, Suspend
from scripts.world import NOW
from tests.ledger.house import (
    ANN,
    BOB,
    BOOKSHOP,
    CID,
    CINEMA,
    DAY,
    Held,
    House,
    check_idempotent,
    check_key_stays_free,
    refusing,
)
from tests.ledger.intake.handing import copy, copyable, row, transfer, transferable


def test_the_giver_loses_the_coupon_and_the_receiver_uses_it(house: House) -> None:
    """S1.18, S1.26: transferred, free."""
    coupon = transferable(house)
    accepted = transfer(coupon)
    house.included(accepted)
    number = coupon_id(coupon.batch, coupon.serial)
    assert house.ledger.operations.events(accepted.id) == (
        Transferred(coupon.batch, (SharedItem(number, 1, 0, ANN, BOB, 0),)),
    )
    found = row(coupon)
    assert (found.holder, found.version, found.sharer, found.first_sharer, found.hops) == (BOB, 1, ANN, 0, 1)
    house.included(coupon.redeem())
    assert coupon.state == "redeemed"


def test_whoever_shared_it_gets_a_part_when_it_is_used(house: House) -> None:
    """S2.16, N1: from the consumer who shared first and the one who shared last to the one who used it."""
    coupon = transferable(house)
    for to in (BOB, CID):
        house.included(transfer(coupon, to))
    house.included(coupon.redeem(at=BOOKSHOP, order=10_000))
    parts = earning(house.ledger.batches.get(coupon.batch).terms, 10_000, sharers=2).parts
    cash = [house.consumer_cash(each) for each in (ANN, BOB, CID)]
    assert cash == [parts[Role.FIRST_SHARER], parts[Role.SHARER], parts[Role.CONSUMER]]


def test_many_go_on_in_one_transaction(house: House) -> None:
    coupons = house.held(count=20, share_mode=1, hops=1)
    accepted = [transfer(each, BOB if each.serial % 2 else CID) for each in coupons]
    house.included(*accepted)
    assert len({house.ledger.operations.get(each.id).transaction for each in accepted}) == 1


def test_of_many_sent_together_only_the_bad_one_is_refused(house: House) -> None:
    """The chain names the one that it refuses by its place."""
    coupons = house.held(count=5, share_mode=1, hops=1)
    first = transfer(coupons[0])
    house.pass_time(DAY + 1)
    others = [transfer(each) for each in coupons[1:]]
    assert house.refused(first) == "DeadlinePassed"
    house.included(*others)


def test_a_coupon_goes_one_way_at_a_time(house: House) -> None:
    """N8: over all verbs, one operation a coupon's version."""
    coupon = transferable(house)
    house.ledger.settle()
    accepted = transfer(coupon)
    with refusing(house, Refused, reason=Reason.VERSION_STALE):
        transfer(coupon, CID)
    with refusing(house, Refused, reason=Reason.VERSION_STALE):
        coupon.redeem()
    house.included(accepted)
    used = coupon.redeem()
    with refusing(house, Refused, reason=Reason.COUPON_REDEEMED):
        transfer(coupon, CID)
    house.included(used)


def test_what_the_chain_refused_may_be_given_again(house: House) -> None:
    coupon = transferable(house)
    late = transfer(coupon)
    house.pass_time(DAY + 1)
    assert house.refused(late) == "DeadlinePassed"
    house.included(transfer(coupon, CID))


def test_terms_that_do_not_allow_it(house: House) -> None:
    """S1.10: the share category: none, transfer only, or copy."""
    (kept,) = house.held()
    with refusing(house, Refused, reason=Reason.SHARE_NOT_ALLOWED):
        transfer(kept)
    coupon = transferable(house, hops=1)
    house.included(transfer(coupon))
    with refusing(house, Refused, reason=Reason.HOPS_EXHAUSTED, given=2, limit=1):
        transfer(coupon, CID)


def test_who_cannot_receive_or_give(house: House) -> None:
    coupon = transferable(house)
    with refusing(house, Refused, reason=Reason.RECIPIENT_INVALID):
        transfer(coupon, ANN)
    for nobody in (0, 4, -1, 2**32):
        with refusing(house, Refused, reason=Reason.CONSUMER_UNKNOWN):
            transfer(coupon, nobody)
    house.included(house.ledger.members.suspend(Suspend(ANN, True, True), key="s"))
    with refusing(house, Refused, reason=Reason.CONSUMER_SUSPENDED):
        transfer(coupon)


def test_coupons_that_are_not_there(house: House) -> None:
    coupon = transferable(house)
    with refusing(house, Refused, reason=Reason.BATCH_UNKNOWN):
        transfer(Held(house, 9, 0))
    with refusing(house, Refused, reason=Reason.COUPON_NOT_ISSUED):
        transfer(Held(house, coupon.batch, coupon.serial + 1))
    house.included(coupon.redeem())
    with refusing(house, Refused, reason=Reason.COUPON_REDEEMED):
        transfer(coupon)


def test_a_coupon_out_of_date(house: House) -> None:
    """S1.9: days from receipt are counted from the issue, not from the sharing."""
    coupon = transferable(house, valid_days=2)
    house.included(transfer(coupon))
    today = NOW // DAY
    house.pass_time((today + 3) * DAY - house.now)
    with refusing(house, Refused, reason=Reason.COUPON_EXPIRED, given=today + 3, limit=today + 2):
        transfer(coupon, CID)
    with refusing(house, Refused, reason=Reason.COUPON_EXPIRED, given=today + 3, limit=today + 2):
        coupon.redeem()


def test_a_batch_that_is_over(house: House) -> None:
    coupon = transferable(house, closes=NOW + DAY)
    house.pass_time(DAY)
    with refusing(house, Refused, reason=Reason.BATCH_EXPIRED):
        transfer(coupon)
    house.pass_time(8 * DAY)
    house.included(house.ledger.batches.close(Close(coupon.batch), key="c"))
    with refusing(house, Refused, reason=Reason.BATCH_CLOSED):
        transfer(coupon)


def test_a_travelled_coupon_is_used_by_its_new_holder_alone(house: House) -> None:
    coupon = copyable(house)
    house.included(copy(coupon, CID), transfer(coupon, BOB))
    house.included(house.ledger.members.suspend(Suspend(BOB, True, True), key="s"))
    with refusing(house, Refused, reason=Reason.CONSUMER_SUSPENDED):
        coupon.redeem(at=CINEMA)


def test_once_a_key(house: House) -> None:
    """N10."""
    coupon = transferable(house)
    check_idempotent(house, lambda key: transfer(coupon, key=key), lambda key: transfer(coupon, CID, key=key))


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    coupon = transferable(house)
    check_key_stays_free(house, lambda key: transfer(coupon, ANN, key=key), lambda key: transfer(coupon, key=key))
