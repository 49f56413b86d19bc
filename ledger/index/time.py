"""The ledger's time: it stands still during a pause (see `LedgerTime.sol`)."""

from typing import Any, Final

DAY_SECONDS: Final = 86_400


def paused_seconds(state: dict[str, Any], timestamp: int) -> int:
    """Seconds of all pauses up to `timestamp`, given the row of `ledger_state`."""
    total = int(state["paused_total"])
    if state["paused_at"] == 0:
        return total
    return total + min(timestamp, int(state["paused_until"])) - int(state["paused_at"])


def ledger_day(state: dict[str, Any], timestamp: int) -> int:
    """The day, counted from 1970, that stands in a coupon as the day of its issue."""
    return (timestamp - paused_seconds(state, timestamp)) // DAY_SECONDS
