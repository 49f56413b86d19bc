"""`coupon merchant`: merchants and institutions."""

from typing import Annotated

import typer

from ledger.cli.group import commands as group
from ledger.cli.merchant_page import show_merchant
from ledger.cli.names import NAME_LENGTH, address, printable
from ledger.cli.parties import called, merchant_named, party_document
from ledger.cli.session import Key, Session, key_of, work
from ledger.cli.show import coupons, nothing, number, state_of, table

commands = typer.Typer(no_args_is_help=True, help="Merchants and institutions: who settles in, issues and redeems.")
commands.add_typer(group, name="group")

Merchant = Annotated[str, typer.Argument(metavar="MERCHANT", help="The merchant's reference, or # and its id.")]
KINDS = {"issues": 1, "redeems": 2, "recruits": 4, "states": 8}


@commands.command("add")
@work
def add(
    session: Session,
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="Your own name for it.")],
    name: Annotated[str | None, typer.Option("--name", help="What people call it.")] = None,
    institution: Annotated[
        bool, typer.Option("--institution", help="A payee only: it neither issues nor redeems.")
    ] = False,
    key: Key = None,
) -> None:
    """Register a merchant, or an institution."""
    from ledger.intake.register import RegisterMerchant

    if name is not None:
        printable("--name", name, limit=NAME_LENGTH)
    request = RegisterMerchant(reference, "institution" if institution else "merchant", name)
    ledger = session.ledger
    outcome = session.settle(ledger.members.register_merchant(request, key=key_of(key)))
    party = ledger.members.find(request.kind, reference)
    session.report(
        outcome,
        f"registered {called(party)} as #{party.id}",
        document={"merchant": party_document(ledger, party)},
        details=(("wallet", f"0x{party.wallet.hex()}"),),
    )


@commands.command("list")
@work
def list_all(
    session: Session,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many at most.")] = 1_000,
    after: Annotated[int, typer.Option("--after", min=0, help="Begin behind this id.")] = 0,
) -> None:
    """List merchants, institutions and the operator."""
    ledger, money = session.ledger, session.money
    parties = ledger.members.all("merchant", limit=limit, after=after)
    count = ledger.members.count("merchant")
    rows = [
        (str(each.id), each.reference, each.name or "", each.kind, money.number(each.cash), state_of(each.suspended))
        for each in parties
    ]
    columns = (">id", "*reference", "*name", "kind", f">cash {money.currency}", "state")
    session.output.show(
        {"merchants": [party_document(ledger, each) for each in parties], "count": count},
        table(columns, rows) if rows else nothing("There is no merchant there."),
        nothing(f"{number(len(rows))} of {number(count)}"),
    )


@commands.command("show")
@work
def show(session: Session, merchant: Merchant) -> None:
    """Show a merchant: its cash, stock, groups, agents and waiting withdrawal."""
    show_merchant(session, merchant_named(session.ledger, merchant))


@commands.command("suspend")
@work
def suspend(session: Session, merchant: Merchant, key: Key = None) -> None:
    """Suspend a merchant: it can neither issue nor redeem nor withdraw."""
    _set_suspended(session, merchant, suspended=True, key=key)


@commands.command("restore")
@work
def restore(session: Session, merchant: Merchant, key: Key = None) -> None:
    """Lift a merchant's suspension."""
    _set_suspended(session, merchant, suspended=False, key=key)


@commands.command("appoint")
@work
def appoint(
    session: Session,
    merchant: Merchant,
    agent: Annotated[
        int, typer.Argument(metavar="AGENT", min=1, max=2**32 - 1, help="The merchant's number for the agent.")
    ],
    wallet: Annotated[str, typer.Argument(metavar="ADDRESS", help="The agent's own key.")],
    until: Annotated[str, typer.Option("--until", metavar="MOMENT", help="When the appointment ends.")],
    allowance: Annotated[int, typer.Option("--allowance", min=0, max=2**40 - 1, help="Coupons it may handle in all.")],
    may: Annotated[
        str, typer.Option("--may", metavar="WORDS", help="What it may do: issues,redeems,recruits,states.")
    ] = "issues,redeems",
    key: Key = None,
) -> None:
    """Let a key (a till, a kiosk) act for a merchant; the same number again replaces it."""
    from ledger.cli.errors import OptionInvalid
    from ledger.intake.control import AppointAgent

    words = [word.strip() for word in may.split(",")]
    unknown = [word for word in words if word not in KINDS]
    if unknown:
        raise OptionInvalid("--may", f"{unknown[0]!r} is not one of {', '.join(KINDS)}")
    ledger, zone = session.ledger, session.zone
    party, kind = merchant_named(ledger, merchant), sum(KINDS[word] for word in set(words))
    ends = zone.read(until, end=True)
    request = AppointAgent(party.id, agent, address(wallet), ends, allowance, kind)
    outcome = session.settle(ledger.members.appoint(request, key=key_of(key)))
    session.report(
        outcome,
        f"appointed agent {agent} of {called(party)} until {zone.show(ends)}",
        document={
            "agent": {
                "merchant": party.reference,
                "agent": agent,
                "key": request.key,
                "until": zone.document(ends),
                "allowance": allowance,
                "may": sorted(set(words)),
            }
        },
        details=(("may", ", ".join(sorted(set(words)))), ("allowance", f"{coupons(allowance)}")),
    )


def _set_suspended(session: Session, merchant: str, *, suspended: bool, key: str | None) -> None:
    from ledger.intake.control import Suspend

    ledger = session.ledger
    party = merchant_named(ledger, merchant)
    outcome = session.settle(ledger.members.suspend(Suspend(party.id, suspended), key=key_of(key)))
    party = ledger.members.find("merchant", f"#{party.id}")
    sentence = f"suspended {called(party)}" if suspended else f"lifted the suspension of {called(party)}"
    session.report(outcome, sentence, document={"merchant": party_document(ledger, party)})
