"""The ledger's events block by block, with the chain of seals recomputed."""

from collections.abc import Iterator

import pytest

from ledger.chain.clock import ReplayClock
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.errors import LogUnknown
from ledger.chain.events import decode
from ledger.chain.protocol import BlockHeader, BlockTag, Log, TopicFilter
from ledger.chain.source import ChainSource
from ledger.domain.blocks import Block, BlockPlace
from ledger.domain.events import Sealed
from scripts.world import CHAIN_ID, NOW, World, key
from tests.ledger.chain.wallet import Wallet

GENESIS = bytes(24)


def source(world: World) -> ChainSource:
    return ChainSource(world.chain, world.ledger.address, world.deployment.block)


@pytest.fixture
def blocks(story: World) -> list[Block]:
    """All blocks of the story from the ledger's first on."""
    found = source(story)
    return list(found.blocks(found.first_block, found.head().number, rolling=GENESIS))


def test_every_block_comes_once_with_its_parent_empty_ones_too(story: World, blocks: list[Block]) -> None:
    head = story.chain.head()
    assert source(story).head() == BlockPlace(head.number, head.hash)
    assert [block.number for block in blocks] == list(range(story.deployment.block, head.number + 1))
    for block in blocks:
        header = story.chain.block(block.number)
        assert (block.hash, block.parent_hash) == (header.hash, header.parent_hash)
    assert any(not block.occurrences for block in blocks), "calls of other contracts leave empty blocks"


def test_every_log_of_the_ledger_comes_once_in_its_place(story: World, blocks: list[Block]) -> None:
    logs = story.chain.logs(0, story.chain.head().number, address=story.ledger.address)
    found = [each for block in blocks for each in block.occurrences]
    assert [(each.block_number, each.transaction_hash, each.log_index) for each in found] == [
        (log.block_number, log.transaction_hash, log.log_index) for log in logs
    ]
    assert [each.event for each in found] == [decode(log) for log in logs]
    times = {block.number: story.chain.block(block.number).timestamp for block in blocks}
    assert all(each.timestamp == times[each.block_number] for each in found)


def test_the_seals_follow_from_the_logs(blocks: list[Block]) -> None:
    rolled = [each for block in blocks for each in block.rolled]
    seals = [each.event for block in blocks for each in block.occurrences if isinstance(each.event, Sealed)]
    assert [seal.rolling for seal in seals] == rolled
    assert [seal.sequence for seal in seals] == list(range(1, len(seals) + 1))


def test_reading_goes_on_in_the_middle_from_the_last_seal(story: World, blocks: list[Block]) -> None:
    for cut in range(1, len(blocks), 7):
        rolling = next((each for block in reversed(blocks[:cut]) for each in reversed(block.rolled)), GENESIS)
        rest = source(story).blocks(blocks[cut].number, blocks[-1].number, rolling=rolling)
        assert list(rest) == blocks[cut:]


def test_a_run_of_none_is_empty(story: World) -> None:
    assert list(source(story).blocks(9, 8, rolling=GENESIS)) == []


class Forgetful(EmbeddedChain):
    """A node that leaves out one log."""

    def __init__(self, world: World, forgotten: Log) -> None:
        self._honest, self._forgotten = world.chain, forgotten

    def logs(
        self, from_block: int, to_block: int, *, address: bytes | None = None, topics: TopicFilter | None = None
    ) -> list[Log]:
        found = self._honest.logs(from_block, to_block, address=address, topics=topics)
        return [log for log in found if log != self._forgotten]

    def block(self, number: BlockTag) -> BlockHeader:
        return self._honest.block(number)


def forgettable(story: World) -> Iterator[Log]:
    """Logs that a seal covers."""
    for log in story.chain.logs(story.deployment.block, story.chain.head().number, address=story.ledger.address):
        if len(log.topics) == 2 and not isinstance(decode(log), Sealed):
            yield log


def test_a_log_that_a_node_leaves_out_breaks_the_seal_behind_it(story: World) -> None:
    """Promise 14: every dropped log is noticed."""
    dropped = list(forgettable(story))
    assert len(dropped) > 40
    for log in dropped:
        found = ChainSource(Forgetful(story, log), story.ledger.address, story.deployment.block)
        (block,) = found.blocks(log.block_number, log.block_number, rolling=_rolling_before(story, log.block_number))
        seals = [each.event.rolling for each in block.occurrences if isinstance(each.event, Sealed)]
        assert seals != list(block.rolled)


def _rolling_before(story: World, block: int) -> bytes:
    logs = story.chain.logs(story.deployment.block, block - 1, address=story.ledger.address)
    seals = [event for event in map(decode, logs) if isinstance(event, Sealed)]
    return seals[-1].rolling if seals else GENESIS


def test_more_blocks_than_are_asked_for_at_once_come_without_a_gap() -> None:
    chain = EmbeddedChain(None, ReplayClock(NOW), chain_id=CHAIN_ID)
    wallet = Wallet("writer")
    for _ in range(105):
        chain.send_raw([wallet.sign(key("nobody").address)])
    found = ChainSource(chain, b"\x01" * 20, 1)
    numbers = [block.number for block in found.blocks(1, 105, rolling=GENESIS)]
    assert numbers == list(range(1, 106))
    chain.close()


def test_an_event_newer_than_the_program_stops_the_reading(story: World) -> None:
    """The token's events are none of the ledger's."""
    found = ChainSource(story.chain, story.token.address, 0)
    with pytest.raises(LogUnknown):
        list(found.blocks(0, story.chain.head().number, rolling=GENESIS))
