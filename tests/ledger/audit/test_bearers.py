"""Bearers' coupons and revocations as an auditor sees them: their lives, their money, their slots."""

from collections.abc import Callable, Sequence
from pathlib import Path
from sqlite3 import connect

import pytest

from ledger.audit.checks import Mismatch
from ledger.audit.life import CouponState
from ledger.audit.parties import PartyKind
from ledger.audit.trace import trace
from ledger.audit.verify import verify_state
from ledger.domain.terms import Role
from ledger.store.engine import Store
from tests.ledger.index.life import Life

Copies = Callable[[str], tuple[Path, Store]]

USED, TAKEN, REVOKED = (3, 20), (3, 21), (3, 22)
"""Vouchers that a life begins with."""


def state_mismatches(life: Life, store: Store) -> Sequence[Mismatch]:
    block = life.world.chain.head().number
    with store.read() as connection:
        return [each for each in verify_state(connection, life.reader, block=block) if isinstance(each, Mismatch)]


def changed(copies: Copies, statement: str) -> Store:
    path, store = copies("edited.db")
    connection = connect(path)
    assert connection.execute(statement).rowcount == 1
    connection.commit()
    connection.close()
    return store


def test_a_used_voucher_has_no_consumer_and_its_part_is_passed_on(lived: Life) -> None:
    """S2.20, N1: who was absent got nothing, and the trace says what was passed on."""
    with lived.store.read() as connection:
        found = trace(connection, *USED)
    assert found.state is CouponState.REDEEMED
    assert found.issued is not None
    assert {found.holder.kind, found.issued.consumer.kind} == {PartyKind.BEARER}
    (redeemed,) = found.redeemed
    absent = {part.role for part in redeemed.parts if part.party is None}
    assert absent == {Role.CONSUMER, Role.RECRUITER, Role.SHARER, Role.FIRST_SHARER}
    assert all(part.amount == 0 for part in redeemed.parts if part.party is None)
    assert all(part.passed_on for part in redeemed.parts if part.role in (Role.CONSUMER, Role.RECRUITER))
    assert found.sums_agree


def test_a_taken_voucher_came_from_a_bearer(lived: Life) -> None:
    """S2.17."""
    with lived.store.read() as connection:
        found = trace(connection, *TAKEN)
    assert found.issued is not None
    assert found.issued.consumer.kind is PartyKind.BEARER
    assert found.shared[0].giver.kind is PartyKind.BEARER
    assert (found.shared[0].receiver.id, found.shared[0].price) == (1, 0)


def test_a_revoked_voucher_says_why_and_where(lived: Life) -> None:
    with lived.store.read() as connection:
        found = trace(connection, *REVOKED)
    assert found.state is CouponState.VOID
    assert found.revoked is not None
    assert found.revoked.cause == 7
    assert found.revoked.place.block_number > found.minted.place.block_number


@pytest.mark.parametrize("place", [USED, REVOKED])
def test_a_changed_key_is_found_in_its_slot(place: tuple[int, int], lived: Life, copy_of_lived: Copies) -> None:
    other = bytes(range(20))
    where = f"batch = {place[0]} AND serial = {place[1]}"
    store = changed(copy_of_lived, f"UPDATE bearers SET key = x'{other.hex()}' WHERE {where}")
    (found,) = state_mismatches(lived, store)
    assert (found.table, found.key, found.column, found.found) == ("bearers", place, "key", other)


def test_a_key_that_is_missing_is_found(lived: Life, copy_of_lived: Copies) -> None:
    store = changed(copy_of_lived, f"DELETE FROM bearers WHERE batch = {USED[0]} AND serial = {USED[1]}")
    assert Mismatch("bearers", USED, "row", expected="present", found="missing") in state_mismatches(lived, store)


def test_a_revocation_undone_by_hand_is_found_in_the_lane(lived: Life, copy_of_lived: Copies) -> None:
    store = changed(copy_of_lived, "UPDATE coupons SET state = 'issued' WHERE batch = 3 AND serial = 22")
    assert {(each.table, each.key) for each in state_mismatches(lived, store)} == {("coupons", REVOKED)}
