"""What an order moves, written again from the terms' meaning in exact fractions; shares no code with the product."""

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


def moved(terms: Terms, order: int, *, shared: bool = False) -> Moved:
    """What redeeming one coupon against the order moves; `shared`: two parties shared it on the way, else nobody."""
    reward = min(Fraction(terms.reward_minor), _share(terms.reward_cap_bps) * order)
    contribution = min(_share(terms.contribution_bps) * order, Fraction(terms.contribution_cap_minor))
    discount = Fraction(min(terms.discount_minor, order))
    if terms.discount_bps:
        discount = min(discount, _share(terms.discount_bps) * order)
    incentive = floor(reward) + floor(contribution)
    parts = {
        role: floor(_share(bps) * incentive) if shared or role not in SHARERS else 0
        for role, bps in zip(Role, terms.split_bps, strict=True)
    }
    rest = sum(part for role, part in parts.items() if role is not terms.remainder_role)
    parts[terms.remainder_role] = incentive - rest
    return Moved(floor(reward), floor(contribution), floor(discount), tuple(parts[role] for role in Role))


def reimbursed(terms: Terms, moving: Moved) -> int:
    """What of the discount somebody else pays back to the redeeming merchant."""
    return moving.discount if terms.funder in (Funder.OPERATOR, Funder.ISSUER) else 0


def from_batch(terms: Terms, moving: Moved) -> int:
    """What a redemption takes from the batch's reserve."""
    return moving.reward + (moving.discount if terms.funder is Funder.OPERATOR else 0)


def from_lot(terms: Terms, moving: Moved) -> int:
    """What a redemption takes from the lot's reserve."""
    return moving.discount if terms.funder is Funder.ISSUER else 0


def _share(bps: int) -> Fraction:
    return Fraction(bps, 10_000)
