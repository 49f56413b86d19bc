"""Steps after the issue as requests: coupons handed on, and redemptions that wait for their settlement."""

from sqlalchemy import select

from ledger.domain.errors import LedgerError
from ledger.intake import give, settlement
from ledger.intake.desk import Desk
from ledger.replay.book import Book
from ledger.replay.facts import AmendmentFact, CopyFact, DistributionFact, Fact, ReversalFact, TransferFact
from ledger.store.projections import COUPONS


class FactUnknown(LedgerError):
    """A plan holds a fact that no act of a replay does."""

    def __init__(self, fact: Fact) -> None:
        self.fact = fact
        super().__init__(f"nothing replays {type(fact).__name__}")


class LaterActs:
    """Hands a step in at the desk; raises what the desk raises."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def do(self, desk: Desk, fact: Fact, key: str) -> None:
        """Accept the operation, or all operations, of a fact."""
        match fact:
            case TransferFact():
                to = self._book.consumer(fact.consumer_key)
                give.transfer(desk, give.TransferCoupon(*self._book.place(fact.coupon_key), to), key=key)
            case CopyFact():
                to = self._book.consumer(fact.consumer_key)
                give.copy(desk, give.CopyCoupon(*self._book.place(fact.coupon_key), to), key=key)
            case AmendmentFact():
                place, merchant = self._book.place(fact.coupon_key), self._book.merchant(fact.merchant_key)
                settlement.amend(desk, settlement.AmendRedemption(*place, merchant, fact.order_minor), key=key)
            case ReversalFact():
                place, merchant = self._book.place(fact.coupon_key), self._book.merchant(fact.merchant_key)
                settlement.reverse(desk, settlement.ReverseRedemption(*place, merchant), key=key)
            case DistributionFact():
                self._distribute(desk, key)
            case _:
                raise FactUnknown(fact)

    def _distribute(self, desk: Desk, key: str) -> None:
        """Every pool that is due by now, an operation each."""
        due = select(COUPONS.c.batch, COUPONS.c.serial, COUPONS.c.version).where(
            COUPONS.c.state == "pending", COUPONS.c.until * settlement.HOUR <= desk.now()
        )
        for batch, serial, version in desk.connection.execute(due.order_by(COUPONS.c.batch, COUPONS.c.serial)):
            request = settlement.DistributePool(batch, serial)
            settlement.distribute(desk, request, key=f"{key}/{batch}/{serial}/{version}")
