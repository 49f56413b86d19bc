"""The lines of a directory from the use of a coupon on: redemptions, and what comes back of them."""

from typing import Final

from ledger.replay.csv_fields import LineRefused, Row
from ledger.replay.csv_lines import Columns
from ledger.replay.directory_coupons import CouponLines
from ledger.replay.directory_reading import Reading, not_before
from ledger.replay.facts import AmendmentFact, MerchantFact, RedemptionFact, ReversalFact

REDEMPTIONS: Final = Columns(("coupon", "merchant", "order", "amount", "redeemed_at"))
AMENDMENTS: Final = Columns(("coupon", "merchant", "amount", "amended_at"))
REVERSALS: Final = Columns(("coupon", "merchant", "reversed_at"))


class ReturnLines:
    """Redemptions, amendments and reversals, in the order of their lines."""

    def __init__(self, reading: Reading, coupons: CouponLines) -> None:
        self._reading, self._coupons = reading, coupons
        self.redemptions: list[RedemptionFact] = []
        self.returned: list[AmendmentFact | ReversalFact] = []
        self._redeemed_at: dict[str, int] = {}

    def read(self) -> None:
        """Read the files; raises FileUnreadable, HeaderInvalid."""
        self._reading.usual("redemptions.csv", REDEMPTIONS, take=self._redemption)
        self._reading.file("amendments.csv", AMENDMENTS, take=self._amendment)
        self._reading.file("reversals.csv", REVERSALS, take=self._reversal)

    def _redemption(self, row: Row) -> None:
        key, merchant = self._coupons.coupon(row), self._coupons.merchant(row)
        order, amount, at = row.key("order"), row.amount("amount", least=1), row.moment("redeemed_at")
        not_before(at, self._coupons.coupon_at[key], what="redeemed_at is before the coupon is issued")
        not_before(at, merchant.at, what=f"redeemed_at is before the merchant {merchant.key!r} registers")
        self._redeemed_at[key] = min(at, self._redeemed_at.get(key, at))
        self.redemptions.append(
            RedemptionFact(coupon_key=key, merchant_key=merchant.key, order_key=order, order_minor=amount, at=at)
        )

    def _amendment(self, row: Row) -> None:
        key, merchant, at = self._redeemed(row, "amended_at")
        left = row.amount("amount", least=1)
        self.returned.append(AmendmentFact(coupon_key=key, merchant_key=merchant.key, order_minor=left, at=at))

    def _reversal(self, row: Row) -> None:
        key, merchant, at = self._redeemed(row, "reversed_at")
        self.returned.append(ReversalFact(coupon_key=key, merchant_key=merchant.key, at=at))

    def _redeemed(self, row: Row, column: str) -> tuple[str, MerchantFact, int]:
        """A coupon that some good line redeems before, at which merchant it comes back, and when."""
        key, merchant = self._coupons.coupon(row), self._coupons.merchant(row)
        if key not in self._redeemed_at:
            raise LineRefused(f"coupon {key!r} is redeemed in no good line of redemptions.csv: add it there")
        at = row.moment(column)
        not_before(at, self._redeemed_at[key], what=f"{column} is before the coupon {key!r} is redeemed")
        return key, merchant, at
