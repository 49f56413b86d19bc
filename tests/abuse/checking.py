"""What every abuse ends in: nothing is done, nothing changes, and the honest intent still works."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ledger.domain.errors import Reason
from scripts.world import Reverted
from tests.abuse.stage import Forge, Forger, Stage
from tests.abuse.verbs import VERBS
from tests.contracts.reading import Attempt, changing_only_the_seal, events, reasons, refused


def check_good(stage: Stage, name: str, which: int = 0) -> None:
    world = stage.world
    world.forge = None
    assert not refused(world, VERBS[name].attempt(stage, which).send(world)), name


@contextmanager
def forging(world: Forger, forge: Forge) -> Iterator[None]:
    world.forge = forge
    yield
    world.forge = None


def check_refused(stage: Stage, attempt: Attempt, *expected: Reason) -> None:
    """Every item is refused, for one of these reasons if any is named; or it is a veto, which is an error."""
    world = stage.world
    if attempt.function == "vetoRecovery":
        before = world.chain.proof(world.ledger.address, []).storage_root
        with pytest.raises(Reverted, match=r"VetoInvalid|RecoveryUnknown"):
            attempt.send(world)
        assert world.chain.proof(world.ledger.address, []).storage_root == before
        return
    with changing_only_the_seal(world):
        receipt = attempt.send(world)
    assert len(events(world, receipt)) == 1, "nothing but refusals"
    found = reasons(world, receipt)
    assert found
    assert not expected or set(found) <= set(expected), f"{attempt.function}: {found}"


def twice(attempt: Attempt) -> Attempt:
    """All of its items two times in one transaction."""
    (items,) = attempt.arguments
    return Attempt(attempt.function, (items + items,), attempt.sender)
