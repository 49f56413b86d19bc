"""The facts of a replay, in the words of the house; money in minor units, times in unix seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

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


@dataclass(frozen=True, slots=True)
class MerchantFact:
    """A merchant settles in."""

    key: str
    at: int


@dataclass(frozen=True, slots=True)
class ConsumerFact:
    """A consumer registers with the code of its recruiter, a merchant."""

    key: str
    at: int
    recruiter_key: str


@dataclass(frozen=True, slots=True)
class DepositFact:
    """Cash paid in by a merchant, or by the operator when `merchant_key` is None."""

    merchant_key: str | None
    amount_minor: int
    at: int


@dataclass(frozen=True, slots=True)
class BatchFact:
    """The operator mints `size` coupons under one set of terms."""

    key: str
    at: int
    terms: TermsFact
    size: int


@dataclass(frozen=True, slots=True)
class AllocationFact:
    """`count` coupons of a batch move from the operator's stock to a merchant's."""

    batch_key: str
    merchant_key: str
    count: int
    at: int


@dataclass(frozen=True, slots=True)
class IssueFact:
    """One coupon leaves a merchant's stock for a consumer; `coupon_key` names it from here on."""

    batch_key: str
    merchant_key: str
    consumer_key: str
    coupon_key: str
    at: int


@dataclass(frozen=True, slots=True)
class RedemptionFact:
    """A merchant writes off an issued coupon against an order of `order_minor`."""

    coupon_key: str
    merchant_key: str
    order_key: str
    order_minor: int
    at: int


Fact = MerchantFact | ConsumerFact | DepositFact | BatchFact | AllocationFact | IssueFact | RedemptionFact

ORDER: Mapping[type[Fact], int] = {
    MerchantFact: 0,
    ConsumerFact: 1,
    DepositFact: 2,
    BatchFact: 3,
    AllocationFact: 4,
    IssueFact: 5,
    RedemptionFact: 6,
}
"""Which kind goes first among the facts of one second, so that everything named exists already."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line or record of the source that cannot be replayed, with the reason and what to do about it.

    `at` is the moment it tells of, where that much could be read: a cut by days leaves out the refusals of other days.
    """

    file: str
    line: int | None
    key: str
    reason: str
    at: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line is not None else self.key
        return f"{self.file}, {place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many facts of each kind a plan holds, and how many records were refused."""

    merchants: int
    consumers: int
    deposits: int
    batches: int
    allocations: int
    issues: int
    redemptions: int
    refused: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A source read to its end: its facts in the order of time, and all that is to be said about them.

    `currency` is an ISO 4217 code with `decimals` digits after the point, `zone` the IANA zone to show days in. The
    same source gives the same facts in the same order every time, so a position in `facts` is a place to resume from.
    """

    name: str
    currency: str
    decimals: int
    zone: str
    facts: tuple[Fact, ...]
    counts: Counts
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = field(default=())


class Source(Protocol):
    """Anything a replay can be made from."""

    def plan(self, from_day: date | None = None, to_day: date | None = None) -> Plan:
        """All facts, or those of the days from `from_day` to `to_day` (both included) and what these need."""
        ...
