"""`coupon consumer`: who holds and uses coupons."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.cli.names import coupon_name
from ledger.cli.parties import called, consumer_named, merchant_named, name_of, party_document
from ledger.cli.session import Key, Session, key_of, work
from ledger.cli.show import facts, heading, nothing, number, section, state_of, table

commands = typer.Typer(no_args_is_help=True, help="Consumers: who holds, shares and uses coupons.")

Consumer = Annotated[str, typer.Argument(metavar="CONSUMER", help="The consumer's reference, or # and its id.")]


@commands.command("add")
@work
def add(
    session: Session,
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="Your own name for it; no personal data.")],
    recruiter: Annotated[
        str, typer.Option("--recruiter", metavar="MERCHANT", help="The merchant whose code registers the consumer.")
    ],
    key: Key = None,
) -> None:
    """Register a consumer with the code of the merchant who recruits it."""
    from ledger.intake.register import RegisterConsumer

    ledger = session.ledger
    merchant = merchant_named(ledger, recruiter)
    request = RegisterConsumer(reference, merchant.id)
    outcome = session.settle(ledger.members.register_consumer(request, key=key_of(key)))
    party = ledger.members.find("consumer", reference)
    session.report(
        outcome,
        f"registered {called(party)} as #{party.id}",
        document={"consumer": party_document(ledger, party, recruiter=merchant.reference)},
        details=(("recruiter", merchant.reference), ("wallet", f"0x{party.wallet.hex()}")),
    )


@commands.command("list")
@work
def list_all(
    session: Session,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many at most.")] = 100,
    after: Annotated[int, typer.Option("--after", min=0, help="Begin behind this id.")] = 0,
) -> None:
    """List consumers by id."""
    ledger, money = session.ledger, session.money
    parties = ledger.members.all("consumer", limit=limit, after=after)
    count = ledger.members.count("consumer")
    recruiters = ledger.members.references("merchant", {each.recruiter or 0 for each in parties})
    names = {each.id: recruiters.get(each.recruiter or 0, f"#{each.recruiter}") for each in parties}
    rows = [
        (str(each.id), each.reference, names[each.id], money.number(each.cash), state_of(each.suspended))
        for each in parties
    ]
    more = f"; more: --after {parties[-1].id}" if parties and parties[-1].id < count else ""
    session.output.show(
        {
            "consumers": [party_document(ledger, each, recruiter=names[each.id]) for each in parties],
            "count": count,
            "next_after": parties[-1].id if more else None,
        },
        table((">id", "*reference", "*recruiter", f">cash {money.currency}", "state"), rows)
        if rows
        else nothing("There is no consumer there."),
        nothing(f"{number(len(rows))} of {number(count)}{more}"),
    )


@commands.command("show")
@work
def show(session: Session, consumer: Consumer) -> None:
    """Show a consumer with its coupons."""
    ledger = session.ledger
    party = consumer_named(ledger, consumer)
    recruiter = name_of(ledger, "merchant", party.recruiter or 0)
    states = ("issued", "pending", "redeemed", "forfeited", "void")
    coupons = [each for state in states for each in ledger.coupons.held_by(party.id, state=state)]
    closes = {each.id: each.terms.closes for each in ledger.batches.all()} if coupons else {}
    rows = [
        (coupon_name(each.batch, each.serial), each.state, session.zone.show(closes[each.batch])) for each in coupons
    ]
    held = [
        {
            "coupon": coupon_name(each.batch, each.serial),
            "batch": each.batch,
            "serial": each.serial,
            "state": each.state,
        }
        for each in coupons
    ]
    session.output.show(
        {**party_document(ledger, party, recruiter=recruiter), "coupons": held},
        heading(f"{called(party)} (#{party.id})"),
        facts(
            [
                ("recruiter", recruiter),
                ("wallet", f"0x{party.wallet.hex()}"),
                ("cash", session.money.show(party.cash)),
                ("state", state_of(party.suspended)),
            ]
        ),
        section("Coupons", table((">coupon", "state", "window closes"), rows)) if rows else nothing("  no coupons yet"),
    )


@commands.command("suspend")
@work
def suspend(session: Session, consumer: Consumer, key: Key = None) -> None:
    """Suspend a consumer: nothing signed by its wallet counts."""
    _set_suspended(session, consumer, suspended=True, key=key)


@commands.command("restore")
@work
def restore(session: Session, consumer: Consumer, key: Key = None) -> None:
    """Lift a consumer's suspension."""
    _set_suspended(session, consumer, suspended=False, key=key)


def _set_suspended(session: Session, consumer: str, *, suspended: bool, key: str | None) -> None:
    from ledger.intake.control import Suspend

    ledger = session.ledger
    party = consumer_named(ledger, consumer)
    request = Suspend(party.id, suspended, consumer=True)
    outcome = session.settle(ledger.members.suspend(request, key=key_of(key)))
    party = ledger.members.find("consumer", f"#{party.id}")
    sentence = f"suspended {called(party)}" if suspended else f"lifted the suspension of {called(party)}"
    session.report(outcome, sentence, document={"consumer": party_document(ledger, party)})
