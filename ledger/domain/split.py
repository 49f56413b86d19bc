"""What an order earns and how it is divided, as the contract computes it; every division rounds down."""

from collections.abc import Collection
from dataclasses import dataclass

from ledger.domain.terms import BPS, Funder, Role, Terms


@dataclass(frozen=True, slots=True)
class Earning:
    """What one redemption moves, minor units; `parts` by `Role`, summing to reward + contribution."""

    reward: int
    contribution: int
    discount: int
    parts: tuple[int, ...]

    @property
    def incentive(self) -> int:
        """What the pool holds."""
        return self.reward + self.contribution


def reward_down(terms: Terms, order: int) -> int:
    """The reward of an order: the terms' reward, at most its cap's share of the order."""
    return min(terms.reward_minor, order * terms.reward_cap_bps // BPS)


def contribution_down(terms: Terms, order: int) -> int:
    """What the redeeming merchant adds: a share of the order up to its cap."""
    return min(order * terms.contribution_bps // BPS, terms.contribution_cap_minor)


def discount_down(terms: Terms, order: int) -> int:
    """What the consumer saves: a fixed amount, or a share with a cap; never more than the order."""
    amount = terms.discount_minor
    if terms.discount_bps:
        amount = min(amount, order * terms.discount_bps // BPS)
    return min(amount, order)


def parts_down(
    incentive: int, split_bps: tuple[int, ...], *, present: Collection[Role], remainder: Role
) -> tuple[int, ...]:
    """Seven parts: each present role's share rounded down, all that is left to the remainder role."""
    parts = [incentive * share // BPS if Role(role) in present else 0 for role, share in enumerate(split_bps)]
    parts[remainder] += incentive - sum(parts)
    return tuple(parts)


def earning(terms: Terms, order: int, *, sharers: int = 0) -> Earning:
    """What redeeming a coupon against `order` moves; `sharers` (0, 1 or 2) parties shared it on the way."""
    reward, contribution = reward_down(terms, order), contribution_down(terms, order)
    absent = {Role.SHARER, Role.FIRST_SHARER} if sharers == 0 else {Role.FIRST_SHARER} if sharers == 1 else set()
    present = [role for role in Role if role not in absent]
    parts = parts_down(reward + contribution, terms.split_bps, present=present, remainder=terms.remainder_role)
    return Earning(reward, contribution, discount_down(terms, order), parts)


def pool_down(terms: Terms, redeemed: int, order: int) -> tuple[int, int, int]:
    """Reward, contribution and discount of a redemption of `redeemed` that was amended to `order`.

    Pro rata to what the order as redeemed earned, rounded down; with both orders equal, that itself.
    """
    earned = (reward_down(terms, redeemed), contribution_down(terms, redeemed), discount_down(terms, redeemed))
    reward, contribution, discount = (amount * order // redeemed for amount in earned)
    return reward, contribution, discount


def reimbursed(terms: Terms, discount: int) -> int:
    """What of the discount comes back to the redeeming merchant."""
    return 0 if terms.funder is Funder.REDEEMER else discount
