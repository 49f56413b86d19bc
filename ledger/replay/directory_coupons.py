"""The lines of a directory up to the use of a coupon: who is there, what is minted and issued, and who gives it on."""

from collections import Counter
from typing import Final

from ledger.replay.csv_fields import LineRefused, Row
from ledger.replay.csv_lines import Columns
from ledger.replay.directory_batches import BATCHES, RESERVED_WORDS, read_batch
from ledger.replay.directory_reading import Reading, known, not_before
from ledger.replay.facts import BatchFact, ConsumerFact, CopyFact, IssueFact, MerchantFact, TransferFact

MERCHANTS: Final = Columns(("merchant", "registered_at"), ("deposit",))
CONSUMERS: Final = Columns(("consumer", "registered_at", "recruiter"))
ISSUES: Final = Columns(("coupon", "batch", "merchant", "consumer", "issued_at"))
COPIES: Final = Columns(("coupon", "copy", "consumer", "copied_at"))
TRANSFERS: Final = Columns(("coupon", "consumer", "transferred_at"))
COUPON_FILES: Final = "issues.csv or copies.csv"


class CouponLines:
    """Merchants, consumers, batches, issues, copies and transfers, in the order of their lines."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.merchants: dict[str, MerchantFact] = {}
        self.deposits: dict[str, int] = {}
        self.consumers: dict[str, ConsumerFact] = {}
        self.batches: dict[str, BatchFact] = {}
        self.issues: list[IssueFact] = []
        self.shared: list[CopyFact | TransferFact] = []
        self.coupon_at: dict[str, int] = {}
        """From when on each coupon, copies included, is somebody's (unix seconds)."""
        self._issued: Counter[str] = Counter()

    def read(self) -> None:
        """Read the files; raises FileMissing, FileUnreadable, HeaderInvalid."""
        self._reading.needed("merchants.csv", MERCHANTS, take=self._merchant)
        self._reading.usual("consumers.csv", CONSUMERS, take=self._consumer)
        self._reading.needed("batches.csv", BATCHES, take=self._batch)
        self._reading.usual("issues.csv", ISSUES, take=self._issue)
        self._reading.file("copies.csv", COPIES, take=self._copy)
        self._reading.file("transfers.csv", TRANSFERS, take=self._transfer)

    def merchant(self, row: Row, column: str = "merchant") -> MerchantFact:
        """The merchant a field names; raises LineRefused."""
        return self.merchants[known(row, column, self.merchants, file="merchants.csv")]

    def consumer(self, row: Row) -> ConsumerFact:
        """The consumer a line names; raises LineRefused."""
        return self.consumers[known(row, "consumer", self.consumers, file="consumers.csv")]

    def coupon(self, row: Row) -> str:
        """The coupon a line names, issued or copied; raises LineRefused."""
        return known(row, "coupon", self.coupon_at, file=COUPON_FILES)

    def _merchant(self, row: Row) -> None:
        key = self._reading.new(row, "merchant", self.merchants)
        if key.casefold() in RESERVED_WORDS:
            raise LineRefused(f"merchant {key!r} means something else in accepts: choose another key")
        fact = MerchantFact(key=key, at=row.moment("registered_at"))
        if row.text("deposit"):
            self.deposits[key] = row.amount("deposit")
        self.merchants[key] = fact

    def _consumer(self, row: Row) -> None:
        key = self._reading.new(row, "consumer", self.consumers)
        recruiter = self.merchant(row, "recruiter")
        at = row.moment("registered_at")
        not_before(at, recruiter.at, what=f"registered_at is before its recruiter {recruiter.key!r} registers")
        self.consumers[key] = ConsumerFact(key=key, at=at, recruiter_key=recruiter.key)

    def _batch(self, row: Row) -> None:
        key = self._reading.new(row, "batch", self.batches)
        self.batches[key] = read_batch(row, self.merchants)

    def _issue(self, row: Row) -> None:
        key = self._reading.new(row, "coupon", self.coupon_at)
        batch = self.batches[known(row, "batch", self.batches, file="batches.csv")]
        merchant, consumer = self.merchant(row), self.consumer(row)
        at = row.moment("issued_at")
        not_before(at, batch.at, what=f"issued_at is before the batch {batch.key!r} is minted")
        not_before(at, merchant.at, what=f"issued_at is before the merchant {merchant.key!r} registers")
        not_before(at, consumer.at, what=f"issued_at is before the consumer {consumer.key!r} registers")
        if self._issued[batch.key] >= batch.size:
            raise LineRefused(f"the batch {batch.key!r} holds {batch.size} coupons, all issued by earlier lines")
        self._issued[batch.key] += 1
        self.coupon_at[key] = at
        self.issues.append(
            IssueFact(batch_key=batch.key, merchant_key=merchant.key, consumer_key=consumer.key, coupon_key=key, at=at)
        )

    def _copy(self, row: Row) -> None:
        root, key = self.coupon(row), row.key("copy")
        if key in self.coupon_at:
            raise LineRefused(f"copy {key!r} stands in an earlier line of {COUPON_FILES}: give it another key")
        consumer, at = self.consumer(row), row.moment("copied_at")
        not_before(at, self.coupon_at[root], what=f"copied_at is before anybody has the coupon {root!r}")
        not_before(at, consumer.at, what=f"copied_at is before the consumer {consumer.key!r} registers")
        self.coupon_at[key] = at
        self.shared.append(CopyFact(coupon_key=root, copy_key=key, consumer_key=consumer.key, at=at))

    def _transfer(self, row: Row) -> None:
        key, consumer, at = self.coupon(row), self.consumer(row), row.moment("transferred_at")
        not_before(at, self.coupon_at[key], what=f"transferred_at is before anybody has the coupon {key!r}")
        not_before(at, consumer.at, what=f"transferred_at is before the consumer {consumer.key!r} registers")
        self.shared.append(TransferFact(coupon_key=key, consumer_key=consumer.key, at=at))
