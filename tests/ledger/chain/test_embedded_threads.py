"""Many threads at once: writers and readers take turns and nothing is lost, doubled or torn."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from ledger.chain.embedded import EmbeddedChain
from ledger.chain.protocol import Receipt, Rejection
from tests.ledger.chain.assembler import call_data
from tests.ledger.chain.wallet import Wallet

WRITERS = 12
NOTES = 15


def test_writers_and_readers_of_many_threads_see_one_whole_chain(chain: EmbeddedChain, notebook: bytes) -> None:
    """N8: nothing is lost or done twice when everybody writes at once."""
    writing_done = Event()

    def write(writer: int) -> list[Receipt]:
        wallet = Wallet(f"writer {writer}")
        data = [call_data("note(uint256,uint256)", writer, value) for value in range(1, NOTES + 1)]
        return [wallet.send(chain, notebook, one) for one in data]

    def read(reader: int) -> int:
        seen = 0
        while not writing_done.is_set():
            head = chain.head()
            logs = chain.logs(0, head.number)
            assert chain.block(head.number) == head
            receipts = chain.receipts([log.transaction_hash for log in logs[-5:]])
            assert all(receipt is not None and receipt.succeeded for receipt in receipts)
            proof = chain.proof(notebook, [reader.to_bytes(32, "big")], block=head.number)
            assert proof.state_root == head.state_root
            assert len(chain.call(notebook, call_data("read(uint256)", reader))) == 32
            assert len(logs) >= seen
            seen = len(logs)
        return seen

    with ThreadPoolExecutor(WRITERS + 4) as threads:
        readers = [threads.submit(read, reader) for reader in range(4)]
        writers = [threads.submit(write, writer) for writer in range(WRITERS)]
        try:
            receipts = [receipt for writer in writers for receipt in writer.result()]
        finally:
            writing_done.set()
        for reader in readers:
            reader.result()

    assert all(receipt.succeeded for receipt in receipts)
    assert sorted(receipt.block_number for receipt in receipts) == list(range(2, WRITERS * NOTES + 2))
    assert len(chain.logs(0, chain.head().number)) == WRITERS * NOTES
    for writer in range(WRITERS):
        assert chain.storage_at(notebook, writer.to_bytes(32, "big")) == NOTES.to_bytes(32, "big")


def test_of_twenty_threads_that_send_the_same_transaction_one_is_taken(
    chain: EmbeddedChain, wallet: Wallet, notebook: bytes
) -> None:
    """N10: the same bytes sent again have no second effect."""
    raw = wallet.sign(notebook, call_data("note(uint256,uint256)", 1, 2))
    with ThreadPoolExecutor(20) as threads:
        answers = [answer for answers in threads.map(chain.send_raw, [[raw]] * 20) for answer in answers]
    assert [answer.rejection for answer in answers].count(None) == 1
    assert [answer.rejection for answer in answers].count(Rejection.ALREADY_KNOWN) == 19
    assert len(chain.logs(0, chain.head().number)) == 1


def test_a_contract_that_calls_itself_deeply_does_no_harm_in_a_thread_with_its_small_stack(
    chain: EmbeddedChain, notebook: bytes
) -> None:
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(chain.call, notebook, call_data("dive()"), gas=10**12).result()
    assert int.from_bytes(answer, "big") == 1_025
