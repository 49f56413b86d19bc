"""A crowd to try gas bounds with, and what is asked of every bound."""

from collections.abc import Sequence
from typing import Final

import rlp
from sqlalchemy import select

from ledger.chain.transactions import TRANSACTION_GAS_LIMIT
from ledger.intake.desk import Accepted
from ledger.store.outbox import OPERATIONS, TRANSACTIONS
from tests.conftest import Report
from tests.ledger.house import House

SEAM_COUNT: Final = 16
SEAM_SIZE: Final = 99_999
"""Lots of so many of so large a batch: the first coupon of each is the last in its words of holders and days."""

FREE: Final = {"reward_minor": 0, "reward_cap_bps": 0, "discount_bps": 0, "discount_minor": 0}


def shops(house: House) -> list[int]:
    """Merchants of the crowd."""
    return [each.id for each in house.ledger.members.all("merchant", limit=1_000) if each.reference.startswith("shop")]


def guests(house: House) -> list[int]:
    """Consumers of the crowd."""
    return [each.id for each in house.ledger.members.all("consumer", limit=1_000) if each.reference.startswith("guest")]


def check(house: House, report: Report, accepted: Sequence[Accepted]) -> None:
    """Operations are all done at their first attempt, each transaction within the gas it was given."""
    house.included(*accepted)
    by_verb: dict[str, list[tuple[int, int, int]]] = {}
    query = (
        select(OPERATIONS.c.verb, OPERATIONS.c.attempts, TRANSACTIONS.c.id, TRANSACTIONS.c.gas_used, TRANSACTIONS.c.raw)
        .join(TRANSACTIONS, OPERATIONS.c.transaction_id == TRANSACTIONS.c.id)
        .where(OPERATIONS.c.id.in_([each.id for each in accepted]))
    )
    with house.ledger.store.read() as connection:
        for row in connection.execute(query).all():
            given = int.from_bytes(rlp.decode(row.raw[1:])[4], "big")
            assert row.attempts == 0
            assert row.gas_used <= given <= TRANSACTION_GAS_LIMIT
            by_verb.setdefault(row.verb, []).append((row.id, row.gas_used, given))
    for verb, rows in by_verb.items():
        _, used, given = max(rows, key=lambda row: row[1])
        report(
            f"gas of {verb}", operations=len(rows), transactions=len({row[0] for row in rows}), used=used, given=given
        )
