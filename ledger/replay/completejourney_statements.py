"""The year's other baskets: purchases without a coupon, which each store states by the week."""

from collections.abc import Iterable, Iterator
from typing import Final

from ledger.replay.completejourney_year import Purchase
from ledger.replay.facts import PolicyFact, PurchaseLine, StatementFact
from ledger.replay.statements import DAY, WEEK_DAYS, statements_of

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
    lines = (
        (
            f"store-{purchase.store}",
            PurchaseLine(
                reference=f"basket-{purchase.basket}",
                consumer_key=f"household-{purchase.household}",
                amount_minor=purchase.amount_minor,
                at=purchase.at,
            ),
        )
        for purchase in purchases
        if purchase.basket not in used
    )
    return statements_of(lines)
