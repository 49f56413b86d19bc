"""What every way of handing a coupon on refuses alike."""

from collections.abc import Callable

from ledger.domain.errors import Reason
from scripts.world import DAY, NOW, World
from tests.contracts.parties import ANN, BOB, CID, Held
from tests.contracts.reading import Attempt, Preparation
from tests.contracts.shared import give, redeemed

Make = Callable[..., Held]
"""A coupon of Ann's, with changed terms."""

Of = Callable[..., Attempt]
"""Hands a coupon on; fields are `to` (Bob), `holder` (Ann), `coupon`, `lot`, `version` and `deadline`."""


def common_refusals(make: Make, of: Of) -> dict[Reason, Preparation]:
    """Cases by their reason."""

    def closed(world: World) -> Attempt:
        coupons = make(world, closes=NOW + 10)
        world.pass_time(10 + 7 * DAY)
        world.send("close", coupons.batch)
        return of(coupons)

    def expired(world: World) -> Attempt:
        coupons = make(world, closes=NOW + 10)
        world.pass_time(10)
        return of(coupons)

    def coupon_expired(world: World) -> Attempt:
        coupons = make(world, valid_days=1)
        world.pass_time(2 * DAY)
        return of(coupons)

    def not_issued(world: World) -> Attempt:
        coupons = make(world)
        return of(coupons, coupon=coupons.coupons[0] + 1)

    def used(world: World) -> Attempt:
        coupons = make(world)
        redeemed(world, coupons)
        return of(coupons)

    def voided(world: World) -> Attempt:
        coupons = make(world, revocable=True)
        world.send("revoke", [coupons.coupons[0]], 1)
        return of(coupons)

    def given_before(world: World) -> Attempt:
        coupons = make(world)
        give(world, coupons.coupons[0], BOB, holder=ANN)
        return of(coupons, to=CID)

    def as_far_as_it_may(world: World) -> Attempt:
        coupons = make(world, hops=1)
        give(world, coupons.coupons[0], BOB, holder=ANN)
        return of(coupons, to=CID, holder="Bob", version=1)

    def suspended(world: World) -> Attempt:
        coupons = make(world)
        world.send("suspendConsumer", ANN, True)
        return of(coupons)

    def of_no_batch(world: World) -> Attempt:
        coupons = make(world)
        return of(coupons, coupon=coupons.coupons[0] + (1 << 40))

    return {
        Reason.DEADLINE_PASSED: lambda world: of(make(world), deadline=world.clock.now() - 1),
        Reason.BATCH_UNKNOWN: of_no_batch,
        Reason.BATCH_CLOSED: closed,
        Reason.BATCH_EXPIRED: expired,
        Reason.COUPON_NOT_ISSUED: not_issued,
        Reason.COUPON_REDEEMED: used,
        Reason.COUPON_VOID: voided,
        Reason.LOT_MISMATCH: lambda world: of(make(world), lot=2),
        Reason.VERSION_STALE: given_before,
        Reason.COUPON_EXPIRED: coupon_expired,
        Reason.CONSUMER_UNKNOWN: lambda world: of(make(world), to=4),
        Reason.RECIPIENT_INVALID: lambda world: of(make(world), to=ANN),
        Reason.HOPS_EXHAUSTED: as_far_as_it_may,
        Reason.CONSUMER_SUSPENDED: suspended,
        Reason.SIGNATURE_INVALID: lambda world: of(make(world), holder="Cid"),
    }
