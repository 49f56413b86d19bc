"""Redemptions that wait: the tables against the chain, and every cent of their pools."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.audit.checks import Mismatch
from ledger.audit.conservation import conservation
from ledger.audit.verify import verify
from ledger.store.projections import COUPONS, EFFECTS, LOTS, REDEMPTIONS
from ledger.store.projections_settlement import SETTLEMENTS
from tests.ledger.index.settling_life import SettlingLife


@pytest.fixture(scope="module", params=[1, 2, 3])
def life(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SettlingLife]:
    """Sixty acts, the last of them a moment ago."""
    settling = SettlingLife(tmp_path_factory.mktemp("settling"), seed=request.param)
    settling.live(60)
    yield settling
    settling.close()


def check(life: SettlingLife, scratch: Path) -> None:
    with life.store.read() as connection:
        found = conservation(connection, token_balance=life.token_balance)
        assert (found.difference, found.surplus, found.wrong) == (0, 0, ())
        steps = verify(
            connection, life.source, life.reader, token_balance=life.token_balance, scratch=scratch / "second.db"
        )
        assert [step for step in steps if isinstance(step, Mismatch)] == []


def test_a_life_of_pools_is_as_on_the_chain_to_the_last_cent(life: SettlingLife, tmp_path: Path) -> None:
    """N2, N9, S2.15, S2.19: whatever was done to redemptions that wait."""
    check(life, tmp_path)
    kinds = {row["kind"] for row in life.rows(SETTLEMENTS)}
    assert kinds == {"pooled", "amended", "reversed", "forfeited"}
    assert {row["state"] for row in life.rows(COUPONS)} == {"issued", "pending", "redeemed", "forfeited"}
    assert any(row["sharer"] for row in life.rows(REDEMPTIONS, REDEMPTIONS.c.batch < 4))
    assert {row["reason"] for row in life.rows(EFFECTS)} > {0}


def test_at_the_end_nothing_is_left_in_pools_and_reserves(life: SettlingLife, tmp_path: Path) -> None:
    """What came back met open batches only: all of it is with its owners."""
    life.close_all()
    check(life, tmp_path)
    assert life.waiting() == []
    assert not any(row["reserve"] for row in life.rows(LOTS))
    with life.store.read() as connection:
        held = conservation(connection, token_balance=life.token_balance).held
    assert (held.pools, held.batch_reserves, held.lot_reserves) == (0, 0, 0)
