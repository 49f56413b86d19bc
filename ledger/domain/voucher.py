"""A voucher: a coupon with the secret that lets whoever has it use the coupon."""

import re
from dataclasses import dataclass, field
from typing import Final

from ledger.domain.errors import LedgerError

_SECRET: Final = re.compile(r"[0-9a-f]{64}")


class VoucherInvalid(LedgerError):
    """A text is no voucher's secret."""

    def __init__(self) -> None:
        super().__init__("this is no voucher's secret; it has 64 of the letters 0 to 9 and a to f")


@dataclass(frozen=True, slots=True)
class Voucher:
    """A bearer's coupon and the 32 secret bytes of its key."""

    batch: int
    serial: int
    secret: bytes = field(repr=False)

    def __str__(self) -> str:
        return f"{self.batch}/{self.serial} {self.secret.hex()}"


def parse_secret(text: str) -> bytes:
    """The 32 bytes of a secret; raises VoucherInvalid, which does not repeat it."""
    letters = text.strip().lower()
    if not _SECRET.fullmatch(letters):
        raise VoucherInvalid
    return bytes.fromhex(letters)
