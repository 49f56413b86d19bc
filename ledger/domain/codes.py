"""Referral codes: each merchant's own number, as digits that show a slip, and as the text of a QR (S3.1, S3.2)."""

from ledger.domain.errors import LedgerError

CODE_DIGITS = 11
"""Ten of the merchant's id and one that checks them."""

QR_PREFIX = "COUPON:CODE:"
"""Capitals, digits and colons are what a QR holds most densely."""

_ID_LIMIT = 2**32
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
"""Damm's table: it finds every wrong digit and every two neighbours that changed places."""


class CodeInvalid(LedgerError):
    """A referral code is eleven digits that fit together, or the text of its QR."""

    def __init__(self, text: str, why: str) -> None:
        self.text = text
        super().__init__(f"{text!r} is no referral code: {why}")


def code_of(merchant: int) -> str:
    """A merchant's code in digits."""
    digits = f"{merchant:0{CODE_DIGITS - 1}d}"
    return digits + _check_digit(digits)


def qr_text_of(merchant: int) -> str:
    """What the QR of a merchant's code says."""
    return QR_PREFIX + code_of(merchant)


def merchant_of(text: str) -> int:
    """The merchant's id in a code, in digits with or without blanks, or in a QR's text; raises CodeInvalid."""
    digits = text.strip().upper().removeprefix(QR_PREFIX).replace(" ", "")
    if len(digits) != CODE_DIGITS or not digits.isascii() or not digits.isdecimal():
        raise CodeInvalid(text, f"it has {CODE_DIGITS} digits")
    if _check_digit(digits) != "0":
        raise CodeInvalid(text, "a digit is wrong, or two have changed places")
    merchant = int(digits[:-1])
    if not 0 < merchant < _ID_LIMIT:
        raise CodeInvalid(text, "no merchant can have it")
    return merchant


def _check_digit(digits: str) -> str:
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)
