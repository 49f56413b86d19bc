"""Short ways to a policy, to purchases and to statements of a house."""

from typing import Any, Final

from ledger.domain.rebate import EqualCodes
from ledger.intake.desk import Accepted
from ledger.intake.policy import ChangePolicy
from ledger.rebates.closing import ClosePeriod
from ledger.rebates.purchases import ReportPurchase
from scripts.world import NOW
from tests.ledger.house import ANN, BOOKSHOP, DAY, House

TODAY: Final = NOW // DAY
"""The day on which a house stands, counted from 1970 in UTC."""

COMMISSION_BPS, REBATE_BPS = 500, 6_000


def set_policy(
    house: House,
    *,
    commission_bps: int = COMMISSION_BPS,
    rebate_bps: int = REBATE_BPS,
    equal_codes: EqualCodes = EqualCodes.RETURN_TO_SELLER,
    starts_at: int | None = 0,
) -> None:
    """A policy, by itself one that was always in force: 5 % commission, 3 % of the amount rebated."""
    request = ChangePolicy(commission_bps, rebate_bps, equal_codes, starts_at)
    scheduled = house.ledger.statements.change_policy(request, key=house.key())
    house.included(scheduled)
    house.included(house.ledger.admin.execute(scheduled.id, key=house.key()))


def buy(
    house: House,
    reference: str,
    amount: int = 1_000,
    *,
    at: int = BOOKSHOP,
    consumer: int = ANN,
    day: int | None = None,
    code: int | None = None,
) -> None:
    """Report a purchase, of now or of the first moment of a day."""
    occurred_at = None if day is None else day * DAY
    house.ledger.purchases.report(ReportPurchase(at, reference, consumer, amount, occurred_at, code))


def close(house: House, merchant: int = BOOKSHOP, *, key: str | None = None, **days: Any) -> Accepted:
    """State a merchant's days that are over."""
    return house.ledger.statements.close(ClosePeriod(merchant, **days), key=key or house.key())
