"""The ledger's state as its events alone tell it: what a projection must be able to rebuild."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ledger.domain import events
from ledger.domain.ids import OPERATOR, batch_of, copy_serial, coupon_id, serial_of
from ledger.domain.split import reimbursed
from ledger.domain.terms import Funder, Role, Terms
from scripts.world import DAY

SPENT, VOID = -1, -2
"""Holders of what nobody holds any more; 0 is a bearer."""


@dataclass(slots=True)
class Merchant:
    wallet: bytes
    kind: int
    cash: int = 0
    suspended: bool = False
    reward_cap: int = 0
    reward_today: int = 0
    reward_day: int = 0


@dataclass(slots=True)
class Consumer:
    wallet: bytes
    recruiter: int
    cash: int = 0
    suspended: bool = False


@dataclass(slots=True)
class Batch:
    terms: Terms
    reserve: int
    stock: int
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
    lot: Lot
    holder: int
    version: int = 0
    givers: tuple[int, ...] = ()  # the first, then every other
    key: bytes = b""


@dataclass(slots=True)
class Ghost:
    """Parties, batches and coupons by id; amounts in minor units."""

    merchants: dict[int, Merchant] = field(default_factory=dict)
    consumers: dict[int, Consumer] = field(default_factory=dict)
    groups: dict[int, set[int]] = field(default_factory=dict)
    batches: dict[int, Batch] = field(default_factory=dict)
    lots: dict[tuple[int, int], Lot] = field(default_factory=dict)
    coupons: dict[int, Coupon] = field(default_factory=dict)

    def apply(self, happened: Iterable[events.Event], *, timestamp: int) -> None:
        """Take over what a transaction in a block of this moment (unix seconds) did."""
        for event in happened:
            if isinstance(event, events.Redeemed):
                for item in event.items:
                    self._redeemed(event.merchant, item, timestamp // DAY)
            elif not (self._members(event) or self._cash(event)):
                self._coupons(event)

    def _members(self, event: events.Event) -> bool:
        match event:
            case events.MerchantsRegistered(first, merchants):
                for index, (wallet, kind) in enumerate(merchants):
                    self.merchants[first + index] = Merchant(wallet, kind)
            case events.ConsumersRegistered(recruiter, _, first, _, wallets):
                for index, wallet in enumerate(wallets):
                    self.consumers[first + index] = Consumer(wallet, recruiter)
            case events.MerchantSuspended(merchant, suspended):
                self.merchants[merchant].suspended = suspended
            case events.ConsumerSuspended(consumer, suspended):
                self.consumers[consumer].suspended = suspended
            case events.RewardCapChanged(merchant, cap):
                self.merchants[merchant].reward_cap = cap
            case events.GroupChanged(group, member, merchants):
                members = self.groups.get(group, set())
                self.groups[group] = members | set(merchants) if member else members - set(merchants)
            case _:
                return False
        return True

    def _cash(self, event: events.Event) -> bool:
        match event:
            case events.Deposited(consumer, party, amount, _):
                self._credit(party, amount, consumer=consumer)
            case events.Withdrawn(consumer, party, amount, _, _):
                self._credit(party, -amount, consumer=consumer)
            case events.Closed(batch, released):
                self.batches[batch].closed, self.batches[batch].reserve = True, 0
                self.merchants[OPERATOR].cash += released
            case events.LotClosed(batch, lot, merchant, released):
                self.lots[batch, lot].reserve -= released
                self.merchants[merchant].cash += released
            case _:
                return False
        return True

    def _coupons(self, event: events.Event) -> None:
        match event:
            case events.Minted(batch, terms, reserve, _):
                self.batches[batch] = Batch(terms, reserve, terms.size)
                self.merchants[OPERATOR].cash -= reserve
            case events.Allocated(batch, from_lot, lot, merchant, count, reserved, _):
                end = self._take_stock(batch, from_lot, count)
                self.lots[batch, lot] = Lot(merchant, end - count, end - count, end, reserved)
                self.merchants[merchant].cash -= reserved
            case events.Recalled(batch, from_lot, lot, count, released, _):
                source = self.lots[batch, from_lot]
                source.end -= count
                source.reserve -= released
                self.merchants[source.merchant].cash += released
                self.lots[batch, lot] = Lot(OPERATOR, source.end, source.end, source.end + count, 0)
            case events.Issued(batch, lot, first, _, _, consumers):
                holders = [consumer for consumer, count in consumers for _ in range(count)]
                self.lots[batch, lot].next += len(holders)
                for index, holder in enumerate(holders):
                    self.coupons[coupon_id(batch, first + index)] = Coupon(self.lots[batch, lot], holder)
            case events.IssuedToBearers(batch, lot, first, _, _, keys):
                self.lots[batch, lot].next += len(keys)
                for index, key in enumerate(keys):
                    self.coupons[coupon_id(batch, first + index)] = Coupon(self.lots[batch, lot], 0, key=key)
            case events.Transferred(_, items):
                for item in items:
                    coupon = self.coupons[item.coupon]
                    givers = (*coupon.givers, item.giver) if item.giver else ()
                    self.coupons[item.coupon] = Coupon(coupon.lot, item.to, item.version, givers)
            case events.Copied(batch, items):
                for item in items:
                    self._copied(batch, item)
            case events.Revoked(batch, _, serials):
                for serial in serials:
                    self.coupons[coupon_id(batch, serial)].holder = VOID

    def _copied(self, batch: int, item: events.SharedItem) -> None:
        root, terms = self.coupons[item.coupon], self.batches[batch].terms
        serial = copy_serial(serial_of(item.coupon), item.index, size=terms.size, copies=terms.copies)
        self.coupons[coupon_id(batch, serial)] = Coupon(root.lot, item.to, 1, (*root.givers, item.giver))

    def _take_stock(self, batch: int, lot: int, count: int) -> int:
        if lot == 0:
            self.batches[batch].stock -= count
            return self.batches[batch].stock + count
        self.lots[batch, lot].end -= count
        return self.lots[batch, lot].end + count

    def _credit(self, party: int, amount: int, *, consumer: bool) -> None:
        if consumer:
            self.consumers[party].cash += amount
        else:
            self.merchants[party].cash += amount

    def _redeemed(self, merchant: int, item: events.RedeemedItem, day: int) -> None:
        coupon, batch = self.coupons[item.coupon], self.batches[batch_of(item.coupon)]
        redeemer, discount = self.merchants[merchant], reimbursed(batch.terms, item.discount)
        batch.reserve -= item.reward + (discount if batch.terms.funder is Funder.OPERATOR else 0)
        coupon.lot.reserve -= discount if batch.terms.funder is Funder.ISSUER else 0
        redeemer.cash += discount - item.contribution
        if drawn := item.reward + discount:
            redeemer.reward_today = drawn + (redeemer.reward_today if redeemer.reward_day == day else 0)
            redeemer.reward_day = day
        recruiter = self.consumers[coupon.holder].recruiter if coupon.holder else OPERATOR
        for role, party in (
            (Role.PLATFORM, OPERATOR),
            (Role.ISSUER, coupon.lot.merchant),
            (Role.REDEEMER, merchant),
            (Role.RECRUITER, recruiter),
        ):
            self.merchants[party].cash += item.parts[role]
        paid = {Role.CONSUMER: coupon.holder, Role.SHARER: 0, Role.FIRST_SHARER: 0}
        if coupon.givers:
            paid[Role.SHARER] = coupon.givers[-1]
        if len(coupon.givers) > 1:
            paid[Role.FIRST_SHARER] = coupon.givers[0]
        for role, consumer in paid.items():
            if item.parts[role]:
                self.consumers[consumer].cash += item.parts[role]
        coupon.holder = SPENT
