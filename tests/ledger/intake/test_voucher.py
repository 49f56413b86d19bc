"""Issue coupons as vouchers, redeem one by its secret, take one into an account."""

from typing import Any

import pytest

from ledger.custody.keys import KeySigner
from ledger.domain.errors import Reason, Refused
from ledger.domain.events import IssuedToBearers, Redeemed
from ledger.domain.split import contribution_down, parts_down, reward_down
from ledger.domain.terms import Funder, Role
from ledger.domain.voucher import Voucher
from ledger.intake.control import Suspend
from ledger.intake.desk import Accepted
from ledger.intake.give import TransferCoupon
from ledger.intake.redeem import RedeemCoupon
from ledger.intake.stock import RecallStock
from ledger.intake.voucher import VOUCHERS_LIMIT, IssueVouchers, RedeemVoucher, TakeVoucher
from scripts.world import NOW, some_terms
from tests.ledger.house import (
    ANN,
    BAKERY,
    BOB,
    BOOKSHOP,
    CINEMA,
    DAY,
    OPERATOR,
    House,
    check_idempotent,
    check_key_stays_free,
    refusing,
)

WRONG = bytes(31) + b"\x01"


def issue(
    house: House, count: int = 1, *, merchant: int = BAKERY, batch: int = 1, lot: int = 1, key: str | None = None
) -> Accepted:
    return house.ledger.vouchers.issue(IssueVouchers(merchant, batch, lot, count), key=key or house.key())


def vouchers(house: House, count: int = 1, **changes: Any) -> tuple[Voucher, ...]:
    """Minted, allocated, issued and printed."""
    batch = house.stock(**{"bearer": True, **changes})
    accepted = issue(house, count, batch=batch)
    house.included(accepted)
    return house.ledger.vouchers.issued(accepted.id)


def redemption(
    voucher: Voucher, *, at: int = BOOKSHOP, order: int = 1_000, secret: bytes | None = None
) -> RedeemVoucher:
    return RedeemVoucher(voucher.batch, voucher.serial, at, order, voucher.secret if secret is None else secret)


def redeem(house: House, voucher: Voucher, *, key: str | None = None, **fields: Any) -> Accepted:
    return house.ledger.vouchers.redeem(redemption(voucher, **fields), key=key or house.key())


def take(
    house: House, voucher: Voucher, *, to: int = BOB, secret: bytes | None = None, key: str | None = None
) -> Accepted:
    request = TakeVoucher(voucher.batch, voucher.serial, to, voucher.secret if secret is None else secret)
    return house.ledger.vouchers.take(request, key=key or house.key())


def test_vouchers_are_issued_to_fresh_keys_that_no_account_has(house: House) -> None:
    """S4.20: printed vouchers; custody derives their keys and keeps none."""
    accounts = house.rows()[1]
    first, second = vouchers(house, 2)
    assert (first.batch, first.serial, second.serial) == (1, 900, 901)
    assert first.secret != second.secret
    coupons = [house.ledger.coupons.get(1, serial) for serial in (900, 901)]
    assert [(each.holder, each.state) for each in coupons] == [(0, "issued")] * 2
    assert house.rows()[1] == accounts
    assert "secret" not in repr(first)


def test_the_chain_has_the_addresses_of_their_keys(house: House) -> None:
    house.stock(bearer=True)
    accepted = issue(house, 2)
    house.included(accepted)
    (event,) = house.ledger.operations.events(accepted.id)
    assert isinstance(event, IssuedToBearers)
    printed = house.ledger.vouchers.issued(accepted.id)
    assert event.keys == tuple(KeySigner(each.secret).address for each in printed)


def test_the_same_key_prints_the_same_vouchers_again_and_another_key_others(house: House) -> None:
    """N10."""
    house.stock(bearer=True)
    first, repeated, other = (issue(house, 3, key=key) for key in ("sheet", "sheet", "another"))
    house.included(first, other)
    assert (repeated.id, repeated.repeated) == (first.id, True)
    printed = [house.ledger.vouchers.issued(each.id) for each in (first, repeated, other)]
    assert printed[0] == printed[1]
    assert not {each.secret for each in printed[0]} & {each.secret for each in printed[2]}


def test_an_issue_is_taken_once(house: House) -> None:
    """N10: same key and body, same operation; another body, an error."""
    house.stock(bearer=True)
    check_idempotent(house, lambda key: issue(house, key=key), lambda key: issue(house, 2, key=key))


def test_a_refused_issue_leaves_its_key_free(house: House) -> None:
    house.stock(bearer=True)
    check_key_stays_free(house, lambda key: issue(house, 0, key=key), lambda key: issue(house, key=key))


def test_issued_from_as_many_lots_as_it_takes(house: House) -> None:
    batch = house.stock(bearer=True, count=3)
    house.included(house.allocate(batch, count=5))
    accepted = house.ledger.vouchers.issue_from_stock(BAKERY, batch, 6, key="sheet")
    house.included(*accepted)
    again = house.ledger.vouchers.issue_from_stock(BAKERY, batch, 6, key="sheet")
    assert [each.id for each in again] == [each.id for each in accepted]
    printed = [each for one in accepted for each in house.ledger.vouchers.issued(one.id)]
    assert [each.serial for each in printed] == [997, 998, 999, 992, 993, 994]
    assert len({each.secret for each in printed}) == 6
    with refusing(house, Refused, reason=Reason.LOT_EXHAUSTED, given=3, limit=2):
        house.ledger.vouchers.issue_from_stock(BAKERY, batch, 3, key="more")


@pytest.mark.parametrize(
    ("count", "fields", "refused"),
    [
        (0, {}, {"reason": Reason.COUNT_ZERO}),
        (-1, {}, {"reason": Reason.COUNT_ZERO}),
        (VOUCHERS_LIMIT + 1, {}, {"reason": Reason.ITEMS_MALFORMED, "given": 401, "limit": 400}),
        (101, {}, {"reason": Reason.LOT_EXHAUSTED, "given": 101, "limit": 100}),
        (1, {"batch": 2}, {"reason": Reason.BATCH_UNKNOWN}),
        (1, {"lot": 2}, {"reason": Reason.LOT_MISMATCH}),
        (1, {"merchant": BOOKSHOP}, {"reason": Reason.LOT_MISMATCH}),
        (1, {"merchant": 9}, {"reason": Reason.MERCHANT_UNKNOWN}),
    ],
)
def test_an_issue_that_cannot_be_is_refused_at_the_desk(
    house: House, count: int, fields: dict[str, int], refused: dict[str, Any]
) -> None:
    house.stock(bearer=True)
    with refusing(house, Refused, **refused):
        issue(house, count, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"bearer": False}, Reason.BEARER_NOT_ALLOWED),
        ({"points_price": 5}, Reason.POINTS_UNSPENT),
        ({"closes": NOW + DAY}, Reason.BATCH_EXPIRED),
    ],
)
def test_terms_that_do_not_let_it(house: House, changes: dict[str, Any], reason: Reason) -> None:
    house.stock(**{"bearer": True, **changes})
    house.pass_time(DAY if reason is Reason.BATCH_EXPIRED else 0)
    with refusing(house, Refused, reason=reason):
        issue(house)


def test_stock_that_lost_its_discount_is_not_issued(house: House) -> None:
    batch = house.stock(bearer=True, funder=Funder.ISSUER)
    house.included(house.ledger.batches.recall(RecallStock(BAKERY, batch, 1, 100), key="back"))
    with refusing(house, Refused, reason=Reason.DISCOUNT_UNFUNDED):
        issue(house, merchant=OPERATOR, lot=2)


def test_as_many_as_fit_a_transaction(house: House) -> None:
    changes = {"reward_minor": 0, "reward_cap_bps": 0, "discount_bps": 0, "discount_minor": 0}
    house.stock(count=VOUCHERS_LIMIT, bearer=True, **changes)
    house.included(accepted := issue(house, VOUCHERS_LIMIT))
    assert len(house.ledger.vouchers.issued(accepted.id)) == VOUCHERS_LIMIT


def test_a_voucher_is_redeemed_by_its_secret_and_pays_everybody_who_is_there(house: House) -> None:
    """N1, N2: no consumer and no recruiter; their parts go to the remainder role."""
    (voucher,) = vouchers(house)
    cash = {each: house.merchant_cash(each) for each in (OPERATOR, BAKERY, CINEMA)}
    accepted = redeem(house, voucher, at=CINEMA, order=3_333)
    house.included(accepted)
    terms = some_terms(bearer=True)
    reward, contribution = reward_down(terms, 3_333), contribution_down(terms, 3_333)
    present = (Role.PLATFORM, Role.ISSUER, Role.REDEEMER)
    parts = parts_down(reward + contribution, terms.split_bps, present=present, remainder=Role.PLATFORM)
    (event,) = house.ledger.operations.events(accepted.id)
    assert isinstance(event, Redeemed)
    assert event.items[0].parts == parts
    gained = {each: house.merchant_cash(each) - before for each, before in cash.items()}
    discount = event.items[0].discount
    assert gained == {OPERATOR: parts[0], BAKERY: parts[1], CINEMA: parts[2] + discount - contribution}
    assert house.ledger.audit.conservation().is_kept
    assert house.ledger.coupons.get(voucher.batch, voucher.serial).state == "redeemed"
    with refusing(house, Refused, reason=Reason.COUPON_REDEEMED):
        redeem(house, voucher)


def test_a_redemption_is_taken_once(house: House) -> None:
    (voucher,) = vouchers(house)
    check_idempotent(
        house, lambda key: redeem(house, voucher, key=key), lambda key: redeem(house, voucher, order=999, key=key)
    )


@pytest.mark.parametrize("secret", [WRONG, bytes(32), b"\xff" * 32, b"short"])
def test_another_secret_opens_nothing(house: House, secret: bytes) -> None:
    (voucher,) = vouchers(house)
    with refusing(house, Refused, reason=Reason.SIGNATURE_INVALID):
        redeem(house, voucher, secret=secret)
    with refusing(house, Refused, reason=Reason.SIGNATURE_INVALID):
        take(house, voucher, secret=secret)


def test_the_secret_of_one_voucher_opens_no_other(house: House) -> None:
    first, second = vouchers(house, 2)
    with refusing(house, Refused, reason=Reason.SIGNATURE_INVALID):
        redeem(house, first, secret=second.secret)


def test_a_voucher_is_not_redeemed_without_its_secret(house: House) -> None:
    (voucher,) = vouchers(house)
    with refusing(house, Refused, reason=Reason.SIGNATURE_INVALID):
        house.ledger.coupons.redeem(RedeemCoupon(voucher.batch, voucher.serial, BOOKSHOP, 1_000), key="none")


def test_no_secret_stands_in_the_database(house: House) -> None:
    (voucher,) = vouchers(house)
    house.included(redeem(house, voucher))
    with house.ledger.store.read() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert voucher.secret.hex() not in dump.lower()


def test_a_taken_voucher_is_a_coupon_like_any_other_and_its_secret_opens_nothing(house: House) -> None:
    (voucher,) = vouchers(house)
    house.included(take(house, voucher))
    (coupon,) = house.ledger.coupons.held_by(BOB)
    assert (coupon.batch, coupon.serial) == (voucher.batch, voucher.serial)
    for again in (take, redeem):
        with refusing(house, Refused, reason=Reason.SIGNATURE_INVALID):
            again(house, voucher)
    house.included(house.ledger.coupons.redeem(RedeemCoupon(1, 900, BOOKSHOP, 1_000), key="use"))
    assert house.ledger.audit.conservation().is_kept


def test_a_voucher_is_taken_once(house: House) -> None:
    (voucher,) = vouchers(house)
    check_idempotent(
        house, lambda key: take(house, voucher, key=key), lambda key: take(house, voucher, to=ANN, key=key)
    )


def test_two_who_take_one_voucher_at_once(house: House) -> None:
    (voucher,) = vouchers(house)
    first = take(house, voucher, to=ANN)
    with refusing(house, Refused, reason=Reason.VERSION_STALE):
        take(house, voucher, to=BOB)
    with refusing(house, Refused, reason=Reason.VERSION_STALE):
        redeem(house, voucher)
    house.included(first)


@pytest.mark.parametrize("to", [0, 9])
def test_only_who_is_registered_takes(house: House, to: int) -> None:
    (voucher,) = vouchers(house)
    with refusing(house, Refused, reason=Reason.CONSUMER_UNKNOWN):
        take(house, voucher, to=to)


def test_out_of_date_is_taken_by_nobody(house: House) -> None:
    (voucher,) = vouchers(house, valid_days=1)
    house.pass_time(3 * DAY)
    for again in (take, redeem):
        with refusing(house, Refused, reason=Reason.COUPON_EXPIRED):
            again(house, voucher)


def test_a_voucher_is_not_given_on_before_it_is_taken(house: House) -> None:
    (voucher,) = vouchers(house)
    with refusing(house, Refused, reason=Reason.SHARE_NOT_ALLOWED):
        house.ledger.sharing.transfer(TransferCoupon(voucher.batch, voucher.serial, ANN), key="give")


def test_a_revoked_voucher_is_worth_nothing(house: House) -> None:
    (voucher,) = vouchers(house, revocable=True)
    house.included(*house.ledger.coupons.revoke([(voucher.batch, voucher.serial)], cause=1, key="stolen"))
    for again in (take, redeem):
        with refusing(house, Refused, reason=Reason.COUPON_VOID):
            again(house, voucher)


def test_a_merchant_that_is_suspended_issues_none(house: House) -> None:
    house.stock(bearer=True)
    house.included(house.ledger.members.suspend(Suspend(BAKERY, True), key="stop"))
    with refusing(house, Refused, reason=Reason.MERCHANT_SUSPENDED):
        issue(house)
