"""The ledger once more as plain sums: what a random life should have led to. Shares no code with the contract."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ledger.domain.ids import OPERATOR
from ledger.domain.terms import Role
from scripts.world import DAY
from tests.properties.arithmetic import Moved, drawn, from_batch, from_lot, reimbursed
from tests.properties.holdings import HOUR, Batch, Coupon, Lot, Party, State

PAUSE = 7 * DAY


@dataclass(slots=True)
class Ghost:
    """Cash by party, batches by id, who is suspended, and when the ledger was paused; amounts in minor units."""

    now: int
    reward_cap_daily: int
    withdrawal_cap_daily: int
    withdrawal_delay: int
    merchants: dict[int, int]
    consumers: dict[int, int]
    recruiters: dict[int, int]
    names: dict[Party, str]
    institutions: frozenset[int]
    groups: dict[int, set[int]] = field(default_factory=dict)
    batches: dict[int, Batch] = field(default_factory=dict)
    requests: dict[int, tuple[int, int]] = field(default_factory=dict)  # amount, ready at
    suspended: set[Party] = field(default_factory=set)
    rewarded: Counter[tuple[int, int]] = field(default_factory=Counter)  # (merchant, day)
    rewarded_last: dict[int, int] = field(default_factory=dict)  # day by merchant
    withdrawn: Counter[int] = field(default_factory=Counter)  # by day, less what came in after
    withdrawn_last: int = 0  # day
    points: Counter[Party] = field(default_factory=Counter)
    policies: list[tuple[int, int, int, int]] = field(
        default_factory=list
    )  # starts at, commission, rebate, equal codes
    stated_until: Counter[int] = field(default_factory=Counter)  # day by merchant
    statements: dict[tuple[int, int], bytes] = field(default_factory=dict)  # root by merchant and period
    recoveries: dict[Party, tuple[str, int]] = field(default_factory=dict)  # name of the new wallet, ready at
    nonces: set[tuple[int, int]] = field(default_factory=set)  # (consumer, nonce)
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
        reserves = sum(each.reserve + sum(lot.reserve for lot in each.lots.values()) for each in self.batches.values())
        cash = sum(self.merchants.values()) + sum(self.consumers.values())
        return cash + reserves + self.backing + self.pools

    @property
    def backing(self) -> int:
        """A minor unit for every point."""
        return sum(self.points.values())

    @property
    def pools(self) -> int:
        """What the redemptions that wait hold."""
        return sum(
            moving.reward + moving.contribution + reimbursed(batch.terms, moving)
            for batch in self.batches.values()
            for coupon in batch.coupons.values()
            if coupon.waits
            for moving in (batch.moving(coupon),)
        )

    def coupons(self) -> Iterator[tuple[int, int]]:
        """(batch, serial) of every issued coupon and of every copy."""
        return ((batch, serial) for batch, each in self.batches.items() for serial in each.coupons)

    def find(self, batch: int, serial: int) -> Coupon | None:
        """A coupon, if there is one."""
        return self.batches[batch].coupons.get(serial) if batch in self.batches else None

    def opens(self, coupon: Coupon) -> str:
        """Whose key signs for a coupon: its holder's, or the bearer's."""
        return self.names["consumer", coupon.holder] if coupon.holder else coupon.key

    def issue(self, batch: Batch, lot: Lot, consumers: list[tuple[int, int]]) -> None:
        """Serials from the lot's next on, in order."""
        for consumer, count in consumers:
            for _ in range(count):
                self._issue(batch, lot, consumer)

    def issue_to_bearers(self, batch: Batch, lot: Lot, keys: list[str]) -> None:
        """The same for whoever has these keys."""
        for key in keys:
            self._issue(batch, lot, 0, key)

    def _issue(self, batch: Batch, lot: Lot, holder: int, key: str = "") -> None:
        number = next(number for number, each in batch.lots.items() if each is lot)
        batch.coupons[lot.next] = Coupon(number, holder, self.time // DAY, key)
        lot.next += 1

    def redeem(self, merchant: int, batch: Batch, coupon: Coupon, order: int) -> Moved:
        """The reserves and the merchant give; the parties get their parts, now or when the delay is over."""
        moving = batch.earning(coupon, order)
        batch.reserve -= from_batch(batch.terms, moving)
        batch.lots[coupon.lot].reserve -= from_lot(batch.terms, moving)
        self.merchants[merchant] -= moving.contribution
        if taken := drawn(batch.terms, moving):
            self.rewarded[merchant, self.today] += taken
            self.rewarded_last[merchant] = self.today
        delay = batch.terms.settlement_delay_hours
        if delay:
            coupon.travel()
            coupon.state = State.PENDING
            coupon.redeemer, coupon.order = merchant, order
            coupon.until = -(-(self.now + delay * HOUR) // HOUR)
        else:
            coupon.state = State.REDEEMED
            self.pay(batch, coupon, merchant, moving)
        return moving

    def pay(self, batch: Batch, coupon: Coupon, merchant: int, moving: Moved) -> None:
        """Every party linked to the coupon is credited, and the merchant gets its discount back."""
        self.merchants[merchant] += reimbursed(batch.terms, moving)
        for role, party in (
            (Role.PLATFORM, OPERATOR),
            (Role.ISSUER, batch.lots[coupon.lot].merchant),
            (Role.REDEEMER, merchant),
            (Role.RECRUITER, self.recruiters.get(coupon.holder, 0)),
        ):
            if party:
                self.merchants[party] += moving.parts[role]
        first = coupon.givers[0] if len(coupon.givers) > 1 else 0
        last = coupon.givers[-1] if coupon.givers else 0
        for role, party in ((Role.CONSUMER, coupon.holder), (Role.SHARER, last), (Role.FIRST_SHARER, first)):
            if party:
                self.consumers[party] += moving.parts[role]

    def give_back(self, batch: Batch, coupon: Coupon, moving: Moved) -> None:
        """What a redemption took goes where it came from."""
        batch.reserve += from_batch(batch.terms, moving)
        batch.lots[coupon.lot].reserve += from_lot(batch.terms, moving)
        self.merchants[coupon.redeemer] += moving.contribution
