"""Coupons, their batches and their money as the events alone tell them."""

from dataclasses import dataclass, field

from ledger.domain import events
from ledger.domain.ids import OPERATOR, batch_of, copy_serial, coupon_id, serial_of
from ledger.domain.split import reimbursed
from ledger.domain.terms import Funder, Role
from scripts.world import DAY
from tests.contracts.ghost_records import Batch, Consumer, Coupon, Lot, Merchant, Pauses, State


@dataclass(slots=True)
class Coupons:
    """Parties' cash, batches, lots and coupons by id; `days` of issue by coupon, in time without pauses."""

    merchants: dict[int, Merchant] = field(default_factory=dict)
    consumers: dict[int, Consumer] = field(default_factory=dict)
    batches: dict[int, Batch] = field(default_factory=dict)
    lots: dict[tuple[int, int], Lot] = field(default_factory=dict)
    coupons: dict[int, Coupon] = field(default_factory=dict)
    days: dict[int, int] = field(default_factory=dict)
    pauses: Pauses = field(default_factory=Pauses)
    now: int = 0

    def _coupons(self, event: events.Event) -> bool:
        match event:
            case events.Issued(batch, lot, first, _, _, consumers):
                holders = [consumer for consumer, count in consumers for _ in range(count)]
                for index, holder in enumerate(holders):
                    self._issued(batch, lot, first + index, Coupon(self.lots[batch, lot], lot, holder))
            case events.IssuedToBearers(batch, lot, first, _, _, keys):
                for index, key in enumerate(keys):
                    self._issued(batch, lot, first + index, Coupon(self.lots[batch, lot], lot, 0, key=key))
            case events.Transferred(_, items):
                for item in items:
                    coupon = self.coupons[item.coupon]
                    coupon.givers += (item.giver,) if item.giver else ()
                    coupon.holder, coupon.version, coupon.key = item.to, item.version, b""
                    self._paid(item)
            case events.Copied(batch, items):
                for item in items:
                    self._copied(batch, item)
            case events.Revoked(batch, _, serials):
                for serial in serials:
                    self.coupons[coupon_id(batch, serial)].state = State.VOID
            case _:
                return self._stock(event)
        return True

    def _stock(self, event: events.Event) -> bool:
        match event:
            case events.Minted(batch, terms, reserve, paused_at_mint):
                self.batches[batch] = Batch(terms, reserve, terms.size, paused_at_mint)
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
            case events.Closed(batch, released):
                self.batches[batch].closed, self.batches[batch].reserve = True, 0
                self.merchants[OPERATOR].cash += released
            case events.LotClosed(batch, lot, merchant, released):
                self.lots[batch, lot].reserve -= released
                self.merchants[merchant].cash += released
            case _:
                return False
        return True

    def _settlement(self, event: events.Event) -> bool:
        match event:
            case events.Redeemed(merchant, _, items):
                for item in items:
                    self._take(merchant, item)
                    self._pay(merchant, item)
            case events.Pooled(merchant, _, items):
                for pooled in items:
                    self._take(merchant, pooled)
                    coupon = self.coupons[pooled.coupon]
                    coupon.state, coupon.version = State.PENDING, pooled.version + 1
                    coupon.redeemer, coupon.order, coupon.until = merchant, pooled.order, pooled.until
                    coupon.pool = (pooled.reward, pooled.contribution, pooled.discount)
            case events.Distributed(_, items):
                for item in items:
                    self._pay(self.coupons[item.coupon].redeemer, item)
            case events.Amended():
                self._amended(event)
            case events.Reversed(_, _, number, version, reward, contribution, discount):
                self._give_back(number, reward, contribution, discount)
                coupon = self.coupons[number]
                coupon.state, coupon.version = State.LIVE, version + 1
                coupon.redeemer, coupon.order, coupon.until = 0, 0, 0
            case events.Forfeited(_, number, _, _, discount_too, reward, contribution, discount):
                coupon = self.coupons[number]
                coupon.state = State.FORFEITED
                if not discount_too:
                    terms = self.batches[batch_of(number)].terms
                    self.merchants[coupon.redeemer].cash += reimbursed(terms, discount)
                self._give_back(number, reward, contribution, discount if discount_too else 0)
            case _:
                return False
        return True

    def _amended(self, event: events.Amended) -> None:
        coupon, left = self.coupons[event.coupon], (event.reward, event.contribution, event.discount)
        if coupon.state is State.PENDING:
            coupon.amended_from = coupon.order
        reward, contribution, discount = (old - new for old, new in zip(coupon.pool, left, strict=True))
        self._give_back(event.coupon, reward, contribution, discount)
        coupon.state, coupon.version, coupon.order = State.AMENDED, event.version + 1, event.order
        coupon.pool = left

    def _issued(self, batch: int, lot: int, serial: int, coupon: Coupon) -> None:
        self.lots[batch, lot].next = serial + 1
        self.coupons[coupon_id(batch, serial)] = coupon
        self.days[coupon_id(batch, serial)] = (self.now - self.pauses.seconds(self.now)) // DAY

    def _copied(self, batch: int, item: events.SharedItem) -> None:
        root, terms = self.coupons[item.coupon], self.batches[batch].terms
        serial = copy_serial(serial_of(item.coupon), item.index, size=terms.size, copies=terms.copies)
        copied = Coupon(root.lot, root.number, item.to, 1, (*root.givers, item.giver))
        self.coupons[coupon_id(batch, serial)] = copied
        self._paid(item)

    def _paid(self, item: events.SharedItem) -> None:
        if item.price:
            self.consumers[item.to].cash -= item.price
            self.consumers[item.giver].cash += item.price

    def _take_stock(self, batch: int, lot: int, count: int) -> int:
        if lot == 0:
            self.batches[batch].stock -= count
            return self.batches[batch].stock + count
        self.lots[batch, lot].end -= count
        return self.lots[batch, lot].end + count

    def _credit(self, party: int, amount: int, *, consumer: bool) -> None:
        (self.consumers if consumer else self.merchants)[party].cash += amount

    def _drawn(self, item: events.RedeemedItem | events.PooledItem) -> int:
        """What of others' money the redeeming merchant gets or gives on."""
        return item.reward + reimbursed(self.batches[batch_of(item.coupon)].terms, item.discount)

    def _take(self, merchant: int, item: events.RedeemedItem | events.PooledItem) -> None:
        """What a redemption moves out of reserves and out of the merchant's cash."""
        self.merchants[merchant].cash -= item.contribution
        self._reserve(item.coupon, -item.reward, -item.discount)

    def _reserve(self, number: int, reward: int, discount: int) -> None:
        coupon, batch = self.coupons[number], self.batches[batch_of(number)]
        batch.reserve += reward + (discount if batch.terms.funder is Funder.OPERATOR else 0)
        coupon.lot.reserve += discount if batch.terms.funder is Funder.ISSUER else 0

    def _give_back(self, number: int, reward: int, contribution: int, discount: int) -> None:
        self._reserve(number, reward, discount)
        self.merchants[self.coupons[number].redeemer].cash += contribution

    def _pay(self, merchant: int, item: events.RedeemedItem) -> None:
        coupon, terms = self.coupons[item.coupon], self.batches[batch_of(item.coupon)].terms
        coupon.state = State.REDEEMED
        self.merchants[merchant].cash += reimbursed(terms, item.discount)
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
