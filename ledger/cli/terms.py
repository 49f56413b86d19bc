"""Terms of a batch out of options and a file: words and decimals become the ledger's terms."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from enum import IntEnum
from pathlib import Path
from typing import Any, Final, TypeVar

from ledger.cli.errors import OptionInvalid, TermsFileInvalid
from ledger.cli.moments import Zone
from ledger.cli.money import Money
from ledger.domain.ids import GROUP_ALL, GROUP_ISSUER_ONLY
from ledger.domain.terms import BPS, Funder, Role, ShareMode, Terms

NAMES: Final = (
    *("size", "opens", "closes", "valid_days", "accepts", "minimum_order"),
    *("reward", "reward_cap_bps", "contribution_bps", "contribution_cap", "split", "remainder_role"),
    *("discount", "discount_bps", "funder"),
    *("share_mode", "copies", "hops", "settlement_delay_hours", "points_price", "revocable", "bearer", "text"),
)
"""What a file of terms may hold, and, with dashes, what `coupon batch mint` takes."""

ACCEPT_ALL, ACCEPT_ISSUER = "all", "issuer"
_FILE_LIMIT: Final = 100_000
_NESTED_LIMIT: Final = 200
"""Brackets in a file of terms, which needs about two: deeper ones would exhaust the reader's stack."""

_WHOLE_DIGITS: Final = 15
_Word = TypeVar("_Word", bound=IntEnum)


def read_file(path: Path) -> dict[str, Any]:
    """The terms in a file, by name; JSON by its ending, else TOML. Raises TermsFileInvalid."""
    try:
        content = path.read_bytes()[: _FILE_LIMIT + 1].decode("utf-8")
        if len(content) > _FILE_LIMIT:
            raise TermsFileInvalid(path, f"is longer than {_FILE_LIMIT:,} characters")
        if content.count("[") + content.count("{") > _NESTED_LIMIT:
            raise TermsFileInvalid(path, f"has more than {_NESTED_LIMIT} brackets")
        found = (
            json.loads(content, parse_float=Decimal)
            if path.suffix.lower() == ".json"
            else tomllib.loads(content, parse_float=Decimal)
        )
    except OSError as error:
        raise TermsFileInvalid(path, f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise TermsFileInvalid(path, f"cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise TermsFileInvalid(path, "holds no table of names and values")
    unknown = [name for name in found if name not in NAMES]
    if unknown:
        raise TermsFileInvalid(path, f"has the unknown name {unknown[0]!r}; known are {', '.join(NAMES)}")
    return found


def read_terms(given: Mapping[str, Any], money: Money, zone: Zone) -> Terms:
    """The terms of named values; raises OptionInvalid, AmountInvalid, MomentInvalid. The ledger checks them next."""
    read = _Reader(given, money, zone)
    reward, contribution = read.amount("reward"), read.whole("contribution_bps")
    return Terms(
        size=read.whole("size", needed=True),
        opens=read.moment("opens") if "opens" in given else 0,
        closes=read.moment("closes", end=True),
        valid_days=read.whole("valid_days"),
        share_mode=read.word("share_mode", ShareMode, ShareMode.NONE),
        copies=read.whole("copies"),
        hops=read.whole("hops"),
        group=_group(read.text("accepts", ACCEPT_ALL)),
        minimum_order_minor=read.amount("minimum_order"),
        settlement_delay_hours=read.whole("settlement_delay_hours"),
        revocable=read.flag("revocable"),
        bearer=read.flag("bearer"),
        reward_minor=reward,
        reward_cap_bps=read.whole("reward_cap_bps", BPS if reward else 0),
        contribution_bps=contribution,
        contribution_cap_minor=read.amount("contribution_cap"),
        discount_bps=read.whole("discount_bps"),
        discount_minor=read.amount("discount"),
        funder=read.word("funder", Funder, Funder.OPERATOR),
        remainder_role=read.word("remainder_role", Role, Role.PLATFORM),
        points_price=read.whole("points_price"),
        split_bps=_split(given.get("split"), nothing_to_split=reward == 0 and contribution == 0),
        text=hashlib.sha256(read.text("text", "").encode()).digest() if "text" in given else bytes(32),
    )


class _Reader:
    """Values by name; those of a file may be numbers, those of options are text."""

    def __init__(self, given: Mapping[str, Any], money: Money, zone: Zone) -> None:
        self._given, self._money, self._zone = given, money, zone

    def text(self, name: str, default: str | None = None) -> str:
        """A value as it was typed."""
        if name not in self._given:
            if default is None:
                raise OptionInvalid(option(name), "is needed, here or in the file of --terms")
            return default
        value = self._given[name]
        if isinstance(value, dict | list | bool) or value is None:
            raise OptionInvalid(option(name), f"{value!r} is not what stands there; see coupon batch mint --help")
        return str(value)

    def whole(self, name: str, default: int = 0, *, needed: bool = False) -> int:
        """A whole number."""
        text = self.text(name, None if needed else str(default))
        if not (text.isascii() and text.isdecimal()) or len(text) > _WHOLE_DIGITS:
            raise OptionInvalid(option(name), f"{text!r} is no whole number")
        return int(text)

    def amount(self, name: str) -> int:
        """A decimal amount in minor units, 0 where it is not given."""
        return self._money.read(self.text(name, "0"))

    def moment(self, name: str, *, end: bool = False) -> int:
        """A moment; a day is its start, or its end."""
        return self._zone.read(self.text(name), end=end)

    def word(self, name: str, words: type[_Word], default: _Word) -> _Word:
        """One of a few words."""
        text = self.text(name, default.name.lower())
        known = {word.name.lower(): word for word in words}
        if text not in known:
            raise OptionInvalid(option(name), f"{text!r} is not one of {', '.join(known)}")
        return known[text]

    def flag(self, name: str) -> bool:
        """Yes or no."""
        value = self._given.get(name, False)
        if not isinstance(value, bool):
            raise OptionInvalid(option(name), f"{value!r} is neither true nor false")
        return value


def option(name: str) -> str:
    """How a term is given on the command line."""
    return f"--{name.replace('_', '-')}"


def _group(text: str) -> int:
    if text == ACCEPT_ALL:
        return GROUP_ALL
    if text == ACCEPT_ISSUER:
        return GROUP_ISSUER_ONLY
    if not text.isdecimal() or not 0 < int(text) < GROUP_ISSUER_ONLY:
        why = f"{text!r} is neither {ACCEPT_ALL}, {ACCEPT_ISSUER} nor a group's number (coupon merchant group list)"
        raise OptionInvalid("--accepts", why)
    return int(text)


def _split(given: Any, *, nothing_to_split: bool) -> tuple[int, int, int, int, int, int, int]:
    """Shares by role; where there is nothing to split they do not matter, and are the platform's."""
    if given is None:
        if not nothing_to_split:
            raise OptionInvalid(
                "--split", "say who gets the incentive, such as platform=1000,issuer=2000,consumer=7000"
            )
        return (BPS, 0, 0, 0, 0, 0, 0)
    pairs = given.items() if isinstance(given, dict) else [part.partition("=")[::2] for part in str(given).split(",")]
    roles = {role.name.lower(): role for role in Role}
    shares = [0] * len(Role)
    for name, value in pairs:
        role, share = roles.get(name.strip()), str(value).strip()
        if role is None:
            raise OptionInvalid("--split", f"{name.strip()!r} is not one of {', '.join(roles)}")
        if not share.isdecimal() or int(share) > BPS:
            raise OptionInvalid("--split", f"{name.strip()} gets {share!r}, not 0 to {BPS} basis points")
        shares[role] += int(share)
    platform, issuer, redeemer, consumer, sharer, first_sharer, recruiter = shares
    return (platform, issuer, redeemer, consumer, sharer, first_sharer, recruiter)
