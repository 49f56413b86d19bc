"""Reading: receipts, logs, blocks, calls and state, at the head and in the past."""

import pytest
from eth_utils.crypto import keccak

from ledger.chain.clock import ReplayClock
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.errors import BlockUnknown, CallHalted, CallReverted
from ledger.chain.protocol import Chain
from tests.ledger.chain.assembler import NOTEBOOK, NOTED, call_data
from tests.ledger.chain.wallet import Wallet


def word(number: int) -> bytes:
    """A number as the EVM holds it."""
    return number.to_bytes(32, "big")


def note(slot: int, value: int) -> bytes:
    """The call that writes a slot and logs it."""
    return call_data("note(uint256,uint256)", slot, value)


@pytest.fixture
def noted(chain: EmbeddedChain, wallet: Wallet, notebook: bytes) -> bytes:
    """A notebook with slots 0, 1, 2 written once each in blocks 2 to 4, and all again, doubled, in block 5."""
    for slot in range(3):
        wallet.send(chain, notebook, note(slot, 10 + slot))
    chain.send_raw([wallet.sign(notebook, note(slot, 2 * (10 + slot))) for slot in range(3)])
    return notebook


def test_the_embedded_chain_is_a_chain(chain: EmbeddedChain) -> None:
    as_protocol: Chain = chain
    assert as_protocol.finality.kind == "instant"
    assert as_protocol.finalized() == as_protocol.head() == as_protocol.block("latest")


def test_a_receipt_carries_the_transactions_own_logs(chain: EmbeddedChain, noted: bytes) -> None:
    logs = chain.logs(5, 5)
    receipts = chain.receipts([log.transaction_hash for log in logs])
    assert [receipt and receipt.logs for receipt in receipts] == [(log,) for log in logs]
    middle = logs[1]
    assert (middle.block_number, middle.block_hash) == (5, chain.block(5).hash)
    assert (middle.transaction_index, middle.log_index) == (1, 1)
    assert (middle.address, middle.topics, middle.data) == (noted, (NOTED, word(1), word(11)), word(22))


def test_receipts_come_in_the_order_asked_and_none_for_a_stranger(chain: EmbeddedChain, noted: bytes) -> None:
    hashes = [log.transaction_hash for log in chain.logs(2, 4)]
    asked = [hashes[2], keccak(b"a stranger"), hashes[0]]
    found = chain.receipts(asked)
    assert [receipt and receipt.block_number for receipt in found] == [4, None, 2]


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [(0, 1, []), (2, 4, [2, 3, 4]), (4, 5, [4, 5, 5, 5]), (5, 99, [5, 5, 5]), (4, 3, []), (6, 9, [])],
)
def test_logs_of_a_run_of_blocks_include_both_ends(
    chain: EmbeddedChain, noted: bytes, first: int, last: int, found: list[int]
) -> None:
    assert [log.block_number for log in chain.logs(first, last)] == found


def test_logs_by_address(chain: EmbeddedChain, wallet: Wallet, noted: bytes) -> None:
    other = wallet.deploy(chain)
    wallet.send(chain, other, note(1, 1))
    assert {log.address for log in chain.logs(0, 99)} == {noted, other}
    assert {log.address for log in chain.logs(0, 99, address=other)} == {other}
    assert chain.logs(0, 99, address=b"\x01" * 20) == []


def test_logs_by_topic_at_every_position_alone_and_together(chain: EmbeddedChain, noted: bytes) -> None:
    def slots(*topics: bytes | list[bytes] | None) -> list[tuple[int, int]]:
        return [
            (log.block_number, int.from_bytes(log.topics[1], "big")) for log in chain.logs(0, 99, topics=list(topics))
        ]

    assert len(slots(NOTED)) == len(slots(None)) == len(slots(None, None, None, None)) == 6
    assert slots(None, word(2)) == slots(NOTED, word(2)) == [(4, 2), (5, 2)]
    assert slots(None, [word(2), word(0)]) == [(2, 0), (4, 2), (5, 0), (5, 2)]
    assert slots(None, None, word(0)) == [(2, 0), (3, 1), (4, 2)]
    assert slots(NOTED, word(2), word(12)) == [(5, 2)]
    assert slots(word(7)) == slots(None, word(2), word(11)) == []


def test_a_filter_longer_than_a_log_can_be_finds_only_what_has_no_wish_there(
    chain: EmbeddedChain, noted: bytes
) -> None:
    assert chain.logs(0, 99, topics=[None, None, None, word(1)]) == []
    assert chain.logs(0, 99, topics=[None, None, None, None, word(1)]) == []
    assert len(chain.logs(0, 99, topics=[None, None, None, None, None])) == 6


def test_blocks_are_linked_from_the_first_to_the_head(chain: EmbeddedChain, noted: bytes) -> None:
    for number in range(1, chain.head().number + 1):
        assert chain.block(number).parent_hash == chain.block(number - 1).hash
    assert chain.block(5) == chain.head()


def test_a_block_above_the_head_is_unknown(chain: EmbeddedChain, noted: bytes) -> None:
    with pytest.raises(BlockUnknown) as raised:
        chain.block(6)
    assert (raised.value.asked, raised.value.head) == (6, 5)
    with pytest.raises(BlockUnknown):
        chain.number_of(keccak(b"a stranger"))
    with pytest.raises(BlockUnknown):
        chain.balance(noted, block=6)


def test_state_is_readable_at_every_block(chain: EmbeddedChain, wallet: Wallet, noted: bytes) -> None:
    assert [chain.storage_at(noted, word(1), block=number) for number in range(1, 6)] == [
        word(0),
        word(0),
        word(11),
        word(11),
        word(22),
    ]
    assert [chain.nonce(wallet.address, block=number) for number in range(6)] == [0, 1, 2, 3, 4, 7]
    assert (chain.code(noted, block=0), chain.code(noted, block=1), chain.code(noted)) == (b"", NOTEBOOK, NOTEBOOK)
    assert chain.call(noted, call_data("read(uint256)", 1), block=4) == word(11)
    assert chain.call(noted, call_data("read(uint256)", 1)) == word(22)


def test_a_call_changes_nothing(chain: EmbeddedChain, noted: bytes) -> None:
    before = chain.head()
    assert chain.call(noted, note(1, 5)) == b""
    assert chain.storage_at(noted, word(1)) == word(22)
    assert chain.head() == before
    chain.verify(before.number)


def test_a_call_is_answered_as_in_the_next_block_at_the_clocks_time_unless_a_block_is_named(
    chain: EmbeddedChain, clock: ReplayClock, noted: bytes
) -> None:
    """N15: a question about deadlines is answered for now, not for the last block's moment."""
    made = chain.head().timestamp
    clock.set(made + 500)
    assert chain.call(noted, call_data("moment()")) == word(made + 500) + word(6)
    assert chain.call(noted, call_data("moment()"), block="latest") == word(made) + word(5)
    assert chain.call(noted, call_data("moment()"), block=3) == word(chain.block(3).timestamp) + word(3)


def test_a_reverted_call_says_what_the_contract_said(chain: EmbeddedChain, noted: bytes) -> None:
    with pytest.raises(CallReverted) as raised:
        chain.call(noted, call_data("fail(uint256)", 77))
    assert raised.value.data == word(77)


def test_a_call_that_ends_without_an_answer_is_halted(chain: EmbeddedChain, noted: bytes) -> None:
    with pytest.raises(CallHalted, match="Invalid"):
        chain.call(noted, call_data("halt()"))
    with pytest.raises(CallHalted, match="OutOfGas"):
        chain.call(noted, call_data("read(uint256)", 1), gas=21_500)
    with pytest.raises(CallHalted):
        chain.call(noted, call_data("read(uint256)", 1), gas=20_999)


def test_a_call_to_an_account_without_code_answers_nothing(chain: EmbeddedChain) -> None:
    assert chain.call(b"\x01" * 19 + b"\xff", b"anything") == b""
