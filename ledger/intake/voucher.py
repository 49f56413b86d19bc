"""Issue coupons as vouchers, redeem one by its secret, take one into an account."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select

from ledger.chain.packing import share_record
from ledger.custody.keys import KeySigner
from ledger.domain.errors import Reason, Refused, Verb
from ledger.domain.ids import coupon_id
from ledger.domain.intents import IssueToBearers, Transfer
from ledger.domain.signing import Signer
from ledger.intake import issue, reading, redeem
from ledger.intake.desk import Accepted, Desk, Draft
from ledger.intake.handing import check_in_date
from ledger.store import effects
from ledger.store.projections import CONSUMERS
from ledger.store.projections_sharing import BEARERS

VOUCHERS_LIMIT = 400
"""The most vouchers of one issue: they are done whole, and a key costs a slot."""


@dataclass(frozen=True, slots=True)
class IssueVouchers:
    """Coupons of a lot for whoever gets the vouchers."""

    merchant: int
    batch: int
    lot: int
    count: int


@dataclass(frozen=True, slots=True)
class RedeemVoucher:
    """A coupon that whoever has its voucher uses at a merchant for an order, minor units."""

    batch: int
    serial: int
    merchant: int
    order_minor: int
    secret: bytes = field(repr=False)
    order_reference: str = ""


@dataclass(frozen=True, slots=True)
class TakeVoucher:
    """A coupon that whoever has its voucher takes into a consumer's account; the voucher is worth nothing then."""

    batch: int
    serial: int
    to: int
    secret: bytes = field(repr=False)


def path_of(batch: int, key: str, index: int) -> str:
    """Where the key of a voucher is derived: the same for the same request, and for no other."""
    return f"voucher/{batch}/{key}/{index}"


def issue_vouchers(desk: Desk, request: IssueVouchers, *, key: str) -> Accepted:
    """Take an issue of vouchers; raises `Refused` with the rule that is broken.

    Custody derives their keys from its seed by batch and idempotency key and keeps none of them.
    """

    def draft() -> Draft:
        batch = reading.batch(desk.connection, request.batch)
        merchant = reading.merchant(desk.connection, request.merchant)
        if request.count <= 0:
            raise Refused(Reason.COUNT_ZERO, "issue at least one voucher")
        if request.count > VOUCHERS_LIMIT:
            hint = "issue in several requests"
            raise Refused(Reason.ITEMS_MALFORMED, hint, given=request.count, limit=VOUCHERS_LIMIT)
        issue.check_lot(desk, batch, request.lot, merchant=request.merchant, count=request.count)
        if not batch.terms.bearer:
            raise Refused(Reason.BEARER_NOT_ALLOWED, f"the terms of batch {batch.id} allow no vouchers")
        if batch.terms.points_price:
            raise Refused(Reason.POINTS_UNSPENT, "the batch's coupons are issued for points")
        return _issue_draft(desk, request, merchant.wallet, key=key)

    return desk.accept(key, request, draft)


def redeem_voucher(desk: Desk, request: RedeemVoucher, *, key: str) -> Accepted:
    """Take a redemption that the voucher's key presents; raises `Refused` as `redeem` does, SignatureInvalid."""
    plain = redeem.RedeemCoupon(
        request.batch, request.serial, request.merchant, request.order_minor, request.order_reference
    )
    return desk.accept(
        key, request, lambda: redeem.drafted(desk, plain, lambda coupon: _bearer(desk, coupon, request.secret))
    )


def take_voucher(desk: Desk, request: TakeVoucher, *, key: str) -> Accepted:
    """Take a voucher's coupon into an account, where it is as any other, at its next version.

    Raises BatchUnknown, BatchClosed, BatchExpired, CouponNotIssued, CouponRedeemed, CouponVoid, CouponExpired,
    ConsumerUnknown, SignatureInvalid.
    """

    def draft() -> Draft:
        batch = reading.batch(desk.connection, request.batch)
        coupon = reading.coupon(desk.connection, request.batch, request.serial)
        check_in_date(desk, batch, coupon)
        if desk.connection.scalar(select(CONSUMERS.c.id).where(CONSUMERS.c.id == request.to)) is None:
            raise Refused(Reason.CONSUMER_UNKNOWN, f"register consumer {request.to} first")
        return _take_draft(desk, request, coupon, _bearer(desk, coupon, request.secret))

    return desk.accept(key, request, draft)


def _issue_draft(desk: Desk, request: IssueVouchers, wallet: bytes, *, key: str) -> Draft:
    signers = (desk.new_signer(path_of(request.batch, key, index)) for index in range(request.count))
    keys = b"".join(signer.address for signer in signers)
    nonce, deadline = desk.fresh_nonce(), desk.deadline
    intent = IssueToBearers(request.merchant, request.batch, request.lot, keys, nonce, deadline)
    signature = desk.sign(desk.signer(wallet), intent)
    fields = [request.merchant, 0, request.batch, request.lot, nonce, deadline, keys, signature]
    return Draft(
        verb="issue_to_bearers",
        payload={"arguments": fields, "parts": request.count},
        effect=effects.by_nonce(Verb.ISSUE_TO_BEARERS, request.merchant, nonce),
    )


def _take_draft(desk: Desk, request: TakeVoucher, coupon: Row[Any], bearer: Signer) -> Draft:
    number, version, deadline = coupon_id(request.batch, request.serial), coupon.version, desk.deadline
    record = share_record(
        coupon=number,
        lot=coupon.lot,
        to=request.to,
        deadline=deadline,
        version=version,
        signature=desk.sign(bearer, Transfer(number, version, request.to, deadline)),
    )
    return Draft(
        verb="transfer",
        payload={"record": record},
        effect=effects.of_transfer(number, version, request.to),
        batch=request.batch,
        serial=request.serial,
        version=version,
    )


def _bearer(desk: Desk, coupon: Row[Any], secret: bytes) -> Signer:
    """The key of a coupon's voucher; raises SignatureInvalid for any other."""
    if coupon.holder:
        raise Refused(Reason.SIGNATURE_INVALID, "an account has the coupon: no voucher opens it")
    here = (BEARERS.c.batch == coupon.batch, BEARERS.c.serial == coupon.serial)
    signer = _signer_of(secret)
    if signer is None or desk.connection.scalar(select(BEARERS.c.key).where(*here)) != signer.address:
        raise Refused(Reason.SIGNATURE_INVALID, "the secret is not that of the voucher")
    return signer


def _signer_of(secret: bytes) -> Signer | None:
    try:
        return KeySigner(secret)
    except ValueError:
        # 32 bytes that are no key of the curve.
        return None
