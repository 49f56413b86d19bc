"""Audit: what anybody may check."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.ledger import Ledger


class Auditing:
    """Traces and checks."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
