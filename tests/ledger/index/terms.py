"""Terms at random."""

from random import Random

from ledger.domain.ids import GROUP_ALL, GROUP_ISSUER_ONLY
from ledger.domain.terms import Funder, Role, ShareMode, Terms
from scripts.world import DAY


def random_terms(random: Random, *, now: int, groups: int) -> Terms:
    """Terms that open now, Unix seconds; `groups` exist."""
    share, contribution = random.choice([0, 1_500]), random.choice([0, 400])
    mode, bearer = random.choice(list(ShareMode)), random.random() < 0.4
    return Terms(
        size=random.randint(50, 400),
        opens=now - 1,
        closes=now + random.randint(5, 60) * DAY,
        valid_days=random.choice([0, 0, 1, 9]),
        share_mode=mode,
        copies=random.randint(1, 3) if mode is ShareMode.COPY else 0,
        hops=random.randint(1, 3) if mode is not ShareMode.NONE else 0,
        group=random.choice([GROUP_ALL, GROUP_ALL, GROUP_ISSUER_ONLY, *range(1, groups + 1)]),
        minimum_order_minor=random.choice([0, 100]),
        reward_minor=random.choice([0, 333, 1_000]),
        reward_cap_bps=random.choice([700, 2_000]),
        contribution_bps=contribution,
        contribution_cap_minor=contribution,
        discount_bps=share,
        discount_minor=random.randint(1, 700) if share else random.choice([0, 250]),
        funder=random.choice(list(Funder)),
        remainder_role=random.choice([Role.PLATFORM, Role.PLATFORM if bearer else Role.RECRUITER, Role.REDEEMER]),
        bearer=bearer,
        revocable=random.random() < 0.5,
        settlement_delay_hours=random.choice([0, 0, 0, 24, 90]),
        points_price=0 if bearer else random.choice([0, 0, 0, 40]),
        split_bps=(1_111, 2_000, 2_222, 1_667, 500, 500, 2_000),
        text=random.randbytes(32),
    )
