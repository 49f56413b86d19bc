"""Sharing, bearers and revoking in a world: items and intents as the contract takes them, signed."""

from collections.abc import Iterable, Sequence
from typing import Any

from ledger.chain.eip712 import digest, struct_hash
from ledger.chain.packing import ANY_MERCHANT, redeem_record, share_record
from ledger.domain.intents import AcceptOffer, Cancel, Claim, Copy, IssueToBearers, Offer, Present, Transfer
from scripts.world.keys import key
from scripts.world.world import World


def transfer_item(
    world: World, coupon: int, *, lot: int, to: int, holder: str, version: int = 0, deadline: int | None = None
) -> bytes:
    """A coupon given by its holder's (or its bearer's) key."""
    until = world.deadline if deadline is None else deadline
    signature = world.sign(key(holder), Transfer(coupon, version, to, until))
    return share_record(coupon=coupon, lot=lot, to=to, deadline=until, version=version, signature=signature)


def copy_item(
    world: World,
    coupon: int,
    *,
    lot: int,
    to: int,
    holder: str,
    index: int = 0,
    version: int = 0,
    deadline: int | None = None,
) -> bytes:
    """A copy given by the holder of its root."""
    until = world.deadline if deadline is None else deadline
    signature = world.sign(key(holder), Copy(coupon, version, index, to, until))
    return share_record(
        coupon=coupon, lot=lot, to=to, deadline=until, version=version, signature=signature, index=index
    )


def offered(
    world: World,
    coupon: int,
    *,
    holder: str,
    copy: bool = False,
    to: int = 0,
    claim_key: str | None = None,
    price: int = 0,
    version: int = 0,
    nonce: int | None = None,
    deadline: int | None = None,
) -> tuple[Any, ...]:
    """An offer signed by the holder: to a consumer, or to whoever has the key named."""
    link = bytes(20) if claim_key is None else key(claim_key).address
    once = world.fresh_nonce() if nonce is None else nonce
    fields = (coupon, version, copy, to, link, price, once, world.deadline if deadline is None else deadline)
    return (*fields, world.sign(key(holder), Offer(*fields)))


def claimed(
    world: World,
    offer: Sequence[Any],
    *,
    lot: int,
    claimant: int,
    index: int = 0,
    claim_key: str | None = None,
    accepted_by: str | None = None,
) -> tuple[Any, ...]:
    """An offer taken up, with the claim key's and the claimant's signature where they are named."""
    hash_ = struct_hash(Offer(*offer[:-1]))
    by_link = by_claimant = b""
    if claim_key is not None:
        by_link = world.sign(key(claim_key), Claim(hash_, index, claimant))
    if accepted_by is not None:
        by_claimant = world.sign(key(accepted_by), AcceptOffer(hash_, index, claimant, offer[5]))
    return (tuple(offer), lot, index, claimant, by_link, by_claimant)


def cancelled(
    world: World, consumer: int, nonce: int, *, by: str, deadline: int | None = None
) -> tuple[int, int, int, bytes]:
    """The end of every offer of a nonce."""
    until = world.deadline if deadline is None else deadline
    return (consumer, nonce, until, world.sign(key(by), Cancel(consumer, nonce, until)))


def bearer_intent(
    world: World,
    merchant: int,
    batch: int,
    lot: int,
    keys: Iterable[str],
    *,
    by: str,
    agent: int = 0,
    nonce: int | None = None,
    deadline: int | None = None,
) -> tuple[Any, ...]:
    """An issue to the bearers' keys of these names."""
    packed = b"".join(key(name).address for name in keys)
    once = world.fresh_nonce() if nonce is None else nonce
    until = world.deadline if deadline is None else deadline
    signature = world.sign(key(by), IssueToBearers(merchant, batch, lot, packed, once, until))
    return (merchant, agent, batch, lot, once, until, packed, signature)


def bearer_item(
    world: World,
    coupon: int,
    *,
    lot: int,
    key_name: str,
    order: int,
    merchant: int = 0,
    version: int = 0,
    deadline: int | None = None,
) -> bytes:
    """A coupon presented by whoever has the key; `merchant` 0 names none, so that any may redeem it."""
    until = world.deadline if deadline is None else deadline
    return redeem_record(
        coupon=coupon,
        lot=lot,
        order=order,
        maximum_order=order,
        deadline=until,
        version=version,
        signature=world.sign(key(key_name), Present(coupon, version, merchant, order, until)),
        flags=0 if merchant else ANY_MERCHANT,
    )


def digest_of_offer(world: World, offer: Sequence[Any]) -> bytes:
    """What the holder signed."""
    return digest(world.separator, Offer(*offer[:-1]))
