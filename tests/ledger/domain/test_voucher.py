"""A voucher's text: the coupon and its secret."""

import pytest

from ledger.domain.voucher import Voucher, VoucherInvalid, parse_secret

SECRET = bytes(range(32))


def test_a_voucher_reads_coupon_and_secret_and_shows_no_secret_otherwise() -> None:
    voucher = Voucher(3, 17, SECRET)
    assert str(voucher) == f"3/17 {SECRET.hex()}"
    assert SECRET.hex() not in repr(voucher)
    assert str(SECRET) not in repr(voucher)


@pytest.mark.parametrize("text", [SECRET.hex(), SECRET.hex().upper(), f" {SECRET.hex()}\n"])
def test_a_secret_is_read_back_as_people_type_it(text: str) -> None:
    assert parse_secret(text) == SECRET


@pytest.mark.parametrize("text", ["", "0x" + SECRET.hex(), SECRET.hex()[1:], SECRET.hex() + "0", "g" * 64, "٣" * 64])
def test_what_is_no_secret_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(VoucherInvalid) as caught:
        parse_secret(text)
    assert not text or text not in str(caught.value)
