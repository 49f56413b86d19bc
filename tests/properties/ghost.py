"""The ledger once more as plain sums: what a random life should have led to. Shares no code with the contract."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ledger.domain.ids import OPERATOR
from ledger.domain.terms import Role, Terms
from scripts.world import DAY
from tests.properties.arithmetic import Moved, from_batch, from_lot, reimbursed

HOUR = 3_600
PAUSE = 7 * DAY
GRACE = 7 * DAY


@dataclass(slots=True)
class Lot:
    """Serials [first, next) were issued, [next, end) are stock."""

    merchant: int
    first: int
    next: int
    end: int
    reserve: int = 0


@dataclass(slots=True)
class Batch:
    """Terms, what moves, and for each issued serial who got it and when; lots have the ids 1, 2, ..."""

    terms: Terms
    paused_before: int
    reserve: int
    stock: int
    lots: dict[int, Lot] = field(default_factory=dict)
    holders: dict[int, int] = field(default_factory=dict)
    days: dict[int, int] = field(default_factory=dict)
    redeemed: set[int] = field(default_factory=set)
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

    def lot_of(self, serial: int) -> int:
        """The lot that issued a serial."""
        return next(lot for lot, each in self.lots.items() if each.first <= serial < each.next)

    def open_lot(self, merchant: int, first: int, end: int, *, reserve: int = 0) -> None:
        """A new run of stock."""
        self.lots[len(self.lots) + 1] = Lot(merchant, first, first, end, reserve)


@dataclass(slots=True)
class Ghost:
    """Cash by party, batches by id, who is suspended, and when the ledger was paused; amounts in minor units."""

    now: int
    reward_cap_daily: int
    withdrawal_delay: int
    merchants: dict[int, int]
    consumers: dict[int, int]
    recruiters: dict[int, int]
    names: dict[tuple[str, int], str]
    institutions: frozenset[int]
    groups: dict[int, set[int]] = field(default_factory=dict)
    batches: dict[int, Batch] = field(default_factory=dict)
    requests: dict[int, tuple[int, int]] = field(default_factory=dict)  # amount, ready at
    suspended: set[tuple[str, int]] = field(default_factory=set)
    rewarded: Counter[tuple[int, int]] = field(default_factory=Counter)  # (merchant, day)
    pauses: list[tuple[int, int]] = field(default_factory=list)  # [start, end)

    @property
    def paused(self) -> bool:
        """Whether it is paused now."""
        return bool(self.pauses) and self.now < self.pauses[-1][1]

    @property
    def paused_seconds(self) -> int:
        """How long it was paused in all."""
        return sum(min(self.now, end) - start for start, end in self.pauses)

    @property
    def time(self) -> int:
        """Now, without the pauses."""
        return self.now - self.paused_seconds

    @property
    def today(self) -> int:
        """The day on which a daily cap is counted; pauses do not move it."""
        return self.now // DAY

    @property
    def total(self) -> int:
        """Everything the ledger owes."""
        reserves = sum(
            batch.reserve + sum(lot.reserve for lot in batch.lots.values()) for batch in self.batches.values()
        )
        return sum(self.merchants.values()) + sum(self.consumers.values()) + reserves

    def coupons(self) -> Iterator[tuple[int, int]]:
        """(batch, serial) of every issued coupon."""
        return ((batch, serial) for batch, each in self.batches.items() for serial in each.holders)

    def issue(self, batch: Batch, lot: Lot, consumers: list[tuple[int, int]]) -> None:
        """Serials from the lot's next on, in order."""
        for consumer, count in consumers:
            for _ in range(count):
                batch.holders[lot.next] = consumer
                batch.days[lot.next] = self.time // DAY
                lot.next += 1

    def redeem(self, merchant: int, batch: Batch, serial: int, moving: Moved) -> None:
        """The coupon is spent, its reserves pay, every party linked to it is credited."""
        lot = batch.lots[batch.lot_of(serial)]
        consumer = batch.holders[serial]
        batch.redeemed.add(serial)
        batch.reserve -= from_batch(batch.terms, moving)
        lot.reserve -= from_lot(batch.terms, moving)
        self.merchants[merchant] += reimbursed(batch.terms, moving) - moving.contribution
        self.rewarded[merchant, self.today] += moving.reward
        for role, party in (
            (Role.PLATFORM, OPERATOR),
            (Role.ISSUER, lot.merchant),
            (Role.REDEEMER, merchant),
            (Role.RECRUITER, self.recruiters[consumer]),
        ):
            self.merchants[party] += moving.parts[role]
        self.consumers[consumer] += moving.parts[Role.CONSUMER]
