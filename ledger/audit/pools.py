"""What waits in pools, and what was taken out of them, by the steps of redemptions that wait."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, FromClause, Row, case, exists, func, select

from ledger.domain import terms_json
from ledger.domain.split import pool_down
from ledger.domain.terms import Funder, Terms
from ledger.store.projections import BATCHES, COUPONS, REDEMPTIONS
from ledger.store.projections_settlement import SETTLEMENTS

_ORDER: Final = func.row_number().over(
    partition_by=(SETTLEMENTS.c.batch, SETTLEMENTS.c.serial),
    order_by=(SETTLEMENTS.c.occurrence_id.desc(), SETTLEMENTS.c.item.desc()),
)
_LAST: Final = select(SETTLEMENTS, _ORDER.label("back")).subquery("last_steps")
_DISTRIBUTED: Final = exists().where(REDEMPTIONS.c.batch == _LAST.c.batch, REDEMPTIONS.c.serial == _LAST.c.serial)

POOLS: Final[FromClause] = (
    select(
        *(_LAST.c[name] for name in ("batch", "serial", "version", "merchant", "order_amount", "until")),
        *(_LAST.c[name] for name in ("reward", "contribution", "discount")),
        BATCHES.c.funder,
        COUPONS.c.lot,
    )
    .join(BATCHES, BATCHES.c.id == _LAST.c.batch)
    .join(COUPONS, (COUPONS.c.batch == _LAST.c.batch) & (COUPONS.c.serial == _LAST.c.serial))
    .where(_LAST.c.back == 1, _LAST.c.kind.in_(("pooled", "amended")), ~_DISTRIBUTED)
    .subquery("pools")
)
"""Pools that wait: each coupon's last step, unless it was reversed, forfeited or distributed."""

DISCOUNTS_KEPT: Final[FromClause] = (
    select(SETTLEMENTS.c.batch, COUPONS.c.lot, SETTLEMENTS.c.merchant, SETTLEMENTS.c.discount, BATCHES.c.funder)
    .join(BATCHES, BATCHES.c.id == SETTLEMENTS.c.batch)
    .join(COUPONS, (COUPONS.c.batch == SETTLEMENTS.c.batch) & (COUPONS.c.serial == SETTLEMENTS.c.serial))
    .where(
        SETTLEMENTS.c.kind == "forfeited", SETTLEMENTS.c.discount_too.is_(False), BATCHES.c.funder != Funder.REDEEMER
    )
    .subquery("discounts_kept")
)
"""Discounts that forfeitures left with the merchants who had given them."""


def pools_held(connection: Connection) -> int:
    """What all pools hold together, minor units; a discount that the merchant bears never was in one."""
    discount = case((POOLS.c.funder == Funder.REDEEMER, 0), else_=POOLS.c.discount)
    total = func.coalesce(func.sum(POOLS.c.reward + POOLS.c.contribution + discount), 0)
    return int(connection.execute(select(total)).scalar_one())


def pools_off_terms(connection: Connection) -> Iterator[tuple[tuple[int, int], int, int]]:
    """(batch and serial, expected sum, found sum) of pools that are not what the terms make of their two orders."""
    query = (
        select(POOLS, COUPONS.c.amended_from, COUPONS.c.order_amount.label("order_now"))
        .join(COUPONS, (COUPONS.c.batch == POOLS.c.batch) & (COUPONS.c.serial == POOLS.c.serial))
        .order_by(POOLS.c.batch, POOLS.c.serial)
    )
    terms: dict[int, Terms] = {}
    for row in connection.execute(query):
        if row.batch not in terms:
            stored = connection.execute(select(BATCHES.c.terms).where(BATCHES.c.id == row.batch)).scalar_one()
            terms[row.batch] = terms_json.loads(stored)
        expected = _expected(terms[row.batch], row)
        found = (row.reward, row.contribution, row.discount)
        if expected != found:
            yield (row.batch, row.serial), sum(expected), sum(found)


def _expected(terms: Terms, row: Row[Any]) -> tuple[int, int, int]:
    redeemed = row.amended_from or row.order_now
    return pool_down(terms, redeemed, row.order_now) if redeemed else (0, 0, 0)
