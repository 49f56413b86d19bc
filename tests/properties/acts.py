"""Acts of a random life: each is sent to the contract and done by the ghost, and both must agree on its outcome."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest

from ledger.chain.protocol import Receipt
from scripts.world import DAY, Reverted, World
from tests.contracts.ghost import Ghost as ToldGhost
from tests.contracts.reading import changing_only_the_seal, refused, sealed
from tests.properties.faults import NO_FAULT, Faults
from tests.properties.ghost import PAUSE, Ghost


def halts(**errors: bool) -> frozenset[str]:
    """The named errors with which a call must revert."""
    return frozenset(name for name, holds in errors.items() if holds)


@dataclass(slots=True)
class Acts:
    """A world, its ghost, and what its events alone told.

    `sequence` is the number of the last transaction, `mix` counts what was done.
    """

    world: World
    ghost: Ghost
    told: ToldGhost
    sequence: int
    mix: Counter[str] = field(default_factory=Counter)

    def pause(self) -> None:
        """Mint, allocate, recall, issue, share, spend and redeem stop."""
        ghost = self.ghost
        cooling = bool(ghost.pauses) and not ghost.paused and ghost.now < ghost.pauses[-1][1] + DAY
        if self.send("pause", sender="pauser", reverts=halts(LedgerPaused=ghost.paused, PauseCoolingDown=cooling)):
            ghost.pauses.append((ghost.now, ghost.now + PAUSE))

    def unpause(self) -> None:
        """They go on."""
        if self.send("unpause", sender="pauser", reverts=halts(NotPaused=not self.ghost.paused)):
            self.ghost.pauses[-1] = (self.ghost.pauses[-1][0], self.ghost.now)

    def pass_time(self, seconds: int) -> None:
        """The clock goes on."""
        self.world.pass_time(seconds)
        self.ghost.now += seconds

    def send(
        self,
        function: str,
        *arguments: Any,
        broken: Sequence[Faults] = (NO_FAULT,),
        sender: str = "relayer",
        reverts: frozenset[str] = frozenset(),
        more_done: int = 0,
    ) -> Receipt | None:
        """The receipt, or None of a call that reverted as it should: with one of `reverts`.

        Items are refused if and only if they break rules, and for one of those. If all are, only the seal changes.
        """
        return self._sent(
            lambda: self.world.send(function, *arguments, sender=sender), function, broken, reverts, more_done
        )

    def send_as_admin(self, function: str, *arguments: Any, reverts: frozenset[str] = frozenset()) -> Receipt | None:
        """The same, through the timelock, whose own error hides the ledger's."""
        hidden = frozenset({""}) if reverts else reverts
        return self._sent(lambda: self.world.send_as_admin(function, *arguments), function, (NO_FAULT,), hidden, 0)

    def _sent(
        self,
        send: Callable[[], Receipt],
        function: str,
        broken: Sequence[Faults],
        reverts: frozenset[str],
        more_done: int,
    ) -> Receipt | None:
        if reverts:
            with pytest.raises(Reverted) as caught:
                send()
            assert caught.value.revert is not None
            assert caught.value.revert.name in reverts or reverts == {""}
            self.mix[f"{function} reverted"] += 1
            return None
        with changing_only_the_seal(self.world) if broken and all(broken) else nullcontext():
            receipt = send()
        self.sequence += 1
        found = {item.item: item.reason for item in refused(self.world, receipt)}
        assert {
            index: found.get(index) in each if each else index not in found for index, each in enumerate(broken)
        } == (dict.fromkeys(range(len(broken)), True)), (function, found, broken)
        assert sealed(self.world, receipt).items == len(broken) + more_done
        self.told.take(self.world, receipt)
        self._count(function, found, broken)
        return receipt

    def _count(self, function: str, found: dict[int, Any], broken: Sequence[Faults]) -> None:
        self.mix.update(f"{function} {reason.title}" for reason in found.values())
        self.mix[f"{function} done"] += len(broken) - len(found)
        self.mix["calls"] += 1
        self.mix["items refused"] += len(found)
        self.mix["items refused for the only rule they break"] += sum(len(each) == 1 for each in broken)

    def when_paused(self) -> frozenset[str]:
        """How what a pause stops ends now."""
        return halts(LedgerPaused=self.ghost.paused)
