"""`coupon offer`, `claim`, `accept`, `cancel`, `offers`: coupons offered by link or to somebody, free or at a price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from ledger.cli.consumer import Consumer
from ledger.cli.coupons import CouponName
from ledger.cli.errors import OptionInvalid
from ledger.cli.names import coupon_name, coupon_named
from ledger.cli.parties import called, consumer_named, name_of
from ledger.cli.session import Key, Outcome, Session, key_of, work
from ledger.cli.sharing import shared
from ledger.cli.show import done, facts, nothing, table

if TYPE_CHECKING:
    from ledger.nouns.sharing import MadeOffer

OfferNumber = Annotated[int, typer.Argument(metavar="OFFER", min=1, help="The offer's number.")]


@work
def offer(
    session: Session,
    coupon: CouponName,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="CONSUMER", help="Offer it to this consumer [dim](default: a link)[/dim]."),
    ] = None,
    price: Annotated[str, typer.Option("--price", metavar="AMOUNT", help="What the taker pays the holder.")] = "0",
    copies: Annotated[bool, typer.Option("--copy", help="Offer copies: the holder keeps the coupon.")] = False,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="MOMENT", help="When the offer ends [dim](default: in a week)[/dim]."),
    ] = None,
    key: Key = None,
) -> None:
    """Offer a coupon: signed, and on no chain before somebody takes it up.

    The link is printed once; whoever has it can take the coupon.
    """
    from ledger.intake.offer import OfferCoupon

    batch, serial = coupon_named(coupon)
    ledger = session.ledger
    receiver = consumer_named(ledger, to) if to is not None else None
    request = OfferCoupon(
        batch,
        serial,
        copy=copies,
        to=receiver.id if receiver else 0,
        price_minor=session.money.read(price),
        # The last second in which it may be taken up.
        deadline=None if until is None else session.zone.read(until, end=True) - _ends_after(until),
    )
    offered = ledger.sharing.offer(request, key=key_of(key))
    made = ledger.sharing.get(offered.id)
    link = str(offered.link) if offered.link else None
    what = f"{'copies of ' if copies else ''}{coupon_name(batch, serial)}"
    whom = called(receiver) if receiver else "whoever has the link"
    session.output.show(
        {"offer": offer_document(session, made), "link": link, "repeated": offered.repeated},
        done(f"offered {what} to {whom} as offer {made.id}", repeated=offered.repeated),
        facts(
            [
                ("price", session.money.show(made.price) if made.price else "free"),
                ("until", session.zone.show(made.deadline)),
                ("link", None if link is None else Text(link, overflow="fold")),
            ]
        ),
    )


@work
def claim(
    session: Session,
    link: Annotated[str, typer.Argument(metavar="LINK", help="What `coupon offer` printed.")],
    consumer: Consumer,
    key: Key = None,
) -> None:
    """Take up an offer by its link, for a consumer, who pays its price."""
    from ledger.domain.offer_link import LinkInvalid, parse
    from ledger.intake.claim import ClaimOffer

    try:
        read = parse(link)
    except LinkInvalid as error:
        raise OptionInvalid("LINK", str(error)) from error
    ledger = session.ledger
    request = ClaimOffer(read, consumer_named(ledger, consumer).id)
    _report_taken(session, session.settle(ledger.sharing.claim(request, key=key_of(key))))


@work
def accept(session: Session, offer: OfferNumber, key: Key = None) -> None:
    """Take up an offer for the consumer whom it names."""
    from ledger.intake.claim import TakeOffer

    ledger = session.ledger
    _report_taken(session, session.settle(ledger.sharing.accept(TakeOffer(offer), key=key_of(key))))


@work
def cancel(session: Session, offer: OfferNumber, key: Key = None) -> None:
    """Take an offer back: nobody takes it up any more, here or on the chain."""
    from ledger.intake.offer import CancelOffer

    ledger = session.ledger
    outcome = session.settle(ledger.sharing.cancel(CancelOffer(offer), key=key_of(key)))
    made = ledger.sharing.get(offer)
    sentence = f"took back offer {offer} of {coupon_name(made.batch, made.serial)}"
    session.report(outcome, sentence, document={"offer": offer_document(session, made)})


@work
def offers(session: Session, consumer: Consumer) -> None:
    """List the offers that a consumer made, and those made to it."""
    ledger = session.ledger
    party = consumer_named(ledger, consumer)
    made = ledger.sharing.offers_of(party.id)
    documents = [offer_document(session, each) for each in made]
    rows = [
        (
            str(each.id),
            f"{coupon_name(each.batch, each.serial)}{' (copies)' if each.copy else ''}",
            document["giver"],
            document["to"] or "by link",
            session.money.number(each.price),
            session.zone.show(each.deadline),
            each.state,
        )
        for each, document in zip(made, documents, strict=True)
    ]
    columns = (">offer", "coupon", "*from", "*to", f">price {session.money.currency}", "until", "state")
    session.output.show({"offers": documents}, table(columns, rows) if rows else nothing("There is no offer."))


def offer_document(session: Session, made: MadeOffer) -> dict[str, Any]:
    """An offer for JSON; the link's secret is in no document but that of `coupon offer`."""
    ledger = session.ledger
    return {
        "id": made.id,
        "coupon": coupon_name(made.batch, made.serial),
        "version": made.version,
        "copy": made.copy,
        "giver": name_of(ledger, "consumer", made.giver),
        "to": name_of(ledger, "consumer", made.to) if made.to else None,
        "until": session.zone.document(made.deadline),
        "state": made.state,
        **session.money.document(price=made.price),
    }


def _report_taken(session: Session, outcome: Outcome) -> None:
    document, giver = shared(session, outcome)
    paid = f" for {session.money.show(document['price_minor'])}" if document["price_minor"] else ""
    sentence = f"consumer {document['receiver']} took {document['coupon']} from {giver}{paid}"
    session.report(outcome, sentence, document={"shared": document})


def _ends_after(until: str) -> int:
    """A day ends before the first second of the next; a moment is itself in time."""
    return 1 if len(until) == len("2026-01-31") else 0
