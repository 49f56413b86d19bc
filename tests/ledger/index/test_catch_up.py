"""The index follows the chain: steps of any size, the same tables; it stops where the chain contradicts itself."""

from pathlib import Path

import pytest

from ledger.chain.source import ChainSource
from ledger.index import Index, content_hash
from ledger.index.errors import HeadBehind, ReorgDetected, RowMissing
from ledger.store.projections import COUPONS, CURSOR, LOTS, MERCHANTS, OCCURRENCES, SEALS
from scripts.world import World, new_world, some_terms
from tests.ledger.index.desk import indexed, new_store, rows
from tests.ledger.index.life import Life


def source_of(world: World) -> ChainSource:
    return ChainSource(world.chain, world.deployment.ledger, world.deployment.block)


def test_steps_of_any_size_make_the_same_tables(lived: Life, tmp_path: Path) -> None:
    """All tables can be made anew from the events alone (S2.17)."""
    expected = content_hash(lived.store)
    for number, steps in enumerate(({"step_blocks": 1}, {"step_rows": 1}, {"step_rows": 37, "step_blocks": 5}, {})):
        assert content_hash(indexed(tmp_path / f"{number}.db", lived.source, **steps)) == expected


def test_a_rebuild_makes_the_same_tables_again(lived: Life, tmp_path: Path) -> None:
    """Invariant of the ledger: a rebuild gives the same hash."""
    store = indexed(tmp_path / "ledger.db", lived.source)
    expected = content_hash(store)
    progress = Index(store, lived.source).rebuild()
    assert content_hash(store) == expected == content_hash(lived.store)
    assert progress.block_number == progress.head == lived.world.chain.head().number


def test_a_second_catch_up_changes_nothing(lived: Life) -> None:
    before = content_hash(lived.store)
    progress = lived.index.catch_up()
    assert (progress.block_number, progress.events) == (lived.source.head().number, len(rows(lived.store, OCCURRENCES)))
    assert content_hash(lived.store) == before
    assert list(lived.index.steps()) == []


def test_the_cursor_stands_at_the_head_with_the_last_seal(lived: Life) -> None:
    head = lived.source.head()
    cursor = rows(lived.store, CURSOR)[0]
    assert (cursor["block_number"], cursor["block_hash"]) == (head.number, head.hash)
    last = rows(lived.store, SEALS)[-1]
    assert (cursor["sequence"], cursor["rolling"]) == (last["sequence"], last["rolling"])
    assert [seal["sequence"] for seal in rows(lived.store, SEALS)] == list(range(1, last["sequence"] + 1))


def test_steps_tell_how_far_they_are(lived: Life, tmp_path: Path) -> None:
    head = lived.source.head().number
    steps = list(Index(new_store(tmp_path / "ledger.db"), lived.source, step_blocks=50).steps())
    first = lived.source.first_block
    assert [step.block_number for step in steps] == [*range(first + 49, head, 50), head][: len(steps)]
    assert {step.head for step in steps} == {head}
    assert steps[-1].events == len(rows(lived.store, OCCURRENCES))


def test_stock_stands_in_the_tables_from_the_mint_on(tmp_path: Path) -> None:
    """S2.7, S2.8: minted coupons are the operator's stock; S2.11, S2.12: each holding moves as the chain says."""
    world = new_world()
    index = Index(new_store(tmp_path / "ledger.db"), source_of(world))
    store = index.store
    world.register_merchants(["shop"])
    world.register_consumers(["anna"], recruiter=2, by="shop")
    world.fund([(False, 1, 10**6)])
    world.mint(some_terms(size=100))
    index.catch_up()
    assert not rows(store, LOTS)
    world.allocate(1, 2, 40)
    world.issue(2, 1, 1, [(1, 3)], by="shop")
    index.catch_up()
    lot = rows(store, LOTS)[0]
    assert (lot["merchant"], lot["first"], lot["next"], lot["end"]) == (2, 60, 63, 100)
    assert [(row["serial"], row["holder"]) for row in rows(store, COUPONS)] == [(60, 1), (61, 1), (62, 1)]


def test_another_chain_under_the_same_index_is_noticed(tmp_path: Path) -> None:
    """A block that was read is not the parent of the next one: the index stops and its tables stay."""
    one, other = new_world(), new_world()
    one.register_merchants(["one"])
    other.register_merchants(["other"])
    store = indexed(tmp_path / "ledger.db", source_of(one))
    before = content_hash(store)
    read = rows(store, CURSOR)[0]
    with pytest.raises(ReorgDetected) as same_height:
        Index(store, source_of(other)).catch_up()
    other.register_merchants(["third"])
    with pytest.raises(ReorgDetected) as higher:
        Index(store, source_of(other)).catch_up()
    for stopped in (same_height.value, higher.value):
        assert (stopped.block_number, stopped.expected) == (read["block_number"], read["block_hash"])
        assert stopped.found == other.chain.block(read["block_number"]).hash
    assert content_hash(store) == before


def test_a_chain_that_ends_before_the_index_is_noticed(tmp_path: Path) -> None:
    """An older copy of the chain was put in its place."""
    one, older = new_world(), new_world()
    one.register_merchants(["one"])
    store = indexed(tmp_path / "ledger.db", source_of(one))
    with pytest.raises(HeadBehind) as stopped:
        Index(store, source_of(older)).catch_up()
    assert (stopped.value.head, stopped.value.indexed) == (older.chain.head().number, one.chain.head().number)


def test_a_missing_row_stops_the_index(tmp_path: Path) -> None:
    world = new_world()
    store = indexed(tmp_path / "ledger.db", source_of(world))
    with store.write() as connection:
        connection.execute(MERCHANTS.delete())
    world.fund([(False, 1, 5)])
    with pytest.raises(RowMissing) as stopped:
        Index(store, source_of(world)).catch_up()
    assert (stopped.value.table, stopped.value.key) == ("merchants", (1,))
