"""Amounts as people write and read them; inside they are whole minor units."""

import re
from dataclasses import dataclass
from typing import Final

from ledger.cli.errors import AmountInvalid

LIMIT_MINOR: Final = 2**63 - 1
"""More than any amount of a ledger."""

_AMOUNT: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?")


@dataclass(frozen=True, slots=True)
class Money:
    """A currency by its code, with `decimals` digits after the point."""

    currency: str
    decimals: int

    def read(self, text: str) -> int:
        """A decimal such as 12.34 in minor units, exactly; raises AmountInvalid."""
        found = _AMOUNT.fullmatch(text)
        if found is None:
            raise AmountInvalid(text, f"is no amount: write it like {self._example()}, without a sign or separators")
        whole, fraction = found[1], found[2] or ""
        if len(fraction) > self.decimals:
            why = f"has {_digits(len(fraction))} after the point; {self.currency} has {_digits(self.decimals)}"
            raise AmountInvalid(text, why)
        # The length first: no long text becomes a number.
        minor = int(whole + fraction.ljust(self.decimals, "0")) if len(whole) <= 20 else LIMIT_MINOR + 1
        if minor > LIMIT_MINOR:
            raise AmountInvalid(text, f"is more than any ledger holds: at most {self.show(LIMIT_MINOR)}")
        return minor

    def number(self, minor: int) -> str:
        """An amount with thousands separators, without its currency."""
        sign, unit = "-" if minor < 0 else "", 10**self.decimals
        whole, rest = divmod(abs(minor), unit)
        return f"{sign}{whole:,}" + (f".{rest:0{self.decimals}d}" if self.decimals else "")

    def show(self, minor: int) -> str:
        """An amount with its currency."""
        return f"{self.number(minor)} {self.currency}"

    def document(self, **amounts: int) -> dict[str, int | str]:
        """Amounts for JSON: each in minor units under a name that says so, and what they are in."""
        minor = {f"{name}_minor": amount for name, amount in amounts.items()}
        return {**minor, "currency": self.currency, "decimals": self.decimals}

    def _example(self) -> str:
        return f"12.{'34567890'[: self.decimals]}" if self.decimals else "12"


def _digits(count: int) -> str:
    return f"{count or 'no'} digit{'' if count == 1 else 's'}"
