"""Report a purchase that was made without a coupon, or its return."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select

from ledger.chain.merkle import SALT_BYTES
from ledger.domain.codes import code_of
from ledger.domain.errors import LedgerError, OutOfRange, Reason, Refused
from ledger.intake import reading
from ledger.intake.desk import Desk
from ledger.store.projections import CONSUMERS
from ledger.store.purchases import PURCHASES

AMOUNT_LIMIT_MINOR = 2**48 - 1
REFERENCE_LENGTH = 128
_ID_LIMIT = 2**32
_LOOKED_UP = 500
"""Rows of one look-up."""
_MOMENT_LIMIT = 2**40


class PurchaseReferenceInvalid(LedgerError):
    """A reference is how a merchant names a purchase: some printable characters."""

    def __init__(self, reference: str) -> None:
        self.reference = reference
        super().__init__(f"{reference!r} is no reference: use 1 to {REFERENCE_LENGTH} printable characters")


class PurchaseDiffers(LedgerError):
    """The merchant reported another purchase under the reference."""

    def __init__(self, reference: str) -> None:
        self.reference = reference
        super().__init__(f"another purchase was reported as {reference!r}; a return needs a reference of its own")


class CodeMismatch(LedgerError):
    """The code that came with a purchase is not the one its consumer carries."""

    def __init__(self, given: str, carried: str) -> None:
        self.given, self.carried = given, carried
        super().__init__(f"the purchase came with code {given}, its consumer carries {carried}")


class NotYet(LedgerError):
    """A purchase is reported after it was made."""

    def __init__(self, occurred_at: int, now: int) -> None:
        self.occurred_at, self.now = occurred_at, now
        super().__init__(f"the purchase would be made at {occurred_at}; it is {now} (Unix seconds)")


@dataclass(frozen=True, slots=True)
class ReportPurchase:
    """What a consumer bought at a merchant, minor units; a return is negative, with a reference of its own.

    `code` is the merchant's id in the code that came with it, where one came. Without `occurred_at` (Unix seconds) it
    was made when it is first reported.
    """

    merchant: int
    reference: str
    consumer: int
    amount_minor: int
    occurred_at: int | None = None
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase with its two codes, of the seller and of the merchant who recruited the consumer (S3.9)."""

    merchant: int
    reference: str
    consumer: int
    recruiter: int
    amount: int
    occurred_at: int

    @property
    def codes_equal(self) -> bool:
        """Whether the consumer's code is the seller's own (S3.10)."""
        return self.merchant == self.recruiter


def report(desk: Desk, request: ReportPurchase) -> tuple[Purchase, bool]:
    """Keep a purchase, and whether it was there before; raises as `report_all`."""
    (reported,) = report_all(desk, [request])
    return reported


def report_all(desk: Desk, requests: Sequence[ReportPurchase]) -> list[tuple[Purchase, bool]]:
    """Keep purchases, all or none, and whether each was there before: one a merchant and reference.

    Raises PurchaseReferenceInvalid, PurchaseDiffers, MerchantUnknown, MerchantSuspended, KindInvalid, ConsumerUnknown,
    AmountZero, OutOfRange, NotYet, CodeMismatch.
    """
    for request in requests:
        _check_numbers(request)
    known = _known(desk, requests)
    recruiters = _recruiters(desk, requests)
    reported: list[tuple[Purchase, bool]] = []
    made: list[Purchase] = []
    sellers: set[int] = set()
    for request in requests:
        before = known.get((request.merchant, request.reference))
        if before is not None:
            _check_same(request, before)
            reported.append((before, True))
            continue
        _check(desk, request)
        if request.merchant not in sellers:
            reading.merchant(desk.connection, request.merchant)
            sellers.add(request.merchant)
        purchase = _made(desk, request, recruiters)
        known[purchase.merchant, purchase.reference] = purchase
        made.append(purchase)
        reported.append((purchase, False))
    if made:
        _keep(desk, made)
    return reported


def _made(desk: Desk, request: ReportPurchase, recruiters: Mapping[int, int]) -> Purchase:
    """A purchase that is new; a suspended consumer's counts too: the seller knows nothing of it."""
    if request.consumer not in recruiters:
        raise Refused(Reason.CONSUMER_UNKNOWN, f"register consumer {request.consumer} first")
    recruiter = recruiters[request.consumer]
    _check_code(request.code, recruiter)
    occurred_at = desk.now() if request.occurred_at is None else request.occurred_at
    return Purchase(request.merchant, request.reference, request.consumer, recruiter, request.amount_minor, occurred_at)


def _keep(desk: Desk, purchases: Sequence[Purchase]) -> None:
    rows = [
        {
            "merchant": purchase.merchant,
            "reference": purchase.reference,
            "consumer": purchase.consumer,
            "recruiter": purchase.recruiter,
            "amount": purchase.amount,
            "occurred_at": purchase.occurred_at,
            "reported_at": desk.now(),
            "salt": secrets.token_bytes(SALT_BYTES),
        }
        for purchase in purchases
    ]
    desk.connection.execute(insert(PURCHASES), rows)


def _check_same(request: ReportPurchase, known: Purchase) -> None:
    same = (request.consumer, request.amount_minor) == (known.consumer, known.amount)
    if not same or request.occurred_at not in (None, known.occurred_at):
        raise PurchaseDiffers(request.reference)
    _check_code(request.code, known.recruiter)


def _known(desk: Desk, requests: Sequence[ReportPurchase]) -> dict[tuple[int, str], Purchase]:
    """What the merchants reported under these references before."""
    table = PURCHASES.c
    query = select(table.merchant, table.reference, table.consumer, table.recruiter, table.amount, table.occurred_at)
    references: dict[int, list[str]] = {}
    for request in requests:
        references.setdefault(request.merchant, []).append(request.reference)
    found: dict[tuple[int, str], Purchase] = {}
    for merchant, names in references.items():
        for start in range(0, len(names), _LOOKED_UP):
            here = (table.merchant == merchant) & table.reference.in_(names[start : start + _LOOKED_UP])
            found |= {(merchant, row.reference): Purchase(*row) for row in desk.connection.execute(query.where(here))}
    return found


def _check_numbers(request: ReportPurchase) -> None:
    for field in ("merchant", "consumer", "code"):
        value = getattr(request, field)
        if value is not None and not 0 <= value < _ID_LIMIT:
            raise OutOfRange(field, value, low=0, high=_ID_LIMIT - 1)
    if abs(request.amount_minor) > AMOUNT_LIMIT_MINOR:
        raise OutOfRange("amount", request.amount_minor, low=-AMOUNT_LIMIT_MINOR, high=AMOUNT_LIMIT_MINOR)
    if request.occurred_at is not None and not 0 <= request.occurred_at < _MOMENT_LIMIT:
        raise OutOfRange("occurred_at", request.occurred_at, low=0, high=_MOMENT_LIMIT - 1)


def _check(desk: Desk, request: ReportPurchase) -> None:
    if not 0 < len(request.reference) <= REFERENCE_LENGTH or not request.reference.isprintable():
        raise PurchaseReferenceInvalid(request.reference)
    if request.amount_minor == 0:
        raise Refused(Reason.AMOUNT_ZERO, "a purchase is worth something; a return less than nothing")
    now = desk.now()
    if request.occurred_at is not None and request.occurred_at > now:
        raise NotYet(request.occurred_at, now)


def _recruiters(desk: Desk, requests: Sequence[ReportPurchase]) -> dict[int, int]:
    """The codes of the consumers, as far as there are such."""
    consumers = sorted({request.consumer for request in requests})
    found: dict[int, int] = {}
    for start in range(0, len(consumers), _LOOKED_UP):
        here = CONSUMERS.c.id.in_(consumers[start : start + _LOOKED_UP])
        rows = desk.connection.execute(select(CONSUMERS.c.id, CONSUMERS.c.recruiter).where(here))
        found |= {row.id: row.recruiter for row in rows}
    return found


def _check_code(given: int | None, carried: int) -> None:
    if given is not None and given != carried:
        raise CodeMismatch(code_of(given), code_of(carried))
