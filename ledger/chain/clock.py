"""The time a chain's blocks carry: the wall's, or that of the events being replayed."""

import time
from threading import Lock
from typing import Literal, Protocol

from ledger.chain.errors import ClockBackwards

ClockMode = Literal["wall", "replay"]


class Clock(Protocol):
    """Says the present moment, and of which kind it is; a chain file keeps to one kind for life."""

    @property
    def mode(self) -> ClockMode:
        """`wall` for real time, `replay` for the time of replayed events."""

    def now(self) -> int:
        """The present moment in unix seconds."""


class WallClock:
    """Real time."""

    mode: ClockMode = "wall"

    def now(self) -> int:
        """The present moment in unix seconds."""
        return int(time.time())


class ReplayClock:
    """Stands still until it is set, and is only ever set forward; safe to share between threads."""

    mode: ClockMode = "replay"

    def __init__(self, start: int) -> None:
        self._now = start
        self._lock = Lock()

    def now(self) -> int:
        """The moment it was last set to, in unix seconds."""
        return self._now

    def set(self, moment: int) -> None:
        """Go to a moment in unix seconds, the present one included; raises `ClockBackwards` before it."""
        with self._lock:
            if moment < self._now:
                raise ClockBackwards(self._now, moment)
            self._now = moment
