"""`coupon purchase`: what consumers bought without a coupon, reported and kept off the chain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli.codes import code_named
from ledger.cli.errors import describe
from ledger.cli.parties import consumer_named, merchant_named
from ledger.cli.purchase_file import read_lines
from ledger.cli.session import Session, work
from ledger.cli.show import done, facts, nothing, number, table

if TYPE_CHECKING:
    from ledger.ledger import Ledger
    from ledger.nouns.purchases import Listed, Reported
    from ledger.rebates.purchases import Purchase

commands = typer.Typer(no_args_is_help=True, help="Purchases without a coupon, each with its two codes.")

LINES_SHOWN = 20
Seller = Annotated[str, typer.Argument(metavar="MERCHANT", help="Who sold: the merchant's reference, or # and its id.")]
Buyer = Annotated[
    str, typer.Argument(metavar="CONSUMER", help="Who bought: the consumer's reference, or # and its id.")
]


@commands.command("add")
@work
def add(
    session: Session,
    merchant: Seller,
    consumer: Buyer,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="What it came to, such as 12.34.")],
    reference: Annotated[
        str, typer.Option("--reference", metavar="REF", help="The merchant's own name for it; it is reported once.")
    ],
    returned: Annotated[
        bool, typer.Option("--return", help="Goods came back: the amount counts against sales.")
    ] = False,
    at: Annotated[
        str | None, typer.Option("--at", metavar="MOMENT", help="When it was made [dim](default: now)[/dim].")
    ] = None,
    code: Annotated[
        str | None, typer.Option("--code", metavar="CODE", help="The consumer's code as the till read it; must match.")
    ] = None,
) -> None:
    """Report a purchase or a return; the same reference again is the same purchase."""
    from ledger.rebates.purchases import ReportPurchase

    ledger, money, zone = session.ledger, session.money, session.zone
    minor = money.read(amount)
    reported = ledger.purchases.report(
        ReportPurchase(
            merchant=merchant_named(ledger, merchant).id,
            reference=reference,
            consumer=consumer_named(ledger, consumer).id,
            amount_minor=-minor if returned else minor,
            occurred_at=None if at is None else zone.read(at),
            code=None if code is None else code_named(code),
        )
    )
    purchase = reported.purchase
    document = purchase_document(session, purchase)
    what = "return" if purchase.amount < 0 else "purchase"
    session.output.show(
        {"purchase": document, "repeated": reported.repeated},
        done(f"kept {what} {reference} of {money.show(abs(purchase.amount))}", repeated=reported.repeated),
        facts(
            [
                ("seller", f"{document['merchant']}, code {document['merchant_code']}"),
                ("consumer", f"{document['consumer']}, code {document['consumer_code']} of {document['recruiter']}"),
                ("codes", "equal" if purchase.codes_equal else "different"),
                ("made", zone.show(purchase.occurred_at)),
            ]
        ),
    )


@commands.command("import")
@work
def import_file(
    session: Session,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="CSV with a header: merchant, reference, consumer, amount; at and code if you have them.",
        ),
    ],
) -> None:
    """Report a file of purchases, each line by itself; a return's amount begins with -. Run it again at will."""
    from ledger.rebates.purchases import ReportPurchase

    ledger = session.ledger
    with session.output.waiting(f"reading {file}"):
        lines = list(read_lines(session, file))
    found = iter(ledger.purchases.report_many(each.found for each in lines if isinstance(each.found, ReportPurchase)))
    rows = [
        _line_document(session, each.line, next(found) if isinstance(each.found, ReportPurchase) else each.found)
        for each in lines
    ]
    counts = {name: sum(row["result"] == name for row in rows) for name in ("reported", "repeated", "refused")}
    refused = [row for row in rows if row["result"] == "refused"]
    shown = [(str(row["line"]), row["error"], row["message"]) for row in refused[:LINES_SHOWN]]
    more = (
        f"... and {number(len(refused) - len(shown))} more; --json lists them all" if len(refused) > len(shown) else ""
    )
    session.output.show(
        {"file": str(file), **counts, "lines": rows},
        done(f"reported {number(counts['reported'])} purchases of {file.name}", repeated=False),
        facts([("reported before", number(counts["repeated"])), ("refused", number(counts["refused"]))]),
        *([table((">line", "rule", "*why"), shown)] if shown else []),
        *([nothing(more)] if more else []),
    )
    if refused:
        raise typer.Exit(1)


@commands.command("list")
@work
def list_all(
    session: Session,
    merchant: Annotated[str | None, typer.Option("--merchant", metavar="MERCHANT", help="Of this seller only.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many at most.")] = 100,
    after: Annotated[int, typer.Option("--after", min=0, max=2**63 - 1, help="Begin behind this number.")] = 0,
) -> None:
    """List purchases in the order in which they were reported."""
    ledger, money, zone = session.ledger, session.money, session.zone
    seller = None if merchant is None else merchant_named(ledger, merchant).id
    listed, last = ledger.purchases.all(seller, limit=limit, after=after)
    count = ledger.purchases.count(seller)
    documents = [_listed_document(session, each) for each in listed]
    rows = [
        (
            *(row["merchant"], row["reference"], row["consumer"], row["recruiter"]),
            money.number(each.purchase.amount),
            zone.show(each.purchase.occurred_at),
            "open" if each.period is None else zone.show_day(each.period),
        )
        for each, row in zip(listed, documents, strict=True)
    ]
    columns = ("*seller", "*reference", "*consumer", "*code of", f">{money.currency}", "made", "stated from")
    session.output.show(
        {"purchases": documents, "count": count, "next_after": last if len(listed) == limit else None},
        table(columns, rows) if rows else nothing("There is no purchase there."),
        nothing(
            f"{number(len(rows))} of {number(count)}" + (f"; more: --after {last}" if len(listed) == limit else "")
        ),
    )


def purchase_document(session: Session, purchase: Purchase) -> dict[str, Any]:
    """A purchase for JSON, with both codes."""
    from ledger.domain.codes import code_of

    ledger = session.ledger
    merchants = ledger.members.references("merchant", (purchase.merchant, purchase.recruiter))
    return {
        "merchant": merchants[purchase.merchant],
        "reference": purchase.reference,
        "consumer": _consumer(ledger, purchase.consumer),
        "recruiter": merchants[purchase.recruiter],
        "merchant_code": code_of(purchase.merchant),
        "consumer_code": code_of(purchase.recruiter),
        "codes_equal": purchase.codes_equal,
        "at": session.zone.document(purchase.occurred_at),
        **session.money.document(amount=purchase.amount),
    }


def _consumer(ledger: Ledger, number: int) -> str:
    return ledger.members.references("consumer", [number])[number]


def _line_document(session: Session, line: int, result: Reported | Exception) -> dict[str, Any]:
    if isinstance(result, Exception):
        name, message = describe(result, session.money, session.zone)
        return {"line": line, "result": "refused", "error": name, "message": message}
    return {
        "line": line,
        "result": "repeated" if result.repeated else "reported",
        "reference": result.purchase.reference,
    }


def _listed_document(session: Session, each: Listed) -> dict[str, Any]:
    stated = None if each.period is None else session.zone.show_day(each.period).removesuffix(" UTC")
    return {**purchase_document(session, each.purchase), "stated_from": stated}
