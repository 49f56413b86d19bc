"""What every way of handing a coupon on refuses alike."""

from collections.abc import Callable
from dataclasses import dataclass

from ledger.domain.errors import Reason
from scripts.world import DAY, NOW, World
from tests.contracts.parties import ANN, BOB, CID, Held
from tests.contracts.reading import Attempt, Preparation
from tests.contracts.shared import give, redeemed

Make = Callable[..., Held]
"""A coupon of Ann's, with changed terms."""

Of = Callable[..., Attempt]
"""Hands a coupon on; fields are `to` (Bob), `holder` (Ann), `coupon`, `lot`, `version` and `deadline`."""


@dataclass(frozen=True, slots=True)
class Common:
    """Cases for one of the verbs."""

    make: Make
    of: Of

    def refusals(self) -> dict[Reason, Preparation]:
        """Cases by their reason."""
        return {
            Reason.DEADLINE_PASSED: lambda world: self.of(self.make(world), deadline=world.clock.now() - 1),
            Reason.BATCH_UNKNOWN: self.of_no_batch,
            Reason.BATCH_CLOSED: self.closed,
            Reason.BATCH_EXPIRED: self.expired,
            Reason.COUPON_NOT_ISSUED: self.not_issued,
            Reason.COUPON_REDEEMED: self.used,
            Reason.COUPON_VOID: self.voided,
            Reason.LOT_MISMATCH: lambda world: self.of(self.make(world), lot=2),
            Reason.VERSION_STALE: self.given_before,
            Reason.COUPON_EXPIRED: self.coupon_expired,
            Reason.CONSUMER_UNKNOWN: lambda world: self.of(self.make(world), to=4),
            Reason.RECIPIENT_INVALID: lambda world: self.of(self.make(world), to=ANN),
            Reason.HOPS_EXHAUSTED: self.as_far_as_it_may,
            Reason.CONSUMER_SUSPENDED: self.suspended,
            Reason.SIGNATURE_INVALID: lambda world: self.of(self.make(world), holder="Cid"),
        }

    def closed(self, world: World) -> Attempt:
        coupons = self.make(world, closes=NOW + 10)
        world.pass_time(10 + 7 * DAY)
        world.send("close", coupons.batch)
        return self.of(coupons)

    def expired(self, world: World) -> Attempt:
        coupons = self.make(world, closes=NOW + 10)
        world.pass_time(10)
        return self.of(coupons)

    def coupon_expired(self, world: World) -> Attempt:
        coupons = self.make(world, valid_days=1)
        world.pass_time(2 * DAY)
        return self.of(coupons)

    def not_issued(self, world: World) -> Attempt:
        coupons = self.make(world)
        return self.of(coupons, coupon=coupons.coupons[0] + 1)

    def used(self, world: World) -> Attempt:
        coupons = self.make(world)
        redeemed(world, coupons)
        return self.of(coupons)

    def voided(self, world: World) -> Attempt:
        coupons = self.make(world, revocable=True)
        world.send("revoke", [coupons.coupons[0]], 1)
        return self.of(coupons)

    def given_before(self, world: World) -> Attempt:
        coupons = self.make(world)
        give(world, coupons.coupons[0], BOB, holder=ANN)
        return self.of(coupons, to=CID)

    def as_far_as_it_may(self, world: World) -> Attempt:
        coupons = self.make(world, hops=1)
        give(world, coupons.coupons[0], BOB, holder=ANN)
        return self.of(coupons, to=CID, holder="Bob", version=1)

    def suspended(self, world: World) -> Attempt:
        coupons = self.make(world)
        world.send("suspendConsumer", ANN, True)
        return self.of(coupons)

    def of_no_batch(self, world: World) -> Attempt:
        coupons = self.make(world)
        return self.of(coupons, coupon=coupons.coupons[0] + (1 << 40))


def common_refusals(make: Make, of: Of) -> dict[Reason, Preparation]:
    """Cases by their reason."""
    return Common(make, of).refusals()
