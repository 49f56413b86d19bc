"""What the command says when something cannot be done: the rule's name, what is wrong, what to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ledger.domain.errors import LedgerError, Reason, Refused, TermsInvalid

if TYPE_CHECKING:
    from ledger.cli.moments import Zone
    from ledger.cli.money import Money

EXIT_REFUSED: Final = 1
EXIT_BAD_INPUT: Final = 2

_MONEY: Final = frozenset(
    reason.title
    for reason in (
        *(Reason.CASH_INSUFFICIENT, Reason.CONTRIBUTION_UNFUNDED, Reason.DISCOUNT_UNFUNDED, Reason.REWARD_CAP_REACHED),
        *(Reason.ORDER_ABOVE_MAXIMUM, Reason.ORDER_BELOW_MINIMUM),
    )
) | {"ReserveCapReached", "IncentiveTooLarge"}
_MOMENTS: Final = frozenset(
    reason.title for reason in (Reason.BATCH_NOT_OPEN, Reason.BATCH_EXPIRED, Reason.WITHDRAWAL_NOT_DUE)
) | {"WindowPast", "WindowEmpty"}
_DAYS: Final = frozenset({Reason.COUPON_EXPIRED.title})


class BadInput(LedgerError):
    """What was typed cannot be read; nothing was tried."""


class AmountInvalid(BadInput):
    """An amount is a decimal in the ledger's currency, no finer than its smallest unit."""

    def __init__(self, text: str, why: str) -> None:
        self.text = text
        super().__init__(f"{text!r} {why}")


class MomentInvalid(BadInput):
    """A moment is RFC 3339, or a day in the ledger's zone."""

    def __init__(self, text: str, why: str = "is no day or moment") -> None:
        self.text = text
        super().__init__(f"{text!r} {why}: write it like 2026-05-01 or 2026-05-01T09:30:00+02:00")


class DurationInvalid(BadInput):
    """A duration is a whole number of seconds, minutes, hours or days."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"{text!r} is no duration: write it like 0, 90m, 24h or 2d, at most 3650d")


class CouponNameInvalid(BadInput):
    """A coupon is named by its batch and serial, or by its id on the chain."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"{text!r} names no coupon: write BATCH/SERIAL, such as 3/17, or its id on the chain")


class RecipientInvalid(BadInput):
    """Who gets coupons is a consumer's reference, and how many."""

    def __init__(self, text: str, why: str) -> None:
        self.text = text
        super().__init__(f"{text!r} {why}: write a consumer's reference, or REFERENCE:COUNT")


class AddressInvalid(BadInput):
    """An address is 20 bytes in hex; one with capitals carries a checksum (EIP-55)."""

    def __init__(self, text: str, why: str) -> None:
        self.text = text
        super().__init__(f"{text!r} {why}: an address is 0x and 40 hex digits")


class OptionInvalid(BadInput):
    """An option's value cannot be, or does not go with another's."""

    def __init__(self, option: str, why: str) -> None:
        self.option = option
        super().__init__(f"{option}: {why}")


class TermsFileInvalid(BadInput):
    """A file of terms is a JSON or TOML table of the names that `coupon batch mint --help` lists."""

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        super().__init__(f"{path}: {why}")


class ConfirmationNeeded(BadInput):
    """Money is set aside only after a yes, and there is nobody to ask."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}; say --yes to do it without being asked")


class NotConfirmed(LedgerError):
    """The answer was no."""

    def __init__(self) -> None:
        super().__init__("nothing was done")


class FolderUnusable(LedgerError):
    """The state folder cannot be made, read or written."""

    def __init__(self, path: Path, error: OSError) -> None:
        self.path = path
        super().__init__(f"{path} cannot be used: {error.strerror or error}; choose another folder with --state")


def named_errors() -> tuple[type[Exception], ...]:
    """What is shown as one line; anything else is a fault of the program and keeps its traceback."""
    # Only needed once something was raised, and by then loaded for the most part.
    from ledger.nouns.errors import NAMED_ERRORS
    from ledger.replay.errors import ReplayError

    return (*NAMED_ERRORS, ReplayError)


def exit_code(error: Exception) -> int:
    """2 for what was typed wrong, 1 for what the ledger refuses."""
    return EXIT_BAD_INPUT if isinstance(error, BadInput) else EXIT_REFUSED


def describe(error: Exception, money: Money | None = None, zone: Zone | None = None) -> tuple[str, str]:
    """The rule's name and the message, amounts and moments as people write them where the ledger's are known."""
    if isinstance(error, Refused | TermsInvalid):
        name = error.reason.title if isinstance(error, Refused) else error.rule
        return name, f"{error.hint}{_compared(name, error.given, error.limit, money=money, zone=zone)}"
    if zone is not None and (times := _times_of(error)) is not None:
        batch, finishes, time = times
        closing, now = zone.show(finishes), zone.show(time)
        return type(error).__name__, f"batch {batch} can be closed from {closing} on; the ledger's time is {now}"
    if (refusal := _refusal_of(error)) is not None:
        return refusal
    orig = getattr(error, "orig", None)
    return type(error).__name__, " ".join(str(error if orig is None else orig).split())


def _compared(name: str, given: object, limit: object, *, money: Money | None, zone: Zone | None) -> str:
    if given is None:
        return ""
    values = []
    for value in (given, limit):
        if isinstance(value, int) and money is not None and name in _MONEY:
            values.append(money.show(value))
        elif isinstance(value, int) and zone is not None and name in _MOMENTS:
            values.append(zone.show(value))
        elif isinstance(value, int) and zone is not None and name in _DAYS:
            values.append(zone.show_day(value))
        else:
            values.append(f"{value:,}" if isinstance(value, int) else str(value))
    return f" ({values[0]} against {values[1]})"


def _times_of(error: Exception) -> tuple[int, int, int] | None:
    from ledger.intake.control import NotFinished

    return (error.batch, error.finishes, error.time) if isinstance(error, NotFinished) else None


def _refusal_of(error: Exception) -> tuple[str, str] | None:
    """An operation that the chain refused carries the name of the chain's rule."""
    from ledger.nouns.operations import OperationRefused

    if not isinstance(error, OperationRefused):
        return None
    detail = f": {error.detail}" if error.detail and error.detail != error.reason else ""
    return error.reason, f"the chain refused to {error.verb.replace('_', ' ')}{detail}; nothing was changed"
