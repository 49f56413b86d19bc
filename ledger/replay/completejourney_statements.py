"""The year's other baskets: purchases without a coupon, which each store states by the week."""

from collections.abc import Iterable, Iterator
from typing import Final

from ledger.replay.completejourney_year import Purchase
from ledger.replay.facts import PolicyFact, PurchaseLine, StatementFact

DAY: Final = 86_400
WEEK_DAYS: Final = 7
STATED_AFTER: Final = 6 * 3_600
"""Seconds from the end of a week to its statement."""

COMMISSION_BPS, REBATE_BPS = 120, 6_000
LATER_COMMISSION_BPS, LATER_REBATE_BPS = 100, 6_500
LATER_FROM: Final = 17_350 * DAY
"""2017-07-03: a second version of the policy, announced four weeks ahead."""


def policies(first_at: int) -> tuple[PolicyFact, PolicyFact]:
    """Commission and rebate, and how they change in the middle of the year."""
    return (
        PolicyFact(0, COMMISSION_BPS, REBATE_BPS, "return_to_seller", at=first_at),
        PolicyFact(
            LATER_FROM, LATER_COMMISSION_BPS, LATER_REBATE_BPS, "platform_keeps", at=LATER_FROM - 4 * WEEK_DAYS * DAY
        ),
    )


def statements(purchases: Iterable[Purchase], *, used: frozenset[int]) -> Iterator[StatementFact]:
    """A statement for each store and week (UTC, from a Thursday on) with the baskets for which no coupon was used."""
    weeks: dict[tuple[int, int], list[PurchaseLine]] = {}
    for purchase in purchases:
        if purchase.basket in used:
            continue
        week = purchase.at // (WEEK_DAYS * DAY)
        line = PurchaseLine(
            reference=f"basket-{purchase.basket}",
            consumer_key=f"household-{purchase.household}",
            amount_minor=purchase.amount_minor,
            at=purchase.at,
        )
        weeks.setdefault((week, purchase.store), []).append(line)
    for (week, store), lines in sorted(weeks.items()):
        period = week * WEEK_DAYS
        yield StatementFact(
            merchant_key=f"store-{store}",
            period=period,
            days=WEEK_DAYS,
            lines=tuple(lines),
            at=(period + WEEK_DAYS) * DAY + STATED_AFTER,
        )
