"""The chain file: opened again, refused, full, damaged."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from eth_utils.crypto import keccak

from ledger.chain.clock import ReplayClock
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.errors import (
    ChainClosed,
    ChainError,
    ChainFileDamaged,
    ChainFileForeign,
    ChainFileInUse,
    ChainIdMismatch,
    ChainStorageFailed,
    StateMissing,
)
from tests.ledger.chain.assembler import call_data
from tests.ledger.chain.wallet import CHAIN_ID, Wallet


def open_chain(path: Path) -> EmbeddedChain:
    """The chain of a file."""
    return EmbeddedChain(path, ReplayClock(1_000), chain_id=CHAIN_ID)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a chain file may be; its name would mean something else to SQLite if it were not made absolute."""
    return tmp_path / "file:chain?mode=memory"


def fill(chain: EmbeddedChain, wallet: Wallet, blocks: int = 3) -> bytes:
    """Deploy a notebook and write to it, a block for each of two notes."""
    notebook = wallet.deploy(chain)
    for number in range(blocks):
        pair = [wallet.sign(notebook, call_data("note(uint256,uint256)", slot, number + 1)) for slot in (1, 2)]
        assert all(result.accepted for result in chain.send_raw(pair))
    return notebook


def test_a_chain_goes_on_where_it_was_closed(path: Path, wallet: Wallet) -> None:
    chain = open_chain(path)
    notebook = fill(chain, wallet)
    head, logs = chain.head(), chain.logs(0, 99)
    chain.close()
    again = open_chain(path)
    assert (again.head(), again.logs(0, 99)) == (head, logs)
    assert again.storage_at(notebook, (1).to_bytes(32, "big")) == (3).to_bytes(32, "big")
    wallet.send(again, notebook, call_data("note(uint256,uint256)", 1, 9))
    assert again.head().parent_hash == head.hash
    for number in range(again.head().number + 1):
        again.verify(number)
    again.close()


def test_what_block_zero_holds_is_decided_once(path: Path) -> None:
    rich = Wallet("rich")
    first = EmbeddedChain(path, ReplayClock(5), chain_id=CHAIN_ID, balances={rich.address: 7})
    genesis = first.head()
    first.close()
    again = EmbeddedChain(path, ReplayClock(6), chain_id=CHAIN_ID, balances={rich.address: 8})
    assert (again.head(), again.balance(rich.address)) == (genesis, 7)
    again.close()


def test_another_chain_id_is_refused(path: Path) -> None:
    open_chain(path).close()
    with pytest.raises(ChainIdMismatch) as raised:
        EmbeddedChain(path, ReplayClock(1_000), chain_id=5)
    assert (raised.value.stored, raised.value.asked) == (CHAIN_ID, 5)


def test_a_second_process_is_refused_and_the_first_goes_on(path: Path, wallet: Wallet) -> None:
    chain = open_chain(path)
    program = (
        "import sys; from pathlib import Path; from ledger.chain.embedded.store import Store;"
        "from ledger.chain.errors import ChainFileInUse\n"
        "try: Store(Path(sys.argv[1]))\n"
        "except ChainFileInUse: sys.exit(7)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode == 7
    with pytest.raises(ChainFileInUse):
        open_chain(path)
    fill(chain, wallet)
    chain.close()
    open_chain(path).close()


def test_a_file_of_another_program_is_refused_untouched(path: Path) -> None:
    with sqlite3.connect(path.absolute()) as foreign:
        foreign.execute("CREATE TABLE photos(name TEXT)")
    foreign.close()
    before = path.read_bytes()
    with pytest.raises(ChainFileForeign):
        open_chain(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_untouched(path: Path) -> None:
    path.write_text("a shopping list " * 500)
    with pytest.raises(ChainFileForeign):
        open_chain(path)
    assert path.read_text() == "a shopping list " * 500


def test_a_file_of_another_layout_is_refused(path: Path) -> None:
    open_chain(path).close()
    with sqlite3.connect(path.absolute()) as file:
        file.execute("PRAGMA user_version=2")
    file.close()
    with pytest.raises(ChainFileForeign, match="layout 2"):
        open_chain(path)


def test_a_file_in_a_folder_that_does_not_exist_is_a_named_error(tmp_path: Path) -> None:
    with pytest.raises(ChainStorageFailed):
        open_chain(tmp_path / "nowhere" / "chain.db")


def test_a_closed_chain_says_so(path: Path, wallet: Wallet) -> None:
    chain = open_chain(path)
    chain.close()
    chain.close()
    uses: list[Callable[[], object]] = [
        lambda: chain.send_raw([wallet.sign(b"\x01" * 20)]),
        lambda: chain.receipts([bytes(32)]),
        lambda: chain.logs(0, 1),
        lambda: chain.block(0),
    ]
    for use in uses:
        with pytest.raises(ChainClosed):
            use()


def test_a_full_disk_loses_the_block_in_hand_whole_and_nothing_else(path: Path, wallet: Wallet) -> None:
    chain = open_chain(path)
    notebook = fill(chain, wallet)
    head = chain.head()
    # SQLite answers a file that may not grow as it answers a disk that is full.
    file = chain._store._sql
    pages = file.execute("PRAGMA page_count").fetchone()[0]
    file.execute(f"PRAGMA max_page_count={pages}")
    many = [wallet.sign(notebook, call_data("note(uint256,uint256)", slot, 1), gas=200_000) for slot in range(200)]
    with pytest.raises(ChainStorageFailed, match="full"):
        chain.send_raw(many)
    assert (chain.head(), chain.nonce(wallet.address)) == (head, wallet.nonce - 200)
    file.execute(f"PRAGMA max_page_count={pages * 100}")
    assert all(result.accepted for result in chain.send_raw(many))
    assert chain.head().parent_hash == head.hash
    chain.verify(chain.head().number)
    chain.close()


def test_state_that_the_file_lacks_is_a_named_error_and_never_an_empty_answer(path: Path, wallet: Wallet) -> None:
    chain = open_chain(path)
    notebook = fill(chain, wallet)
    proof = chain.proof(notebook, [(1).to_bytes(32, "big")])
    parts = [proof.path[0], proof.path[-1], proof.storage[0].path[0], proof.storage[0].path[-1], chain.code(notebook)]
    chain.close()
    for part in parts:
        with sqlite3.connect(path.absolute()) as file:
            row = file.execute("SELECT value FROM nodes WHERE key = ?", (keccak(part),)).fetchone()
            assert row == (part,)
            file.execute("DELETE FROM nodes WHERE key = ?", (keccak(part),))
        file.close()
        chain = open_chain(path)
        with pytest.raises(StateMissing):
            chain.call(notebook, call_data("read(uint256)", 1))
        with pytest.raises(StateMissing):
            chain.send_raw([wallet.sign(notebook, call_data("note(uint256,uint256)", 1, 1), nonce=wallet.nonce)])
        chain.close()
        with sqlite3.connect(path.absolute()) as file:
            file.execute("INSERT INTO nodes VALUES (?, ?)", (keccak(part), part))
        file.close()
    chain = open_chain(path)
    wallet.send(chain, notebook, call_data("note(uint256,uint256)", 1, 1))
    chain.close()


@pytest.mark.parametrize(
    ("edit", "number"),
    [
        ("UPDATE receipts SET succeeded = 0 WHERE block_number = 2 AND transaction_index = 1", 2),
        ("UPDATE receipts SET gas_used = gas_used + 1 WHERE block_number = 2", 2),
        ("DELETE FROM receipts WHERE block_number = 3 AND transaction_index = 1", 3),
        ("UPDATE logs SET data = zeroblob(32) WHERE block_number = 3 AND log_index = 0", 3),
        ("UPDATE logs SET topic1 = NULL WHERE block_number = 3", 3),
        ("DELETE FROM logs WHERE block_number = 4", 4),
        ("UPDATE blocks SET timestamp = timestamp + 1 WHERE number = 2", 2),
        ("UPDATE blocks SET hash = zeroblob(32) WHERE number = 2", 3),
        ("DELETE FROM blocks WHERE number = 2", 3),
        ("DELETE FROM nodes WHERE key = (SELECT receipts_root FROM blocks WHERE number = 2)", 2),
        ("DELETE FROM nodes WHERE key = (SELECT state_root FROM blocks WHERE number = 2)", 2),
        ("UPDATE nodes SET value = zeroblob(9) WHERE key = (SELECT state_root FROM blocks WHERE number = 2)", 2),
    ],
)
def test_an_edited_file_is_found_out(path: Path, wallet: Wallet, edit: str, number: int) -> None:
    """N3: the tables that answer questions can be checked against what the blocks' hashes vouch for."""
    chain = open_chain(path)
    fill(chain, wallet)
    chain.close()
    with sqlite3.connect(path.absolute()) as file:
        assert file.execute(edit).rowcount > 0
    file.close()
    chain = open_chain(path)
    with pytest.raises(ChainFileDamaged) as raised:
        chain.verify(number)
    assert raised.value.number == number
    assert isinstance(raised.value, ChainError)
    chain.close()
