"""Mint a batch."""

from typing import Any, Final

import pytest

from ledger.domain.errors import OutOfRange, Reason, Refused, TermsInvalid
from ledger.domain.events import Minted
from ledger.domain.ids import GROUP_ISSUER_ONLY
from ledger.domain.terms import Funder, Role, ShareMode
from ledger.intake.control import ChangeGroup
from ledger.intake.desk import Accepted
from ledger.intake.mint import Mint
from scripts.world import NOW, some_terms
from tests.ledger.house import DAY, FUNDS, OPERATOR, House, check_idempotent, check_key_stays_free, refusing

FREE: Final[dict[str, Any]] = {"reward_minor": 0, "reward_cap_bps": 0, "discount_bps": 0, "discount_minor": 0}
"""Terms that reserve nothing."""


def mint(house: House, *, key: str | None = None, **changes: Any) -> Accepted:
    return house.ledger.batches.mint(Mint(some_terms(**changes)), key=key or house.key())


def test_a_batch_is_on_the_chain_as_the_operators_stock_and_its_money_is_reserved(house: House) -> None:
    """S2.7, S2.8, S2.10: on the chain from the mint on, first as the platform's stock, each coupon's pool funded."""
    accepted = mint(house, size=1_000)
    house.included(accepted)
    batch = house.ledger.batches.get(1)
    assert (batch.terms, batch.stock, batch.issued) == (some_terms(size=1_000), 1_000, 0)
    assert (batch.reserve, batch.reserved) == (900_000, 900_000)
    assert house.merchant_cash(OPERATOR) == FUNDS - 900_000
    assert house.ledger.operations.events(accepted.id) == (Minted(1, batch.terms, 900_000, 0),)


def test_every_term_arrives_as_it_was_asked_for(house: House) -> None:
    house.included(house.ledger.members.change_group(ChangeGroup(0, True, (2, 3)), key="g"))
    terms: dict[str, Any] = {
        "size": 3,
        "opens": NOW + 5,
        "closes": NOW + 9 * DAY,
        "valid_days": 7,
        "group": 1,
        "minimum_order_minor": 123,
        "revocable": True,
        "bearer": True,
        "share_mode": ShareMode.COPY,
        "copies": 2,
        "hops": 4,
        "reward_minor": 77,
        "reward_cap_bps": 65_535,
        "contribution_bps": 1,
        "contribution_cap_minor": 2,
        "discount_bps": 0,
        "discount_minor": 3,
        "funder": Funder.ISSUER,
        "remainder_role": Role.ISSUER,
        "split_bps": (1, 2, 3, 4, 5, 6, 9_979),
        "text": bytes(range(32)),
    }
    house.included(mint(house, **terms))
    assert house.ledger.batches.get(1).terms == some_terms(**terms)
    assert house.ledger.batches.get(1).reserve == 77 * 3 * (1 + 2)


@pytest.mark.parametrize("size", [1, 1_000_000_000])
def test_one_coupon_or_a_thousand_million(house: House, size: int) -> None:
    house.included(mint(house, size=size, **FREE))
    assert house.ledger.batches.get(1).stock == size


def test_a_batch_may_be_limited_to_its_issuer(house: House) -> None:
    """S2.2, S2.3: universal, or limited."""
    house.included(mint(house, group=GROUP_ISSUER_ONLY, **FREE), mint(house, group=0, **FREE))
    assert [each.terms.issuer_only for each in house.ledger.batches.all()] == [True, False]


@pytest.mark.parametrize(
    ("rule", "changes", "given", "limit"),
    [
        ("SizeZero", {"size": 0}, None, None),
        ("SplitSumWrong", {"split_bps": (1, 0, 0, 0, 0, 0, 0)}, 1, 10_000),
        ("WindowPast", {"opens": NOW - 9, "closes": NOW}, NOW, NOW),
        ("GroupUnknown", {"group": 1}, 1, 0),
    ],
)
def test_terms_that_cannot_be_are_refused(
    house: House, rule: str, changes: dict[str, Any], given: object, limit: object
) -> None:
    with refusing(house, TermsInvalid, rule=rule, given=given, limit=limit):
        mint(house, **changes)


def test_a_window_that_still_lasts_a_second_is_good(house: House) -> None:
    house.included(mint(house, opens=NOW - 9, closes=NOW + 1))


def test_a_number_that_does_not_fit_is_refused(house: House) -> None:
    with refusing(house, OutOfRange, field="size", given=2**32, low=0, high=2**32 - 1):
        mint(house, size=2**32)


def test_the_reserve_is_all_of_the_operators_cash_and_not_one_unit_more(house: House) -> None:
    exact: dict[str, Any] = {"size": 1_000, "reward_minor": 600, "discount_minor": 400}
    over: dict[str, Any] = {**exact, "size": 1_001}
    with refusing(house, Refused, reason=Reason.CASH_INSUFFICIENT, given=1_001_000, limit=FUNDS):
        mint(house, **over)
    house.included(mint(house, **exact))
    assert house.merchant_cash(OPERATOR) == 0


def test_the_operators_mints_are_capped_a_day(house: House) -> None:
    """Promise 26: what a stolen operator's key can reserve a day is written down."""
    house.fund(OPERATOR, amount=2_000_000_000)
    million: dict[str, Any] = {"reward_minor": 600, "discount_minor": 400}
    house.included(mint(house, size=999_999, **million))
    with refusing(house, TermsInvalid, rule="ReserveCapReached", given=2_000, limit=1_000):
        mint(house, size=2, **million)
    house.included(mint(house, size=1, **million))
    house.included(mint(house, **FREE))
    house.pass_time(DAY)
    house.included(mint(house, size=2, **million))


def test_of_two_mints_accepted_at_once_the_chain_refuses_the_one_without_cash(house: House) -> None:
    first, second = mint(house, size=1_000), mint(house, size=1_000)
    house.included(first)
    assert house.refused(second) == "CashInsufficient"
    detail = house.ledger.operations.get(second.id).detail
    assert detail == "CashInsufficient(amount 900000, cash 100000)"


def test_once_a_key(house: House) -> None:
    """N10."""
    check_idempotent(house, lambda key: mint(house, size=5, key=key), lambda key: mint(house, size=6, key=key))
    assert len(house.ledger.batches.all()) == 1


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    check_key_stays_free(house, lambda key: mint(house, size=0, key=key), lambda key: mint(house, size=1, key=key))
