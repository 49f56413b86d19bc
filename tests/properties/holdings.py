"""What the ghost knows of batches, lots and coupons."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

from ledger.domain.terms import Role, Terms
from scripts.world import DAY
from tests.properties.arithmetic import Moved, amended, moved

HOUR = 3_600
GRACE = 7 * DAY

Party = tuple[Literal["merchant", "consumer"], int]


class State(IntEnum):
    """Where a coupon is, by the numbers of a journey's state."""

    LIVE = 1
    PENDING = 2
    AMENDED = 3
    REDEEMED = 4
    FORFEITED = 5
    VOID = 6


@dataclass(slots=True)
class Lot:
    """Serials [first, next) were issued, [next, end) are stock."""

    merchant: int
    first: int
    next: int
    end: int
    reserve: int = 0


@dataclass(slots=True)
class Coupon:
    """One that was issued or copied; `holder` 0 is a bearer with `key`. The order is that of its last redemption."""

    lot: int
    holder: int
    day: int
    key: str = ""
    version: int = 0
    givers: tuple[int, ...] = ()
    state: State = State.LIVE
    redeemer: int = 0
    order: int = 0
    until: int = 0  # hours
    amended_from: int = 0

    @property
    def waits(self) -> bool:
        """Whether its pool is not settled yet."""
        return self.state in (State.PENDING, State.AMENDED)

    @property
    def absent(self) -> tuple[Role, ...]:
        """The roles in its split that nobody has."""
        bearer = () if self.holder else (Role.CONSUMER, Role.RECRUITER)
        return (*bearer, *(Role.SHARER, Role.FIRST_SHARER)[min(len(self.givers), 2) :])

    def travel(self) -> None:
        """Whatever was signed for it before is stale."""
        self.version += 1

    def pass_on(self, to: int) -> None:
        """Its holder, if it has one, gives it; a bearer's key ends."""
        self.givers += (self.holder,) if self.holder else ()
        self.holder, self.key = to, ""
        self.travel()


@dataclass(slots=True)
class Batch:
    """Terms, what moves, and its coupons by serial; lots have the ids 1, 2, ..."""

    terms: Terms
    paused_before: int
    reserve: int
    stock: int
    lots: dict[int, Lot] = field(default_factory=dict)
    coupons: dict[int, Coupon] = field(default_factory=dict)
    closed: bool = False

    @property
    def issue_end(self) -> int:
        """In time without pauses."""
        return self.terms.closes - self.paused_before

    @property
    def redeem_end(self) -> int:
        """In time without pauses: the end of the last day of a coupon issued in the last second."""
        if not self.terms.valid_days:
            return self.issue_end
        last_issue_day = (self.issue_end - 1) // DAY
        return (last_issue_day + self.terms.valid_days + 1) * DAY

    @property
    def closing_time(self) -> int:
        """In time without pauses."""
        return self.redeem_end + self.terms.settlement_delay_hours * HOUR + GRACE

    def open_lot(self, merchant: int, first: int, end: int, *, reserve: int = 0) -> None:
        """A new run of stock."""
        self.lots[len(self.lots) + 1] = Lot(merchant, first, first, end, reserve)

    def copy_of(self, root: int, index: int) -> int:
        """The serial of a copy: after all minted ones, those of each root together."""
        return self.terms.size + root * self.terms.copies + index

    def root_of(self, serial: int) -> int:
        """The minted serial that a serial descends from; nothing minted for one that no copy can have."""
        if serial < self.terms.size or not self.terms.copies:
            return serial
        return (serial - self.terms.size) // self.terms.copies

    def earning(self, coupon: Coupon, order: int) -> Moved:
        """What redeeming a coupon against an order moves."""
        return moved(self.terms, order, absent=coupon.absent)

    def moving(self, coupon: Coupon) -> Moved:
        """What the redemption that waits moves."""
        if coupon.state is not State.AMENDED:
            return self.earning(coupon, coupon.order)
        full = self.earning(coupon, coupon.amended_from)
        return amended(self.terms, full, coupon.order, redeemed=coupon.amended_from, absent=coupon.absent)
