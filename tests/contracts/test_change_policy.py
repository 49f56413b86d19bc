"""Announcing a commission policy."""

import pytest

from ledger.chain.slots import STANDING
from ledger.chain.slots import policy as policy_slot
from ledger.domain.events import PolicyChanged
from scripts.world import DAY, NOW, Reverted, World
from tests.contracts.books import field, word
from tests.contracts.reading import Attempt, check_revert, events, sealed, text
from tests.contracts.stating import NO_COMMISSION, set_policy

HORIZON = 366 * DAY


def refused_as(world: World, name: str, *arguments: int) -> dict[str, object]:
    """The fields of the named error in which a change by the timelock ends."""
    with pytest.raises(Reverted):
        world.send_as_admin("changePolicy", *arguments)
    data = world.ledger.encode("changePolicy", *arguments)
    revert = world.ledger.revert_of(world.chain, data, sender=world.deployment.timelock)
    assert revert is not None
    assert revert.name == name
    return dict(revert.fields)


def test_a_policy_is_announced_with_its_start(world: World) -> None:
    """S3.14: a published policy of the network."""
    receipt = set_policy(world, starts_at=NOW + 5, commission_bps=10_000, rebate_bps=0, equal_codes=NO_COMMISSION)
    assert events(world, receipt) == [PolicyChanged(1, NOW + 5, 10_000, 0, NO_COMMISSION)]
    assert sealed(world, receipt).items == 1
    stored = word(world, policy_slot(1))
    assert [field(stored, at, bits) for at, bits in ((0, 40), (40, 16), (56, 16), (72, 8))] == [NOW + 5, 10_000, 0, 2]
    assert field(word(world, STANDING), 104, 32) == 1


@pytest.mark.parametrize(("commission", "rebate"), [(10_001, 0), (0, 10_001)])
def test_a_share_is_no_more_than_all(world: World, commission: int, rebate: int) -> None:
    assert refused_as(world, "BpsTooHigh", 0, commission, rebate, 0) == {"bps": 10_001, "limit": 10_000}


def test_only_the_first_may_start_in_the_past(world: World) -> None:
    set_policy(world, starts_at=0)
    late = {"startsAt": NOW - 1, "earliest": NOW}
    assert refused_as(world, "PolicyStartsTooEarly", NOW - 1, 1, 1, 0) == late
    set_policy(world, starts_at=NOW)


def test_policies_start_in_the_order_of_their_ids(world: World) -> None:
    set_policy(world, starts_at=NOW + 100)
    early = {"startsAt": NOW + 100, "earliest": NOW + 101}
    assert refused_as(world, "PolicyStartsTooEarly", NOW + 100, 1, 1, 0) == early
    set_policy(world, starts_at=NOW + 101)
    assert field(word(world, STANDING), 104, 32) == 2


def test_no_policy_starts_so_late_that_it_keeps_all_others_out(world: World) -> None:
    far = {"startsAt": NOW + HORIZON + 1, "latest": NOW + HORIZON}
    assert refused_as(world, "PolicyStartsTooLate", NOW + HORIZON + 1, 1, 1, 0) == far
    set_policy(world, starts_at=NOW + HORIZON)


def test_there_are_three_ways_with_equal_codes_and_no_fourth(world: World) -> None:
    with pytest.raises(Reverted):
        world.send_as_admin("changePolicy", 0, 1, 1, 3)


def test_the_admins_key_alone_changes_nothing(world: World) -> None:
    """Only the timelock does, after its delay."""
    check_revert(
        world,
        Attempt("changePolicy", (0, 1, 1, 0), sender="admin"),
        "AccessControlUnauthorizedAccount",
        account=text("admin"),
        neededRole=bytes(32),
    )
