"""What comes back to a reserve comes back in time: it never meets a closed batch."""

from typing import Final

import pytest

from ledger.domain.errors import Reason, Verb
from ledger.domain.terms import Funder
from scripts.world import DAY, NOW, World, key
from tests.contracts.parties import BOB, CINEMA, held
from tests.contracts.reading import Attempt, check_refusal, refused
from tests.contracts.settling import HOUR, amending, distributing, forfeiting, reversing, until_of
from tests.contracts.test_close import GRACE, close

PAUSES: Final = {"no pause": (), "a pause of an hour": (HOUR,), "two long pauses": (8 * DAY, 9 * DAY)}


def finishes_by(world: World, batch: int) -> int:
    """How much ledger time is still missing before the batch may be closed, as the refusal says."""
    revert = world.ledger.revert_of(world.chain, world.ledger.encode("close", batch), sender=key("operator").address)
    assert revert is not None
    assert revert.name == "BatchNotFinished"
    return int(revert.fields["finishes"]) - int(revert.fields["time"])


@pytest.mark.parametrize("hours", [1, 48, 2**16 - 1])
@pytest.mark.parametrize("days", [0, 1, 30])
@pytest.mark.parametrize("pauses", PAUSES.values(), ids=PAUSES)
def test_the_last_change_of_the_last_redemption_comes_before_the_closing(
    world: World, pauses: tuple[int, ...], days: int, hours: int
) -> None:
    """Pools end as they began (S2.19, N2): a redemption in the last second of a batch, changed in the last second
    of its delay, gives back to a batch that cannot be closed for a week less an hour, whatever pauses there were."""
    last = NOW + 9 if days == 0 else ((NOW + 9) // DAY + days + 1) * DAY - 1
    terms = {"closes": NOW + 10, "valid_days": days, "settlement_delay_hours": hours, "funder": Funder.ISSUER}
    coupons = held(world, holder=BOB, count=3, **terms)
    world.clock.set(last)
    items = [coupons.item(index, at=CINEMA) for index in range(3)]
    assert not refused(world, world.redeem(CINEMA, items, by="cinema"))
    until = until_of(world, coupons.coupons[0])
    for length in pauses:
        if world.clock.now() + length + 2 * DAY < until:
            world.send("pause", sender="pauser")
            world.pass_time(length)
            if length < 7 * DAY:
                world.send("unpause", sender="pauser")
            world.pass_time(DAY)
    world.clock.set(until - 1)
    assert finishes_by(world, coupons.batch) >= GRACE - HOUR
    far = {"deadline": 2**40 - 1}
    changes: list[Attempt] = [
        amending(world, coupons.coupons[0], 1, **far),
        reversing(world, coupons.coupons[1], **far),
        forfeiting(coupons.coupons[2]),
    ]
    for change in changes:
        assert not refused(world, change.send(world))
    world.pass_time(1)
    assert finishes_by(world, coupons.batch) > 0
    check_refusal(world, amending(world, coupons.coupons[0], 1, version=2, **far), Verb.AMEND, Reason.SETTLEMENT_OVER)


def test_after_the_closing_a_pool_can_only_be_paid_out(world: World) -> None:
    coupons = held(world, holder=BOB, count=4, settlement_delay_hours=48, closes=NOW + 10)
    world.redeem(CINEMA, [coupons.item(index, at=CINEMA) for index in range(4)], by="cinema")
    world.clock.set(NOW + 10 + 48 * HOUR + GRACE)
    assert not refused(world, close(coupons.batch).send(world))
    far = {"deadline": 2**40 - 1}
    one, two, three, four = coupons.coupons
    check_refusal(world, amending(world, one, 1, **far), Verb.AMEND, Reason.SETTLEMENT_OVER)
    check_refusal(world, reversing(world, two, **far), Verb.REVERSE, Reason.SETTLEMENT_OVER)
    check_refusal(world, forfeiting(three), Verb.FORFEIT, Reason.SETTLEMENT_OVER)
    assert not refused(world, distributing(one, two, three, four).send(world))
    assert world.ask("batch", coupons.batch)[3] == 0
