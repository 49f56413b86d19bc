"""No log of the ledger can be left out or changed unnoticed: the chain of seals is followed log by log."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import cast

import pytest
from sqlalchemy import delete

from ledger.chain.events import decode
from ledger.chain.protocol import Chain, Log
from ledger.chain.source import ChainSource
from ledger.domain.events import Redeemed, RoleGranted, RoleRevoked, Sealed
from ledger.index import Index, content_hash
from ledger.index.errors import SealBroken
from ledger.store.engine import Store
from ledger.store.projections import PROJECTIONS
from tests.conftest import Report
from tests.ledger.index.desk import new_store
from tests.ledger.index.life import Life
from tests.ledger.index.node import FaultyNode

Tamper = Callable[[Log], Log | None]


def logs_of(life: Life) -> list[Log]:
    """All sealed logs; the two of OpenZeppelin's roles are covered by no seal."""
    found = life.world.chain.logs(life.source.first_block, life.source.head().number, address=life.world.ledger.address)
    return [log for log in found if not isinstance(decode(log), RoleGranted | RoleRevoked)]


def read_through(life: Life, store: Store, tamper: Tamper) -> None:
    node = cast(Chain, FaultyNode(life.world.chain, tamper))
    source = ChainSource(node, life.world.deployment.ledger, life.source.first_block)
    with store.write() as connection:
        for table in reversed(PROJECTIONS):
            connection.execute(delete(table))
    Index(store, source).catch_up()


def without(*left_out: Log) -> Tamper:
    return lambda log: None if log in left_out else log


def instead(old: Log, new: Log) -> Tamper:
    return lambda log: new if log == old else log


def test_a_node_that_hides_nothing_is_followed(lived: Life, tmp_path: Path) -> None:
    store = new_store(tmp_path / "ledger.db")
    read_through(lived, store, without())
    assert content_hash(store) == content_hash(lived.store)


def test_every_log_left_out_is_noticed(
    lived: Life, tmp_path: Path, scaled: Callable[[int], int], report: Report
) -> None:
    """Logs silently dropped by the node are all noticed: the sequence has no gap and every link is recomputed."""
    store, logs = new_store(tmp_path / "ledger.db"), logs_of(lived)
    chosen = Random(5).sample(logs, min(len(logs), 10 + scaled(1_000)))
    for log in chosen:
        with pytest.raises(SealBroken):
            read_through(lived, store, without(log))
    report("logs left out by a node", left_out=len(chosen), noticed=len(chosen))


def test_a_whole_transaction_left_out_is_noticed_at_the_next(lived: Life, tmp_path: Path) -> None:
    logs = logs_of(lived)
    hidden = logs[len(logs) // 2].transaction_hash
    sequence = next(
        event.sequence for log in logs if log.transaction_hash == hidden and isinstance(event := decode(log), Sealed)
    )
    with pytest.raises(SealBroken) as stopped:
        read_through(
            lived, new_store(tmp_path / "ledger.db"), without(*[log for log in logs if log.transaction_hash == hidden])
        )
    assert (stopped.value.what, stopped.value.expected, stopped.value.found) == ("sequence", sequence, sequence + 1)


def test_a_changed_byte_is_noticed(lived: Life, tmp_path: Path) -> None:
    log = next(each for each in logs_of(lived) if isinstance(decode(each), Redeemed))
    changed = replace(log, data=log.data[:-1] + bytes([log.data[-1] ^ 1]))
    with pytest.raises(SealBroken) as stopped:
        read_through(lived, new_store(tmp_path / "ledger.db"), instead(log, changed))
    assert stopped.value.what == "rolling hash"
    assert stopped.value.expected != stopped.value.found
    assert stopped.value.block_number == log.block_number


def test_two_logs_exchanged_are_noticed(lived: Life, tmp_path: Path) -> None:
    logs = [log for log in logs_of(lived) if not isinstance(decode(log), Sealed)]
    first, second = next(
        (one, other) for one, other in pairwise(logs) if one.transaction_hash == other.transaction_hash
    )
    swapped = {first: replace(second, log_index=first.log_index), second: replace(first, log_index=second.log_index)}
    with pytest.raises(SealBroken):
        read_through(lived, new_store(tmp_path / "ledger.db"), lambda log: swapped.get(log, log))


def test_what_was_read_before_the_gap_stays(lived: Life, tmp_path: Path) -> None:
    """A broken seal changes nothing: the step in which it was found is not written."""
    store, log = new_store(tmp_path / "ledger.db"), logs_of(lived)[-1]
    with pytest.raises(SealBroken):
        read_through(lived, store, without(log))
    Index(store, lived.source).catch_up()
    assert content_hash(store) == content_hash(lived.store)
