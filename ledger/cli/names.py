"""Names as people type them: coupons, recipients, addresses."""

import re
from typing import Final

from ledger.cli.errors import AddressInvalid, CouponNameInvalid, OptionInvalid, RecipientInvalid
from ledger.domain.errors import OutOfRange
from ledger.domain.ids import batch_of, coupon_id, serial_of

_COUPON: Final = re.compile(r"([0-9]{1,10})/([0-9]{1,13})")
_CHAIN_ID: Final = re.compile(r"[0-9]{13,22}")
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")
_COUNT_DIGITS: Final = 9
KEY_LENGTH: Final = 200
NAME_LENGTH: Final = 200


def coupon_named(text: str) -> tuple[int, int]:
    """Batch and serial of `BATCH/SERIAL` or of a coupon's id on the chain; raises CouponNameInvalid."""
    if found := _COUPON.fullmatch(text):
        batch, serial = int(found[1]), int(found[2])
    elif _CHAIN_ID.fullmatch(text):
        batch, serial = batch_of(int(text)), serial_of(int(text))
    else:
        raise CouponNameInvalid(text)
    try:
        coupon_id(batch, serial)
    except OutOfRange:
        raise CouponNameInvalid(text) from None
    return batch, serial


def coupon_name(batch: int, serial: int) -> str:
    """How a coupon is called everywhere."""
    return f"{batch}/{serial}"


def recipient(text: str) -> tuple[str, int]:
    """A consumer's reference and a count out of `REFERENCE` or `REFERENCE:COUNT`; raises RecipientInvalid."""
    reference, colon, count = text.rpartition(":")
    if not colon or not count.isdecimal():
        reference, count = text, "1"
    if not reference:
        raise RecipientInvalid(text, "names no consumer")
    if len(count) > _COUNT_DIGITS or int(count) == 0:
        raise RecipientInvalid(text, f"gives {count} coupons, not 1 to {10**_COUNT_DIGITS - 1:,}")
    return reference, int(count)


def address(text: str) -> bytes:
    """The 20 bytes of an address; raises AddressInvalid, also for a broken checksum."""
    if not _ADDRESS.fullmatch(text):
        raise AddressInvalid(text, "is no address")
    digits = text[2:]
    if digits not in (digits.lower(), digits.upper()) and digits != _checksummed(digits.lower()):
        raise AddressInvalid(text, "is mistyped: its capitals are not those of its checksum")
    return bytes.fromhex(digits)


def printable(option: str, text: str, *, limit: int) -> str:
    """A text that a terminal may show as it is; raises OptionInvalid."""
    if not 0 < len(text) <= limit or not text.isprintable():
        raise OptionInvalid(option, f"use 1 to {limit} printable characters")
    return text


def short(value: bytes) -> str:
    """A hash for a table."""
    text = value.hex()
    return f"0x{text[:4]}…{text[-4:]}"


def _checksummed(digits: str) -> str:
    """EIP-55: a letter is a capital where the hash of the lower-case digits has 8 or more."""
    from eth_hash.auto import keccak

    hashed = keccak(digits.encode()).hex()
    return "".join(
        letter.upper() if int(nibble, 16) >= 8 else letter for letter, nibble in zip(digits, hashed, strict=False)
    )
