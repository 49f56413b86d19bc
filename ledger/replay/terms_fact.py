"""The terms of a batch as a source tells them; money in minor units, times in unix seconds."""

from dataclasses import dataclass
from typing import Literal

DAY = 86_400

ShareMode = Literal["none", "transfer", "copy"]
DiscountKind = Literal["none", "fixed", "bps"]
Funder = Literal["operator", "issuer", "redeemer"]
RemainderRole = Literal["platform", "issuer", "redeemer", "consumer", "recruiter"]
Accepts = Literal["all", "issuer"] | tuple[str, ...]
"""Every merchant, the coupon's issuer only, or a group: the keys of its merchants."""


@dataclass(frozen=True, slots=True)
class SplitBps:
    """How an incentive is divided among the linked parties, in basis points that sum to exactly 10,000."""

    platform: int
    issuer: int
    redeemer: int
    consumer: int
    sharer: int
    first_sharer: int
    recruiter: int

    def total(self) -> int:
        """The sum of the seven parts, in basis points."""
        merchants = self.issuer + self.redeemer + self.recruiter
        return self.platform + merchants + self.consumer + self.sharer + self.first_sharer


@dataclass(frozen=True, slots=True)
class TermsFact:
    """The immutable conditions of a batch.

    `opens` is the first second of the window and `closes` the first second after it. With `valid_days` 0 a coupon is
    valid to the end of the window; else for that many whole days (UTC) after the day of its issue, and the window
    bounds the issuing. `discount_minor` is the discount itself when it is fixed and its cap when it is in bps. `text`
    is the wording kept off the chain, whose hash goes on it.
    """

    opens: int
    closes: int
    split: SplitBps
    remainder_role: RemainderRole
    text: str
    valid_days: int = 0
    share_mode: ShareMode = "none"
    copies_per_coupon: int = 0
    hops: int = 0
    accepts: Accepts = "all"
    minimum_order_minor: int = 0
    reward_minor: int = 0
    reward_cap_bps: int = 0
    contribution_bps: int = 0
    contribution_cap_minor: int = 0
    discount_kind: DiscountKind = "none"
    discount_minor: int = 0
    discount_bps: int = 0
    funder: Funder = "operator"
    settlement_delay_hours: int = 0
    points_price: int = 0
    revocable: bool = False
    bearer: bool = False

    def usable_until(self, issued_at: int) -> int:
        """The first second at which a coupon issued then is out of date."""
        return (issued_at // DAY + self.valid_days + 1) * DAY if self.valid_days else self.closes
