"""What each merchant earned and paid by code (S3.12)."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from ledger.domain.codes import code_of
from ledger.store.projections import CONSUMERS, MERCHANTS
from ledger.store.projections_accounts import STATEMENT_TOTALS
from ledger.store.purchases import PURCHASES

_INSTITUTION = 2


@dataclass(slots=True)
class Earned:
    """A merchant's code and what it moved, minor units, as stated; `reported` counts purchases stated or not.

    `sold` and `commission` are what it sold and paid, `recruited` is what its consumers bought anywhere, `rebate` what
    came back to it, `own_rebate` the part of that on its own sales.
    """

    merchant: int
    code: str = field(default="")
    consumers: int = 0
    reported: int = 0
    sold: int = 0
    commission: int = 0
    recruited: int = 0
    rebate: int = 0
    own_rebate: int = 0


def earned_by_code(connection: Connection) -> list[Earned]:
    """Every merchant, by id."""
    ids = connection.scalars(select(MERCHANTS.c.id).where(MERCHANTS.c.kind != _INSTITUTION).order_by(MERCHANTS.c.id))
    found = {number: Earned(number, code_of(number)) for number in ids}
    recruits = select(CONSUMERS.c.recruiter, func.count()).group_by(CONSUMERS.c.recruiter)
    for recruiter, count in connection.execute(recruits):
        found[recruiter].consumers = count
    purchases = select(PURCHASES.c.recruiter, func.count()).group_by(PURCHASES.c.recruiter)
    for recruiter, count in connection.execute(purchases):
        found[recruiter].reported = count
    # Summed here: amounts that merchants state may be larger in all than the database can sum.
    for total in connection.execute(select(STATEMENT_TOTALS)):
        seller, recruiter = found[total.merchant], found.setdefault(total.recruiter, Earned(total.recruiter))
        seller.sold += total.amount
        seller.commission += total.commission
        recruiter.recruited += total.amount
        recruiter.rebate += total.rebate
        if total.merchant == total.recruiter:
            recruiter.own_rebate += total.rebate
    return [found[number] for number in sorted(found)]
