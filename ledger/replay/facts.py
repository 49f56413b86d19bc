"""The facts of a replay, in the words of the house; money in minor units, times in unix seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from ledger.replay.terms_fact import Accepts as Accepts
from ledger.replay.terms_fact import DiscountKind as DiscountKind
from ledger.replay.terms_fact import Funder as Funder
from ledger.replay.terms_fact import RemainderRole as RemainderRole
from ledger.replay.terms_fact import ShareMode as ShareMode
from ledger.replay.terms_fact import SplitBps as SplitBps
from ledger.replay.terms_fact import TermsFact as TermsFact

EqualCodes = Literal["return_to_seller", "platform_keeps", "no_commission"]


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


@dataclass(frozen=True, slots=True)
class TransferFact:
    """A consumer gives a coupon to another, free."""

    coupon_key: str
    consumer_key: str
    at: int


@dataclass(frozen=True, slots=True)
class CopyFact:
    """The holder of a coupon gives another consumer a copy of it, free; `copy_key` names the copy from here on."""

    coupon_key: str
    copy_key: str
    consumer_key: str
    at: int


@dataclass(frozen=True, slots=True)
class AmendmentFact:
    """Part of an order came back before its redemption was settled: `order_minor` is left of it."""

    coupon_key: str
    merchant_key: str
    order_minor: int
    at: int


@dataclass(frozen=True, slots=True)
class ReversalFact:
    """A redemption that waits for its settlement is undone."""

    coupon_key: str
    merchant_key: str
    at: int


@dataclass(frozen=True, slots=True)
class DistributionFact:
    """The pools whose delay is over by now are paid out."""

    at: int


@dataclass(frozen=True, slots=True)
class PolicyFact:
    """The platform announces what is taken of purchases from `starts_at` on, and what goes back by code."""

    starts_at: int
    commission_bps: int
    rebate_bps: int
    equal_codes: EqualCodes
    at: int


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """One purchase of a consumer without a coupon; `reference` is the merchant's own number of it."""

    reference: str
    consumer_key: str
    amount_minor: int
    at: int


@dataclass(frozen=True, slots=True)
class StatementFact:
    """A merchant reports the purchases of `days` days from `period` (days since 1970, UTC) on, and states them."""

    merchant_key: str
    period: int
    days: int
    lines: tuple[PurchaseLine, ...]
    at: int


Fact = (
    MerchantFact
    | ConsumerFact
    | DepositFact
    | PolicyFact
    | BatchFact
    | AllocationFact
    | IssueFact
    | TransferFact
    | CopyFact
    | RedemptionFact
    | AmendmentFact
    | ReversalFact
    | DistributionFact
    | StatementFact
)

ORDER: Mapping[type[Fact], int] = {
    MerchantFact: 0,
    ConsumerFact: 1,
    DepositFact: 2,
    PolicyFact: 3,
    BatchFact: 4,
    AllocationFact: 5,
    IssueFact: 6,
    TransferFact: 7,
    CopyFact: 8,
    RedemptionFact: 9,
    AmendmentFact: 10,
    ReversalFact: 11,
    DistributionFact: 12,
    StatementFact: 13,
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
    transfers: int = 0
    copies: int = 0
    amendments: int = 0
    reversals: int = 0
    statements: int = 0
    purchases: int = 0


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
