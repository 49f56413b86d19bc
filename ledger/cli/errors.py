"""What the command says when something cannot be done: the rule's name, what is wrong, what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ledger.domain.errors import LedgerError, Reason, Refused, TermsInvalid

if TYPE_CHECKING:
    from ledger.cli.moments import Zone
    from ledger.cli.money import Money

EXIT_REFUSED: Final = 1
EXIT_BAD_INPUT: Final = 2

_PLAIN: Final = "{} against {}"
_MONEY: Final[Mapping[str, str]] = {
    Reason.CASH_INSUFFICIENT.title: "{} needed, {} free",
    Reason.CONTRIBUTION_UNFUNDED.title: "{} needed, {} free",
    Reason.DISCOUNT_UNFUNDED.title: "{} needed, {} free",
    Reason.COMMISSION_UNFUNDED.title: "{} needed, {} free",
    Reason.WITHDRAWAL_CAP_REACHED.title: "{} more, {} left",
    Reason.REWARD_CAP_REACHED.title: "{} more, {} left today",
    Reason.ORDER_ABOVE_MAXIMUM.title: "{}, at most {}",
    Reason.ORDER_BELOW_MINIMUM.title: "{}, at least {}",
    Reason.ORDER_NOT_LOWER.title: "{} against {} now",
    "ReserveCapReached": "{} more, {} left today",
    "IncentiveTooLarge": "{}, at most {}",
}
_MOMENTS: Final[Mapping[str, str]] = {
    Reason.BATCH_NOT_OPEN.title: "it is {}, it opens {}",
    Reason.BATCH_EXPIRED.title: "it is {}, it ended {}",
    Reason.PERIOD_NOT_OVER.title: "it is {}, the period ends {}",
    Reason.WITHDRAWAL_NOT_DUE.title: "it is {}, due {}",
    Reason.SETTLEMENT_NOT_DUE.title: "it is {}, due {}",
    Reason.SETTLEMENT_OVER.title: "it is {}, it ended {}",
    "WindowPast": "it would close {}, and it is {}",
    "WindowEmpty": "it would open {} and close {}",
}
_DAYS: Final[Mapping[str, str]] = {
    Reason.COUPON_EXPIRED.title: "it is {}, the last day was {}",
    Reason.PERIOD_STATED.title: "from {}, stated until before {}",
}
"""How the two compared values are said, by what they are: amounts, moments, days; the rule's name finds them."""

_REVERTS: Final[Mapping[str, str]] = {
    "LedgerPaused": "the ledger is paused; wait, or end the pause with `coupon unpause`",
    "NotPaused": "the ledger is not paused",
    "PauseCoolingDown": "the last pause was a short while ago; the next may begin later",
}
"""What to do about refusals of the contract that nothing before it looks for."""

_UNTIL: Final = re.compile(r"until ([0-9]{9,11})\b")


class BadInput(LedgerError):
    """What was typed cannot be read; nothing was tried."""


class TextInvalid(BadInput):
    """What was typed is text in the encoding that the system says it has."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"{text!a} is not text in this terminal's encoding; set LC_ALL to a UTF-8 one")


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
        super().__init__(f"{text!r} {why}; an address is 0x and 40 hex digits")


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
    from ledger.intake.admin import CallNotDue
    from ledger.intake.control import NotFinished
    from ledger.intake.policy import PolicyStartsTooEarly, PolicyStartsTooLate
    from ledger.nouns.operations import OperationRefused

    if isinstance(error, Refused | TermsInvalid):
        name = error.reason.title if isinstance(error, Refused) else error.rule
        return name, f"{error.hint}{_compared(name, error.given, error.limit, money=money, zone=zone)}"
    if isinstance(error, NotFinished) and zone is not None:
        closing, now = zone.show(error.finishes), zone.show(error.time)
        sentence = f"batch {error.batch} can be closed from {closing} on; the ledger's time is {now}"
        return type(error).__name__, sentence
    if isinstance(error, CallNotDue) and zone is not None:
        due, now = zone.show(error.ready_at), zone.show(error.time)
        return type(error).__name__, f"operation {error.scheduled} can be executed from {due} on; it is {now}"
    if isinstance(error, PolicyStartsTooEarly | PolicyStartsTooLate) and zone is not None:
        word, bound = (
            ("from {} on", error.earliest) if isinstance(error, PolicyStartsTooEarly) else ("until {}", error.latest)
        )
        allowed = word.format(zone.show(bound))
        return type(error).__name__, f"the policy would start {zone.show(error.starts_at)}; it can {allowed}"
    if isinstance(error, OperationRefused):
        return error.reason, _reverted(error.verb, error.reason, error.detail or "", zone=zone)
    orig = getattr(error, "orig", None)
    return type(error).__name__, " ".join(str(error if orig is None else orig).split())


def _compared(name: str, given: object, limit: object, *, money: Money | None, zone: Zone | None) -> str:
    if not isinstance(given, int) or not isinstance(limit, int):
        return "" if given is None else f" ({given} against {limit})"
    if money is not None and name in _MONEY:
        said = _MONEY[name].format(money.show(given), money.show(limit))
    elif zone is not None and name in _MOMENTS:
        said = _MOMENTS[name].format(zone.show(given), zone.show(limit))
    elif zone is not None and name in _DAYS:
        said = _DAYS[name].format(zone.show_day(given), zone.show_day(limit))
    else:
        said = _PLAIN.format(f"{given:,}", f"{limit:,}")
    return f" ({said})"


def _reverted(verb: str, reason: str, detail: str, *, zone: Zone | None) -> str:
    """What the chain refused, with its own words where they say more than the name."""
    said = f"the chain refused to {verb.replace('_', ' ')}"
    until = _UNTIL.search(detail)
    if reason in _REVERTS:
        moment = f" ({zone.show(int(until[1]))})" if until and zone is not None else ""
        return f"{said}: {_REVERTS[reason]}{moment}"
    return f"{said}{f': {detail}' if detail and detail != reason else ''}; nothing was changed"
