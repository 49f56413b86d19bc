"""`coupon points`: granted, spent on coupons, cashed out, expired, and the history of their use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli.consumer import Consumer
from ledger.cli.merchant import Merchant
from ledger.cli.names import coupon_name
from ledger.cli.parties import PARTY_HELP, called, consumer_named, merchant_named, party_named
from ledger.cli.session import Key, Session, key_of, work
from ledger.cli.show import facts, nothing, number, section, table

if TYPE_CHECKING:
    from ledger.nouns.points import PointFlow

commands = typer.Typer(no_args_is_help=True, help="Points: each is backed by one smallest unit of the operator's cash.")

POINTS_LIMIT = 2**48 - 1
Amount = Annotated[int, typer.Argument(metavar="POINTS", min=1, max=POINTS_LIMIT, help="How many.")]


@commands.command("grant")
@work
def grant(session: Session, consumer: Consumer, points: Amount, key: Key = None) -> None:
    """Give a consumer points out of the operator's cash."""
    from ledger.intake.points import GrantPoints

    party = consumer_named(session.ledger, consumer)
    outcome = session.settle(session.ledger.points.grant(GrantPoints(party.id, points), key=key_of(key)))
    held = session.ledger.points.held_by(party.id, consumer=True)
    session.report(
        outcome,
        f"granted {number(points)} points to {called(party)}",
        document={"consumer": party.reference, "points": points, "points_now": held},
        details=(("points now", number(held)),),
    )


@commands.command("expire")
@work
def expire(session: Session, consumer: Consumer, points: Amount, key: Key = None) -> None:
    """End points of a consumer; the money behind them is the operator's again."""
    from ledger.intake.points import ExpirePoints

    party = consumer_named(session.ledger, consumer)
    outcome = session.settle(session.ledger.points.expire(ExpirePoints(party.id, points), key=key_of(key)))
    held = session.ledger.points.held_by(party.id, consumer=True)
    session.report(
        outcome,
        f"ended {number(points)} points of {called(party)}",
        document={"consumer": party.reference, "points": points, "points_now": held},
        details=(("points now", number(held)),),
    )


@commands.command("spend")
@work
def spend(
    session: Session,
    batch: Annotated[int, typer.Argument(metavar="BATCH", min=1, max=2**32 - 1, help="The batch's number.")],
    merchant: Merchant,
    consumer: Consumer,
    count: Annotated[int, typer.Option("--count", min=1, max=255, help="How many coupons.")] = 1,
    key: Key = None,
) -> None:
    """Issue coupons of a batch that costs points, for a consumer's points."""
    from ledger.domain.events import Spent
    from ledger.intake.points import SpendPoints

    ledger = session.ledger
    issuer, holder = merchant_named(ledger, merchant), consumer_named(ledger, consumer)
    request = SpendPoints(holder.id, issuer.id, batch, count)
    outcome = session.settle(ledger.points.spend(request, key=key_of(key)))
    operation = outcome.operations[0].id
    bought = next(
        each
        for each in ledger.operations.events(operation)
        if isinstance(each, Spent) and (each.consumer, each.merchant, each.batch) == (holder.id, issuer.id, batch)
    )
    coupons = [coupon_name(batch, bought.first + index) for index in range(bought.count)]
    held = ledger.points.held_by(holder.id, consumer=True)
    session.report(
        outcome,
        f"issued {number(bought.count)} of batch {batch} to {called(holder)} for {number(bought.points)} points",
        document={
            "consumer": holder.reference,
            "merchant": issuer.reference,
            "coupons": coupons,
            "points": bought.points,
            "points_now": held,
        },
        details=(("coupons", ", ".join(coupons)), ("points now", number(held))),
    )


@commands.command("cash-out")
@work
def cash_out(session: Session, merchant: Merchant, key: Key = None) -> None:
    """Pay a merchant for all the points it took."""
    from ledger.domain.events import CashedOut
    from ledger.intake.points import CashOutPoints

    ledger, money = session.ledger, session.money
    party = merchant_named(ledger, merchant)
    outcome = session.settle(ledger.points.cash_out(CashOutPoints(party.id), key=key_of(key)))
    paid = sum(
        each.points
        for each in ledger.operations.events(outcome.operations[0].id)
        if isinstance(each, CashedOut) and each.merchant == party.id
    )
    now = merchant_named(ledger, merchant)
    session.report(
        outcome,
        f"paid {called(party)} {money.show(paid)} for {number(paid)} points",
        document={"merchant": party.reference, "points": paid, **money.document(amount=paid, cash=now.cash)},
        details=(("cash now", money.show(now.cash)),),
    )


@commands.command("show")
@work
def show(
    session: Session,
    party: Annotated[str | None, typer.Argument(metavar="[PARTY]", help=PARTY_HELP)] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="Uses to list, the newest first.")] = 20,
) -> None:
    """Show a party's points and their history, or those of all."""
    ledger, money = session.ledger, session.money
    if party is None:
        backing, flows = ledger.points.backing(), ledger.points.flows(limit=limit)
        document: dict[str, Any] = {"backing": backing, **money.document(backing=backing)}
        lines = [("points of all", number(backing)), ("money behind them", money.show(backing))]
    else:
        found = party_named(ledger, party)
        consumer = found.kind == "consumer"
        held = ledger.points.held_by(found.id, consumer=consumer)
        flows = ledger.points.flows(found.id, consumer=consumer, limit=limit)
        document = {"party": found.reference, "kind": found.kind, "points": held}
        lines = [(called(found), f"{number(held)} points")]
    rows = [_row(session, each) for each in flows]
    columns = ("when", "what", ">consumer", ">merchant", ">points", "coupons")
    session.output.show(
        {**document, "uses": [_document(session, each) for each in flows]},
        facts(lines),
        section("Uses", table(columns, rows)) if rows else nothing("  no point was used yet"),
    )


def _row(session: Session, flow: PointFlow) -> tuple[str, ...]:
    parties = (f"#{flow.consumer}" if flow.consumer else "", f"#{flow.merchant}" if flow.merchant else "")
    return (
        session.zone.show(flow.timestamp),
        flow.kind.replace("_", " "),
        *parties,
        number(flow.points),
        _bought(flow),
    )


def _bought(flow: PointFlow) -> str:
    if not flow.count:
        return ""
    first = coupon_name(flow.batch, flow.first)
    return first if flow.count == 1 else f"{first} to {coupon_name(flow.batch, flow.first + flow.count - 1)}"


def _document(session: Session, flow: PointFlow) -> dict[str, Any]:
    return {
        "kind": flow.kind,
        "consumer": flow.consumer or None,
        "merchant": flow.merchant or None,
        "points": flow.points,
        "coupons": [coupon_name(flow.batch, flow.first + index) for index in range(flow.count)],
        "at": session.zone.document(flow.timestamp),
    }
