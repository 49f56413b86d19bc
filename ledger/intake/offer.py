"""Offer a coupon, or copies of it, by a link or to a consumer; and take an offer back."""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from ledger.custody.keys import KeySigner
from ledger.domain.errors import NotFound, OutOfRange, Reason, Refused, Verb
from ledger.domain.intents import Cancel, Offer
from ledger.domain.offer_link import OfferLink
from ledger.intake import reading
from ledger.intake.desk import Accepted, Desk, Draft, KeyReused, checked_hash
from ledger.intake.handing import check_price, given, refuse_receiver
from ledger.store import effects
from ledger.store.offers import OFFERS

OFFER_SECONDS = 7 * 86_400
"""How long an offer stands where nothing else is said."""

_DEADLINE_LIMIT = 2**40 - 1


@dataclass(frozen=True, slots=True)
class OfferCoupon:
    """A coupon (or `copy`) offered to a consumer, or (`to` 0) to whoever gets the link.

    `price` in minor units, 0 free; `deadline` in Unix seconds, None a week from now.
    """

    batch: int
    serial: int
    copy: bool = False
    to: int = 0
    price_minor: int = 0
    deadline: int | None = None


@dataclass(frozen=True, slots=True)
class CancelOffer:
    """An offer, by its id, that its giver takes back."""

    offer: int


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer that was made; its `link` is there once, when it is made, and only where it names nobody."""

    id: int
    link: OfferLink | None
    repeated: bool


def offer(desk: Desk, request: OfferCoupon, *, key: str) -> Offered:
    """Sign an offer for the holder and keep it: nothing goes to the chain.

    Raises `Refused` as `handing.given` does, DeadlinePassed, OutOfRange, KeyReused.
    """
    body_hash = checked_hash(request)
    known = desk.connection.execute(select(OFFERS.c.id, OFFERS.c.body_hash).where(OFFERS.c.key == key)).first()
    if known is not None:
        if known.body_hash != body_hash:
            raise KeyReused(key)
        return Offered(known.id, None, repeated=True)
    check_price(request.price_minor)
    deadline = _deadline(desk, request)
    found = given(desk, request.batch, request.serial, copy=request.copy)
    if request.to:
        refuse_receiver(desk, found, request.to)
    secret = None if request.to else secrets.token_bytes(32)
    intent = Offer(
        coupon=found.number,
        version=found.coupon.version,
        copy=request.copy,
        to=request.to,
        claim_key=KeySigner(secret).address if secret else bytes(20),
        price=request.price_minor,
        nonce=desk.fresh_nonce(),
        deadline=deadline,
    )
    number = _keep(desk, request, intent, giver=found.holder, key=key, body_hash=body_hash)
    return Offered(number, OfferLink(number, secret) if secret else None, repeated=False)


def cancel(desk: Desk, request: CancelOffer, *, key: str) -> Accepted:
    """End an offer here at once and on the chain as soon as may be; what somebody took up before stays theirs.

    Raises NotFound, NonceUsed where it was ended before, ConsumerSuspended.
    """

    def draft() -> Draft:
        row = offer_of(desk, request.offer)
        if row.state != "open":
            raise Refused(Reason.NONCE_USED, "the offer was taken back before")
        giver = reading.consumer(desk.connection, row.giver)
        desk.connection.execute(update(OFFERS).where(OFFERS.c.id == row.id).values(state="cancelled"))
        intent = Cancel(row.giver, row.nonce, desk.deadline)
        signature = desk.sign(desk.signer(giver.wallet), intent)
        return Draft(
            verb="cancel",
            payload={"arguments": [row.giver, row.nonce, intent.deadline, signature]},
            effect=effects.by_consumer_nonce(Verb.CANCEL, row.giver, row.nonce),
        )

    return desk.accept(key, request, draft)


def offer_of(desk: Desk, number: int) -> Row[Any]:
    """An offer; raises NotFound."""
    row = desk.connection.execute(select(OFFERS).where(OFFERS.c.id == number)).first()
    if row is None:
        raise NotFound("offer", number, "list a consumer's with `coupon offers`")
    return row


def _deadline(desk: Desk, request: OfferCoupon) -> int:
    if request.deadline is None:
        return desk.now() + OFFER_SECONDS
    if request.deadline > _DEADLINE_LIMIT:
        raise OutOfRange("deadline", request.deadline, low=0, high=_DEADLINE_LIMIT)
    if request.deadline < desk.now():
        hint = "an offer ends in the future"
        raise Refused(Reason.DEADLINE_PASSED, hint, given=request.deadline, limit=desk.now())
    return request.deadline


def _keep(desk: Desk, request: OfferCoupon, intent: Offer, *, giver: Row[Any], key: str, body_hash: bytes) -> int:
    statement = insert(OFFERS).values(
        key=key,
        body_hash=body_hash,
        batch=request.batch,
        serial=request.serial,
        version=intent.version,
        copy=intent.copy,
        giver=giver.id,
        to=intent.to,
        claim_key=intent.claim_key,
        price=intent.price,
        nonce=intent.nonce,
        deadline=intent.deadline,
        signature=desk.sign(desk.signer(giver.wallet), intent),
        state="open",
        made_at=desk.now(),
    )
    return int(desk.connection.execute(statement.returning(OFFERS.c.id)).scalar_one())
