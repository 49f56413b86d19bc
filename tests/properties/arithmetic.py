"""What an order moves, written again from the terms' meaning in exact fractions; shares no code with the product."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from ledger.domain.terms import Funder, Role, Terms

SHARERS = (Role.SHARER, Role.FIRST_SHARER)


@dataclass(frozen=True, slots=True)
class Moved:
    """Reward, contribution, discount and the parts by role, minor units."""

    reward: int
    contribution: int
    discount: int
    parts: tuple[int, ...]


def moved(terms: Terms, order: int, *, absent: Collection[Role] = SHARERS) -> Moved:
    """What redeeming one coupon against the order moves; `absent` has nobody, by itself who shares."""
    reward = min(Fraction(terms.reward_minor), _share(terms.reward_cap_bps) * order)
    contribution = min(_share(terms.contribution_bps) * order, Fraction(terms.contribution_cap_minor))
    discount = Fraction(min(terms.discount_minor, order))
    if terms.discount_bps:
        discount = min(discount, _share(terms.discount_bps) * order)
    parts = divided(terms, floor(reward) + floor(contribution), absent=absent)
    return Moved(floor(reward), floor(contribution), floor(discount), parts)


def divided(terms: Terms, incentive: int, *, absent: Collection[Role]) -> tuple[int, ...]:
    """The parts by role; what rounding leaves and what would be of an absent role is the remainder role's."""
    parts = {
        role: 0 if role in absent else floor(_share(bps) * incentive)
        for role, bps in zip(Role, terms.split_bps, strict=True)
    }
    rest = sum(part for role, part in parts.items() if role is not terms.remainder_role)
    parts[terms.remainder_role] = incentive - rest
    return tuple(parts[role] for role in Role)


def amended(terms: Terms, moving: Moved, order: int, *, redeemed: int, absent: Collection[Role]) -> Moved:
    """What is left of it when the order redeemed is lowered: of each amount as much as of the order, in whole units."""
    left = Fraction(order, redeemed)
    reward, contribution = floor(left * moving.reward), floor(left * moving.contribution)
    parts = divided(terms, reward + contribution, absent=absent)
    return Moved(reward, contribution, floor(left * moving.discount), parts)


def reimbursed(terms: Terms, moving: Moved) -> int:
    """What of the discount somebody else pays back to the redeeming merchant."""
    return moving.discount if terms.funder in (Funder.OPERATOR, Funder.ISSUER) else 0


def drawn(terms: Terms, moving: Moved) -> int:
    """What counts against the merchant's daily cap: others' money that it gets or gives on."""
    return moving.reward + reimbursed(terms, moving)


def from_batch(terms: Terms, moving: Moved) -> int:
    """What a redemption takes from the batch's reserve."""
    return moving.reward + (moving.discount if terms.funder is Funder.OPERATOR else 0)


def from_lot(terms: Terms, moving: Moved) -> int:
    """What a redemption takes from the lot's reserve."""
    return moving.discount if terms.funder is Funder.ISSUER else 0


def _share(bps: int) -> Fraction:
    return Fraction(bps, 10_000)
