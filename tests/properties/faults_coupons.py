"""What a coupon presented, handed on, offered or revoked breaks."""

from dataclasses import dataclass

from ledger.domain.errors import Reason
from ledger.domain.ids import GROUP_ALL, GROUP_ISSUER_ONLY
from ledger.domain.terms import ShareMode, Terms
from scripts.world import DAY
from tests.properties.arithmetic import Moved, drawn, moved
from tests.properties.faults import Faults, those
from tests.properties.ghost import Ghost
from tests.properties.holdings import Batch, Coupon, State


@dataclass(frozen=True, slots=True)
class Presented:
    """A coupon as it is presented by the key of `signer`; `anywhere` if that names no merchant."""

    batch: int
    serial: int
    lot: int
    order: int
    maximum_order: int
    deadline: int
    version: int
    signer: str
    anywhere: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """A coupon as it is handed on by the key of `signer`, whole or (`copying`) as its copy `index`."""

    batch: int
    serial: int
    lot: int
    to: int
    version: int
    deadline: int
    signer: str
    copying: bool = False
    index: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    """An offer of a coupon taken up by the consumer `share.to`.

    It is `offered_to` a consumer (0: to whoever has the link); `consents` is whose key accepts the price.
    """

    share: Shared
    offered_to: int
    price: int
    nonce: int
    consents: str
    right_link: bool


@dataclass(slots=True)
class Purse:
    """What a merchant can still contribute, and still take of others' money today, within one intent."""

    cash: int
    cap: int


def of_presentation(ghost: Ghost, merchant: int, item: Presented, purse: Purse) -> Faults:
    """A coupon presented at a merchant."""
    faults = those(
        (item.deadline < ghost.now, Reason.DEADLINE_PASSED),
        (item.order == 0, Reason.ORDER_ZERO),
        (item.order > item.maximum_order, Reason.ORDER_ABOVE_MAXIMUM),
    )
    batch = ghost.batches.get(item.batch)
    if batch is None:
        return faults | {Reason.BATCH_UNKNOWN}
    faults |= _of_acceptance(ghost, merchant, batch, item)
    faults |= _of_order(batch.terms, moved(batch.terms, item.order), item.order, purse)
    lot = batch.lots.get(item.lot)
    if lot is None or not lot.first <= batch.root_of(item.serial) < lot.next:
        return faults | {Reason.LOT_MISMATCH}
    return faults | _of_coupon(ghost, batch, item)


def _of_acceptance(ghost: Ghost, merchant: int, batch: Batch, item: Presented) -> Faults:
    group = batch.terms.group
    issuer = batch.lots[item.lot].merchant if item.lot in batch.lots else 0
    outside = group not in (GROUP_ALL, GROUP_ISSUER_ONLY) and merchant not in ghost.groups[group]
    return _of_batch(ghost, batch) | those(
        (ghost.now < batch.terms.opens, Reason.BATCH_NOT_OPEN),
        (outside or (group == GROUP_ISSUER_ONLY and issuer != merchant), Reason.MERCHANT_NOT_ACCEPTED),
        (item.anywhere and not batch.terms.bearer, Reason.BEARER_NOT_ALLOWED),
    )


def _of_batch(ghost: Ghost, batch: Batch) -> Faults:
    return those(
        (batch.closed, Reason.BATCH_CLOSED),
        (ghost.time >= batch.redeem_end, Reason.BATCH_EXPIRED),
    )


def _of_order(terms: Terms, moving: Moved, order: int, purse: Purse) -> Faults:
    return those(
        (order < terms.minimum_order_minor, Reason.ORDER_BELOW_MINIMUM),
        (moving.contribution > purse.cash, Reason.CONTRIBUTION_UNFUNDED),
        (drawn(terms, moving) > purse.cap, Reason.REWARD_CAP_REACHED),
    )


def _of_coupon(ghost: Ghost, batch: Batch, item: Presented | Shared) -> Faults:
    """The coupon at hand, and whether its holder's key signed."""
    coupon = batch.coupons.get(item.serial)
    if coupon is None:
        return frozenset({Reason.COUPON_NOT_ISSUED})
    last_day = coupon.day + batch.terms.valid_days
    return of_state(coupon) | those(
        (item.lot != coupon.lot, Reason.LOT_MISMATCH),
        (item.version != coupon.version, Reason.VERSION_STALE),
        (batch.terms.valid_days > 0 and ghost.time // DAY > last_day, Reason.COUPON_EXPIRED),
        (("consumer", coupon.holder) in ghost.suspended, Reason.CONSUMER_SUSPENDED),
        (item.signer != ghost.opens(coupon), Reason.SIGNATURE_INVALID),
    )


def of_state(coupon: Coupon) -> Faults:
    """Why a coupon is at nobody's disposal."""
    return those(
        (coupon.state is State.VOID, Reason.COUPON_VOID),
        (coupon.state not in (State.LIVE, State.VOID), Reason.COUPON_REDEEMED),
    )


def of_share(ghost: Ghost, item: Shared) -> Faults:
    """A coupon given to another consumer, or a copy of it."""
    faults = those(
        (item.deadline < ghost.now, Reason.DEADLINE_PASSED),
        (item.to not in ghost.consumers, Reason.CONSUMER_UNKNOWN),
    )
    batch = ghost.batches.get(item.batch)
    if batch is None:
        return faults | {Reason.BATCH_UNKNOWN}
    faults |= _of_batch(ghost, batch) | _of_coupon(ghost, batch, item)
    coupon = batch.coupons.get(item.serial)
    return faults if coupon is None else faults | _of_way(batch, coupon, item)


def _of_way(batch: Batch, coupon: Coupon, item: Shared) -> Faults:
    """Whether the terms let it go this way, and once more."""
    terms = batch.terms
    exhausted = len(coupon.givers) >= terms.hops
    if not item.copying:
        held = coupon.holder != 0
        return those(
            (item.to == coupon.holder, Reason.RECIPIENT_INVALID),
            (held and terms.share_mode is ShareMode.NONE, Reason.SHARE_NOT_ALLOWED),
            (held and exhausted, Reason.HOPS_EXHAUSTED),
        )
    root = item.serial < terms.size and coupon.holder != 0
    taken = batch.copy_of(item.serial, item.index) in batch.coupons
    return those(
        (item.to == coupon.holder, Reason.RECIPIENT_INVALID),
        (terms.share_mode is not ShareMode.COPY or not root, Reason.SHARE_NOT_ALLOWED),
        (item.index >= terms.copies or taken, Reason.COPY_UNAVAILABLE),
        (exhausted, Reason.HOPS_EXHAUSTED),
    )


def of_claim(ghost: Ghost, claim: Claimed) -> Faults:
    """An offer taken up, for its price."""
    share = claim.share
    coupon = ghost.find(share.batch, share.serial)
    priced = claim.offered_to != 0 or claim.price > 0
    faults = of_share(ghost, share) | those(
        (not share.copying and share.index != 0, Reason.COPY_UNAVAILABLE),
        (claim.offered_to not in (0, share.to), Reason.RECIPIENT_INVALID),
        (not claim.offered_to and not claim.right_link, Reason.SIGNATURE_INVALID),
        (priced and claim.consents != ghost.names.get(("consumer", share.to)), Reason.SIGNATURE_INVALID),
        (priced and ("consumer", share.to) in ghost.suspended, Reason.CONSUMER_SUSPENDED),
        (claim.price > ghost.consumers.get(share.to, 0), Reason.CASH_INSUFFICIENT),
    )
    if coupon is None:
        return faults
    return faults | those(
        (coupon.holder == 0, Reason.SHARE_NOT_ALLOWED),
        ((coupon.holder, claim.nonce) in ghost.nonces, Reason.NONCE_USED),
    )


def of_cancel(ghost: Ghost, consumer: int, nonce: int, by: str) -> Faults:
    """The end of a consumer's offers of a nonce."""
    if consumer not in ghost.consumers:
        return frozenset({Reason.CONSUMER_UNKNOWN})
    return those(
        (("consumer", consumer) in ghost.suspended, Reason.CONSUMER_SUSPENDED),
        ((consumer, nonce) in ghost.nonces, Reason.NONCE_USED),
        (by != ghost.names["consumer", consumer], Reason.SIGNATURE_INVALID),
    )


def of_revocation(ghost: Ghost, batch: int, serial: int) -> Faults:
    """A coupon made void by the operator."""
    found = ghost.batches.get(batch)
    if found is None:
        return frozenset({Reason.BATCH_UNKNOWN})
    faults = those((not found.terms.revocable, Reason.NOT_REVOCABLE))
    coupon = found.coupons.get(serial)
    return faults | (of_state(coupon) if coupon else {Reason.COUPON_NOT_ISSUED})
