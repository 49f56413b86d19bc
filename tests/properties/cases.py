"""Random terms and orders, often at an edge: nothing, everything, and one beside it."""

from random import Random
from typing import Any

from ledger.domain.terms import ALWAYS_PRESENT, BPS, INCENTIVE_LIMIT_MINOR, Funder, ShareMode, Terms
from scripts.world import some_terms

ORDER_LIMIT_MINOR = 2**48 - 1
AMOUNT_LIMIT_MINOR = 2**40 - 1


def random_terms(random: Random, **changes: Any) -> Terms:
    """Terms that may be minted, with any money in them; `changes` are fixed."""
    reward = _amount(random, INCENTIVE_LIMIT_MINOR)
    contribution_bps = _bps(random)
    contribution_cap = max(1, _amount(random, INCENTIVE_LIMIT_MINOR - reward)) if contribution_bps else 0
    if reward + contribution_cap > INCENTIVE_LIMIT_MINOR:
        reward = INCENTIVE_LIMIT_MINOR - contribution_cap
    copies = random.choice((0, 0, 1, 255))
    values: dict[str, Any] = {
        "reward_minor": reward,
        "reward_cap_bps": max(1, random.choice((_bps(random), random.randrange(2**16), 2**16 - 1))),
        "contribution_bps": contribution_bps,
        "contribution_cap_minor": contribution_cap,
        "discount_bps": _bps(random),
        "discount_minor": max(1, _amount(random, AMOUNT_LIMIT_MINOR)),
        "minimum_order_minor": 0,
        "funder": random.choice(list(Funder)),
        "remainder_role": random.choice(ALWAYS_PRESENT),
        "split_bps": _split(random),
        "share_mode": ShareMode.COPY if copies else ShareMode.NONE,
        "copies": copies,
        "hops": 1 if copies else 0,
    }
    terms = some_terms(**{**values, **changes})
    terms.check()
    return terms


def random_order(random: Random, terms: Terms) -> int:
    """An order, often one at which a cap begins to hold or rounding gains a unit."""
    kind = random.randrange(4)
    if kind == 0:
        return max(1, _amount(random, ORDER_LIMIT_MINOR))
    if kind == 1:
        return random.randrange(1, 10 * BPS)
    amount, bps = random.choice(
        (
            (terms.reward_minor, terms.reward_cap_bps),
            (terms.contribution_cap_minor, terms.contribution_bps),
            (terms.discount_minor, terms.discount_bps or BPS),
        )
    )
    threshold = -(-amount * BPS // max(1, bps)) + random.randrange(-1, 2)
    return min(max(1, threshold), ORDER_LIMIT_MINOR)


def _amount(random: Random, limit: int) -> int:
    """Any magnitude is as likely as any other; the ends are frequent."""
    kind = random.randrange(10)
    if kind == 0:
        return 0
    if kind == 1:
        return limit
    return min(limit, random.getrandbits(random.randrange(limit.bit_length() + 1)))


def _bps(random: Random) -> int:
    return random.choice((0, 1, 9_999, BPS, random.randrange(BPS + 1), random.randrange(BPS + 1)))


def _split(random: Random) -> tuple[int, ...]:
    """Seven shares that sum to 10,000; some are nothing, sometimes one is all."""
    cuts = sorted(random.choice((0, BPS, random.randrange(BPS + 1), random.randrange(BPS + 1))) for _ in range(6))
    return tuple(end - start for start, end in zip([0, *cuts], [*cuts, BPS], strict=True))
