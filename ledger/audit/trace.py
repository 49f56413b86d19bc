"""The life of one coupon out of the tables, with its money and its places on the chain."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, Table, select

from ledger.audit.life import CouponState, Issued, LogPlace, Minted, Moved, Part, Redeemed, Revoked, Settled, Trace
from ledger.audit.parties import Parties, Party
from ledger.audit.points import paid
from ledger.audit.shared import first_giver, shared
from ledger.domain import terms_json
from ledger.domain.errors import NotFound
from ledger.domain.ids import OPERATOR, coupon_id
from ledger.domain.terms import BPS, Funder, Role, Terms
from ledger.store.projections import BATCHES, COUPONS, LOTS, MOVEMENTS, OCCURRENCES, REDEMPTIONS
from ledger.store.projections_settlement import SETTLEMENTS
from ledger.store.projections_sharing import REVOCATIONS

HOUR: Final = 3_600

_PLACE: Final = (
    OCCURRENCES.c.block_number,
    OCCURRENCES.c.block_hash,
    OCCURRENCES.c.transaction_hash,
    OCCURRENCES.c.log_index,
    OCCURRENCES.c.timestamp,
)


def trace(connection: Connection, batch: int, serial: int) -> Trace:
    """A coupon's life; raises `NotFound` for one that was never minted."""
    parties = Parties(connection)
    coupon = connection.execute(
        select(COUPONS.c.holder, COUPONS.c.root).where(COUPONS.c.batch == batch, COUPONS.c.serial == serial)
    ).one_or_none()
    root = serial if coupon is None or coupon.root is None else coupon.root
    minted = _minted(connection, parties, batch, root)
    moved = _moved(connection, parties, batch, root)
    issued = _issued(connection, parties, batch, root)
    settled = _settled(connection, parties, batch, serial, terms=minted.terms)
    redeemed = _redeemed(connection, parties, batch, serial, terms=minted.terms)
    if coupon is not None:
        holder = parties.holder(coupon.holder)
    elif moved and moved[-1].kind == "allocate":
        holder = moved[-1].merchant
    else:
        holder = minted.operator
    state = _state(connection, batch, serial)
    return Trace(
        batch=batch,
        serial=serial,
        coupon=coupon_id(batch, serial),
        state=state,
        holder=holder,
        minted=minted,
        moved=moved,
        issued=issued,
        settled=settled,
        redeemed=redeemed,
        root=root,
        shared=shared(connection, parties, batch, root),
        revoked=_revoked(connection, batch, serial),
    )


def _state(connection: Connection, batch: int, serial: int) -> CouponState:
    found = connection.scalar(select(COUPONS.c.state).where(COUPONS.c.batch == batch, COUPONS.c.serial == serial))
    return CouponState.STOCK if found is None else CouponState(found)


def _with_place(table: Table) -> Select[Any]:
    return select(*_PLACE, table).join(OCCURRENCES, OCCURRENCES.c.id == table.c.occurrence_id)


def _place(row: Row[Any]) -> LogPlace:
    return LogPlace(row.block_number, row.block_hash, row.transaction_hash, row.log_index, row.timestamp)


def _minted(connection: Connection, parties: Parties, batch: int, serial: int) -> Minted:
    row = connection.execute(_with_place(BATCHES).where(BATCHES.c.id == batch)).one_or_none()
    if row is None:
        raise NotFound("batch", batch)
    if not 0 <= serial < row.size:
        raise NotFound("coupon", f"{batch}/{serial}", f"batch {batch} has the serials 0 to {row.size - 1}")
    return Minted(_place(row), parties.merchant(OPERATOR), terms_json.loads(row.terms), row.reserved)


def _moved(connection: Connection, parties: Parties, batch: int, serial: int) -> tuple[Moved, ...]:
    """Allocations and recalls of runs that held the serial; closings move money alone and have none."""
    columns = MOVEMENTS.c
    query = _with_place(MOVEMENTS).where(
        columns.batch == batch, columns.first <= serial, columns.first + columns.count > serial
    )
    return tuple(
        Moved(
            place=_place(row),
            kind=row.kind,
            from_lot=row.from_lot,
            lot=row.lot,
            merchant=parties.merchant(row.merchant),
            first=row.first,
            # A row is a tuple too, whose own `count` hides the column's.
            count=row._mapping["count"],
            amount=row.amount,
        )
        for row in connection.execute(query.order_by(columns.occurrence_id))
    )


def _issued(connection: Connection, parties: Parties, batch: int, serial: int) -> Issued | None:
    lot = (LOTS.c.batch == COUPONS.c.batch) & (LOTS.c.lot == COUPONS.c.lot)
    query = _with_place(COUPONS).add_columns(LOTS.c.merchant).join(LOTS, lot)
    row = connection.execute(query.where(COUPONS.c.batch == batch, COUPONS.c.serial == serial)).one_or_none()
    if row is None:
        return None
    given_by = first_giver(connection, batch, serial)
    consumer = parties.holder(row.holder if given_by is None else given_by)
    merchant = parties.merchant(row.merchant)
    cost = paid(connection, batch, serial, issue=row.occurrence_id)
    return Issued(_place(row), merchant, row.agent, consumer, row.issued_day, cost)


def _revoked(connection: Connection, batch: int, serial: int) -> Revoked | None:
    here = (REVOCATIONS.c.batch == batch, REVOCATIONS.c.serial == serial)
    row = connection.execute(_with_place(REVOCATIONS).where(*here)).one_or_none()
    return None if row is None else Revoked(_place(row), row.cause)


def _settled(connection: Connection, parties: Parties, batch: int, serial: int, *, terms: Terms) -> tuple[Settled, ...]:
    """What became of the coupon's pools before one was distributed."""
    columns = SETTLEMENTS.c
    query = (
        _with_place(SETTLEMENTS)
        .add_columns(LOTS.c.merchant.label("issuer"))
        .join(COUPONS, (COUPONS.c.batch == columns.batch) & (COUPONS.c.serial == columns.serial))
        .join(LOTS, (LOTS.c.batch == COUPONS.c.batch) & (LOTS.c.lot == COUPONS.c.lot))
        .where(columns.batch == batch, columns.serial == serial)
    )
    return tuple(
        Settled(
            place=_place(row),
            kind=row.kind,
            version=row.version,
            merchant=parties.merchant(row.merchant),
            agent=row.agent,
            order=row.order_amount,
            reward=row.reward,
            contribution=row.contribution,
            discount=row.discount,
            until=row.until * HOUR,
            cause=row.cause,
            discount_too=row.discount_too,
            funder=terms.funder,
            funded_by=_funded_by(parties, terms, issuer=row.issuer, merchant=row.merchant),
        )
        for row in connection.execute(query.order_by(columns.occurrence_id))
    )


def _funded_by(parties: Parties, terms: Terms, *, issuer: int, merchant: int) -> Party:
    """Who bears the discount."""
    return parties.merchant({Funder.OPERATOR: OPERATOR, Funder.ISSUER: issuer, Funder.REDEEMER: merchant}[terms.funder])


def _redeemed(
    connection: Connection, parties: Parties, batch: int, serial: int, *, terms: Terms
) -> tuple[Redeemed, ...]:
    columns = REDEMPTIONS.c
    query = _with_place(REDEMPTIONS).where(columns.batch == batch, columns.serial == serial)
    return tuple(_redemption(row, parties, terms) for row in connection.execute(query.order_by(columns.version)))


def _redemption(row: Row[Any], parties: Parties, terms: Terms) -> Redeemed:
    operator, merchant, issuer = (parties.merchant(each) for each in (OPERATOR, row.merchant, row.issuer))
    present = {
        Role.PLATFORM: operator,
        Role.ISSUER: issuer,
        Role.REDEEMER: merchant,
    }
    consumers = {Role.CONSUMER: row.consumer, Role.SHARER: row.sharer, Role.FIRST_SHARER: row.first_sharer}
    present |= {role: parties.consumer(number) for role, number in consumers.items() if number}
    if row.recruiter:
        present[Role.RECRUITER] = parties.merchant(row.recruiter)
    return Redeemed(
        place=_place(row),
        version=row.version,
        merchant=merchant,
        agent=row.agent,
        order=row.order_amount,
        reward=row.reward,
        contribution=row.contribution,
        discount=row.discount,
        funder=terms.funder,
        funded_by=_funded_by(parties, terms, issuer=row.issuer, merchant=row.merchant),
        parts=tuple(_part(role, row, terms, present) for role in Role),
    )


def _part(role: Role, row: Row[Any], terms: Terms, present: Mapping[Role, Party]) -> Part:
    share = terms.split_bps[role]
    passed_on = 0 if role in present else (row.reward + row.contribution) * share // BPS
    return Part(role, share, present.get(role), row._mapping[f"part_{role.name.lower()}"], passed_on)
