"""`coupon statement`: periods of purchases, stated with commission and rebate by code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.errors import OptionInvalid
from ledger.cli.merchant import Merchant
from ledger.cli.parties import called, merchant_named
from ledger.cli.session import Key, Session, key_of, work
from ledger.cli.show import done, facts, heading, nothing, number, section, table
from ledger.cli.statement_page import (
    carried_document,
    carried_table,
    day_named,
    days_shown,
    earned_document,
    earned_table,
    statement_document,
    totals_document,
    totals_table,
)

if TYPE_CHECKING:
    from ledger.rebates.proofs import Proof

commands = typer.Typer(no_args_is_help=True, help="Statements of periods: commission and rebate by referral code.")

Day = Annotated[str, typer.Argument(metavar="DAY", help="A day of the statement (UTC), such as 2026-05-01.")]


@commands.command("make")
@work
def make(
    session: Session,
    merchant: Merchant,
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="DAY", help="First day, UTC [dim](default: where the last one ended)[/dim]."),
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help="Last day, UTC [dim](default: yesterday)[/dim].")
    ] = None,
    key: Key = None,
) -> None:
    """State a merchant's purchases of days that are over: the commission is taken and goes back by code."""
    from ledger.domain.events import Stated
    from ledger.rebates.closing import ClosePeriod

    ledger, money = session.ledger, session.money
    party = merchant_named(ledger, merchant)
    days = (None if text is None else day_named(option, text) for option, text in (("--from", first), ("--to", last)))
    outcome = session.settle(ledger.statements.close(ClosePeriod(party.id, *days), key=key_of(key)))
    event = next(each for each in ledger.operations.events(outcome.operations[0].id) if isinstance(each, Stated))
    statement = ledger.statements.get(party.id, event.period)
    totals = ledger.statements.totals(statement)
    carried = ledger.statements.carried(party.id, before_day=statement.period + statement.period_days)
    parts = [section("By code", totals_table(session, statement, totals))]
    if carried:
        parts.append(section("More returned than bought: carried into a later period", carried_table(session, carried)))
    session.report(
        outcome,
        f"stated {money.show(statement.amount)} of {called(party)} for {days_shown(statement)}",
        document={
            "statement": statement_document(session, statement),
            "totals": totals_document(session, statement, totals),
            "carried": carried_document(session, carried),
        },
        details=(
            ("commission", money.show(statement.commission)),
            ("back by code", money.show(statement.rebate)),
            ("root", f"0x{statement.root.hex()}"),
        ),
        more=parts,
    )


@commands.command("list")
@work
def list_all(
    session: Session,
    merchant: Annotated[str | None, typer.Option("--merchant", metavar="MERCHANT", help="Of this seller only.")] = None,
) -> None:
    """List statements."""
    ledger, money = session.ledger, session.money
    found = ledger.statements.all(None if merchant is None else merchant_named(ledger, merchant).id)
    names = ledger.members.references("merchant", {each.merchant for each in found})
    rows = [
        (
            *(names[each.merchant], days_shown(each), str(each.policy)),
            *(money.number(amount) for amount in (each.amount, each.commission, each.rebate)),
        )
        for each in found
    ]
    columns = ("*merchant", "days", ">policy", f">sold {money.currency}", ">commission", ">back by code")
    session.output.show(
        {"statements": [statement_document(session, each) for each in found]},
        table(columns, rows) if rows else nothing("There is no statement yet."),
    )


@commands.command("show")
@work
def show(session: Session, merchant: Merchant, day: Day) -> None:
    """Show the statement that has a day, with its totals by code, and whether our lines still give its root."""
    ledger, money = session.ledger, session.money
    party = merchant_named(ledger, merchant)
    statement = ledger.statements.get(party.id, day_named("DAY", day))
    totals, lines = ledger.statements.totals(statement), ledger.statements.lines(statement)
    kept = "none here: the merchant stated it by itself"
    if lines is not None:
        kept = f"{number(lines.count)}, {'as stated' if lines.as_stated else 'NOT what was stated'}"
    session.output.show(
        {
            **statement_document(session, statement),
            "totals": totals_document(session, statement, totals),
            "lines": None if lines is None else {"count": lines.count, "as_stated": lines.as_stated},
        },
        heading(f"{called(party)}, {days_shown(statement)}"),
        facts(
            [
                ("sold", money.show(statement.amount)),
                ("commission", f"{money.show(statement.commission)} by policy {statement.policy}"),
                ("back by code", money.show(statement.rebate)),
                ("root", f"0x{statement.root.hex()}"),
                ("lines", kept),
            ]
        ),
        section("By code", totals_table(session, statement, totals)),
    )


@commands.command("prove")
@work
def prove(
    session: Session,
    merchant: Merchant,
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="The merchant's own name for the purchase.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the proof here.")] = None,
) -> None:
    """Give the proof that a purchase stands in a statement: its line, and the path to the root."""
    ledger = session.ledger
    proof = ledger.statements.prove(merchant_named(ledger, merchant).id, reference)
    document = proof.document()
    if out is not None:
        try:
            out.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError as error:
            raise OptionInvalid("--out", f"{out} cannot be written: {error.strerror}") from error
    session.output.show(
        document,
        done(
            f"purchase {reference} stands in the statement from {session.zone.show_day(proof.period)}", repeated=False
        ),
        facts(
            [*_line_facts(session, proof), ("path", f"{len(proof.path)} hashes"), ("proof", str(out or "see --out"))]
        ),
    )


@commands.command("check")
@work
def check(
    session: Session, file: Annotated[Path, typer.Argument(metavar="FILE", help="What `coupon statement prove` wrote.")]
) -> None:
    """Hold a proof against the root on the chain; no table is asked."""
    from ledger.rebates.proofs import read_proof

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OptionInvalid("FILE", f"{file} cannot be read: {error}") from error
    proof = read_proof(text)
    session.ledger.statements.check(proof)
    session.output.show(
        {"holds": True, "root": proof.root(), **proof.document()},
        done("the line stands in the statement whose root is on the chain", repeated=False),
        facts([*_line_facts(session, proof), ("root", f"0x{proof.root().hex()}")]),
    )


@commands.command("earned")
@work
def earned(session: Session) -> None:
    """Show what each merchant sold, paid and earned by its code."""
    found = session.ledger.purchases.earned()
    names = session.ledger.members.references("merchant", {each.merchant for each in found})
    session.output.show(
        {"merchants": [earned_document(session, each, names[each.merchant]) for each in found]},
        earned_table(session, found, names),
    )


def _line_facts(session: Session, proof: Proof) -> list[tuple[str, str]]:
    line = proof.line
    return [
        ("seller", f"#{proof.merchant}"),
        ("code of", f"#{line.recruiter}"),
        ("amount", session.money.show(line.amount)),
        ("made", session.zone.show(line.occurred_at)),
    ]
