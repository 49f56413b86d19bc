"""Reporting purchases without a coupon: once each, off the chain, with two codes."""

from dataclasses import replace

import pytest

from ledger.domain.errors import LedgerError, OutOfRange, Reason, Refused
from ledger.intake.control import Suspend
from ledger.nouns.purchases import Reported
from ledger.rebates import purchases
from ledger.rebates.purchases import (
    CodeMismatch,
    NotYet,
    PurchaseDiffers,
    PurchaseReferenceInvalid,
    ReportPurchase,
)
from tests.ledger.house import ANN, BAKERY, BANK, BOB, BOOKSHOP, CINEMA, DAY, House, refusing
from tests.ledger.stating import TODAY, buy, close, set_policy

GOOD = ReportPurchase(BOOKSHOP, "o-1", ANN, 1_000)


def report(house: House, **changes: object) -> Reported:
    values = {name: getattr(GOOD, name) for name in GOOD.__slots__}
    return house.ledger.purchases.report(ReportPurchase(**{**values, **changes}))


def count(house: House) -> int:
    return house.ledger.purchases.count()


def test_a_purchase_carries_the_sellers_and_the_consumers_code(house: House) -> None:
    """S3.7, S3.9, S3.10: reported to the server, which matches the two codes."""
    reported = report(house)
    purchase = reported.purchase
    assert (purchase.merchant, purchase.recruiter, purchase.codes_equal) == (BOOKSHOP, BAKERY, False)
    assert (purchase.occurred_at, reported.repeated) == (house.now, False)
    assert report(house, reference="o-2", consumer=BOB).purchase.codes_equal


def test_no_purchase_of_a_person_goes_to_the_chain(house: House) -> None:
    before = house.rows()
    head = house.ledger.chain.head().number
    report(house)
    house.ledger.settle()
    assert (house.rows(), house.ledger.chain.head().number) == (before, head)


def test_a_reference_is_one_purchase_of_a_merchant(house: House) -> None:
    """N10: the same again is the same purchase; anything else under the reference an error."""
    first = report(house)
    house.pass_time(60)
    again = report(house)
    assert again == Reported(first.purchase, repeated=True)
    assert report(house, occurred_at=first.purchase.occurred_at).repeated
    for changes in ({"amount_minor": 999}, {"consumer": BOB}, {"occurred_at": 5}):
        with refusing(house, PurchaseDiffers, reference="o-1"):
            report(house, **changes)
    assert not report(house, merchant=CINEMA).repeated
    assert count(house) == 2


def test_the_code_that_comes_with_a_purchase_is_the_consumers(house: House) -> None:
    assert report(house, code=BAKERY).purchase.recruiter == BAKERY
    for reference in ("o-1", "o-2"):
        with refusing(house, CodeMismatch, given="00000000037", carried="00000000021"):
            report(house, reference=reference, code=BOOKSHOP)
    assert count(house) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount_minor": 0}, Reason.AMOUNT_ZERO),
        ({"merchant": 99}, Reason.MERCHANT_UNKNOWN),
        ({"merchant": 0}, Reason.MERCHANT_UNKNOWN),
        ({"merchant": BANK}, Reason.KIND_INVALID),
        ({"consumer": 99}, Reason.CONSUMER_UNKNOWN),
    ],
)
def test_every_refusal(house: House, changes: dict[str, int], reason: Reason) -> None:
    with refusing(house, Refused, reason=reason):
        report(house, **changes)
    assert count(house) == 0


@pytest.mark.parametrize("reference", ["", "x" * 129, "a\nb", "\x1b[2J"])
def test_a_reference_is_some_printable_characters(house: House, reference: str) -> None:
    with refusing(house, PurchaseReferenceInvalid, reference=reference):
        report(house, reference=reference)


@pytest.mark.parametrize("field", ["merchant", "consumer", "amount_minor", "occurred_at", "code"])
@pytest.mark.parametrize("value", [2**63, -(2**63), 10**40])
def test_a_number_beyond_any_column_is_refused_by_its_name(house: House, field: str, value: int) -> None:
    with refusing(house, OutOfRange, field=field.removesuffix("_minor"), given=value):
        report(house, **{field: value})


def test_a_purchase_is_reported_after_it_was_made(house: House) -> None:
    with refusing(house, NotYet, occurred_at=house.now + 1, now=house.now):
        report(house, occurred_at=house.now + 1)
    assert report(house, occurred_at=house.now).purchase.occurred_at == house.now


def test_a_suspended_seller_reports_nothing_and_a_suspended_consumer_still_buys(house: House) -> None:
    members = house.ledger.members
    house.included(members.suspend(Suspend(ANN, True, True), key="t"))
    report(house)
    house.included(members.suspend(Suspend(BOOKSHOP, True), key="s"))
    with refusing(house, Refused, reason=Reason.MERCHANT_SUSPENDED):
        report(house, reference="o-2")


def test_many_are_reported_each_by_itself(house: House) -> None:
    requests = [GOOD, GOOD, ReportPurchase(99, "o-2", ANN, 5), ReportPurchase(BOOKSHOP, "o-3", ANN, -5)]
    first, again, refused, back = house.ledger.purchases.report_many(requests)
    assert isinstance(first, Reported)
    assert again == Reported(first.purchase, repeated=True)
    assert isinstance(refused, LedgerError)
    assert isinstance(back, Reported)
    assert count(house) == 2


def test_purchases_are_listed_with_the_statement_they_stand_in(house: House) -> None:
    set_policy(house)
    buy(house, "a", day=TODAY - 1)
    buy(house, "b", at=CINEMA)
    house.included(close(house))
    listed, last = house.ledger.purchases.all(limit=10)
    assert [(each.purchase.reference, each.period) for each in listed] == [("a", TODAY - 1), ("b", None)]
    assert house.ledger.purchases.all(limit=10, after=last) == ([], last)
    assert [each.purchase.reference for each in house.ledger.purchases.all(CINEMA, limit=10)[0]] == ["b"]
    assert (house.ledger.purchases.count(CINEMA), count(house)) == (1, 2)


def test_what_each_merchant_earned_by_code(house: House) -> None:
    """S3.6, S3.12: enterprise, code and money matched; activity recorded by code."""
    set_policy(house)
    buy(house, "a", 1_000, day=TODAY - 1)
    buy(house, "b", 500, consumer=BOB, day=TODAY - 1)
    buy(house, "c", 7)
    house.included(close(house))
    bakery, bookshop = house.ledger.purchases.earned()[1:3]
    assert (bakery.merchant, bakery.code, bakery.consumers, bakery.reported) == (BAKERY, "00000000021", 2, 2)
    assert (bakery.recruited, bakery.rebate, bakery.own_rebate, bakery.sold) == (1_000, 30, 0, 0)
    assert (bookshop.sold, bookshop.commission, bookshop.recruited) == (1_500, 75, 500)
    assert (bookshop.rebate, bookshop.own_rebate) == (15, 15)


def test_a_day_ends_at_midnight_utc(house: House) -> None:
    set_policy(house)
    for reference, at in (("last second", TODAY * DAY - 1), ("first second", TODAY * DAY)):
        house.ledger.purchases.report(ReportPurchase(BOOKSHOP, reference, ANN, 100, at))
    house.included(close(house))
    listed, _ = house.ledger.purchases.all(limit=10)
    assert [each.period for each in listed] == [TODAY - 1, None]


def report_all(house: House, *requests: ReportPurchase) -> list[tuple[str, bool]]:
    with house.ledger.desk() as desk:
        return [(purchase.reference, repeated) for purchase, repeated in purchases.report_all(desk, requests)]


def test_many_purchases_are_reported_at_once_each_as_by_itself(house: House) -> None:
    """S3.7, N10: those that were there before, or stand twice among them, are found and not doubled."""
    report(house)
    many = [replace(GOOD, reference=f"m-{n}", consumer=(ANN, BOB)[n % 2], occurred_at=n) for n in range(1_201)]
    known = replace(GOOD, merchant=CINEMA)
    found = report_all(house, GOOD, *many, known, known)
    assert [repeated for _, repeated in found] == [True, *[False] * 1_202, True]
    assert report_all(house, *many) == [(each.reference, True) for each in many]
    assert count(house) == 1_203
    assert report_all(house) == []
    listed, _ = house.ledger.purchases.all(limit=3)
    assert [(each.purchase.reference, each.purchase.recruiter) for each in listed] == [
        ("o-1", BAKERY),
        ("m-0", BAKERY),
        ("m-1", BOOKSHOP),
    ]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"amount_minor": 999}, PurchaseDiffers),
        ({"reference": "o-2", "amount_minor": 0}, Refused),
        ({"reference": "o-2", "merchant": 99}, Refused),
        ({"reference": "o-2", "consumer": 99}, Refused),
        ({"reference": "o-2", "code": BOOKSHOP}, CodeMismatch),
        ({"reference": "o-2", "occurred_at": 2**39}, NotYet),
        ({"reference": "\n"}, PurchaseReferenceInvalid),
        ({"reference": "o-2", "amount_minor": 2**48}, OutOfRange),
    ],
)
def test_one_that_is_refused_refuses_them_all(house: House, changes: dict[str, int], error: type[LedgerError]) -> None:
    good = replace(GOOD, reference="o-3")
    with pytest.raises(error):
        report_all(house, GOOD, good, replace(GOOD, **changes))  # type: ignore[arg-type]
    assert count(house) == 0
