"""Parties by the names people give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ledger.domain.codes import CodeInvalid, merchant_of
from ledger.domain.errors import NotFound

if TYPE_CHECKING:
    from ledger.ledger import Ledger
    from ledger.nouns.members import Kind, Party

CONSUMER_PREFIX: Final = "consumer:"
PARTY_HELP: Final = "A merchant's reference, `operator`, or consumer:REFERENCE; #ID works too."


def merchant_named(ledger: Ledger, name: str) -> Party:
    """A merchant, an institution or the operator, by reference, `#ID` or referral code; raises NotFound."""
    try:
        return ledger.members.find("merchant", name)
    except NotFound as missing:
        try:
            return ledger.members.find("institution", name)
        except NotFound:
            return _merchant_of_code(ledger, name, missing)


def _merchant_of_code(ledger: Ledger, text: str, missing: NotFound) -> Party:
    """Where no reference fits: the merchant whose referral code it is."""
    try:
        return ledger.members.find("merchant", f"#{merchant_of(text)}")
    except (CodeInvalid, NotFound):
        raise missing from None


def consumer_named(ledger: Ledger, name: str) -> Party:
    """A consumer by reference or `#ID`; raises NotFound."""
    return ledger.members.find("consumer", name)


def party_named(ledger: Ledger, name: str) -> Party:
    """Any party: a merchant's reference, `operator`, or `consumer:` and a consumer's reference; raises NotFound."""
    if name.startswith(CONSUMER_PREFIX):
        return consumer_named(ledger, name.removeprefix(CONSUMER_PREFIX))
    return merchant_named(ledger, name)


def called(party: Party) -> str:
    """A party in a sentence."""
    return "the operator" if party.kind == "operator" else f"{party.kind} {party.reference}"


def party_document(ledger: Ledger, party: Party, *, recruiter: str | None = None) -> dict[str, Any]:
    """A party for JSON; `recruiter` is its reference where it is known already."""
    if party.recruiter is not None and recruiter is None:
        recruiter = name_of(ledger, "merchant", party.recruiter)
    document = {
        "kind": party.kind,
        "id": party.id,
        "reference": party.reference,
        "name": party.name,
        "wallet": party.wallet,
        "suspended": party.suspended,
        "cash_minor": party.cash,
        "currency": ledger.charter.currency,
        "decimals": ledger.charter.decimals,
    }
    return {**document, "recruiter": recruiter} if party.kind == "consumer" else document


def name_of(ledger: Ledger, kind: Kind, number: int) -> str:
    """What a party is called, or its id where we have no name for it."""
    return ledger.members.references(kind, [number]).get(number, f"#{number}")
