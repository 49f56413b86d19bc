"""Purchases without a coupon as statements: each merchant's, period by period."""

from collections.abc import Iterable, Iterator
from typing import Final

from ledger.replay.facts import PurchaseLine, StatementFact

DAY: Final = 86_400
WEEK_DAYS: Final = 7
STATED_AFTER: Final = 6 * 3_600
"""Seconds from the end of a period to its statement."""


def statements_of(lines: Iterable[tuple[str, PurchaseLine]], *, days: int = WEEK_DAYS) -> Iterator[StatementFact]:
    """A statement for each merchant (its key stands before its lines) and period of so many days (UTC) since 1970."""
    periods: dict[tuple[int, str], list[PurchaseLine]] = {}
    for merchant, line in lines:
        periods.setdefault((line.at // (days * DAY), merchant), []).append(line)
    for (number, merchant), found in sorted(periods.items(), key=lambda each: each[0]):
        period = number * days
        yield StatementFact(
            merchant_key=merchant,
            period=period,
            days=days,
            lines=tuple(found),
            at=(period + days) * DAY + STATED_AFTER,
        )
