"""The daily caps and the ledger's end: set by the admin, through its timelock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ledger.intake import limits
from ledger.intake.desk import Accepted
from ledger.store.projections import LEDGER_STATE

if TYPE_CHECKING:
    from ledger.ledger import Ledger

SET_LIMITS, RETIRE = "setLimits", "retire"


@dataclass(frozen=True, slots=True)
class InForce:
    """Caps of a day in minor units, the withdrawal delay in seconds, the end in Unix seconds (0: none)."""

    reward_cap_daily: int
    reserve_cap_daily: int
    withdrawal_cap_daily: int
    withdrawal_delay: int
    retires_at: int


class Limits:
    """Schedules changes of the limits and the end."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def set(self, request: limits.SetLimits, *, key: str) -> Accepted:
        """Schedule new limits; see `ledger.intake.limits`."""
        admin = self._ledger.admin
        return admin.schedule(request, SET_LIMITS, lambda desk: limits.limits_arguments(desk, request), key=key)

    def retire(self, request: limits.Retire, *, key: str) -> Accepted:
        """Schedule the announcement of the end; see `ledger.intake.limits`."""
        admin = self._ledger.admin
        return admin.schedule(
            request, RETIRE, lambda desk: limits.retire_arguments(desk, request, delay=admin.delay), key=key
        )

    def in_force(self) -> InForce:
        """As the chain has them."""
        columns = [LEDGER_STATE.c[name] for name in InForce.__slots__]
        with self._ledger.store.read() as connection:
            return InForce(*connection.execute(select(*columns)).one())
