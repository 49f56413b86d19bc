"""`coupon waiting`, `amend`, `reverse`, `forfeit` and `distribute`: redemptions that wait for their delay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli.coupons import COUPON_HELP, CouponName
from ledger.cli.errors import OptionInvalid
from ledger.cli.merchant import Merchant
from ledger.cli.names import coupon_name, coupon_named
from ledger.cli.parties import merchant_named
from ledger.cli.session import Key, Outcome, Session, key_of, work
from ledger.cli.settled_page import (
    settled_document,
    settled_money,
    waiting_redemption_document,
    waiting_redemptions_table,
)
from ledger.cli.show import coupons, done, nothing

if TYPE_CHECKING:
    from ledger.intake.desk import Accepted

CAUSE_HELP = "Your own number for the cause, 0 to 255; it stands on the chain."


@work
def waiting(
    session: Session,
    merchant: Annotated[
        str | None, typer.Argument(metavar="[MERCHANT]", help="Only what this merchant redeemed.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many at most.")] = 1_000,
) -> None:
    """List redemptions that wait for their distribution, with what their pools hold and since when."""
    ledger = session.ledger
    party = None if merchant is None else merchant_named(ledger, merchant).id
    found, count = ledger.settlements.waiting(party, limit=limit), ledger.settlements.count(party)
    names = None if merchant else ledger.members.references("merchant", {each.merchant for each in found})
    session.output.show(
        {"waiting": [waiting_redemption_document(session, each) for each in found], "count": count},
        waiting_redemptions_table(session, found, count=count, merchants=names),
    )


@work
def amend(
    session: Session,
    coupon: CouponName,
    merchant: Merchant,
    order_amount: Annotated[str, typer.Argument(metavar="ORDER_AMOUNT", help="What is left of the order.")],
    key: Key = None,
) -> None:
    """Lower the order of a redemption that waits: a partial refund, which takes its incentive back pro rata."""
    from ledger.intake.settlement import AmendRedemption

    (batch, serial), order = coupon_named(coupon), session.money.read(order_amount)
    request = AmendRedemption(batch, serial, merchant_named(session.ledger, merchant).id, order)
    accepted = session.ledger.settlements.amend(request, key=key_of(key))
    name = coupon_name(batch, serial)
    sentence = f"amended the redemption of {name} to an order of {session.money.show(order)}"
    _report(session, accepted, sentence, batch=batch, serial=serial, kind="amended")


@work
def reverse(session: Session, coupon: CouponName, merchant: Merchant, key: Key = None) -> None:
    """Undo a redemption that waits; all money goes back and the coupon can be used again."""
    from ledger.intake.settlement import ReverseRedemption

    batch, serial = coupon_named(coupon)
    request = ReverseRedemption(batch, serial, merchant_named(session.ledger, merchant).id)
    accepted = session.ledger.settlements.reverse(request, key=key_of(key))
    sentence = f"reversed the redemption of {coupon_name(batch, serial)}: it can be used again"
    _report(session, accepted, sentence, batch=batch, serial=serial, kind="reversed")


@work
def forfeit(
    session: Session,
    coupon: CouponName,
    cause: Annotated[int, typer.Option("--cause", min=0, max=255, help=CAUSE_HELP)],
    discount_too: Annotated[
        bool,
        typer.Option("--discount-too", help="Take the discount back from the merchant as well."),
    ] = False,
    key: Key = None,
) -> None:
    """Take a suspicious redemption's reward back while it waits; the coupon stays used."""
    from ledger.intake.settlement import ForfeitRedemption

    batch, serial = coupon_named(coupon)
    request = ForfeitRedemption(batch, serial, cause, discount_too)
    accepted = session.ledger.settlements.forfeit(request, key=key_of(key))
    sentence = f"forfeited the redemption of {coupon_name(batch, serial)} for cause {cause}"
    _report(session, accepted, sentence, batch=batch, serial=serial, kind="forfeited")


@work
def distribute(
    session: Session,
    names: Annotated[list[str] | None, typer.Argument(metavar="[COUPON]...", help=COUPON_HELP)] = None,
    due: Annotated[bool, typer.Option("--due", help="All whose delay is over.")] = False,
    key: Key = None,
) -> None:
    """Pay out the pools of redemptions whose delay is over, to everybody who made the sale happen."""
    from ledger.intake.settlement import DistributePool

    if due == bool(names):
        raise OptionInvalid("--due", "name coupons, or say --due for all whose delay is over")
    name, wanted = key_of(key), [coupon_named(each) for each in dict.fromkeys(names or [])]
    if due:
        _report_distributed(session, _distribute_due(session, name))
        return
    settlements = session.ledger.settlements
    accepted = [
        settlements.distribute(DistributePool(batch, serial), key=f"{name}/{batch}/{serial}")
        for batch, serial in wanted
    ]
    _report_distributed(session, session.settle(*accepted))


def _distribute_due(session: Session, key: str) -> Outcome:
    """All that are due, in as many portions as it takes, each settled before the next."""
    from ledger.nouns.settlements import DUE_LIMIT

    accepted = session.ledger.settlements.distribute_due(key=key)
    outcome, portion = session.settle(*accepted), 1
    while len(accepted) == DUE_LIMIT:
        portion += 1
        accepted = session.ledger.settlements.distribute_due(key=f"{key}+{portion}")
        more = session.settle(*accepted)
        outcome = Outcome((*outcome.operations, *more.operations), outcome.repeated and more.repeated)
    return outcome


def _report_distributed(session: Session, outcome: Outcome) -> None:
    """How many were paid out, and the chain's word on the money."""
    count = len(outcome.operations)
    paid = session.ledger.settlements.paid([each.id for each in outcome.operations])
    document: dict[str, Any] = {"distributed": count, **session.money.document(incentive=paid)}
    if count == 0:
        document = {**document, "repeated": False, "operations": []}
        session.output.show(document, nothing("No pool is due."))
    elif count > 20:
        session.output.show(
            {**document, "repeated": outcome.repeated, "operations": [each.id for each in outcome.operations]},
            done(f"distributed the pools of {coupons(count)}: {session.money.show(paid)}", repeated=outcome.repeated),
        )
    else:
        session.report(
            outcome, f"distributed the pools of {coupons(count)}: {session.money.show(paid)}", document=document
        )


def _report(session: Session, accepted: Accepted, sentence: str, *, batch: int, serial: int, kind: str) -> None:
    """What a change did to the pool, as the coupon's life says."""
    outcome = session.settle(accepted)
    steps = [each for each in session.ledger.audit.trace(batch, serial).settled if each.kind == kind]
    found = next(
        (each for each in steps if each.place.transaction_hash == outcome.operations[0].transaction), steps[-1]
    )
    session.report(
        outcome,
        sentence,
        document={"coupon": coupon_name(batch, serial), "settled": settled_document(session, found)},
        details=(("money", settled_money(session, found)),),
    )
