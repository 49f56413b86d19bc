"""`coupon revoke`: issued coupons that nobody is to use any more."""

from typing import Annotated

import typer

from ledger.cli.coupons import COUPON_HELP
from ledger.cli.names import coupon_name, coupon_named
from ledger.cli.session import Key, Session, key_of, work
from ledger.cli.settlement import CAUSE_HELP
from ledger.cli.show import coupons


@work
def revoke(
    session: Session,
    names: Annotated[list[str], typer.Argument(metavar="COUPON...", help=COUPON_HELP)],
    cause: Annotated[int, typer.Option("--cause", min=0, max=255, help=CAUSE_HELP)],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    key: Key = None,
) -> None:
    """Make issued coupons of a batch with --revocable void, for good: all of them are taken, or none.

    What they would have been paid stays in the batch's reserve until it is closed.
    """
    ledger = session.ledger
    wanted = list(dict.fromkeys(coupon_named(each) for each in names))
    session.confirm(f"{coupons(len(wanted))} will be void for good", yes=yes)
    outcome = session.settle(*ledger.coupons.revoke(wanted, cause=cause, key=key_of(key)))
    listed = [coupon_name(*each) for each in wanted]
    session.report(
        outcome,
        f"revoked {coupons(len(wanted))}, cause {cause}",
        document={"revoked": listed, "cause": cause},
        details=(("coupons", ", ".join(listed)),),
    )
