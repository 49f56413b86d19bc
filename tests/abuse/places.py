"""Every place in a call where a signature of a party stands."""

from dataclasses import dataclass
from typing import Final

from ledger.domain import intents


@dataclass(frozen=True, slots=True)
class Place:
    """Where a signature stands: the verb, the kind of intent, and which of those signatures (0 the first)."""

    verb: str
    kind: type
    number: int = 0
    short: bool = False
    """It has 64 bytes by its place."""

    def __str__(self) -> str:
        return f"{self.verb}: {self.kind.__name__}{self.number or ''}"


PLACES: Final = (
    Place("register a merchant", intents.Register),
    Place("recruit", intents.Recruit),
    Place("recruit", intents.Register, short=True),
    Place("appoint", intents.Appoint),
    Place("withdraw", intents.Withdraw),
    Place("withdraw of a merchant", intents.Withdraw),
    Place("allocate", intents.Accept),
    Place("recall", intents.Recall),
    Place("issue", intents.Issue),
    Place("issue by an agent", intents.Issue),
    Place("issue to bearers", intents.IssueToBearers),
    Place("redeem", intents.Redeem),
    Place("redeem", intents.Present, short=True),
    Place("redeem by an agent", intents.Redeem),
    Place("redeem a bearer's", intents.Present, short=True),
    Place("transfer", intents.Transfer, short=True),
    Place("transfer a bearer's", intents.Transfer, short=True),
    Place("copy", intents.Copy, short=True),
    Place("claim by link", intents.Offer),
    Place("claim by link", intents.Claim),
    Place("claim a copy at a price", intents.Offer),
    Place("claim a copy at a price", intents.Claim),
    Place("claim a copy at a price", intents.AcceptOffer),
    Place("claim what was offered by name", intents.Offer),
    Place("claim what was offered by name", intents.AcceptOffer),
    Place("cancel", intents.Cancel),
    Place("amend", intents.Amend),
    Place("reverse", intents.Reverse),
    Place("state", intents.State),
    Place("spend", intents.Spend),
    Place("spend", intents.Spend, 1),
    Place("change a wallet", intents.ChangeWallet),
    Place("change a wallet", intents.ChangeWallet, 1),
    Place("veto", intents.Veto),
)
