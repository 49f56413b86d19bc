"""Take an offer up: by its link, or as the consumer whom it names."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from ledger.chain.eip712 import struct_hash
from ledger.custody.keys import KeySigner
from ledger.domain.errors import Reason, Refused
from ledger.domain.ids import coupon_id
from ledger.domain.intents import AcceptOffer, Claim, Offer
from ledger.domain.offer_link import OfferLink
from ledger.intake import reading
from ledger.intake.desk import Accepted, Desk, Draft
from ledger.intake.handing import free_index, given, refuse_receiver
from ledger.intake.offer import offer_of


@dataclass(frozen=True, slots=True)
class ClaimOffer:
    """An offer that a consumer takes up by its link."""

    link: OfferLink
    consumer: int


@dataclass(frozen=True, slots=True)
class TakeOffer:
    """An offer, by its id, that the consumer whom it names takes up."""

    offer: int


def claim(desk: Desk, request: ClaimOffer, *, key: str) -> Accepted:
    """Take up a link for a consumer; custody signs for it where a price is asked.

    Raises NotFound, SignatureInvalid for a wrong secret, RecipientInvalid for an offer that names a consumer, and as
    `accept` does.
    """

    def draft() -> Draft:
        row = offer_of(desk, request.link.offer)
        if row.to:
            raise Refused(Reason.RECIPIENT_INVALID, "the offer names a consumer, who accepts it")
        signer = _signer_of(request.link)
        if signer is None or signer.address != row.claim_key:
            raise Refused(Reason.SIGNATURE_INVALID, "the link's secret is not that of the offer")
        return _draft(desk, row, request.consumer, link=signer)

    return desk.accept(key, request, draft)


def accept(desk: Desk, request: TakeOffer, *, key: str) -> Accepted:
    """Take up an offer for the consumer whom it names.

    Raises NotFound, RecipientInvalid for one that goes by a link, NonceUsed for one that was taken back,
    DeadlinePassed, CashInsufficient, and as `handing.given` and `handing.free_index` do.
    """

    def draft() -> Draft:
        row = offer_of(desk, request.offer)
        if not row.to:
            raise Refused(Reason.RECIPIENT_INVALID, "the offer names nobody; take it up by its link")
        return _draft(desk, row, row.to, link=None)

    return desk.accept(key, request, draft)


def _signer_of(link: OfferLink) -> KeySigner | None:
    try:
        return KeySigner(link.secret)
    except ValueError:
        # 32 bytes that are no key of the curve.
        return None


def _draft(desk: Desk, row: Row[Any], claimant: int, *, link: KeySigner | None) -> Draft:
    _check_offer(desk, row)
    version = reading.coupon(desk.connection, row.batch, row.serial).version
    if version != row.version:
        raise Refused(Reason.VERSION_STALE, "the coupon has been given on", given=row.version, limit=version)
    found = given(desk, row.batch, row.serial, copy=row.copy)
    refuse_receiver(desk, found, claimant)
    index = free_index(desk, found) if row.copy else 0
    intent = _intent_of(row)
    hash_ = struct_hash(intent)
    by_link = desk.sign(link, Claim(hash_, index, claimant)) if link else b""
    by_claimant = b""
    if row.price or not link:
        taker = reading.consumer(desk.connection, claimant)
        if row.price > taker.cash:
            raise Refused(Reason.CASH_INSUFFICIENT, "deposit more first", given=row.price, limit=taker.cash)
        by_claimant = desk.sign(desk.signer(taker.wallet), AcceptOffer(hash_, index, claimant, row.price))
    arguments = [[*_fields(intent), row.signature], found.coupon.lot, index, claimant, by_link, by_claimant]
    return found.draft("claim", {"arguments": arguments}, to=claimant, copy=row.copy, index=index)


def _check_offer(desk: Desk, row: Row[Any]) -> None:
    if row.state != "open":
        raise Refused(Reason.NONCE_USED, "the offer was taken back")
    if row.deadline < desk.now():
        raise Refused(Reason.DEADLINE_PASSED, "the offer has ended", given=desk.now(), limit=row.deadline)


def _intent_of(row: Row[Any]) -> Offer:
    number = coupon_id(row.batch, row.serial)
    return Offer(number, row.version, row.copy, row.to, row.claim_key, row.price, row.nonce, row.deadline)


def _fields(intent: Offer) -> list[Any]:
    return [
        intent.coupon,
        intent.version,
        intent.copy,
        intent.to,
        intent.claim_key,
        intent.price,
        intent.nonce,
        intent.deadline,
    ]
