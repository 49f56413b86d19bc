"""Terms to mint in a world."""

from typing import Any

from ledger.domain.terms import Funder, Role, ShareMode, Terms
from scripts.world.keys import DAY, NOW


def terms_tuple(terms: Terms) -> tuple[Any, ...]:
    """Terms as the contract's ABI takes them."""
    return (
        terms.size,
        terms.opens,
        terms.closes,
        terms.valid_days,
        terms.share_mode,
        terms.copies,
        terms.hops,
        terms.group,
        terms.minimum_order_minor,
        terms.settlement_delay_hours,
        terms.revocable,
        terms.bearer,
        terms.reward_minor,
        terms.reward_cap_bps,
        terms.contribution_bps,
        terms.contribution_cap_minor,
        terms.discount_bps,
        terms.discount_minor,
        terms.funder,
        terms.remainder_role,
        terms.points_price,
        terms.split_bps,
        terms.text,
    )


def some_terms(**changes: Any) -> Terms:
    """Terms with every kind of money in play, to change as a test needs."""
    values: dict[str, Any] = {
        "size": 1_000,
        "opens": NOW - 100,
        "closes": NOW + 30 * DAY,
        "share_mode": ShareMode.NONE,
        "minimum_order_minor": 100,
        "reward_minor": 500,
        "reward_cap_bps": 1_000,
        "contribution_bps": 200,
        "contribution_cap_minor": 300,
        "discount_bps": 1_000,
        "discount_minor": 400,
        "funder": Funder.OPERATOR,
        "remainder_role": Role.PLATFORM,
        "split_bps": (1_000, 2_000, 2_000, 2_000, 500, 500, 2_000),
        "text": b"\x11" * 32,
    }
    return Terms(**{**values, **changes})
