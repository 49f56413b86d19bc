"""`coupon deposit`, `withdraw`, `pay-out`, `pause` and `unpause`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.merchant import Merchant
from ledger.cli.names import address
from ledger.cli.parties import PARTY_HELP, called, merchant_named, party_document, party_named
from ledger.cli.session import Key, Session, key_of, work

if TYPE_CHECKING:
    from ledger.intake.desk import Accepted
    from ledger.nouns.members import Party

PartyName = Annotated[str, typer.Argument(metavar="PARTY", help=PARTY_HELP)]
Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="A decimal in the ledger's currency, such as 12.34.")]


@work
def deposit(session: Session, party: PartyName, amount: Amount, key: Key = None) -> None:
    """Book money that came in, and credit it to a party."""
    from ledger.intake.cash import DepositCash
    from ledger.intake.desk import KeyReused

    ledger, money, name = session.ledger, session.money, key_of(key)
    payee, minor = party_named(ledger, party), money.read(amount)
    request = DepositCash(payee.id, minor, consumer=payee.kind == "consumer")
    try:
        accepted = ledger.cash.deposit(request, key=name)
    except KeyReused:
        # Its booking has a key of its own, which nobody typed.
        raise KeyReused(name) from None
    outcome = session.settle(accepted)
    now = party_named(ledger, party)
    session.report(
        outcome,
        f"deposited {money.show(minor)} for {called(payee)}",
        document={"party": party_document(ledger, now), **money.document(amount=minor)},
        details=(("cash now", money.show(now.cash)),),
    )


@work
def withdraw(
    session: Session,
    party: PartyName,
    amount: Amount,
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="Where the money goes: 0x and 40 hex digits.")],
    key: Key = None,
) -> None:
    """Withdraw a party's cash to an address; a merchant's waits for the delay, then for pay-out."""
    from ledger.domain.events import WithdrawalRequested

    ledger, money, zone = session.ledger, session.money, session.zone
    payer, minor, target = party_named(ledger, party), money.read(amount), address(to)
    outcome = session.settle(_withdraw(session, payer, minor, target, key=key_of(key)))
    events = ledger.operations.events(outcome.operations[0].id)
    due = next((each.ready_at for each in events if isinstance(each, WithdrawalRequested)), None)
    now = party_named(ledger, party)
    sentence = f"withdrew {money.show(minor)} of {called(payer)}"
    if due is not None:
        sentence = f"noted the withdrawal of {money.show(minor)} by {called(payer)}"
    session.report(
        outcome,
        sentence,
        document={
            "party": party_document(ledger, now),
            "to": target,
            "due": None if due is None else zone.document(due),
            **money.document(amount=minor),
        },
        details=(
            ("to", f"0x{target.hex()}"),
            ("due", None if due is None else f"{zone.show(due)}, then: coupon pay-out {payer.reference}"),
            ("cash now", money.show(now.cash)),
        ),
    )


@work
def pay_out(session: Session, merchant: Merchant, key: Key = None) -> None:
    """Pay a merchant's waiting withdrawal once its delay is over."""
    from ledger.domain.events import Withdrawn
    from ledger.intake.cash import PayOut

    ledger, money = session.ledger, session.money
    party = merchant_named(ledger, merchant)
    outcome = session.settle(ledger.cash.pay_out(PayOut(party.id), key=key_of(key)))
    paid = [
        event
        for event in ledger.operations.events(outcome.operations[0].id)
        if isinstance(event, Withdrawn) and not event.consumer and event.party == party.id
    ]
    amount, now = sum(each.amount for each in paid), merchant_named(ledger, merchant)
    session.report(
        outcome,
        f"paid {money.show(amount)} of {called(party)} out",
        document={
            "party": party_document(ledger, now),
            "to": paid[0].to if paid else None,
            **money.document(amount=amount),
        },
        details=(("to", f"0x{paid[0].to.hex()}" if paid else None), ("cash now", money.show(now.cash))),
    )


@work
def pause(session: Session, key: Key = None) -> None:
    """Stop mint, allocate, recall, issue, sharing and redeem for at most a week; withdrawals go on."""
    _pause(session, paused=True, key=key)


@work
def unpause(session: Session, key: Key = None) -> None:
    """End a pause early; windows end later by its length."""
    _pause(session, paused=False, key=key)


def _withdraw(session: Session, payer: Party, minor: int, to: bytes, *, key: str) -> Accepted:
    from ledger.intake.cash import WithdrawCash

    cash = session.ledger.cash
    request = WithdrawCash(payer.id, minor, to, consumer=payer.kind == "consumer")
    if payer.kind == "operator":
        return cash.withdraw_platform(request, key=key)
    return cash.withdraw(request, key=key)


def _pause(session: Session, *, paused: bool, key: str | None) -> None:
    from ledger.domain.events import Paused
    from ledger.intake.control import Pause

    ledger, zone = session.ledger, session.zone
    outcome = session.settle(ledger.operations.pause(Pause(paused), key=key_of(key)))
    events = ledger.operations.events(outcome.operations[0].id)
    until = next((each.until for each in events if isinstance(each, Paused)), None)
    session.report(
        outcome,
        "paused the ledger" if paused else "ended the pause",
        document={"paused": paused, "until": None if until is None else zone.document(until)},
        details=(("until", None if until is None else f"{zone.show(until)}, or coupon unpause"),),
    )
