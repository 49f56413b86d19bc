"""Give a coupon, or a copy of it, to a consumer, free: transfer and copy."""

from dataclasses import dataclass

from ledger.chain.packing import share_record
from ledger.domain.intents import Copy, Transfer
from ledger.intake.desk import Accepted, Desk, Draft
from ledger.intake.handing import Given, free_index, given, refuse_receiver


@dataclass(frozen=True, slots=True)
class TransferCoupon:
    """A coupon its holder gives to a consumer, and has no more."""

    batch: int
    serial: int
    to: int


@dataclass(frozen=True, slots=True)
class CopyCoupon:
    """A coupon of which its holder gives the next free copy to a consumer."""

    batch: int
    serial: int
    to: int


def transfer(desk: Desk, request: TransferCoupon, *, key: str) -> Accepted:
    """Take a transfer, signed for the holder; raises `Refused` as `handing.given` and `handing.refuse_receiver` do."""

    def draft() -> Draft:
        found = given(desk, request.batch, request.serial, copy=False)
        refuse_receiver(desk, found, request.to)
        deadline, version = desk.deadline, found.coupon.version
        intent = Transfer(found.number, version, request.to, deadline)
        return _draft(desk, found, intent, to=request.to, deadline=deadline)

    return desk.accept(key, request, draft)


def copy(desk: Desk, request: CopyCoupon, *, key: str) -> Accepted:
    """Take a copy, signed for the holder of the root; raises `Refused`, CopyUnavailable where none is left."""

    def draft() -> Draft:
        found = given(desk, request.batch, request.serial, copy=True)
        refuse_receiver(desk, found, request.to)
        index, deadline = free_index(desk, found), desk.deadline
        intent = Copy(found.number, found.coupon.version, index, request.to, deadline)
        return _draft(desk, found, intent, to=request.to, deadline=deadline)

    return desk.accept(key, request, draft)


def _draft(desk: Desk, found: Given, intent: Transfer | Copy, *, to: int, deadline: int) -> Draft:
    copying = isinstance(intent, Copy)
    index = intent.index if isinstance(intent, Copy) else 0
    record = share_record(
        coupon=found.number,
        lot=found.coupon.lot,
        to=to,
        deadline=deadline,
        version=found.coupon.version,
        signature=desk.sign(desk.signer(found.holder.wallet), intent),
        index=index,
    )
    return found.draft("copy" if copying else "transfer", {"record": record}, to=to, copy=copying, index=index)
