"""The bounds on gas of vouchers and of revoking, against transactions as dear as operations can make them."""

import pytest

from ledger.intake.voucher import VOUCHERS_LIMIT, IssueVouchers, RedeemVoucher, TakeVoucher
from tests.conftest import Report
from tests.ledger.house import ANN, BAKERY, BOB, BOOKSHOP, CINEMA, OPERATOR, House
from tests.ledger.relay.crowd import FREE, check

BATCHES = 8


@pytest.fixture
def rich(house: House) -> House:
    """The operator can fund some batches."""
    house.fund(OPERATOR, amount=100_000_000)
    return house


def test_the_largest_issue_of_vouchers(rich: House, report: Report) -> None:
    """Each key a fresh slot, each day of issue too."""
    batch = rich.stock(count=VOUCHERS_LIMIT, bearer=True, valid_days=5, **FREE)
    check(rich, report, [rich.ledger.vouchers.issue(IssueVouchers(BAKERY, batch, 1, VOUCHERS_LIMIT), key="all")])


def test_small_issues_of_many_batches_and_what_becomes_of_them(rich: House, report: Report) -> None:
    """Every voucher in a batch of its own beside its neighbours: taken by others, used, or revoked."""
    vouchers = rich.ledger.vouchers
    batches = [rich.stock(merchant=each % 2 + BAKERY, count=30, bearer=True, revocable=True) for each in range(BATCHES)]
    issued = [
        vouchers.issue(IssueVouchers(each % 2 + BAKERY, batch, 1, 3), key=f"{batch}")
        for each, batch in enumerate(batches)
    ]
    check(rich, report, issued)
    by_batch = [vouchers.issued(each.id) for each in issued]
    taken = [
        TakeVoucher(each[0].batch, each[0].serial, (ANN, BOB)[each[0].batch % 2], each[0].secret) for each in by_batch
    ]
    check(rich, report, [vouchers.take(each, key=f"take {each.batch}") for each in taken])
    used = [
        RedeemVoucher(each[1].batch, each[1].serial, (BOOKSHOP, CINEMA)[each[1].batch % 2], 1_000, each[1].secret)
        for each in by_batch
    ]
    check(rich, report, [vouchers.redeem(each, key=f"use {each.batch}") for each in used])
    # Coupon by coupon another batch, travelled ones and those in their lanes by turns.
    void = [(each[index].batch, each[index].serial) for index in (0, 2) for each in by_batch]
    check(rich, report, rich.ledger.coupons.revoke(void, cause=1, key="void"))


def test_revoking_many_of_one_batch(rich: House, report: Report) -> None:
    batch = rich.stock(count=200, revocable=True, **FREE)
    rich.included(rich.issue(batch, count=200))
    check(rich, report, rich.ledger.coupons.revoke([(batch, 800 + each) for each in range(200)], cause=1, key="all"))
