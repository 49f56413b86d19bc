"""What each campaign offers: invented, fixed by the campaign's number, and together using every term there is.

The data tells who was sent which coupon and when it was used, but not what it was worth.
"""

from dataclasses import dataclass, replace
from typing import Literal

from ledger.replay.completejourney_year import Campaign
from ledger.replay.facts import Accepts, DiscountKind, Funder, RemainderRole, ShareMode, SplitBps, TermsFact


def _split(platform: int, issuer: int, redeemer: int, *, consumer: int, sharers: int, recruiter: int) -> SplitBps:
    return SplitBps(
        platform=platform,
        issuer=issuer,
        redeemer=redeemer,
        consumer=consumer,
        sharer=sharers,
        first_sharer=sharers,
        recruiter=recruiter,
    )


EVEN = _split(1_500, 1_500, 2_000, consumer=2_500, sharers=500, recruiter=1_500)
CONSUMER_FIRST = _split(500, 1_000, 1_000, consumer=6_000, sharers=250, recruiter=1_000)
MERCHANT_FIRST = _split(1_000, 3_000, 3_500, consumer=1_000, sharers=0, recruiter=1_500)
RECRUITER_FIRST = _split(1_000, 1_000, 1_000, consumer=2_000, sharers=500, recruiter=4_000)
PLATFORM_NONE = _split(0, 2_500, 2_500, consumer=3_333, sharers=0, recruiter=1_667)


@dataclass(frozen=True, slots=True)
class Offer:
    """Terms without their window: amounts in cents, a group still unnamed."""

    split: SplitBps
    remainder: RemainderRole = "platform"
    accepts: Literal["all", "issuer", "group"] = "all"
    valid_days: int = 0
    minimum: int = 0
    reward: int = 0
    reward_cap_bps: int = 0
    contribution_bps: int = 0
    contribution_cap: int = 0
    fixed: int = 0
    percent_bps: int = 0
    percent_cap: int = 0
    funder: Funder = "operator"
    revocable: bool = False
    share: ShareMode = "none"
    copies: int = 0
    hops: int = 0
    delay_hours: int = 0

    def terms(self, campaign: Campaign, *, opens: int, closes: int, group: tuple[str, ...]) -> TermsFact:
        """The terms of that campaign's batch."""
        kind: DiscountKind = "fixed" if self.fixed else "bps" if self.percent_bps else "none"
        accepts: Accepts = group if self.accepts == "group" else self.accepts
        return TermsFact(
            opens=opens,
            closes=closes,
            split=self.split,
            remainder_role=self.remainder,
            text=f"Campaign {campaign.number} ({campaign.kind}), {campaign.first_day} to {campaign.last_day}",
            valid_days=self.valid_days,
            accepts=accepts,
            minimum_order_minor=self.minimum,
            reward_minor=self.reward,
            reward_cap_bps=self.reward_cap_bps,
            contribution_bps=self.contribution_bps,
            contribution_cap_minor=self.contribution_cap,
            discount_kind=kind,
            discount_minor=self.fixed or self.percent_cap,
            discount_bps=self.percent_bps,
            funder=self.funder,
            revocable=self.revocable,
            share_mode=self.share,
            copies_per_coupon=self.copies,
            hops=self.hops,
            settlement_delay_hours=self.delay_hours,
        )


_OFFERS: dict[int, Offer] = {
    1: Offer(CONSUMER_FIRST, accepts="issuer", minimum=1_000, reward=50, reward_cap_bps=500, fixed=100),
    2: Offer(MERCHANT_FIRST, "issuer", accepts="issuer", contribution_bps=200, contribution_cap=300),
    3: Offer(EVEN, "redeemer", reward=40, reward_cap_bps=1_000, percent_bps=500, percent_cap=200, funder="redeemer"),
    4: Offer(EVEN, "consumer", valid_days=21, minimum=1_000, reward=75, reward_cap_bps=300, fixed=150, funder="issuer"),
    5: Offer(RECRUITER_FIRST, "redeemer", reward=30, reward_cap_bps=800, contribution_bps=100, contribution_cap=150),
    6: Offer(
        EVEN, accepts="issuer", reward=99, reward_cap_bps=500, percent_bps=1_000, percent_cap=250, funder="issuer"
    ),
    7: Offer(
        MERCHANT_FIRST,
        "issuer",
        accepts="issuer",
        reward=60,
        reward_cap_bps=400,
        percent_bps=500,
        percent_cap=300,
        funder="issuer",
    ),
    8: Offer(EVEN, minimum=500, reward=25, reward_cap_bps=300, contribution_bps=100, contribution_cap=80, fixed=50),
    9: Offer(
        CONSUMER_FIRST,
        "consumer",
        accepts="group",
        valid_days=35,
        reward=40,
        reward_cap_bps=400,
        percent_bps=1_000,
        percent_cap=500,
        funder="redeemer",
        revocable=True,
    ),
    10: Offer(PLATFORM_NONE, "redeemer", accepts="group", contribution_bps=150, contribution_cap=120),
    11: Offer(EVEN, minimum=900, reward=33, reward_cap_bps=500, fixed=200, funder="redeemer"),
    12: Offer(RECRUITER_FIRST, "recruiter", valid_days=24, reward=45, reward_cap_bps=300, fixed=100, minimum=500),
    13: Offer(
        MERCHANT_FIRST,
        minimum=200,
        reward=20,
        reward_cap_bps=500,
        contribution_bps=50,
        contribution_cap=60,
        percent_bps=300,
        percent_cap=100,
        funder="redeemer",
    ),
    14: Offer(
        EVEN, "issuer", accepts="group", minimum=2_000, reward=50, reward_cap_bps=250, fixed=150, funder="issuer"
    ),
    15: Offer(CONSUMER_FIRST, reward=99, reward_cap_bps=1_000, contribution_bps=300, contribution_cap=500),
    16: Offer(
        PLATFORM_NONE, "consumer", accepts="group", reward=40, reward_cap_bps=500, percent_bps=800, percent_cap=300
    ),
    17: Offer(
        RECRUITER_FIRST, minimum=500, reward=35, reward_cap_bps=500, fixed=75, contribution_bps=80, contribution_cap=90
    ),
    18: Offer(
        CONSUMER_FIRST,
        "consumer",
        reward=15,
        reward_cap_bps=200,
        contribution_bps=60,
        contribution_cap=75,
        percent_bps=250,
        percent_cap=60,
        funder="issuer",
    ),
    19: Offer(MERCHANT_FIRST, "redeemer", accepts="issuer", reward=55, reward_cap_bps=600, revocable=True),
    20: Offer(EVEN, "redeemer", valid_days=35, reward=30, reward_cap_bps=300, percent_bps=500, percent_cap=150),
    21: Offer(CONSUMER_FIRST, reward=80, reward_cap_bps=400, fixed=250, minimum=5_000, funder="redeemer"),
    22: Offer(RECRUITER_FIRST, "issuer", valid_days=28, minimum=2_500, contribution_bps=120, contribution_cap=200),
    23: Offer(EVEN, accepts="group", reward=65, reward_cap_bps=350, percent_bps=600, percent_cap=400, funder="issuer"),
    24: Offer(PLATFORM_NONE, "issuer", reward=45, reward_cap_bps=500),
    25: Offer(EVEN, "consumer", reward=70, reward_cap_bps=600, fixed=125, minimum=500, funder="issuer"),
    26: Offer(
        MERCHANT_FIRST, accepts="group", reward=35, reward_cap_bps=500, contribution_bps=100, contribution_cap=100
    ),
    27: Offer(PLATFORM_NONE, "redeemer", minimum=700, reward=30, reward_cap_bps=400, percent_bps=500, percent_cap=120),
}


SHARING: dict[int, tuple[ShareMode, int, int]] = {
    # Campaign: the ways, copies of a coupon, hops.
    3: ("transfer", 0, 15),
    8: ("copy", 1, 2),
    9: ("transfer", 0, 2),
    13: ("transfer", 0, 3),
    15: ("copy", 1, 1),
    16: ("copy", 3, 1),
    18: ("copy", 2, 3),
    20: ("transfer", 0, 2),
    23: ("transfer", 0, 3),
    26: ("transfer", 0, 3),
    27: ("transfer", 0, 1),
}
_UNSHARED: tuple[ShareMode, int, int] = ("none", 0, 0)

DELAY_HOURS: dict[int, int] = {8: 24, 9: 72, 10: 24, 13: 48, 14: 48, 18: 48, 20: 24, 22: 96, 26: 48}
"""How long the pools of these campaigns wait."""

OFFERS: dict[int, Offer] = {
    number: replace(
        offer,
        share=SHARING.get(number, _UNSHARED)[0],
        copies=SHARING.get(number, _UNSHARED)[1],
        hops=SHARING.get(number, _UNSHARED)[2],
        delay_hours=DELAY_HOURS.get(number, 0),
    )
    for number, offer in _OFFERS.items()
}


def offer_of(campaign: Campaign) -> Offer:
    """The offer of a campaign; numbers beyond the 27 of the data begin again at 1."""
    return OFFERS[(campaign.number - 1) % len(OFFERS) + 1]
