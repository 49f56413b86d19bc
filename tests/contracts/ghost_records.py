"""What the events tell of parties, batches, lots and coupons."""

from dataclasses import dataclass, field
from enum import IntEnum

from ledger.domain.terms import Terms


class State(IntEnum):
    """Where a coupon is, by the numbers of a journey's state."""

    LIVE = 1
    PENDING = 2
    AMENDED = 3
    REDEEMED = 4
    FORFEITED = 5
    VOID = 6


@dataclass(slots=True)
class Merchant:
    wallet: bytes
    kind: int
    cash: int = 0
    suspended: bool = False
    points: int = 0
    reward_cap: int = 0
    reward_today: int = 0
    reward_day: int = 0
    stated_until: int = 0


@dataclass(slots=True)
class Consumer:
    wallet: bytes
    recruiter: int
    cash: int = 0
    suspended: bool = False
    points: int = 0


@dataclass(slots=True)
class Agent:
    key: bytes
    until: int
    allowance: int
    kind: int


@dataclass(slots=True)
class Batch:
    terms: Terms
    reserve: int
    stock: int
    paused_at_mint: int = 0
    closed: bool = False


@dataclass(slots=True)
class Lot:
    merchant: int
    first: int
    next: int
    end: int
    reserve: int


@dataclass(slots=True)
class Coupon:
    """`holder` 0 is a bearer; `pool` is the reward, the contribution and the discount of the redemption that waits."""

    lot: Lot
    number: int  # of the lot
    holder: int
    version: int = 0
    givers: tuple[int, ...] = ()  # the first, then every other
    key: bytes = b""
    state: State = State.LIVE
    redeemer: int = 0
    order: int = 0
    until: int = 0  # hours
    amended_from: int = 0
    pool: tuple[int, int, int] = (0, 0, 0)


@dataclass(slots=True)
class Day:
    """What was counted on a day, the last one on which anything was."""

    day: int = 0
    amount: int = 0

    def add(self, day: int, amount: int) -> None:
        """Count some more on a day."""
        self.amount = amount + (self.amount if self.day == day else 0)
        self.day = day

    def take(self, day: int, amount: int) -> None:
        """Count less, if it was that day that was counted on last."""
        if self.day == day:
            self.amount = max(0, self.amount - amount)


@dataclass(slots=True)
class Pauses:
    """The pause and what they took in all, seconds."""

    at: int = 0
    until: int = 0
    total: int = 0

    def seconds(self, now: int) -> int:
        """How long it was paused up to now."""
        return self.total + (min(now, self.until) - self.at if self.at else 0)


@dataclass(slots=True)
class Limits:
    """As the admin set them last, and what is counted against them."""

    reward_cap: int = 0
    reserve_cap: int = 0
    withdrawal_cap: int = 0
    withdrawal_delay: int = 0
    reserved: Day = field(default_factory=Day)
    withdrawn: Day = field(default_factory=Day)
