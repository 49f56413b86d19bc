"""`coupon issue` and `coupon redeem`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.batch import Batch
from ledger.cli.merchant import Merchant
from ledger.cli.names import coupon_name, coupon_named, recipient
from ledger.cli.parties import called, consumer_named, merchant_named
from ledger.cli.session import Key, Outcome, Session, key_of, work
from ledger.cli.settled_page import settled_document, settled_money
from ledger.cli.show import coupons, section
from ledger.cli.trace_page import called as called_in_life
from ledger.cli.trace_page import redemption_document, split_table

if TYPE_CHECKING:
    from ledger.audit.life import Settled
    from ledger.domain.events import Issued
    from ledger.intake.desk import Accepted
    from ledger.ledger import Ledger

COUPON_HELP = "BATCH/SERIAL, such as 3/17, or the coupon's id on the chain."
CouponName = Annotated[str, typer.Argument(metavar="COUPON", help=COUPON_HELP)]


@work
def issue(
    session: Session,
    batch: Batch,
    merchant: Merchant,
    consumers: Annotated[
        list[str],
        typer.Argument(metavar="CONSUMER[:COUNT]...", help="References, each with how many coupons it gets (1)."),
    ],
    lot: Annotated[
        int | None,
        typer.Option("--lot", min=1, help="This lot only [dim](default: the merchant's lots with stock)[/dim]."),
    ] = None,
    key: Key = None,
) -> None:
    """Issue coupons from a merchant's stock to consumers."""
    from ledger.domain.events import Issued
    from ledger.intake.issue import IssueCoupons

    ledger, name = session.ledger, key_of(key)
    pairs = [recipient(text) for text in consumers]
    party = merchant_named(ledger, merchant)
    wanted = tuple((consumer_named(ledger, reference).id, count) for reference, count in pairs)
    if lot is None:
        accepted = ledger.coupons.issue_from_stock(party.id, batch, wanted, key=name)
    else:
        accepted = (ledger.coupons.issue(IssueCoupons(party.id, batch, lot, wanted), key=name),)
    outcome = session.settle(*accepted)
    events = [each for done in outcome.operations for each in ledger.operations.events(done.id)]
    runs = [run for event in events if isinstance(event, Issued) for run in _runs(event)]
    names = ledger.members.references("consumer", {consumer for consumer, _, _ in runs})
    listed = [(names[consumer], first, count) for consumer, first, count in runs]
    total = sum(count for _, count in pairs)
    session.report(
        outcome,
        f"issued {coupons(total)} of batch {batch} from {called(party)}",
        document={
            "batch": batch,
            "merchant": party.reference,
            "issued": [
                {"consumer": consumer, "first": coupon_name(batch, first), "count": count}
                for consumer, first, count in listed
            ],
        },
        details=tuple((consumer, _serials(batch, first, count)) for consumer, first, count in listed),
    )


@work
def redeem(
    session: Session,
    coupon: CouponName,
    merchant: Merchant,
    order_amount: Annotated[str, typer.Argument(metavar="ORDER_AMOUNT", help="What the order comes to.")],
    order: Annotated[str, typer.Option("--order", metavar="REF", help="Your own name for the order.")] = "",
    voucher: Annotated[
        str | None,
        typer.Option("--voucher", metavar="SECRET", help="The secret of the coupon's voucher, if a bearer has it."),
    ] = None,
    key: Key = None,
) -> None:
    """Redeem a coupon at a merchant against an order, and pay everybody who made the sale happen."""
    batch, serial = coupon_named(coupon)
    ledger, money = session.ledger, session.money
    place = (batch, serial, merchant_named(ledger, merchant).id, money.read(order_amount))
    outcome = session.settle(_accepted(ledger, place, order=order, voucher=voucher, key=key_of(key)))
    life = ledger.audit.trace(batch, serial)
    here = outcome.operations[0].transaction
    pooled = [each for each in life.settled if each.kind == "pooled" and each.place.transaction_hash == here]
    if pooled:
        _report_pooled(session, outcome, pooled[0], name=coupon_name(batch, serial))
        return
    redemption = life.redeemed[-1]
    discount = f"{money.show(redemption.discount)}, paid by the {redemption.funder.name.lower()}"
    session.report(
        outcome,
        f"redeemed {coupon_name(batch, serial)} at {merchant} for an order of {money.show(redemption.order)}",
        document={"redemption": redemption_document(session, redemption, batch=batch, serial=serial)},
        details=(
            ("discount", discount if redemption.discount else None),
            ("reward", money.show(redemption.reward)),
            ("contribution", money.show(redemption.contribution)),
        ),
        more=(section("Split", split_table(session, redemption)),),
    )


def _accepted(
    ledger: Ledger, place: tuple[int, int, int, int], *, order: str, voucher: str | None, key: str
) -> Accepted:
    """A redemption by the holder, or by whoever has the voucher's secret."""
    from ledger.domain.voucher import parse_secret
    from ledger.intake.redeem import RedeemCoupon
    from ledger.intake.voucher import RedeemVoucher

    if voucher is None:
        return ledger.coupons.redeem(RedeemCoupon(*place, order), key=key)
    return ledger.vouchers.redeem(RedeemVoucher(*place, parse_secret(voucher), order), key=key)


def _report_pooled(session: Session, outcome: Outcome, step: Settled, *, name: str) -> None:
    """A redemption whose money waits for the batch's delay."""
    merchant, order = called_in_life(step.merchant), session.money.show(step.order)
    session.report(
        outcome,
        f"redeemed {name} at {merchant} for an order of {order}; its pool waits until {session.zone.show(step.until)}",
        document={"settled": settled_document(session, step)},
        details=(("pool", settled_money(session, step)),),
    )


def _runs(event: Issued) -> list[tuple[int, int, int]]:
    """(consumer, first serial, count) of an issue."""
    runs, first = [], event.first
    for consumer, count in event.consumers:
        runs.append((consumer, first, count))
        first += count
    return runs


def _serials(batch: int, first: int, count: int) -> str:
    last = f" to {coupon_name(batch, first + count - 1)}" if count > 1 else ""
    return f"{coupon_name(batch, first)}{last}"
