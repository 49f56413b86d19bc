"""Close finished batches and their lots."""

import pytest

from ledger.domain.errors import Reason, Refused
from ledger.domain.events import Closed, LotClosed
from ledger.domain.terms import Funder
from ledger.intake.control import CLOSING_GRACE, LOTS_LIMIT, Close, CloseLots, NotFinished
from ledger.intake.desk import Accepted
from scripts.world import NOW
from tests.ledger.house import (
    BAKERY,
    BOOKSHOP,
    DAY,
    FUNDS,
    OPERATOR,
    House,
    check_idempotent,
    check_key_stays_free,
    refusing,
)


def close(house: House, batch: int = 1, *, key: str | None = None) -> Accepted:
    return house.ledger.batches.close(Close(batch), key=key or house.key())


def close_lots(house: House, *lots: int, batch: int = 1, key: str | None = None) -> Accepted:
    return house.ledger.batches.close_lots(CloseLots(batch, lots), key=key or house.key())


@pytest.fixture
def finished(house: House) -> House:
    """A batch that two issuers fund, past its grace, closed."""
    batch = house.stock(funder=Funder.ISSUER, discount_minor=400, closes=NOW + DAY, count=10)
    house.included(house.allocate(batch, merchant=BOOKSHOP, count=5))
    house.included(house.issue(batch))
    house.pass_time(DAY + CLOSING_GRACE)
    return house


def test_a_finished_batch_gives_its_reserve_back_to_the_operator(house: House) -> None:
    house.mint(size=100, closes=NOW + DAY)
    assert house.merchant_cash(OPERATOR) == FUNDS - 90_000
    house.pass_time(DAY + CLOSING_GRACE)
    accepted = close(house)
    house.included(accepted)
    assert house.merchant_cash(OPERATOR) == FUNDS
    assert (house.ledger.batches.get(1).closed, house.ledger.batches.get(1).reserve) == (True, 0)
    assert house.ledger.operations.events(accepted.id) == (Closed(1, 90_000),)


@pytest.mark.parametrize(
    ("terms", "wait"),
    [
        ({}, 0),
        ({"valid_days": 3}, 4 * DAY - (NOW + DAY) % DAY),
    ],
)
def test_only_after_the_last_redemption_and_the_grace(house: House, terms: dict[str, int], wait: int) -> None:
    house.mint(closes=NOW + DAY, **terms)
    finishes = NOW + DAY + wait + CLOSING_GRACE
    house.pass_time(finishes - 1 - NOW)
    with refusing(house, NotFinished, batch=1, finishes=finishes, time=finishes - 1):
        close(house)
    house.pass_time(1)
    house.included(close(house))


def test_a_batch_is_closed_once(finished: House) -> None:
    first, second = close(finished), close(finished)
    finished.included(first)
    assert finished.refused(second) == "BatchClosed"
    with refusing(finished, Refused, reason=Reason.BATCH_CLOSED):
        close(finished)


def test_a_batch_that_is_not_there_is_not_closed(house: House) -> None:
    with refusing(house, Refused, reason=Reason.BATCH_UNKNOWN):
        close(house)
    with refusing(house, Refused, reason=Reason.BATCH_UNKNOWN):
        close_lots(house, 1)


def test_lots_of_a_closed_batch_give_the_issuers_reserve_back(finished: House) -> None:
    finished.included(close(finished))
    accepted = close_lots(finished, 1, 2)
    finished.included(accepted)
    assert (finished.merchant_cash(BAKERY), finished.merchant_cash(BOOKSHOP)) == (FUNDS, FUNDS)
    assert finished.ledger.operations.events(accepted.id) == (
        LotClosed(1, 1, BAKERY, 4_000),
        LotClosed(1, 2, BOOKSHOP, 2_000),
    )
    with refusing(finished, Refused, reason=Reason.AMOUNT_ZERO):
        close_lots(finished, 1, 2)


def test_lots_of_a_batch_that_is_not_closed_keep_their_reserve(finished: House) -> None:
    assert finished.refused(close_lots(finished, 1)) == "BatchNotClosed"


def test_a_lot_that_is_not_there_is_refused(finished: House) -> None:
    for lots in ((9,), (1, 9), (1, 2**40), (-1,)):
        with refusing(finished, Refused, reason=Reason.LOT_MISMATCH):
            close_lots(finished, *lots)
    with refusing(finished, Refused, reason=Reason.AMOUNT_ZERO):
        close_lots(finished)


def test_as_many_lots_as_fit_a_transaction_and_no_more(finished: House) -> None:
    finished.included(close(finished))
    too_many = (1,) * (LOTS_LIMIT + 1)
    with refusing(finished, Refused, reason=Reason.ITEMS_MALFORMED, given=LOTS_LIMIT + 1, limit=LOTS_LIMIT):
        close_lots(finished, *too_many)
    finished.included(close_lots(finished, *too_many[1:]))
    assert finished.merchant_cash(BAKERY) == FUNDS


def test_once_a_key(finished: House) -> None:
    """N10."""
    finished.mint(opens=finished.now, closes=finished.now + 1, size=1)
    finished.pass_time(1 + CLOSING_GRACE)
    check_idempotent(finished, lambda key: close(finished, key=key), lambda key: close(finished, 2, key=key))
    check_key_stays_free(
        finished, lambda key: close_lots(finished, 9, key=key), lambda key: close_lots(finished, 1, key=key)
    )


def test_a_refusal_leaves_its_key_free(finished: House) -> None:
    check_key_stays_free(finished, lambda key: close(finished, 9, key=key), lambda key: close(finished, key=key))
