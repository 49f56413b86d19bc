"""Referral codes as people type them: digits with or without blanks, or what a QR says."""

from ledger.cli.errors import OptionInvalid


def code_named(text: str) -> int:
    """The merchant's id in a code; raises OptionInvalid."""
    from ledger.domain.codes import CodeInvalid, merchant_of

    try:
        return merchant_of(text)
    except CodeInvalid as error:
        raise OptionInvalid("--code", str(error)) from error


def spaced(code: str) -> str:
    """A code in groups that the eye can hold."""
    return f"{code[:3]} {code[3:7]} {code[7:]}"
