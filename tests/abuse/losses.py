"""The most that each economic abuse can cost, out of a batch's terms; `contracts/ABUSE.md` says the same to operators.

Amounts are minor units. A loss is what the abuse draws from the money others set aside: reward and operator-funded
discount from the batch's reserve, issuer-funded discount from the issuer's.
"""

from ledger.domain.split import discount_down, earning, reimbursed, reward_down
from ledger.domain.terms import BPS, Funder, Role, Terms


def drawn(terms: Terms, order: int) -> int:
    """What one redemption of an order takes of others' money."""
    return reward_down(terms, order) + reimbursed(terms, discount_down(terms, order))


def most_drawn(terms: Terms) -> int:
    """What one redemption can take at most, whatever the order."""
    return terms.reward_minor + reimbursed(terms, terms.discount_minor)


def fullest_order(terms: Terms) -> int:
    """The lowest order that earns the whole reward, the whole discount and costs the whole contribution."""
    shares = (
        (terms.reward_minor, terms.reward_cap_bps),
        (terms.contribution_cap_minor, terms.contribution_bps),
        (terms.discount_minor, terms.discount_bps or BPS),
    )
    return max(terms.minimum_order_minor, 1, *(-(-amount * BPS // bps) for amount, bps in shares if amount))


def wash_redemption(terms: Terms, *, coupons: int, merchants: int, days: int, cap_daily: int) -> int:
    """Merchants redeem coupons of consumers who collude, for sales that never were: all coupons they lay hands on, but
    never more than the daily cap of each merchant."""
    return min(coupons * most_drawn(terms), merchants * days * cap_daily)


def own_sharing(terms: Terms, *, coupons: int, order: int) -> int:
    """A consumer passes coupons through accounts of its own: it gets the sharers' shares, which would have been the
    remainder role's. Nothing more is drawn, and no third account gets anything."""
    parts = earning(terms, order, sharers=min(2, terms.hops)).parts
    return coupons * (parts[Role.SHARER] + parts[Role.FIRST_SHARER])


def copy_farm(terms: Terms, *, coupons: int) -> int:
    """A consumer copies its coupons to accounts of its own, as often as the terms allow, and uses all."""
    return coupons * (1 + terms.copies) * most_drawn(terms)


def invented_order(terms: Terms, *, coupons: int, order: int) -> int:
    """A merchant reports the fullest order in the place of the one there was."""
    return coupons * (most_drawn(terms) - drawn(terms, order))


def drained_discount(terms: Terms, *, coupons: int, merchants: int, days: int, cap_daily: int) -> int:
    """A merchant is reimbursed for discounts that it never gave."""
    if terms.funder is Funder.REDEEMER:
        return 0
    return min(coupons * terms.discount_minor, merchants * days * cap_daily)


def left_after_forfeit(loss_daily: int, *, noticed_after_hours: int, delay_hours: int) -> int:
    """What stays lost of an abuse that goes on, so much a day, until it is noticed and what waits is forfeited: all
    that was redeemed longer ago than the delay, in days begun."""
    return loss_daily * -(-max(0, noticed_after_hours - delay_hours) // 24)
