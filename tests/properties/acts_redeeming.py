"""Acts of redemptions and of what becomes of their pools."""

from collections.abc import Sequence

from ledger.chain.packing import ANY_MERCHANT, redeem_record
from ledger.domain.errors import Reason
from ledger.domain.events import Amended, Distributed, Pooled, Redeemed
from ledger.domain.ids import coupon_id
from ledger.domain.intents import Present
from scripts.world import key
from scripts.world.settlement import amendment, reversal
from tests.contracts.reading import events
from tests.properties import faults, faults_later
from tests.properties.acts import Acts
from tests.properties.arithmetic import Moved, drawn, reimbursed
from tests.properties.faults import Faults
from tests.properties.faults_coupons import Presented, Purse, of_presentation
from tests.properties.holdings import State

Numbered = tuple[int, int]
"""A coupon: its batch and its serial."""

Told = list[tuple[int, int, Moved]]
"""Coupon, order and what it moved."""


def redeem(acts: Acts, merchant: int, items: Sequence[Presented], *, countersigned: bool = True) -> None:
    """A merchant writes presented coupons off; what each moved must stand in the event to the last cent."""
    ghost, world = acts.ghost, acts.world
    by = ghost.names["merchant", merchant] if countersigned else "stranger"
    intent = world.redeem_intent(merchant, [_record(acts, merchant, item) for item in items], by=by)
    if reverts := acts.when_paused():
        acts.send("redeem", [intent], reverts=reverts)
        return
    unfit = faults.of_merchant(ghost, merchant)
    if not countersigned:
        unfit |= {Reason.SIGNATURE_INVALID}
    broken, paid, pooled = _redeem(acts, merchant, items, unfit)
    receipt = acts.send("redeem", [intent], broken=broken)
    assert receipt is not None
    happened = events(world, receipt)
    told = [each for event in happened if isinstance(event, Redeemed) for each in event.items]
    assert [(e.coupon, e.order, Moved(e.reward, e.contribution, e.discount, e.parts)) for e in told] == paid
    assert all(sum(each.parts) == each.reward + each.contribution for each in told)
    waits = [each for event in happened if isinstance(event, Pooled) for each in event.items]
    amounts = [(coupon, order, each.reward, each.contribution, each.discount) for coupon, order, each in pooled]
    assert [(e.coupon, e.order, e.reward, e.contribution, e.discount) for e in waits] == amounts
    acts.mix["redeem pooled"] += len(waits)
    acts.mix["redeem of a bearer"] += sum(ghost.batches[c >> 40].coupons[c & 2**40 - 1].holder == 0 for c, _, _ in paid)


def _redeem(acts: Acts, merchant: int, items: Sequence[Presented], unfit: Faults) -> tuple[list[Faults], Told, Told]:
    """Item by item: what each breaks, and what those that break nothing move, now or later."""
    ghost, broken, paid, pooled = acts.ghost, list[Faults](), Told(), Told()
    taken = ghost.rewarded[merchant, ghost.today]
    purse = Purse(ghost.merchants[merchant], max(0, ghost.reward_cap_daily - taken))
    for item in items:
        broken.append(unfit or of_presentation(ghost, merchant, item, purse))
        if broken[-1]:
            continue
        batch = ghost.batches[item.batch]
        moving = ghost.redeem(merchant, batch, batch.coupons[item.serial], item.order)
        purse.cash -= moving.contribution
        purse.cap -= drawn(batch.terms, moving)
        waits = batch.coupons[item.serial].state is State.PENDING
        (pooled if waits else paid).append((coupon_id(item.batch, item.serial), item.order, moving))
    return broken, paid, pooled


def _record(acts: Acts, merchant: int, item: Presented) -> bytes:
    coupon = coupon_id(item.batch, item.serial)
    named = 0 if item.anywhere else merchant
    intent = Present(coupon, item.version, named, item.maximum_order, item.deadline)
    return redeem_record(
        coupon=coupon,
        lot=item.lot,
        order=item.order,
        maximum_order=item.maximum_order,
        deadline=item.deadline,
        version=item.version,
        signature=acts.world.sign(key(item.signer), intent),
        flags=ANY_MERCHANT if item.anywhere else 0,
    )


def amend(acts: Acts, which: Numbered, order: int, *, merchant: int, version: int, by: str) -> None:
    """The order of a redemption that waits is lowered; what it gives back goes where it came from."""
    ghost, coupon = acts.ghost, acts.ghost.find(*which)
    broken = faults_later.of_amendment(ghost, coupon, order, merchant=merchant, version=version, by=by)
    intent = amendment(
        acts.world, coupon_id(*which), order, merchant=merchant, by=by, version=version, deadline=ghost.now
    )
    receipt = acts.send("amend", [intent], broken=[broken])
    if broken or coupon is None or receipt is None:
        return
    batch = ghost.batches[which[0]]
    before = batch.moving(coupon)
    if coupon.state is State.PENDING:
        coupon.amended_from = coupon.order
    coupon.state, coupon.order = State.AMENDED, order
    coupon.travel()
    left = batch.moving(coupon)
    less = Moved(
        before.reward - left.reward, before.contribution - left.contribution, before.discount - left.discount, ()
    )
    ghost.give_back(batch, coupon, less)
    (event,) = events(acts.world, receipt)
    assert isinstance(event, Amended)
    assert (event.reward, event.contribution, event.discount) == (left.reward, left.contribution, left.discount)


def reverse(acts: Acts, which: Numbered, *, merchant: int, version: int, by: str) -> None:
    """A redemption that waits is undone, and its coupon lives again."""
    ghost, coupon = acts.ghost, acts.ghost.find(*which)
    broken = faults_later.of_reversal(ghost, coupon, merchant=merchant, version=version, by=by)
    intent = reversal(acts.world, coupon_id(*which), merchant=merchant, by=by, version=version, deadline=ghost.now)
    acts.send("reverse", [intent], broken=[broken])
    if broken or coupon is None:
        return
    batch = ghost.batches[which[0]]
    ghost.give_back(batch, coupon, batch.moving(coupon))
    coupon.state, coupon.redeemer, coupon.order, coupon.until = State.LIVE, 0, 0, 0
    coupon.travel()


def forfeit(acts: Acts, coupons: Sequence[Numbered], *, discount_too: bool) -> None:
    """The operator takes pools back; the merchant keeps the discount it gave, or pays for it."""
    ghost, broken = acts.ghost, list[Faults]()
    for which in coupons:
        coupon = ghost.find(*which)
        broken.append(faults_later.of_settling(ghost, coupon, due=False))
        if coupon is None or broken[-1]:
            continue
        batch = ghost.batches[which[0]]
        moving = batch.moving(coupon)
        if not discount_too:
            ghost.merchants[coupon.redeemer] += reimbursed(batch.terms, moving)
            moving = Moved(moving.reward, moving.contribution, 0, ())
        ghost.give_back(batch, coupon, moving)
        coupon.state = State.FORFEITED
    acts.send("forfeit", [coupon_id(*each) for each in coupons], 1, discount_too, broken=broken, sender="operator")


def distribute(acts: Acts, coupons: Sequence[Numbered]) -> None:
    """Anybody has pools paid out that waited long enough."""
    ghost, broken, paid = acts.ghost, list[Faults](), Told()
    for which in coupons:
        coupon = ghost.find(*which)
        broken.append(faults_later.of_settling(ghost, coupon, due=True))
        if coupon is None or broken[-1]:
            continue
        batch = ghost.batches[which[0]]
        moving = batch.moving(coupon)
        ghost.pay(batch, coupon, coupon.redeemer, moving)
        coupon.state = State.REDEEMED
        paid.append((coupon_id(*which), coupon.order, moving))
    receipt = acts.send("distribute", [coupon_id(*each) for each in coupons], broken=broken)
    assert receipt is not None
    told = [each for event in events(acts.world, receipt) if isinstance(event, Distributed) for each in event.items]
    assert [(e.coupon, e.order, Moved(e.reward, e.contribution, e.discount, e.parts)) for e in told] == paid
