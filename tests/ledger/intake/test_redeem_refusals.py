"""Every refusal of a redemption, and the edges of each limit."""

import pytest

from ledger.domain.errors import Reason, Refused
from ledger.domain.ids import GROUP_ISSUER_ONLY
from ledger.domain.terms import Funder
from ledger.intake.control import ChangeGroup, Close, Suspend
from ledger.intake.redeem import ORDER_LIMIT_MINOR
from scripts.world import NOW
from tests.ledger.house import ANN, BAKERY, BANK, BOOKSHOP, CINEMA, DAY, FUNDS, OPERATOR, Held, House, refusing


def test_a_coupon_that_is_in_stock_or_was_never_minted_is_not_issued(house: House) -> None:
    (coupon,) = house.held()
    for serial in (coupon.serial + 1, 0, 999, 1_000, 2**40):
        with refusing(house, Refused, reason=Reason.COUPON_NOT_ISSUED):
            Held(house, coupon.batch, serial).redeem()
    with refusing(house, Refused, reason=Reason.BATCH_UNKNOWN):
        Held(house, 2, 0).redeem()


def test_a_used_coupon_stays_used(house: House) -> None:
    """S1.34: after use the coupon is void."""
    (coupon,) = house.held()
    house.included(coupon.redeem())
    with refusing(house, Refused, reason=Reason.COUPON_REDEEMED):
        coupon.redeem(at=CINEMA)


@pytest.mark.parametrize(("merchant", "reason"), [(99, Reason.MERCHANT_UNKNOWN), (BANK, Reason.KIND_INVALID)])
def test_who_cannot_redeem_is_refused(house: House, merchant: int, reason: Reason) -> None:
    (coupon,) = house.held()
    with refusing(house, Refused, reason=reason):
        coupon.redeem(at=merchant)


def test_the_suspended_are_refused(house: House) -> None:
    (coupon,) = house.held()
    members = house.ledger.members
    house.included(
        members.suspend(Suspend(BOOKSHOP, True), key="s"), members.suspend(Suspend(ANN, True, True), key="t")
    )
    with refusing(house, Refused, reason=Reason.MERCHANT_SUSPENDED):
        coupon.redeem(at=BOOKSHOP)
    with refusing(house, Refused, reason=Reason.CONSUMER_SUSPENDED):
        coupon.redeem(at=CINEMA)


def test_only_the_issuer_takes_a_coupon_that_is_limited_to_it(house: House) -> None:
    """S2.3."""
    (coupon,) = house.held(group=GROUP_ISSUER_ONLY)
    with refusing(house, Refused, reason=Reason.MERCHANT_NOT_ACCEPTED):
        coupon.redeem(at=BOOKSHOP)
    house.included(coupon.redeem(at=BAKERY))


def test_only_members_take_a_coupon_of_a_group(house: House) -> None:
    """S2.3, S0.8: limited by place."""
    house.included(house.ledger.members.change_group(ChangeGroup(0, True, (BOOKSHOP,)), key="g"))
    first, second = house.held(group=1, count=2)
    with refusing(house, Refused, reason=Reason.MERCHANT_NOT_ACCEPTED):
        first.redeem(at=CINEMA)
    house.included(first.redeem(at=BOOKSHOP))
    house.included(house.ledger.members.change_group(ChangeGroup(1, False, (BOOKSHOP,)), key="h"))
    with refusing(house, Refused, reason=Reason.MERCHANT_NOT_ACCEPTED):
        second.redeem(at=BOOKSHOP)


def test_from_the_first_second_of_the_window_to_the_last(house: House) -> None:
    """S0.8: limited by time."""
    opens, closes = NOW + 100, NOW + DAY
    first, second, third = house.held(opens=opens, closes=closes, count=3)
    house.pass_time(99)
    with refusing(house, Refused, reason=Reason.BATCH_NOT_OPEN, given=opens - 1, limit=opens):
        first.redeem()
    house.pass_time(1)
    house.included(first.redeem())
    house.pass_time(closes - opens - 1)
    house.included(second.redeem())
    house.pass_time(1)
    with refusing(house, Refused, reason=Reason.BATCH_EXPIRED, given=closes, limit=closes):
        third.redeem()


def test_for_whole_days_after_the_day_of_issue(house: House) -> None:
    """S1.9: validity in days from receipt."""
    first, second = house.held(valid_days=2, count=2)
    today = NOW // DAY
    house.pass_time((today + 3) * DAY - 1 - NOW)
    house.included(first.redeem())
    house.pass_time(1)
    with refusing(house, Refused, reason=Reason.COUPON_EXPIRED, given=today + 3, limit=today + 2):
        second.redeem()


def test_a_closed_batch_takes_nothing(house: House) -> None:
    (coupon,) = house.held(closes=NOW + DAY)
    house.pass_time(9 * DAY)
    house.included(house.ledger.batches.close(Close(coupon.batch), key="c"))
    with refusing(house, Refused, reason=Reason.BATCH_CLOSED):
        coupon.redeem()


def test_an_order_is_worth_something_at_least_the_minimum_and_at_most_what_a_record_holds(house: House) -> None:
    """S1.12: conditions such as "spend X"."""
    first, second = house.held(count=2, minimum_order_minor=500)
    for order in (0, -1):
        with refusing(house, Refused, reason=Reason.ORDER_ZERO):
            first.redeem(order=order)
    with refusing(house, Refused, reason=Reason.ORDER_BELOW_MINIMUM, given=499, limit=500):
        first.redeem(order=499)
    above = ORDER_LIMIT_MINOR + 1
    with refusing(house, Refused, reason=Reason.ORDER_ABOVE_MAXIMUM, given=above, limit=ORDER_LIMIT_MINOR):
        first.redeem(order=above)
    house.included(first.redeem(order=500), second.redeem(order=ORDER_LIMIT_MINOR))


def test_the_merchant_needs_the_cash_for_its_contribution(house: House) -> None:
    (coupon,) = house.held(contribution_bps=10_000, contribution_cap_minor=2**35)
    with refusing(house, Refused, reason=Reason.CONTRIBUTION_UNFUNDED, given=FUNDS + 1, limit=FUNDS):
        coupon.redeem(order=FUNDS + 1)
    house.included(coupon.redeem(order=FUNDS))


def test_a_merchant_takes_so_much_reward_a_day_and_no_more(house: House) -> None:
    """Promise 26: what a colluding merchant can take a day is bounded."""
    house.fund(OPERATOR, amount=10_000_000)
    terms = {"size": 100, "reward_minor": 60_000, "reward_cap_bps": 10_000, "funder": Funder.REDEEMER}
    first, second, third = house.held(count=3, **terms)
    house.included(first.redeem(order=60_000))
    with refusing(house, Refused, reason=Reason.REWARD_CAP_REACHED, given=40_001, limit=40_000):
        second.redeem(order=40_001)
    house.included(second.redeem(order=40_000))
    with refusing(house, Refused, reason=Reason.REWARD_CAP_REACHED, given=100, limit=0):
        third.redeem(order=100)
    house.pass_time(DAY)
    house.included(third.redeem(order=60_000))


@pytest.mark.parametrize("funder", [Funder.OPERATOR, Funder.ISSUER])
def test_a_discount_that_others_fund_counts_in_the_cap(house: House, funder: Funder) -> None:
    """99,600 of reward and 400 of discount are all of a day."""
    house.fund(OPERATOR, amount=20_000_000)
    first, second = house.held(count=2, size=100, reward_minor=99_601, reward_cap_bps=10_000, funder=funder)
    with refusing(house, Refused, reason=Reason.REWARD_CAP_REACHED, given=100_001, limit=100_000):
        first.redeem(order=99_601)
    house.included(first.redeem(order=99_600))
    with refusing(house, Refused, reason=Reason.REWARD_CAP_REACHED, limit=0):
        second.redeem(order=100)


def test_of_redemptions_accepted_at_once_the_chain_refuses_those_beyond_the_cap(house: House) -> None:
    """The desk knows what is included, the contract everything."""
    house.fund(OPERATOR, amount=10_000_000)
    first, second = house.held(count=2, size=100, reward_minor=60_000, reward_cap_bps=10_000)
    done, late = first.redeem(order=60_000), second.redeem(order=60_000)
    house.included(done)
    assert house.refused(late) == "RewardCapReached"
    assert second.state == "issued"
