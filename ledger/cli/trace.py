"""`coupon trace`."""

from ledger.cli.coupons import CouponName
from ledger.cli.names import coupon_named
from ledger.cli.session import Session, work
from ledger.cli.trace_page import trace_document, trace_tree


@work
def trace(session: Session, coupon: CouponName) -> None:
    """Trace a coupon's life: minted, allocated, issued, redeemed, with every part of the money."""
    found = session.ledger.audit.trace(*coupon_named(coupon))
    session.output.show(trace_document(session, found), trace_tree(session, found))
