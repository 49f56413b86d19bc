"""Make an issued coupon void: the operator's word, where the terms allow it."""

from dataclasses import dataclass

from ledger.domain.errors import OutOfRange, Reason, Refused
from ledger.domain.ids import coupon_id
from ledger.intake import reading
from ledger.intake.desk import Accepted, Desk, Draft
from ledger.store import effects

CAUSE_LIMIT = 255


@dataclass(frozen=True, slots=True)
class RevokeCoupon:
    """A coupon nobody is to use any more; `cause` (0 to 255) is the operator's own code, shown in its trace."""

    batch: int
    serial: int
    cause: int


def revoke(desk: Desk, request: RevokeCoupon, *, key: str) -> Accepted:
    """Take a revocation.

    Raises BatchUnknown, NotRevocable, CouponNotIssued, CouponRedeemed (also while its pool waits), CouponVoid,
    OutOfRange.
    """

    def draft() -> Draft:
        if not 0 <= request.cause <= CAUSE_LIMIT:
            raise OutOfRange("cause", request.cause, low=0, high=CAUSE_LIMIT)
        batch = reading.batch(desk.connection, request.batch)
        if not batch.terms.revocable:
            raise Refused(Reason.NOT_REVOCABLE, f"the terms of batch {batch.id} do not let its coupons be revoked")
        coupon = reading.coupon(desk.connection, request.batch, request.serial)
        number = coupon_id(request.batch, request.serial)
        return Draft(
            verb="revoke",
            payload={"arguments": number, "cause": request.cause},
            effect=effects.of_revocation(number),
            batch=request.batch,
            serial=request.serial,
            version=coupon.version,
        )

    return desk.accept(key, request, draft)
