"""Running balances against the sums of the events they run over; the database does the summing.

Each rule is a union of (key, by events, as kept) rows, summed by key: a key whose two sums differ is wrong, also where
its row is missing altogether.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, Select, case, func, literal, select, union_all

from ledger.audit.points import backing, cash_by_points, held_points
from ledger.audit.pools import DISCOUNTS_KEPT, POOLS, pools_off_terms
from ledger.domain.ids import OPERATOR
from ledger.domain.terms import Funder, Role
from ledger.store.projections import (
    BATCHES,
    CASH_FLOWS,
    CONSUMERS,
    COUPONS,
    LOTS,
    MERCHANTS,
    MOVEMENTS,
    REDEMPTIONS,
)
from ledger.store.projections_accounts import STATEMENT_TOTALS
from ledger.store.projections_sharing import SHARES

WRONG_LIMIT: Final = 1_000
"""Rows named for one rule; more say nothing new."""

_PARTS: Final = [REDEMPTIONS.c[f"part_{role.name.lower()}"] for role in Role]
_BATCH_OF_REDEMPTION: Final = BATCHES.c.id == REDEMPTIONS.c.batch
_NOTHING: Final = literal(0)
_Source = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that is not what its events sum to; amounts in minor units."""

    rule: str
    table: str
    key: tuple[int, ...]
    expected: int
    found: int


def wrong_redemptions(connection: Connection) -> Iterator[Wrong]:
    """Redemptions whose seven parts do not sum to reward and contribution."""
    incentive, parts = REDEMPTIONS.c.reward + REDEMPTIONS.c.contribution, sum(_PARTS[1:], start=_PARTS[0] + 0)
    key = REDEMPTIONS.primary_key.columns
    query = select(*key, incentive, parts).where(incentive != parts).order_by(*key).limit(WRONG_LIMIT)
    for *found, expected, distributed in connection.execute(query):
        yield Wrong("parts sum to the incentive", "redemptions", tuple(found), expected, distributed)


def wrong_pools(connection: Connection) -> Iterator[Wrong]:
    """Pools that do not hold what the terms say of the order as redeemed and the order as amended."""
    for count, (key, expected, found) in enumerate(pools_off_terms(connection)):
        if count == WRONG_LIMIT:
            return
        yield Wrong("a pool is what its orders earn", "settlements", key, expected, found)


def wrong_batches(connection: Connection) -> Iterator[Wrong]:
    """Batches where reserved is not rewards and operator-funded discounts, in pools too, released and what is left."""
    by_operator = case((BATCHES.c.funder == Funder.OPERATOR, REDEMPTIONS.c.discount), else_=0)
    spent = func.sum(REDEMPTIONS.c.reward + by_operator)
    yield from _compare(
        connection,
        "reserved is paid, released or left",
        table="batches",
        sources=[
            select(REDEMPTIONS.c.batch, spent, _NOTHING)
            .join(BATCHES, _BATCH_OF_REDEMPTION)
            .group_by(REDEMPTIONS.c.batch),
            select(POOLS.c.batch, POOLS.c.reward + _by(POOLS, Funder.OPERATOR), _NOTHING),
            select(DISCOUNTS_KEPT.c.batch, _by(DISCOUNTS_KEPT, Funder.OPERATOR), _NOTHING),
            select(BATCHES.c.id, BATCHES.c.released, BATCHES.c.reserved - BATCHES.c.reserve),
        ],
    )


def wrong_lots(connection: Connection) -> Iterator[Wrong]:
    """Lots where reserved is not issuer-funded discounts, what recalls and closing released, and what is left."""
    coupon = (COUPONS.c.batch == REDEMPTIONS.c.batch) & (COUPONS.c.serial == REDEMPTIONS.c.serial)
    released = MOVEMENTS.c.kind.in_(("recall", "close_lot"))
    place = (MOVEMENTS.c.batch, MOVEMENTS.c.from_lot)
    yield from _compare(
        connection,
        "reserved is paid, released or left",
        table="lots",
        sources=[
            select(COUPONS.c.batch, COUPONS.c.lot, func.sum(REDEMPTIONS.c.discount), _NOTHING)
            .select_from(REDEMPTIONS)
            .join(BATCHES, _BATCH_OF_REDEMPTION)
            .join(COUPONS, coupon)
            .where(BATCHES.c.funder == Funder.ISSUER)
            .group_by(COUPONS.c.batch, COUPONS.c.lot),
            *(
                select(each.c.batch, each.c.lot, _by(each, Funder.ISSUER), _NOTHING).where(
                    each.c.funder == Funder.ISSUER
                )
                for each in (POOLS, DISCOUNTS_KEPT)
            ),
            select(*place, func.sum(MOVEMENTS.c.amount), _NOTHING).where(released).group_by(*place),
            select(LOTS.c.batch, LOTS.c.lot, _NOTHING, LOTS.c.reserved - LOTS.c.reserve),
        ],
    )


def wrong_cash(connection: Connection, *, consumers: bool) -> Iterator[Wrong]:
    """Parties whose cash is not deposits and credits less withdrawals, contributions and reservations."""
    flow = case((CASH_FLOWS.c.kind == "deposit", CASH_FLOWS.c.amount), else_=-CASH_FLOWS.c.amount)
    mine = CASH_FLOWS.c.consumer.is_(consumers)
    flows = select(CASH_FLOWS.c.party, func.sum(flow), _NOTHING).where(mine).group_by(CASH_FLOWS.c.party)
    table = CONSUMERS if consumers else MERCHANTS
    kept = select(table.c.id, _NOTHING, table.c.cash)
    earned = _consumer_sources() if consumers else _merchant_sources()
    yield from _compare(
        connection, "cash is what came less what went", table=table.name, sources=[flows, kept, *earned]
    )


def wrong_points(connection: Connection) -> Iterator[Wrong]:
    """Parties whose points are not what their uses say, and money behind points that is not theirs."""
    for consumers, table in ((True, "consumers"), (False, "merchants")):
        sources = held_points(consumers=consumers)
        yield from _compare(connection, "points are what came less what went", table=table, sources=sources)
    yield from _compare(connection, "every point is backed", table="ledger_state", sources=backing())


def _merchant_sources() -> Sequence[_Source]:
    reimbursed = case((BATCHES.c.funder == Funder.REDEEMER, 0), else_=REDEMPTIONS.c.discount)
    moved = case((MOVEMENTS.c.kind == "allocate", -MOVEMENTS.c.amount), else_=MOVEMENTS.c.amount)
    return [
        select(REDEMPTIONS.c.merchant, func.sum(reimbursed - REDEMPTIONS.c.contribution), _NOTHING)
        .join(BATCHES, _BATCH_OF_REDEMPTION)
        .group_by(REDEMPTIONS.c.merchant),
        select(POOLS.c.merchant, -POOLS.c.contribution, _NOTHING),
        select(DISCOUNTS_KEPT.c.merchant, DISCOUNTS_KEPT.c.discount, _NOTHING),
        _earned(REDEMPTIONS.c.merchant, Role.REDEEMER),
        _earned(REDEMPTIONS.c.issuer, Role.ISSUER),
        _earned(REDEMPTIONS.c.recruiter, Role.RECRUITER),
        select(literal(OPERATOR), func.coalesce(func.sum(_PARTS[Role.PLATFORM]), 0), _NOTHING),
        select(literal(OPERATOR), func.coalesce(-func.sum(BATCHES.c.reserved), 0), _NOTHING),
        select(MOVEMENTS.c.merchant, func.sum(moved), _NOTHING).group_by(MOVEMENTS.c.merchant),
        *_stated_sources(),
        *cash_by_points(),
    ]


def _stated_sources() -> Sequence[_Source]:
    """Commission that sellers paid, rebates by code, and the platform's rest."""
    table = STATEMENT_TOTALS.c
    return [
        select(table.merchant, -func.sum(table.commission), _NOTHING).group_by(table.merchant),
        select(table.recruiter, func.sum(table.rebate), _NOTHING).group_by(table.recruiter),
        select(literal(OPERATOR), func.coalesce(func.sum(table.commission - table.rebate), 0), _NOTHING),
    ]


def _consumer_sources() -> Sequence[_Source]:
    """What those who used and shared coupons got, and prices paid from one to another."""
    price = func.sum(SHARES.c.price)
    return [
        _earned(REDEMPTIONS.c.consumer, Role.CONSUMER),
        _earned(REDEMPTIONS.c.sharer, Role.SHARER),
        _earned(REDEMPTIONS.c.first_sharer, Role.FIRST_SHARER),
        select(SHARES.c.giver, price, _NOTHING).group_by(SHARES.c.giver),
        select(SHARES.c.receiver, -price, _NOTHING).group_by(SHARES.c.receiver),
    ]


def _by(discounts: FromClause, funder: Funder) -> ColumnElement[int]:
    """The discount where this party funds it."""
    return case((discounts.c.funder == funder, discounts.c.discount), else_=0)


def _earned(party: ColumnElement[int], role: Role) -> _Source:
    return select(party, func.sum(_PARTS[role]), _NOTHING).group_by(party)


def _compare(connection: Connection, rule: str, *, table: str, sources: Sequence[_Source]) -> Iterator[Wrong]:
    """Keys whose sum by events (the column before the last) is not the sum kept (the last)."""
    every = union_all(*sources).subquery()
    *key, by_events, kept = every.c
    expected, found = func.sum(by_events), func.sum(kept)
    query = select(*key, expected, found).group_by(*key).having(expected != found).order_by(*key)
    for *place, should, does in connection.execute(query.limit(WRONG_LIMIT)):
        yield Wrong(rule, table, tuple(place), int(should), int(does))
