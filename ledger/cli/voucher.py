"""`coupon voucher issue` and `coupon voucher take`: coupons of whoever has the printed secret."""

from typing import Annotated

import typer
from rich.text import Text

from ledger.cli.batch import Batch
from ledger.cli.coupons import CouponName
from ledger.cli.merchant import Merchant
from ledger.cli.names import coupon_name, coupon_named
from ledger.cli.parties import called, consumer_named, merchant_named
from ledger.cli.session import Key, Session, key_of, work
from ledger.cli.sharing import Receiver, shared

commands = typer.Typer(no_args_is_help=True, help="Vouchers: coupons of whoever has the printed secret.")

Secret = Annotated[str, typer.Argument(metavar="SECRET", help="The voucher's secret, 64 letters and digits.")]


@commands.command("issue")
@work
def issue(
    session: Session,
    batch: Batch,
    merchant: Merchant,
    count: Annotated[int, typer.Argument(metavar="COUNT", min=1, help="How many vouchers.")],
    lot: Annotated[
        int | None,
        typer.Option("--lot", min=1, help="This lot only [dim](default: the merchant's lots with stock)[/dim]."),
    ] = None,
    key: Key = None,
) -> None:
    """Issue coupons of a batch with --bearer as vouchers: one a line, the coupon and its secret.

    The secrets are kept nowhere; the same --key derives and prints the same ones again.
    """
    from ledger.intake.voucher import IssueVouchers

    ledger, name = session.ledger, key_of(key)
    party = merchant_named(ledger, merchant)
    if lot is None:
        accepted = ledger.vouchers.issue_from_stock(party.id, batch, count, key=name)
    else:
        accepted = (ledger.vouchers.issue(IssueVouchers(party.id, batch, lot, count), key=name),)
    outcome = session.settle(*accepted)
    printed = [each for done in outcome.operations for each in ledger.vouchers.issued(done.id)]
    listed = [{"coupon": coupon_name(each.batch, each.serial), "secret": each.secret.hex()} for each in printed]
    vouchers = "1 voucher" if count == 1 else f"{count:,} vouchers"
    session.report(
        outcome,
        f"issued {vouchers} of batch {batch} from {called(party)}",
        document={"batch": batch, "merchant": party.reference, "key": name, "vouchers": listed},
        details=(("again", f"the same words with --key {name} print the same vouchers"),),
        more=[Text(), *(Text(str(each), no_wrap=True, overflow="ignore") for each in printed)],
    )


@commands.command("take")
@work
def take(session: Session, coupon: CouponName, consumer: Receiver, secret: Secret, key: Key = None) -> None:
    """Take a voucher's coupon into a consumer's account; its secret is worth nothing from then on."""
    from ledger.domain.voucher import parse_secret
    from ledger.intake.voucher import TakeVoucher

    batch, serial = coupon_named(coupon)
    ledger = session.ledger
    to = consumer_named(ledger, consumer)
    request = TakeVoucher(batch, serial, to.id, parse_secret(secret))
    outcome = session.settle(ledger.vouchers.take(request, key=key_of(key)))
    document, _ = shared(session, outcome)
    session.report(outcome, f"{called(to)} has {document['coupon']} now", document={"shared": document})
