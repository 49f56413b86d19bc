"""One issue over several lots."""

from hypothesis import given
from hypothesis import strategies as st

from ledger.nouns.spreading import spread

COUNTS = st.lists(st.integers(1, 50), min_size=1, max_size=8)


@given(wanted=COUNTS, held=COUNTS)
def test_everybody_gets_theirs_in_order_and_no_lot_gives_more_than_it_has(wanted: list[int], held: list[int]) -> None:
    consumers, lots = list(enumerate(wanted, start=1)), list(enumerate(held, start=1))
    lots.append((len(lots) + 1, sum(wanted)))
    shares = spread(consumers, lots)
    given_by_lot = {lot: sum(count for _, count in part) for lot, part in shares}
    assert all(count <= dict(lots)[lot] for lot, count in given_by_lot.items())
    assert list(given_by_lot) == sorted(given_by_lot)
    got: dict[int, int] = {}
    for _, part in shares:
        for consumer, count in part:
            assert count > 0
            got[consumer] = got.get(consumer, 0) + count
    assert got == dict(consumers)
    assert [consumer for _, part in shares for consumer, _ in part] == sorted(
        consumer for _, part in shares for consumer, _ in part
    )
