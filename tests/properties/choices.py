"""What a random life chooses among: parties, lots, coupons and terms, fit ones most of the time."""

from collections.abc import Callable
from random import Random

from ledger.domain.ids import GROUP_ALL, GROUP_ISSUER_ONLY, OPERATOR
from ledger.domain.terms import ALWAYS_PRESENT, BPS, Funder, Role, ShareMode, Terms
from scripts.world import DAY, some_terms
from tests.contracts.parties import BAKERY, BANK, BOOKSHOP, CINEMA
from tests.properties.acts import Acts
from tests.properties.ghost import Ghost
from tests.properties.holdings import Batch, Coupon, Party, State

PRESENT_FOR_BEARERS = (Role.PLATFORM, Role.ISSUER, Role.REDEEMER)
"""Who may have the remainder where nobody need have an account."""

VOUCHERS = tuple(f"voucher {number}" for number in range(1, 4))
"""Keys of bearers."""


def merchant(random: Random) -> int:
    """Any of the merchants' kind."""
    return random.choice((BAKERY, BAKERY, BOOKSHOP, BOOKSHOP, CINEMA, OPERATOR, BANK))


def consumer(acts: Acts, random: Random, *, unknown: bool = False) -> int:
    """A consumer; now and then, if `unknown`, one that does not exist."""
    known = list(acts.ghost.consumers)
    return random.choice([*known * 6, 0, 99] if unknown else known)


def anybody(acts: Acts, random: Random) -> Party:
    """A merchant or a consumer."""
    if random.random() < 0.5:
        return ("merchant", random.choice((BAKERY, BOOKSHOP, CINEMA)))
    return ("consumer", consumer(acts, random))


def lot(acts: Acts, random: Random, fits: Callable[[Batch], bool] = lambda _: True) -> tuple[int, int]:
    """Batch and lot, mostly of a batch that fits and with stock left."""
    numbers = [number for number, each in acts.ghost.batches.items() if fits(each)]
    batch = random.choice([*(numbers or acts.ghost.batches)] * 12 or [99])
    if batch == 99 or random.random() < 0.05:
        return random.choice((batch, 99)), 1
    lots = acts.ghost.batches[batch].lots
    stocked = [number for number, each in lots.items() if each.next < each.end and each.merchant != OPERATOR]
    return batch, random.choice([*(stocked or lots)] * 12 + [9])


def coupon(
    acts: Acts, random: Random, fits: Callable[[Batch, Coupon], bool] = lambda _, each: each.state is State.LIVE
) -> tuple[int, int]:
    """Batch and serial of a coupon that fits, or of one that may not exist."""
    batches = acts.ghost.batches
    fit = [
        (batch, serial)
        for batch, serial in acts.ghost.coupons()
        if fits(batches[batch], find(acts.ghost, batch, serial))
    ]
    return random.choice(fit or [(1, 0)])


def find(ghost: Ghost, batch: int, serial: int) -> Coupon:
    """A coupon that there is."""
    return ghost.batches[batch].coupons[serial]


def terms(random: Random, now: int) -> Terms:
    """Terms of a small batch in use now, or soon."""
    opens = now + random.choice((0, 0, 0, 0, DAY))
    contribution_bps, contribution_cap = random.choice(((0, 0), (200, 300), (BPS, 9_000)))
    discount_bps, discount = random.choice(((0, 0), (0, 250), (1_000, 400)))
    mode, bearer = random.choice(list(ShareMode)), random.random() < 0.3
    cuts = sorted(random.randint(0, BPS) for _ in range(6))
    return some_terms(
        size=random.choice((1, 16, 40, 40)),
        opens=opens,
        closes=opens + random.randint(1, 8) * DAY,
        valid_days=random.choice((0, 0, 1, 3)),
        group=random.choice((GROUP_ALL, GROUP_ALL, GROUP_ALL, 1, GROUP_ISSUER_ONLY)),
        minimum_order_minor=random.choice((0, 500)),
        settlement_delay_hours=random.choice((0, 0, 2, 30, 72)),
        revocable=random.random() < 0.5,
        bearer=bearer,
        reward_minor=random.choice((0, random.randint(1, 600))),
        reward_cap_bps=random.randint(1, 20_000),
        contribution_bps=contribution_bps,
        contribution_cap_minor=contribution_cap,
        discount_bps=discount_bps,
        discount_minor=discount,
        funder=random.choice(list(Funder)),
        remainder_role=random.choice(PRESENT_FOR_BEARERS if bearer else ALWAYS_PRESENT),
        points_price=random.choice((0, 0, 0, 0, 20)),
        split_bps=tuple(end - start for start, end in zip([0, *cuts], [*cuts, BPS], strict=True)),
        copies=2 if mode is ShareMode.COPY else 0,
        hops=0 if mode is ShareMode.NONE else random.randint(1, 3),
        share_mode=mode,
    )
