"""Vouchers: coupons of whoever has their secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from ledger.domain.events import IssuedToBearers
from ledger.domain.voucher import Voucher
from ledger.intake import voucher
from ledger.intake.desk import Accepted
from ledger.nouns.spreading import lots_to_issue_from, spread
from ledger.store.outbox import OPERATIONS

if TYPE_CHECKING:
    from ledger.ledger import Ledger

_VERB = "issue_to_bearers"


class Vouchers:
    """Issues vouchers and tells their secrets, redeems them, takes them into accounts."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def issue(self, request: voucher.IssueVouchers, *, key: str) -> Accepted:
        """See `ledger.intake.voucher`."""
        with self._ledger.desk() as desk:
            return voucher.issue_vouchers(desk, request, key=key)

    def issue_from_stock(self, merchant: int, batch: int, count: int, *, key: str) -> tuple[Accepted, ...]:
        """Issue from as many of the merchant's lots as it takes, one operation a lot: all of them, or none.

        A key that was used before names the lots it was used for. Raises what `ledger.intake.voucher` does.
        """
        whole = [(0, count)]
        with self._ledger.desk() as desk:
            lots = lots_to_issue_from(desk, merchant, batch, consumers=whole, key=key, verb=_VERB)
            return tuple(
                voucher.issue_vouchers(
                    desk, voucher.IssueVouchers(merchant, batch, lot, part[0][1]), key=f"{key}/{lot}"
                )
                for lot, part in spread(whole, lots)
            )

    def issued(self, operation: int) -> tuple[Voucher, ...]:
        """The vouchers of an issue that was done, with their secrets, derived anew; raises NotFound."""
        ledger = self._ledger
        events = [event for event in ledger.operations.events(operation) if isinstance(event, IssuedToBearers)]
        with ledger.desk() as desk:
            key = desk.connection.scalar(select(OPERATIONS.c.key).where(OPERATIONS.c.id == operation))
            return tuple(
                Voucher(event.batch, event.first + index, desk.secret(voucher.path_of(event.batch, str(key), index)))
                for event in events
                for index in range(len(event.keys))
            )

    def redeem(self, request: voucher.RedeemVoucher, *, key: str) -> Accepted:
        """See `ledger.intake.voucher`."""
        with self._ledger.desk() as desk:
            return voucher.redeem_voucher(desk, request, key=key)

    def take(self, request: voucher.TakeVoucher, *, key: str) -> Accepted:
        """See `ledger.intake.voucher`."""
        with self._ledger.desk() as desk:
            return voucher.take_voucher(desk, request, key=key)
