"""`coupon batch`: coupons minted together, and where they are."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.cli.batch_page import batch_document, show_batch, state_of
from ledger.cli.merchant import Merchant
from ledger.cli.mint import mint
from ledger.cli.parties import called, merchant_named
from ledger.cli.session import Key, Outcome, Session, key_of, work
from ledger.cli.show import coupons, nothing, number, table

commands = typer.Typer(no_args_is_help=True, help="Batches: mint, allocate, recall, close, and how each stands.")
commands.command("mint")(mint)

Batch = Annotated[int, typer.Argument(metavar="BATCH", min=1, max=2**32 - 1, help="The batch's number.")]
Count = Annotated[int, typer.Argument(metavar="COUNT", min=1, max=2**32 - 1, help="How many coupons.")]
LotNumber = Annotated[int, typer.Argument(metavar="LOT", min=1, max=2**32 - 1, help="The lot's number.")]


@commands.command("allocate")
@work
def allocate(
    session: Session,
    batch: Batch,
    merchant: Merchant,
    count: Count,
    from_lot: Annotated[
        int, typer.Option("--from-lot", min=0, metavar="LOT", help="Out of a lot that came back [dim](0: stock)[/dim].")
    ] = 0,
    key: Key = None,
) -> None:
    """Give a merchant stock of a batch: a lot of its own."""
    from ledger.domain.events import Allocated
    from ledger.intake.stock import Allocate

    ledger, money = session.ledger, session.money
    party = merchant_named(ledger, merchant)
    request = Allocate(batch, party.id, count, from_lot)
    outcome = session.settle(ledger.batches.allocate(request, key=key_of(key)))
    event = next(each for each in ledger.operations.events(outcome.operations[0].id) if isinstance(each, Allocated))
    reserved = money.show(event.reserved) if event.reserved else None
    session.report(
        outcome,
        f"allocated {coupons(count)} of batch {batch} to {called(party)}, lot {event.lot}",
        document={
            "lot": {
                "batch": batch,
                "lot": event.lot,
                "merchant": party.reference,
                "count": count,
                **money.document(reserved=event.reserved),
            }
        },
        details=(("reserved", reserved),),
    )


@commands.command("recall")
@work
def recall(session: Session, batch: Batch, merchant: Merchant, lot: LotNumber, count: Count, key: Key = None) -> None:
    """Take unissued coupons of a merchant's lot back, from its end; they are a lot of the operator then."""
    from ledger.domain.events import Recalled
    from ledger.intake.stock import RecallStock

    ledger, money = session.ledger, session.money
    party = merchant_named(ledger, merchant)
    outcome = session.settle(ledger.batches.recall(RecallStock(party.id, batch, lot, count), key=key_of(key)))
    event = next(each for each in ledger.operations.events(outcome.operations[0].id) if isinstance(each, Recalled))
    released = money.show(event.released) if event.released else None
    session.report(
        outcome,
        f"recalled {coupons(count)} of batch {batch} from {called(party)}, now lot {event.lot}",
        document={
            "lot": {
                "batch": batch,
                "lot": event.lot,
                "from_lot": lot,
                "merchant": party.reference,
                "count": count,
                **money.document(released=event.released),
            }
        },
        details=(("released", released),),
    )


@commands.command("close")
@work
def close(session: Session, batch: Batch, key: Key = None) -> None:
    """Close a finished batch: what it kept in reserve goes back, also to merchants who fund discounts."""
    from ledger.intake.control import LOTS_LIMIT, Close, CloseLots

    ledger, money, name = session.ledger, session.money, key_of(key)
    holding = [each.lot for each in ledger.batches.lots(batch) if each.reserve]
    outcomes = []
    if not (ledger.batches.get(batch).closed and holding):
        outcomes.append(session.settle(ledger.batches.close(Close(batch), key=name)))
    # An earlier close may have been cut short before the lots.
    for start in range(0, len(holding), LOTS_LIMIT):
        lots = tuple(holding[start : start + LOTS_LIMIT])
        outcomes.append(session.settle(ledger.batches.close_lots(CloseLots(batch, lots), key=f"{name}/{lots[0]}")))
    operator, merchants = ledger.batches.released(batch)
    session.report(
        Outcome(
            tuple(operation for outcome in outcomes for operation in outcome.operations),
            all(outcome.repeated for outcome in outcomes),
        ),
        f"closed batch {batch}",
        document={"batch": {"id": batch, **money.document(released=operator, released_to_merchants=merchants)}},
        details=(
            ("released", money.show(operator)),
            ("to merchants", money.show(merchants) if merchants else None),
        ),
    )


@commands.command("list")
@work
def list_all(session: Session) -> None:
    """List all batches with where their coupons are."""
    ledger, money = session.ledger, session.money
    batches = ledger.batches.all()
    rows = [
        (
            str(each.id),
            *(
                number(count)
                for count in (each.terms.size, each.stock, each.with_merchants, each.issued, each.redeemed)
            ),
            money.number(each.reserve),
            session.zone.show_date(each.terms.closes - 1),
            state_of(session, each),
        )
        for each in batches
    ]
    columns = (
        ">id",
        ">size",
        ">stock",
        ">merchants",
        ">issued",
        ">used",
        f">reserve {money.currency}",
        "last day",
        "state",
    )
    session.output.show(
        {
            "batches": [batch_document(session, each) for each in batches],
            "currency": money.currency,
            "decimals": money.decimals,
        },
        table(columns, rows) if rows else nothing("There is no batch yet; begin with coupon batch mint."),
    )


@commands.command("show")
@work
def show(session: Session, batch: Batch) -> None:
    """Show a batch: terms, where its coupons are, reserve, lots."""
    show_batch(session, session.ledger.batches.get(batch))
