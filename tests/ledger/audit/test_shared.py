"""A coupon's sharing as a tree, and its journeys against the chain."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from ledger.audit.checks import Mismatch
from ledger.audit.life import CouponState, Shared, Trace
from ledger.audit.trace import trace
from ledger.audit.verify import verify_state
from ledger.chain.slots import SlotReader
from ledger.domain.terms import Role, ShareMode
from ledger.intake.cash import DepositCash
from ledger.store.projections import COUPONS, CURSOR
from tests.ledger.house import ANN, BOB, CID, Held, House
from tests.ledger.intake.handing import claim, copy, copy_of, copyable, offer, transfer


def traced(coupon: Held) -> Trace:
    with coupon.house.ledger.store.read() as connection:
        return trace(connection, coupon.batch, coupon.serial)


def plain(shared: Shared) -> tuple[object, ...]:
    """A tree without its places."""
    named = (shared.kind, shared.serial, shared.version, shared.giver.id, shared.receiver.id, shared.price)
    return (*named, [plain(each) for each in shared.then])


def grown(house: House) -> Held:
    """Ann copies it to Bob; gives it to Cid, who sells a copy to Bob; Bob's first copy goes to Cid."""
    coupon = copyable(house)
    house.included(house.ledger.cash.deposit(DepositCash(BOB, 70, consumer=True), key="cash"))
    house.included(copy(coupon, BOB))
    house.included(transfer(coupon, CID))
    house.included(claim(house, offer(coupon, copy=True, price_minor=70), BOB))
    house.included(transfer(copy_of(coupon), CID))
    return coupon


def test_a_coupons_sharing_is_a_tree(house: House) -> None:
    """S2.17, N4: every giving stands under the one by which its giver came to have the coupon, copies and all."""
    coupon = grown(house)
    root, first, second = coupon.serial, copy_of(coupon).serial, copy_of(coupon, 1).serial
    found = traced(coupon)
    assert [plain(each) for each in found.shared] == [
        ("copy", first, 1, ANN, BOB, 0, [("transfer", first, 2, BOB, CID, 0, [])]),
        ("transfer", root, 1, ANN, CID, 0, [("copy", second, 1, CID, BOB, 70, [])]),
    ]
    assert found.issued is not None
    assert (found.issued.consumer.id, found.holder.id, found.root) == (ANN, CID, root)
    events = house.ledger.operations
    assert found.shared[0].place.transaction_hash != found.shared[1].place.transaction_hash
    assert events.counts()["copy", "included"] == 1


def test_a_copys_life_begins_with_that_of_its_root(house: House) -> None:
    """S2.17, N1: and its money goes to those on its own path."""
    coupon = grown(house)
    copied = copy_of(coupon, 1)
    house.included(copied.redeem(order=10_000))
    found, root = traced(copied), traced(coupon)
    assert (found.minted, found.moved, found.issued, found.shared) == (
        root.minted,
        root.moved,
        root.issued,
        root.shared,
    )
    assert (found.state, found.holder.id, found.root) == (CouponState.REDEEMED, BOB, coupon.serial)
    (redeemed,) = found.redeemed
    got = {part.role: part.party.id for part in redeemed.parts if part.party}
    assert (got[Role.CONSUMER], got[Role.SHARER], got[Role.FIRST_SHARER]) == (BOB, CID, ANN)
    assert redeemed.sums_agree
    assert house.ledger.audit.conservation().is_kept


def test_a_coupon_that_nobody_shared_has_no_tree(house: House) -> None:
    (coupon,) = house.held(share_mode=ShareMode.TRANSFER, hops=1)
    found = traced(coupon)
    assert (found.shared, found.root) == ((), coupon.serial)


def mismatches(house: House) -> list[Mismatch]:
    ledger = house.ledger
    reader = SlotReader(ledger.chain, ledger.contract)
    with ledger.store.read() as connection:
        block = connection.execute(select(CURSOR.c.block_number)).scalar_one()
        return [each for each in verify_state(connection, reader, block=block) if isinstance(each, Mismatch)]


def test_journeys_stand_on_the_chain_as_in_the_tables(house: House) -> None:
    coupon = grown(house)
    house.included(copy_of(coupon, 1).redeem())
    assert mismatches(house) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("holder", ANN), ("sharer", BOB), ("first_sharer", CID), ("lot", 2), ("redeemer", 2), ("order_amount", 5)),
        *(("until", 9), ("version", 7), ("hops", 2), ("state", "redeemed")),
    ],
)
def test_an_edit_of_any_fact_of_a_journey_is_found(house: House, column: str, value: object) -> None:
    coupon = copyable(house)
    house.included(transfer(coupon, BOB))
    with house.ledger.store.write() as connection:
        here = (COUPONS.c.batch == coupon.batch, COUPONS.c.serial == coupon.serial)
        connection.execute(update(COUPONS).where(*here).values({column: value}))
    assert {(each.table, each.column, each.found) for each in mismatches(house)} == {("coupons", column, value)}


def test_a_travelled_coupon_that_the_table_says_never_left_is_found(house: House) -> None:
    coupon = copyable(house)
    house.included(transfer(coupon, BOB))
    with house.ledger.store.write() as connection:
        here = (COUPONS.c.batch == coupon.batch, COUPONS.c.serial == coupon.serial)
        connection.execute(update(COUPONS).where(*here).values(version=0))
    assert [each.column for each in mismatches(house)] == ["lane"]


def test_a_copy_that_is_not_on_the_chain_is_found(house: House, tmp_path: Path) -> None:
    coupon = copyable(house)
    house.included(copy(coupon))
    with house.ledger.store.write() as connection:
        here = (COUPONS.c.batch == coupon.batch, COUPONS.c.root == coupon.serial)
        connection.execute(update(COUPONS).where(*here).values(serial=copy_of(coupon, 1).serial))
    assert {each.column for each in mismatches(house)} >= {"holder", "version", "state"}
