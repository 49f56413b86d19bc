"""`coupon transfer` and `coupon copy`: consumers give each other coupons, free."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ledger.cli.coupons import CouponName
from ledger.cli.names import coupon_name, coupon_named
from ledger.cli.parties import called, consumer_named, name_of
from ledger.cli.session import Key, Outcome, Session, key_of, work

Receiver = Annotated[str, typer.Argument(metavar="CONSUMER", help="Who gets it: a reference, or # and an id.")]


@work
def transfer(session: Session, coupon: CouponName, consumer: Receiver, key: Key = None) -> None:
    """Give a coupon to another consumer: its holder has it no more."""
    from ledger.intake.give import TransferCoupon

    batch, serial = coupon_named(coupon)
    ledger = session.ledger
    to = consumer_named(ledger, consumer)
    outcome = session.settle(ledger.sharing.transfer(TransferCoupon(batch, serial, to.id), key=key_of(key)))
    document, giver = shared(session, outcome)
    session.report(outcome, f"{giver} gave {document['coupon']} to {called(to)}", document={"shared": document})


@work
def copy(session: Session, coupon: CouponName, consumer: Receiver, key: Key = None) -> None:
    """Give a copy of a coupon to another consumer: both have one then."""
    from ledger.intake.give import CopyCoupon

    batch, serial = coupon_named(coupon)
    ledger = session.ledger
    to = consumer_named(ledger, consumer)
    outcome = session.settle(ledger.sharing.copy(CopyCoupon(batch, serial, to.id), key=key_of(key)))
    document, giver = shared(session, outcome)
    session.report(
        outcome,
        f"{giver} gave {called(to)} a copy of {document['root']}: {document['coupon']}",
        document={"shared": document},
    )


def shared(session: Session, outcome: Outcome) -> tuple[dict[str, Any], str]:
    """What an operation handed on, for JSON, and its giver in a sentence."""
    ledger = session.ledger
    found = ledger.sharing.shared(outcome.operations[0].id)
    giver, receiver = (name_of(ledger, "consumer", each) for each in (found.giver, found.receiver))
    document = {
        "kind": found.kind,
        "coupon": coupon_name(found.batch, found.serial),
        "root": coupon_name(found.batch, found.root),
        "version": found.version,
        "giver": giver,
        "receiver": receiver,
        **session.money.document(price=found.price),
    }
    return document, f"consumer {giver}"
