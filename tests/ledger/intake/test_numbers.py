"""Numbers that no field holds: refused by name at the desk, wherever they stand, and nothing is stuck behind them."""

from collections.abc import Callable

import pytest

from ledger.domain.errors import OutOfRange
from ledger.intake import cash, control, issue, mint, redeem, register, stock
from ledger.intake.desk import Accepted
from scripts.world import some_terms
from tests.ledger.house import House, refusing

HUGE = 2**63
CASES: list[tuple[str, Callable[[House, int], Accepted]]] = [
    ("recruiter", lambda h, n: h.ledger.members.register_consumer(register.RegisterConsumer("x", n), key="k")),
    ("party", lambda h, n: h.ledger.members.suspend(control.Suspend(n, True), key="k")),
    ("agent", lambda h, n: h.ledger.members.appoint(control.AppointAgent(2, n, b"\x01" * 20, 1, 1, 1), key="k")),
    ("merchants", lambda h, n: h.ledger.members.change_group(control.ChangeGroup(0, True, (2, n)), key="k")),
    ("amount_minor", lambda h, n: h.ledger.cash.deposit(cash.DepositCash(2, n), key="k")),
    ("amount_minor", lambda h, n: h.ledger.cash.withdraw(cash.WithdrawCash(2, n, b"\x01" * 20), key="k")),
    ("merchant", lambda h, n: h.ledger.cash.pay_out(cash.PayOut(n), key="k")),
    ("size", lambda h, n: h.ledger.batches.mint(mint.Mint(some_terms(size=n)), key="k")),
    ("split_bps", lambda h, n: h.ledger.batches.mint(mint.Mint(some_terms(split_bps=(n, 0, 0, 0, 0, 0, 0))), key="k")),
    ("count", lambda h, n: h.ledger.batches.allocate(stock.Allocate(1, 2, n), key="k")),
    ("lot", lambda h, n: h.ledger.batches.recall(stock.RecallStock(2, 1, n, 1), key="k")),
    ("consumers", lambda h, n: h.ledger.coupons.issue(issue.IssueCoupons(2, 1, 1, ((1, 1), (n, 1))), key="k")),
    ("serial", lambda h, n: h.ledger.coupons.redeem(redeem.RedeemCoupon(1, n, 2, 5), key="k")),
    ("order_minor", lambda h, n: h.ledger.coupons.redeem(redeem.RedeemCoupon(1, 1, 2, n), key="k")),
    ("batch", lambda h, n: h.ledger.batches.close(control.Close(n), key="k")),
    ("lots", lambda h, n: h.ledger.batches.close_lots(control.CloseLots(1, (1, n)), key="k")),
]


@pytest.mark.parametrize("value", [HUGE, -HUGE, 10**40])
def test_a_number_beyond_any_column_is_refused_by_its_name(house: House, value: int) -> None:
    """Promise 3: no request ends in anything but a named refusal."""
    for field, ask in CASES:
        with refusing(house, OutOfRange, field=field, given=value):
            ask(house, value)
