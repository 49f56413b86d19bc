"""The limits of a batch's terms, checked before anything is signed; the contract checks the same again."""

from collections.abc import Iterator
from dataclasses import fields

from ledger.replay.facts import TermsFact

BPS_MAX = 10_000
AMOUNT_MAX_MINOR = 2**48 - 1
TERM_MAX_MINOR = 2**40 - 1
"""A discount and a price have 40 bits on the chain."""
POOL_MAX_MINOR = 2**36 - 1
"""Seven parts fit one event word, so reward and contribution together stay under this."""
RESERVE_MAX_MINOR = 2**64 - 1
SIZE_MAX = 2**32 - 1
COPIES_MAX = 2**8 - 1
HOPS_MAX = 2**4 - 1
VALID_DAYS_MAX = 2**16 - 1
DELAY_MAX_HOURS = 8_760


def reserve_minor(terms: TermsFact, size: int) -> int:
    """What mint sets aside, in minor units: every reward and operator-funded discount at its most, copies included."""
    discount = terms.discount_minor if terms.funder == "operator" else 0
    return size * (1 + terms.copies_per_coupon) * (terms.reward_minor + discount)


def broken_rules(terms: TermsFact, size: int) -> tuple[str, ...]:
    """Every rule these terms break, each with both compared values; none when the batch can be minted."""
    return (*_ranges(terms, size), *_pairs(terms), *_sums(terms, size))


def _ranges(terms: TermsFact, size: int) -> Iterator[str]:
    limits = {
        "valid_days": VALID_DAYS_MAX,
        "copies_per_coupon": COPIES_MAX,
        "hops": HOPS_MAX,
        "minimum_order_minor": AMOUNT_MAX_MINOR,
        "reward_minor": POOL_MAX_MINOR,
        "reward_cap_bps": BPS_MAX,
        "contribution_bps": BPS_MAX,
        "contribution_cap_minor": POOL_MAX_MINOR,
        "discount_minor": TERM_MAX_MINOR,
        "discount_bps": BPS_MAX,
        "settlement_delay_hours": DELAY_MAX_HOURS,
        "points_price": TERM_MAX_MINOR,
    }
    values = {name: (getattr(terms, name), 0, limit) for name, limit in limits.items()} | {"size": (size, 1, SIZE_MAX)}
    values |= {f"split {part.name}": (getattr(terms.split, part.name), 0, BPS_MAX) for part in fields(terms.split)}
    for name, (value, low, high) in values.items():
        if not low <= value <= high:
            yield f"{name} is {value}, it must be {low} to {high}"


def _pairs(terms: TermsFact) -> Iterator[str]:
    if (terms.reward_minor > 0) != (terms.reward_cap_bps > 0):
        yield f"reward {terms.reward_minor} and reward_cap_bps {terms.reward_cap_bps}: give both or neither"
    if (terms.contribution_bps > 0) != (terms.contribution_cap_minor > 0):
        given = f"contribution_bps {terms.contribution_bps} and contribution_cap {terms.contribution_cap_minor}"
        yield f"{given}: give both or neither"
    if (terms.share_mode == "copy") != (terms.copies_per_coupon > 0):
        given = f"share_mode {terms.share_mode} with copies_per_coupon {terms.copies_per_coupon}"
        yield f"{given}: copy needs copies, and only copy has them"
    if (terms.share_mode != "none") != (terms.hops > 0):
        yield f"share_mode {terms.share_mode} with hops {terms.hops}: sharing needs hops, and only sharing has them"
    if (terms.discount_kind != "none") != (terms.discount_minor > 0):
        yield f"discount_kind {terms.discount_kind} with a discount of {terms.discount_minor}: give both or neither"
    if (terms.discount_kind == "bps") != (terms.discount_bps > 0):
        yield f"discount_kind {terms.discount_kind} with discount_bps {terms.discount_bps}: give both or neither"


def _sums(terms: TermsFact, size: int) -> Iterator[str]:
    if terms.closes <= terms.opens:
        yield f"closes ({terms.closes}) must be after opens ({terms.opens})"
    if terms.split.total() != BPS_MAX:
        yield f"the split's parts sum to {terms.split.total()} bps, they must sum to exactly {BPS_MAX}"
    pool = terms.reward_minor + terms.contribution_cap_minor
    if pool > POOL_MAX_MINOR:
        yield f"reward and contribution cap together are {pool}, at most {POOL_MAX_MINOR}"
    if reserve_minor(terms, size) > RESERVE_MAX_MINOR:
        yield f"minting would reserve {reserve_minor(terms, size)}, at most {RESERVE_MAX_MINOR}"
