"""What all ways of handing a coupon on have in common: the coupon lives and is in date, its terms allow it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from ledger.domain.errors import OutOfRange, Reason, Refused
from ledger.domain.ids import VERSION_LIMIT, copy_serial, coupon_id
from ledger.domain.terms import ShareMode
from ledger.intake import reading
from ledger.intake.desk import Desk, Draft
from ledger.store import effects
from ledger.store.outbox import OPERATIONS, OperationState
from ledger.store.projections import CONSUMERS, COUPONS


@dataclass(frozen=True, slots=True)
class Given:
    """A coupon that its holder, a consumer in force, gives on."""

    batch: reading.Batch
    coupon: Row[Any]
    holder: Row[Any]

    @property
    def number(self) -> int:
        """The coupon's id on the chain."""
        return coupon_id(self.batch.id, self.coupon.serial)

    def serial_of_copy(self, index: int) -> int:
        """The serial that a copy of it has."""
        return copy_serial(self.coupon.serial, index, size=self.batch.terms.size, copies=self.batch.terms.copies)

    def draft(self, verb: str, payload: dict[str, Any], *, to: int, copy: bool, index: int) -> Draft:
        """The operation that hands it on: a copy leaves its root's version to others and has a place of its own."""
        version = self.coupon.version
        return Draft(
            verb=verb,
            payload=payload,
            effect=effects.of_copy(self.number, index, to) if copy else effects.of_transfer(self.number, version, to),
            batch=self.batch.id,
            serial=self.serial_of_copy(index) if copy else self.coupon.serial,
            version=0 if copy else version,
        )


def given(desk: Desk, batch_id: int, serial: int, *, copy: bool) -> Given:
    """A coupon that may go on this way.

    Raises BatchUnknown, BatchClosed, BatchExpired, CouponNotIssued, CouponRedeemed, CouponVoid, CouponExpired,
    ShareNotAllowed, VersionExhausted, HopsExhausted, ConsumerSuspended.
    """
    batch = reading.batch(desk.connection, batch_id)
    coupon = reading.coupon(desk.connection, batch_id, serial)
    check_in_date(desk, batch, coupon)
    _check_terms(batch, coupon, copy=copy)
    return Given(batch, coupon, reading.consumer(desk.connection, coupon.holder))


def refuse_receiver(desk: Desk, found: Given, to: int) -> None:
    """Raise ConsumerUnknown, or RecipientInvalid for whoever has it already."""
    if desk.connection.scalar(select(CONSUMERS.c.id).where(CONSUMERS.c.id == to)) is None:
        raise Refused(Reason.CONSUMER_UNKNOWN, f"register consumer {to} first")
    if to == found.coupon.holder:
        raise Refused(Reason.RECIPIENT_INVALID, "whoever has the coupon cannot be given it")


def free_index(desk: Desk, found: Given) -> int:
    """The lowest index of a copy that is neither made nor on its way; raises CopyUnavailable.

    Raises as `Desk.refuse_taken` where the root itself is on its way to somebody, or to its use.
    """
    coupon, copies = found.coupon, found.batch.terms.copies
    desk.refuse_taken(Draft(verb="copy", payload={}, batch=coupon.batch, serial=coupon.serial, version=coupon.version))
    first, last = found.serial_of_copy(0), found.serial_of_copy(copies - 1)
    made = select(COUPONS.c.serial).where(COUPONS.c.batch == coupon.batch, COUPONS.c.serial.between(first, last))
    sent = select(OPERATIONS.c.serial).where(
        OPERATIONS.c.batch == coupon.batch,
        OPERATIONS.c.serial.between(first, last),
        OPERATIONS.c.version == 0,
        OPERATIONS.c.state != OperationState.REFUSED,
    )
    taken = {*desk.connection.scalars(made), *desk.connection.scalars(sent)}
    for index in range(copies):
        if first + index not in taken:
            return index
    raise Refused(Reason.COPY_UNAVAILABLE, "all copies of this coupon are given", given=len(taken) + 1, limit=copies)


def check_in_date(desk: Desk, batch: reading.Batch, coupon: Row[Any]) -> None:
    """Raise BatchClosed, BatchExpired or CouponExpired for a coupon that is out of date."""
    if batch.closed:
        raise Refused(Reason.BATCH_CLOSED, "the batch is closed")
    time = reading.ledger_time(desk.connection, desk.now())
    if time >= batch.redeem_end:
        raise Refused(Reason.BATCH_EXPIRED, "the coupon is out of date", given=time, limit=batch.redeem_end)
    last_day = coupon.issued_day + batch.terms.valid_days
    if batch.terms.valid_days and time // reading.DAY > last_day:
        raise Refused(Reason.COUPON_EXPIRED, "the coupon is out of date", given=time // reading.DAY, limit=last_day)


def check_price(price: int) -> None:
    """Raise OutOfRange for a price that no offer holds."""
    if not 0 <= price < 2**40:
        raise OutOfRange("price", price, low=0, high=2**40 - 1)


def _check_terms(batch: reading.Batch, coupon: Row[Any], *, copy: bool) -> None:
    terms = batch.terms
    if coupon.holder == 0:
        raise Refused(Reason.SHARE_NOT_ALLOWED, "whoever has the printed key takes the coupon into an account first")
    if terms.share_mode is ShareMode.NONE:
        raise Refused(Reason.SHARE_NOT_ALLOWED, "the batch's coupons are not shared")
    if copy and (terms.share_mode is not ShareMode.COPY or coupon.root is not None):
        hint = "a copy is not copied again" if coupon.root is not None else "the batch's coupons are not copied"
        raise Refused(Reason.SHARE_NOT_ALLOWED, hint)
    if not copy and coupon.version >= VERSION_LIMIT:
        raise Refused(
            Reason.VERSION_EXHAUSTED, "nothing but using it is left", given=coupon.version, limit=VERSION_LIMIT
        )
    if coupon.hops >= terms.hops:
        hint = "it has been given on as often as its batch allows"
        raise Refused(Reason.HOPS_EXHAUSTED, hint, given=coupon.hops + 1, limit=terms.hops)
