"""The text of a link to an offer: which one, and the secret that lets whoever has it take the offer up."""

import re
from dataclasses import dataclass
from typing import Final

from ledger.domain.errors import LedgerError

_LINK: Final = re.compile(r"coupon-offer:([1-9][0-9]{0,17})#([0-9a-f]{64})")


class LinkInvalid(LedgerError):
    """A text is no link to an offer."""

    def __init__(self) -> None:
        super().__init__("this is no link to an offer; it reads coupon-offer:NUMBER#SECRET, with 64 letters of secret")


@dataclass(frozen=True, slots=True)
class OfferLink:
    """An offer by its id, with the 32 secret bytes of its claim key."""

    offer: int
    secret: bytes

    def __str__(self) -> str:
        return f"coupon-offer:{self.offer}#{self.secret.hex()}"

    def __repr__(self) -> str:
        return f"OfferLink({self.offer})"


def parse(text: str) -> OfferLink:
    """A link out of its text; raises LinkInvalid, which does not repeat the secret."""
    found = _LINK.fullmatch(text.strip())
    if found is None:
        raise LinkInvalid
    return OfferLink(int(found[1]), bytes.fromhex(found[2]))
