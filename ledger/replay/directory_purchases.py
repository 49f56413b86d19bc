"""The lines of a directory that no coupon has a part in: policies, and purchases that are stated by periods."""

from collections.abc import Iterator
from typing import Final, get_args

from ledger.replay.csv_fields import LineRefused, Row
from ledger.replay.csv_lines import Columns
from ledger.replay.directory_coupons import CouponLines
from ledger.replay.directory_reading import Reading, not_before
from ledger.replay.facts import EqualCodes, PolicyFact, PurchaseLine, StatementFact
from ledger.replay.limits import BPS_MAX
from ledger.replay.statements import DAY, statements_of

POLICIES: Final = Columns(("starts_at", "commission_bps", "rebate_bps"), ("equal_codes", "announced_at"))
PURCHASES: Final = Columns(("merchant", "reference", "consumer", "amount", "purchased_at"))


class PurchaseLines:
    """Policies and purchases, in the order of their lines."""

    def __init__(self, reading: Reading, coupons: CouponLines) -> None:
        self._reading, self._coupons = reading, coupons
        self.policies: list[PolicyFact] = []
        self._purchases: list[tuple[str, PurchaseLine]] = []
        self._line_of: dict[tuple[str, str], int] = {}

    def read(self) -> None:
        """Read the files; raises FileUnreadable, HeaderInvalid."""
        self._reading.file("policies.csv", POLICIES, take=self._policy)
        self._reading.file("purchases.csv", PURCHASES, take=self._purchase)
        if self._purchases and not self.policies:
            self._reading.notes.append(
                "purchases.csv has good lines and policies.csv none: "
                "unless the ledger has a policy already, it refuses their statements (PolicyUnknown)"
            )

    def statements(self) -> Iterator[StatementFact]:
        """The purchases of each merchant by the directory's periods."""
        return statements_of(self._purchases, days=self._reading.settings.statement_days)

    def _policy(self, row: Row) -> None:
        starts_at = row.moment("starts_at")
        self.policies.append(
            PolicyFact(
                starts_at=starts_at,
                commission_bps=_bps(row, "commission_bps"),
                rebate_bps=_bps(row, "rebate_bps"),
                equal_codes=row.word("equal_codes", get_args(EqualCodes), "return_to_seller"),
                at=row.moment("announced_at") if row.text("announced_at") else self._announced(starts_at),
            )
        )

    def _announced(self, starts_at: int) -> int:
        """A day before it starts, but not before anybody is there: a ledger's first policy may start in the past."""
        first = min((merchant.at for merchant in self._coupons.merchants.values()), default=starts_at)
        return max(starts_at - DAY, first)

    def _purchase(self, row: Row) -> None:
        merchant, reference, consumer = self._coupons.merchant(row), row.key("reference"), self._coupons.consumer(row)
        earlier = self._line_of.get((merchant.key, reference))
        if earlier is not None:
            taken = f"reference {reference!r} of {merchant.key!r} stands in line {earlier} already"
            raise LineRefused(f"{taken}: give it another, a return too")
        amount, at = row.signed_amount("amount"), row.moment("purchased_at")
        not_before(at, merchant.at, what=f"purchased_at is before the merchant {merchant.key!r} registers")
        not_before(at, consumer.at, what=f"purchased_at is before the consumer {consumer.key!r} registers")
        self._line_of[merchant.key, reference] = row.record.line
        self._purchases.append((merchant.key, PurchaseLine(reference, consumer.key, amount, at)))


def _bps(row: Row, column: str) -> int:
    value = row.whole(column)
    if value > BPS_MAX:
        raise LineRefused(f"{column} is {value}, at most {BPS_MAX}")
    return value
