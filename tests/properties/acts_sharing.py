"""Acts of sharing: coupons handed on, copied, offered for a price, and made void."""

from collections.abc import Sequence

from ledger.domain.ids import coupon_id
from scripts.world.sharing import cancelled, claimed, copy_item, offered, transfer_item
from tests.properties import faults_coupons
from tests.properties.acts import Acts
from tests.properties.faults import Faults
from tests.properties.faults_coupons import Claimed, Shared
from tests.properties.ghost import Ghost
from tests.properties.holdings import Coupon, State

LINK = "link"
"""Whose key an offer's link carries."""


def transfer(acts: Acts, items: Sequence[Shared]) -> None:
    """Coupons go to other consumers, out of accounts or out of bearers' hands."""
    _share(acts, "transfer", items)


def copy(acts: Acts, items: Sequence[Shared]) -> None:
    """Consumers get copies of coupons that stay with whoever has them."""
    _share(acts, "copy", items)


def _share(acts: Acts, function: str, items: Sequence[Shared]) -> None:
    records = b"".join(_record(acts, item) for item in items)
    if reverts := acts.when_paused():
        acts.send(function, records, reverts=reverts)
        return
    broken = list[Faults]()
    for item in items:
        broken.append(faults_coupons.of_share(acts.ghost, item))
        if not broken[-1]:
            _hand_on(acts.ghost, item)
    acts.send(function, records, broken=broken)


def _record(acts: Acts, item: Shared) -> bytes:
    coupon = coupon_id(item.batch, item.serial)
    if item.copying:
        return copy_item(
            acts.world,
            coupon,
            lot=item.lot,
            to=item.to,
            holder=item.signer,
            index=item.index,
            version=item.version,
            deadline=item.deadline,
        )
    return transfer_item(
        acts.world,
        coupon,
        lot=item.lot,
        to=item.to,
        holder=item.signer,
        version=item.version,
        deadline=item.deadline,
    )


def _hand_on(ghost: Ghost, item: Shared) -> None:
    batch = ghost.batches[item.batch]
    coupon = batch.coupons[item.serial]
    if not item.copying:
        coupon.pass_on(item.to)
        return
    givers = (*coupon.givers, coupon.holder)
    serial = batch.copy_of(item.serial, item.index)
    batch.coupons[serial] = Coupon(coupon.lot, item.to, coupon.day, version=1, givers=givers)


def claim(acts: Acts, taken: Claimed) -> None:
    """A consumer takes an offer up and pays its holder."""
    ghost, share = acts.ghost, taken.share
    offer = offered(
        acts.world,
        coupon_id(share.batch, share.serial),
        holder=share.signer,
        copy=share.copying,
        to=taken.offered_to,
        claim_key=None if taken.offered_to else LINK,
        price=taken.price,
        version=share.version,
        nonce=taken.nonce,
        deadline=share.deadline,
    )
    intent = claimed(
        acts.world,
        offer,
        lot=share.lot,
        claimant=share.to,
        index=share.index,
        claim_key=None if taken.offered_to else LINK if taken.right_link else "another link",
        accepted_by=taken.consents,
    )
    broken = faults_coupons.of_claim(ghost, taken)
    if not acts.send("claim", [intent], broken=[broken], reverts=acts.when_paused()) or broken:
        return
    holder = ghost.batches[share.batch].coupons[share.serial].holder
    _hand_on(ghost, share)
    ghost.consumers[share.to] -= taken.price
    acts.mix["claim for a price"] += taken.price > 0
    ghost.consumers[holder] += taken.price


def cancel(acts: Acts, consumer: int, nonce: int, *, by: str) -> None:
    """No offer of this nonce is taken up any more."""
    broken = faults_coupons.of_cancel(acts.ghost, consumer, nonce, by)
    acts.send("cancel", [cancelled(acts.world, consumer, nonce, by=by)], broken=[broken])
    if not broken:
        acts.ghost.nonces.add((consumer, nonce))


def revoke(acts: Acts, coupons: Sequence[tuple[int, int]]) -> None:
    """The operator makes coupons void whose terms let it."""
    broken = list[Faults]()
    for batch, serial in coupons:
        broken.append(faults_coupons.of_revocation(acts.ghost, batch, serial))
        if not broken[-1]:
            acts.ghost.batches[batch].coupons[serial].state = State.VOID
    acts.send("revoke", [coupon_id(*each) for each in coupons], 1, broken=broken, sender="operator")
