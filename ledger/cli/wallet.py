"""`coupon wallet`: a party's key changes, or a lost one is replaced after a week in which it can say no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.errors import OptionInvalid
from ledger.cli.names import address
from ledger.cli.parties import PARTY_HELP, called, party_document, party_named
from ledger.cli.session import Key, Session, key_of, work
from ledger.cli.show import facts, nothing, table

if TYPE_CHECKING:
    from ledger.intake.wallets import OwnWallet
    from ledger.nouns.members import Party

commands = typer.Typer(no_args_is_help=True, help="Wallets: the keys that parties sign with.")

PartyName = Annotated[str, typer.Argument(metavar="PARTY", help=PARTY_HELP)]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="ADDRESS", help="A wallet of the party's own (default: a new key of ours)."),
]
Signature = Annotated[str | None, typer.Option("--signature", metavar="HEX", help="64 bytes, compact (EIP-2098).")]


@commands.command("prepare")
@work
def prepare(
    session: Session,
    party: PartyName,
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="The party's own wallet.")],
) -> None:
    """Say what a party's own wallet must sign to come into force."""
    found = party_named(session.ledger, party)
    made = session.ledger.wallets.to_sign(found.id, address(to), consumer=found.kind == "consumer")
    intent = made.intent
    session.output.show(
        {
            "intent": "ChangeWallet",
            "consumer": intent.consumer,
            "party": intent.party,
            "wallet": intent.wallet,
            "nonce": intent.nonce,
            "deadline": intent.deadline,
            "digest": made.digest,
        },
        facts(
            [
                ("to sign (EIP-712 digest)", f"0x{made.digest.hex()}"),
                ("then", f"coupon wallet change {party} --to {to} --nonce {intent.nonce}"),
                ("", f"  --deadline {intent.deadline} --signature 0x…"),
            ]
        ),
    )


@commands.command("change")
@work
def change(
    session: Session,
    party: PartyName,
    to: To = None,
    nonce: Annotated[int | None, typer.Option("--nonce", min=1, max=2**63 - 1, help="As prepared.")] = None,
    deadline: Annotated[int | None, typer.Option("--deadline", min=1, max=2**40 - 1, help="As prepared.")] = None,
    signature: Signature = None,
    key: Key = None,
) -> None:
    """Move a party to a new key of custody, or to its own wallet with what that signed."""
    from ledger.intake.wallets import MoveWallet

    ledger = session.ledger
    found, own = party_named(ledger, party), _own(to, nonce, deadline, signature)
    request = MoveWallet(found.id, found.kind == "consumer", own)
    outcome = session.settle(ledger.wallets.change(request, key=key_of(key)))
    now = _again(session, found)
    session.report(
        outcome,
        f"moved {called(found)} to another wallet",
        document={"party": party_document(ledger, now), "former": found.wallet},
        details=(("wallet", f"0x{now.wallet.hex()}"), ("kept by", "custody" if own is None else "the party")),
    )


@commands.command("recover")
@work
def recover(session: Session, party: PartyName, to: To = None, key: Key = None) -> None:
    """Start replacing a lost wallet; the wallet in force has a week to veto."""
    from ledger.intake.wallets import RecoverWallet

    ledger = session.ledger
    found = party_named(ledger, party)
    consumer = found.kind == "consumer"
    request = RecoverWallet(found.id, consumer, None if to is None else address(to))
    outcome = session.settle(ledger.wallets.recover(request, key=key_of(key)))
    waiting = next(
        (each for each in ledger.wallets.recoveries() if (each.consumer, each.party) == (consumer, found.id)), None
    )
    ready = None if waiting is None else waiting.ready_at
    session.report(
        outcome,
        f"started the recovery of {called(found)}",
        document={
            "party": party_document(ledger, found),
            "to": None if waiting is None else waiting.wallet,
            "ready_at": None if ready is None else session.zone.document(ready),
        },
        details=(
            ("to", None if waiting is None else f"0x{waiting.wallet.hex()}"),
            ("then", None if ready is None else f"from {session.zone.show(ready)} on: coupon wallet complete {party}"),
        ),
    )


@commands.command("veto")
@work
def veto(
    session: Session,
    party: PartyName,
    pauser: Annotated[bool, typer.Option("--pauser", help="In the platform's name, by the pauser.")] = False,
    signature: Signature = None,
    key: Key = None,
) -> None:
    """Stop a recovery: the wallet is not lost."""
    from ledger.intake.wallets import VetoRecovery

    ledger = session.ledger
    found = party_named(ledger, party)
    request = VetoRecovery(found.id, found.kind == "consumer", pauser, _bytes(signature))
    outcome = session.settle(ledger.wallets.veto(request, key=key_of(key)))
    session.report(
        outcome, f"stopped the recovery of {called(found)}", document={"party": party_document(ledger, found)}
    )


@commands.command("complete")
@work
def complete(session: Session, party: PartyName, key: Key = None) -> None:
    """Put a recovered wallet in force once its week is over."""
    from ledger.intake.wallets import CompleteRecovery

    ledger = session.ledger
    found = party_named(ledger, party)
    request = CompleteRecovery(found.id, found.kind == "consumer")
    outcome = session.settle(ledger.wallets.complete(request, key=key_of(key)))
    now = _again(session, found)
    session.report(
        outcome,
        f"completed the recovery of {called(found)}",
        document={"party": party_document(ledger, now), "former": found.wallet},
        details=(("wallet", f"0x{now.wallet.hex()}"),),
    )


@commands.command("list")
@work
def list_all(session: Session) -> None:
    """List recoveries that wait."""
    found = session.ledger.wallets.recoveries()
    kinds = ["consumer" if each.consumer else "merchant" for each in found]
    rows = [
        (kind, f"#{each.party}", f"0x{each.wallet.hex()}", session.zone.show(each.ready_at))
        for kind, each in zip(kinds, found, strict=True)
    ]
    session.output.show(
        {
            "recoveries": [
                {"kind": kind, "id": each.party, "to": each.wallet, "ready_at": session.zone.document(each.ready_at)}
                for kind, each in zip(kinds, found, strict=True)
            ]
        },
        table(("kind", ">id", "to", "ready"), rows) if rows else nothing("No recovery waits."),
    )


def _own(to: str | None, nonce: int | None, deadline: int | None, signature: str | None) -> OwnWallet | None:
    from ledger.intake.wallets import OwnWallet

    if to is None and nonce is None and deadline is None and signature is None:
        return None
    if to is None or nonce is None or deadline is None or signature is None:
        raise OptionInvalid("--to", "a wallet of the party's own comes with what `coupon wallet prepare` says")
    return OwnWallet(wallet=address(to), nonce=nonce, deadline=deadline, signature=_bytes(signature))


def _bytes(text: str | None) -> bytes:
    try:
        return bytes.fromhex((text or "").removeprefix("0x"))
    except ValueError:
        raise OptionInvalid("--signature", "write it as hex digits") from None


def _again(session: Session, party: Party) -> Party:
    """The party as it is now; a reference stays with it."""
    prefix = "consumer:" if party.kind == "consumer" else ""
    return party_named(session.ledger, f"{prefix}#{party.id}")
