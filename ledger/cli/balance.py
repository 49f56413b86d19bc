"""`coupon balance`: the cash of one party, or of all with totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli.merchant_page import waiting_document, waiting_sentence
from ledger.cli.parties import PARTY_HELP, called, party_document, party_named
from ledger.cli.session import Session, work
from ledger.cli.show import facts, heading, nothing, number, section, state_of, table

if TYPE_CHECKING:
    from ledger.audit.conservation import Held
    from ledger.nouns.members import Party

SHOWN_LIMIT = 1_000_000


@work
def balance(
    session: Session,
    party: Annotated[str | None, typer.Argument(metavar="[PARTY]", help=PARTY_HELP)] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Also parties without cash.")] = False,
) -> None:
    """Show the cash of a party, or of all parties with totals."""
    if party is None:
        _all(session, everyone=everyone)
    else:
        _one(session, party_named(session.ledger, party))


def _one(session: Session, party: Party) -> None:
    ledger, money = session.ledger, session.money
    waiting = ledger.cash.waiting(party.id) if party.kind == "merchant" else []
    document = {
        **party_document(ledger, party),
        "withdrawal": waiting_document(session, waiting[0]) if waiting else None,
    }
    session.output.show(
        document,
        heading(f"{called(party)} (#{party.id})"),
        facts(
            [
                ("cash", money.show(party.cash)),
                ("waiting", waiting_sentence(session, waiting[0]) if waiting else None),
                ("state", state_of(party.suspended)),
            ]
        ),
    )


def _all(session: Session, *, everyone: bool) -> None:
    ledger, money = session.ledger, session.money
    merchants = ledger.members.all("merchant", limit=SHOWN_LIMIT)
    consumers = ledger.members.all("consumer", limit=SHOWN_LIMIT)
    shown = [each for each in (*merchants, *consumers) if everyone or each.cash]
    without = len(merchants) + len(consumers) - len(shown)
    held = ledger.audit.conservation().held
    rows = [(each.kind, f"#{each.id}", each.reference, money.number(each.cash)) for each in shown]
    document = {
        "parties": [
            {"kind": each.kind, "id": each.id, "reference": each.reference, "cash_minor": each.cash} for each in shown
        ],
        "parties_without_cash": without,
        **money.document(**_totals(held)),
    }
    session.output.show(
        document,
        table(("kind", ">id", "*reference", f">cash {money.currency}"), rows) if rows else nothing("Nobody has cash."),
        *([nothing(f"{number(without)} parties without cash are left out (--all)")] if without else []),
        section(
            "Totals",
            table(("*of", f">{money.currency}"), _total_rows(session, held), totals=("all", money.number(held.total))),
        ),
    )


def _totals(held: Held) -> dict[str, int]:
    return {
        "operator": held.operator,
        "merchants": held.merchants,
        "institutions": held.institutions,
        "consumers": held.consumers,
        "batch_reserves": held.batch_reserves,
        "lot_reserves": held.lot_reserves,
        "pools": held.pools,
        "points_backing": held.points_backing,
        "total": held.total,
    }


def _total_rows(session: Session, held: Held) -> list[tuple[Any, ...]]:
    names = {
        "batch_reserves": "reserves of batches",
        "lot_reserves": "reserves of lots",
        "pools": "pools that wait",
        "points_backing": "backing of points",
    }
    totals = [(name, amount) for name, amount in _totals(held).items() if name != "total"]
    return [(names.get(name, name), session.money.number(amount)) for name, amount in totals]
