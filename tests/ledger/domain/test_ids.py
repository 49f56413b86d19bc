"""Ids as the chain packs them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import ids
from ledger.domain.errors import OutOfRange
from tests.ledger.domain.solidity import source


@given(batch=st.integers(1, 2**32 - 1), serial=st.integers(0, 2**40 - 1))
def test_a_coupons_id_holds_its_batch_and_its_serial(batch: int, serial: int) -> None:
    """S2.9: a unique id, so no two coupons share one."""
    coupon = ids.coupon_id(batch, serial)
    assert (ids.batch_of(coupon), ids.serial_of(coupon)) == (batch, serial)
    assert coupon < 2**72


@pytest.mark.parametrize(("batch", "serial"), [(1, 0), (2**32 - 1, 2**40 - 1)])
def test_the_first_and_the_last_id_fit(batch: int, serial: int) -> None:
    assert ids.batch_of(ids.coupon_id(batch, serial)) == batch


@pytest.mark.parametrize(
    ("batch", "serial", "field", "low", "high"),
    [
        (0, 0, "batch", 1, 2**32 - 1),
        (-1, 0, "batch", 1, 2**32 - 1),
        (2**32, 0, "batch", 1, 2**32 - 1),
        (1, -1, "serial", 0, 2**40 - 1),
        (1, 2**40, "serial", 0, 2**40 - 1),
    ],
)
def test_what_lies_beyond_is_refused(batch: int, serial: int, field: str, low: int, high: int) -> None:
    with pytest.raises(OutOfRange) as caught:
        ids.coupon_id(batch, serial)
    given = batch if field == "batch" else serial
    assert (caught.value.field, caught.value.given) == (field, given)
    assert (caught.value.low, caught.value.high) == (low, high)


@given(party=st.integers(1, 2**32 - 1))
def test_a_consumer_and_a_merchant_of_one_number_have_two_keys(party: int) -> None:
    assert ids.party_key(party, consumer=False) == party
    assert ids.party_key(party, consumer=True) == party + 2**32


def test_the_sentinels_of_lanes_are_those_of_the_contract() -> None:
    text = source("libraries/Lanes.sol")
    for name, value in (("SPENT", ids.LANE_SPENT), ("TRAVELLED", ids.LANE_TRAVELLED), ("VOID", ids.LANE_VOID)):
        found = re.search(rf"constant {name} = type\(uint32\)\.max(?: - (\d))?;", text)
        assert found is not None
        assert value == 2**32 - 1 - int(found[1] or 0)
    assert ids.LANE_STOCK == 0


def test_the_operator_and_the_group_of_issuers_are_those_of_the_contract() -> None:
    assert f"OPERATOR = {ids.OPERATOR};" in source("libraries/LedgerStorage.sol")
    assert "GROUP_ISSUER_ONLY = type(uint32).max" in source("logic/Minting.sol")
    assert ids.GROUP_ISSUER_ONLY == 2**32 - 1
