"""Each route's bound on gas, against transactions as full and as dear as operations can make them."""

from collections.abc import Sequence
from typing import Final

import pytest
from sqlalchemy import select

from ledger.domain.terms import Funder
from ledger.intake import cash, control, issue, redeem, register, stock
from ledger.intake.desk import Accepted
from ledger.ledger import ITEMS_LIMIT
from ledger.relay.routes import ROUTES
from ledger.store.outbox import OPERATIONS, TRANSACTIONS
from scripts.world import NOW
from tests.conftest import Report
from tests.ledger.house import ANN, DAY, OPERATOR, House

MANY: Final = ITEMS_LIMIT
TRANSACTION_GAS: Final = 16_777_216


@pytest.fixture
def crowd(house: House) -> House:
    """Two hundred merchants with cash, each with a consumer whom it recruited."""
    merchants = house.register_merchants([f"shop {each}" for each in range(MANY)])
    house.register_consumers({f"guest {each}": merchants[each] for each in range(MANY)})
    house.fund(*merchants)
    house.fund(OPERATOR, amount=1_000_000_000)
    return house


def shops(house: House) -> list[int]:
    return [house.ledger.members.find("merchant", f"shop {each}").id for each in range(MANY)]


def guests(house: House) -> list[int]:
    return [house.ledger.members.find("consumer", f"guest {each}").id for each in range(MANY)]


def gas(house: House, accepted: Sequence[Accepted]) -> dict[str, int]:
    """Settle operations, all done; the dearest transaction's gas as used and as allowed, and transactions in all."""
    house.included(*accepted)
    query = (
        select(TRANSACTIONS.c.gas_used, TRANSACTIONS.c.raw)
        .join(OPERATIONS, OPERATIONS.c.transaction_id == TRANSACTIONS.c.id)
        .where(OPERATIONS.c.id.in_([each.id for each in accepted]))
        .distinct()
    )
    with house.ledger.store.read() as connection:
        rows = connection.execute(query).all()
        attempts = connection.scalars(select(OPERATIONS.c.attempts).distinct()).all()
    assert attempts == [0], "no bound was too low"
    found = [(row.gas_used, allowed(row.raw)) for row in rows]
    assert all(used <= limit <= TRANSACTION_GAS for used, limit in found)
    used, limit = max(found)
    return {"used": used, "bound": limit, "transactions": len(found)}


def allowed(raw: bytes) -> int:
    import rlp

    return int.from_bytes(rlp.decode(raw[1:])[4], "big")


def test_x(crowd: House, report: Report) -> None:
    house = crowd
    members, batches, coupons = house.ledger.members, house.ledger.batches, house.ledger.coupons
    s, g = shops(house), guests(house)
    with house.ledger.store.read() as connection:
        for verb in ("register_merchant", "register_consumer", "deposit"):
            q = (
                select(TRANSACTIONS.c.gas_used, TRANSACTIONS.c.raw)
                .join(OPERATIONS, OPERATIONS.c.transaction_id == TRANSACTIONS.c.id)
                .where(OPERATIONS.c.verb == verb)
                .distinct()
            )
            for row in connection.execute(q).all():
                print(verb, row.gas_used, allowed(row.raw))
    batch = house.mint(
        size=100_000,
        funder=Funder.ISSUER,
        valid_days=30,
        minimum_order_minor=1,
        split_bps=(1000, 2000, 2000, 2000, 500, 500, 2000),
    )
    print(
        "mint",
        gas(
            house,
            [
                house.ledger.batches.mint(
                    __import__("ledger.intake.mint").intake.mint.Mint(__import__("scripts.world").world.some_terms()),
                    key="m",
                )
            ],
        ),
    )
    acc = [house.allocate(batch, merchant=m, count=13) for m in s]
    print("allocate issuer funded", gas(house, acc))
    lots = {l.merchant: l.lot for l in batches.lots(batch)}
    print("recall", gas(house, [batches.recall(stock.RecallStock(m, batch, lots[m], 2), key=house.key()) for m in s]))
    print(
        "issue 200x1",
        gas(house, [house.issue(batch, lot=lots[m], issuer=m, holder=g[-i - 1], count=1) for i, m in enumerate(s)]),
    )
    from ledger.domain.ids import OPERATOR as O

    redeems = []
    for i, guest in enumerate(g):
        (c,) = [x for x in coupons.held_by(guest) if x.batch == batch]
        redeems.append(
            coupons.redeem(redeem.RedeemCoupon(c.batch, c.serial, s[(i * 7 + 3) % MANY], 1_000), key=house.key())
        )
    print("redeem 200 different", gas(house, redeems))
    print(
        "appoint",
        gas(
            house,
            [
                members.appoint(control.AppointAgent(m, 1, b"\xee" * 20, NOW + DAY, 2**40 - 1, 7), key=house.key())
                for m in s
            ],
        ),
    )
    print("group", gas(house, [members.change_group(control.ChangeGroup(0, True, tuple(s)), key=house.key())]))
    print("group2", gas(house, [members.change_group(control.ChangeGroup(1, False, tuple(s * 10)), key=house.key())]))
    print(
        "withdraw m",
        gas(
            house,
            [
                house.ledger.cash.withdraw(cash.WithdrawCash(m, 1_000, m.to_bytes(20, "big")), key=house.key())
                for m in s
            ],
        ),
    )
    house.pass_time(3_600)
    print("payout", gas(house, [house.ledger.cash.pay_out(cash.PayOut(m), key=house.key()) for m in s]))
    print(
        "withdraw c",
        gas(
            house,
            [
                house.ledger.cash.withdraw(
                    cash.WithdrawCash(c, 1, (c + 500).to_bytes(20, "big"), consumer=True), key=house.key()
                )
                for c in g
            ],
        ),
    )
    print(
        "platform",
        gas(house, [house.ledger.cash.withdraw_platform(cash.WithdrawCash(1, 1, b"\xdd" * 20), key=house.key())]),
    )
    print(
        "suspend",
        gas(house, [members.suspend(control.Suspend(s[9], True), key=house.key())]),
        gas(house, [members.suspend(control.Suspend(g[9], True, consumer=True), key=house.key())]),
    )
    print(
        "pause",
        gas(house, [house.ledger.operations.pause(control.Pause(True), key=house.key())]),
        gas(house, [house.ledger.operations.pause(control.Pause(False), key=house.key())]),
    )
    # issues of 2,000, unaligned, valid days, distinct consumers
    big = house.mint(size=100_000, valid_days=30, reward_minor=0, reward_cap_bps=0, discount_bps=0, discount_minor=0)
    house.included(house.allocate(big, merchant=s[0], count=1), house.allocate(big, merchant=s[1], count=4_003))
    lot2 = [l.lot for l in batches.lots(big) if l.merchant == s[1]][0]
    print(
        "issue 2000 of 200 holders alternating",
        gas(
            house,
            [
                coupons.issue(
                    issue.IssueCoupons(s[1], big, lot2, tuple((g[(i % 100) + 50], 1) for i in range(2_000))),
                    key=house.key(),
                )
                for _ in range(2)
            ],
        ),
    )
    house.pass_time(70 * DAY)
    print("close", gas(house, [batches.close(control.Close(batch), key=house.key())]))
    hold = [l.lot for l in batches.lots(batch) if l.reserve]
    print(len(hold), "lots", gas(house, [batches.close_lots(control.CloseLots(batch, tuple(hold)), key=house.key())]))
