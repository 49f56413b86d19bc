"""Batches and lots, row by row, with the slots they stand in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, RowMapping, select

from ledger.audit.checks import Key, RowCheck, SlotSource, fields, is_number
from ledger.audit.state_parties import dense
from ledger.chain import slots
from ledger.chain.batch_words import BatchState, unpack
from ledger.domain import terms_json
from ledger.store.projections import BATCHES, LOTS


@dataclass(frozen=True, slots=True)
class LotOnChain:
    """A lot as its slot says."""

    merchant: int
    first: int
    next: int
    end: int
    reserve: int


class StockOnChain:
    """Batches and lots as the chain has them: what there is to check is not for the tables to say."""

    def __init__(self, reader: SlotSource, *, block: int, batches: int, slots_a_call: int) -> None:
        self._reader, self._block, self._at_once = reader, block, slots_a_call
        self.batches = batches

    def batch(self, number: int) -> BatchState:
        """A batch."""
        first = slots.batch(number)
        return _unpacked(self._reader.slots(range(first, first + 4), block=self._block))

    def lots(self, batch: int) -> Iterator[LotOnChain]:
        """The lots of a batch in the order of their ids, from 1 on."""
        count = self.batch(batch).lots
        for start in range(1, count + 1, self._at_once):
            keys = [slots.lot(batch, lot) for lot in range(start, min(start + self._at_once, count + 1))]
            yield from map(_lot, self._reader.slots(keys, block=self._block))


def batches(connection: Connection, *, count: int, after: int) -> Iterator[RowCheck]:
    """Every batch with its terms."""
    for number, row in dense(connection, BATCHES, count=count, after=after):
        first = slots.batch(number)
        yield RowCheck("batches", (number,), tuple(range(first, first + 4)), row, _batch_columns)


def lots(connection: Connection, stock: StockOnChain, *, after: Key) -> Iterator[RowCheck]:
    """Every lot of every batch, 1 to as many as the batch says, and those that the table has beyond."""
    after_batch, after_lot = after
    for batch in range(max(after_batch, 1), stock.batches + 1):
        found = connection.execute(select(LOTS).where(LOTS.c.batch == batch)).mappings()
        rows: dict[int, RowMapping] = {row["lot"]: row for row in found if is_number(row["lot"])}
        for lot in sorted({*range(1, stock.batch(batch).lots + 1), *rows}):
            if (batch, lot) > (after_batch, after_lot):
                yield RowCheck("lots", (batch, lot), (slots.lot(batch, lot),), rows.get(lot), _lot_columns)


def _unpacked(words: Sequence[int]) -> BatchState:
    return unpack(words[0], words[1], words[2], words[3].to_bytes(32, "big"))


def _lot(word: int) -> LotOnChain:
    return LotOnChain(*fields(word, 32, 32, 32, 32, 64))


def _lot_columns(words: Sequence[int]) -> Mapping[str, object]:
    return asdict(_lot(words[0]))


def _batch_columns(words: Sequence[int]) -> Mapping[str, object]:
    state = _unpacked(words)
    return {
        "terms": terms_json.dumps(state.terms),
        "size": state.terms.size,
        "opens": state.terms.opens,
        "closes": state.terms.closes,
        "paused_at_mint": state.paused_at_mint,
        "funder": int(state.terms.funder),
        "reserve": state.reserve,
        "lots": state.lots,
        "stock": state.stock,
        "closed": state.closed,
    }
