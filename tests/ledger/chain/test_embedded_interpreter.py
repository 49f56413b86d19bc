"""The faster interpreter and py-evm's own agree on every program: gas, answer, logs, state, and how it ends."""

import warnings
from dataclasses import dataclass

import pytest
from eth.db.atomic import AtomicDB
from eth.db.chain import ChainDB
from eth.rlp.headers import BlockHeader as EvmHeader
from eth.vm.chain_context import ChainContext
from eth.vm.forks.prague import PragueVM
from eth.vm.message import Message
from eth_typing import Address, BlockNumber
from eth_utils.crypto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.chain.clock import ReplayClock
from ledger.chain.embedded import EmbeddedChain, machine
from ledger.chain.embedded.state import VirtualMachine
from tests.ledger.chain.assembler import NOTEBOOK, OPCODES, assemble, call_data
from tests.ledger.chain.wallet import CHAIN_ID, Wallet

HERE = Address(b"\x22" * 20)
CALLER = Address(b"\x33" * 20)
ARITHMETIC = (
    "ADD MUL SUB DIV SDIV MOD SMOD ADDMOD MULMOD SIGNEXTEND EXP LT GT SLT SGT EQ ISZERO AND OR XOR NOT BYTE SHL SHR SAR"
)
EDGES = [0, 1, 2, 31, 255, 256, 2**64, 2**255 - 1, 2**255, 2**256 - 1]


@dataclass(frozen=True)
class Outcome:
    """All that a program may change or say."""

    gas_left: int
    refund: int
    output: bytes
    succeeded: bool
    reverted: bool
    logs: object
    state_root: bytes


def run(machine_class: type[PragueVM], code: bytes, *, data: bytes, gas: int) -> Outcome:
    """Execute code as the contract at HERE, called by CALLER."""
    header = EvmHeader(difficulty=0, block_number=BlockNumber(-1), gas_limit=0)
    database = ChainDB(AtomicDB())
    state = machine_class.build_state(database.db, header, ChainContext(CHAIN_ID))
    state.set_code(HERE, code)
    state.set_balance(HERE, 1_000)
    state.set_storage(HERE, 1, 5)
    state.persist()
    genesis = machine_class.create_genesis_header(
        difficulty=0, gas_limit=60_000_000, timestamp=1_700_000_000, state_root=state.state_root, base_fee_per_gas=0
    )
    state = machine_class.build_state(database.db, genesis, ChainContext(CHAIN_ID))
    context = state.get_transaction_context_class()(gas_price=0, origin=CALLER)
    message = Message(gas=gas, to=HERE, sender=CALLER, value=0, data=data, code=code)
    computation = state.computation_class.apply_message(state, message, context)
    state.persist()
    return Outcome(
        gas_left=computation.get_gas_remaining(),
        refund=computation.get_gas_refund(),
        output=bytes(computation.output),
        succeeded=computation.is_success,
        reverted=computation.is_error and not computation.should_burn_gas,
        logs=computation.get_log_entries(),
        state_root=state.state_root,
    )


def assert_same(code: bytes, *, data: bytes = b"", gas: int = 100_000) -> Outcome:
    """Both ways, and the outcome they share."""
    ours = run(VirtualMachine, code, data=data, gas=gas)
    with warnings.catch_warnings():
        # py-evm's own machine warns of every SELFDESTRUCT; ours must not, whatever a stranger's contract does.
        warnings.simplefilter("ignore", DeprecationWarning)
        assert ours == run(PragueVM, code, data=data, gas=gas)
    return ours


NUMBERS = st.one_of(st.sampled_from(EDGES), st.integers(0, 2**256 - 1), st.integers(0, 300))


@pytest.mark.parametrize("name", ARITHMETIC.split())
def test_arithmetic_agrees_at_its_edges(name: str) -> None:
    for top in EDGES:
        for second in EDGES:
            assert_same(assemble(f"3 {second} {top} {name} 0 MSTORE 32 0 RETURN"))


@given(numbers=st.lists(NUMBERS, min_size=1, max_size=20), data=st.data())
def test_shuffled_stacks_agree(numbers: list[int], data: st.DataObject) -> None:
    moves = [f"{kind}{position}" for kind in ("DUP", "SWAP") for position in range(1, 17)]
    words = data.draw(st.lists(st.sampled_from([*moves, "POP", "ADD", "PUSH0"]), max_size=40))
    store = " ".join(f"{32 * place} MSTORE" for place in range(3))
    assert_same(assemble(" ".join(map(str, numbers)) + f" {' '.join(words)} {store} 96 0 RETURN"))


@settings(max_examples=settings.default.max_examples * 4 if settings.default else 200)
@given(
    code=st.lists(
        st.one_of(
            st.sampled_from(sorted(OPCODES.values())).map(lambda opcode: bytes([opcode])),
            st.integers(0, 80).map(lambda number: bytes([OPCODES["PUSH1"], number])),
            NUMBERS.map(lambda number: bytes([OPCODES["PUSH32"]]) + number.to_bytes(32, "big")),
        ),
        max_size=60,
    ).map(b"".join),
    data=st.binary(max_size=80),
    gas=st.integers(0, 60_000),
)
def test_random_programs_agree(code: bytes, data: bytes, gas: int) -> None:
    assert_same(code, data=data, gas=gas)


PLACES = st.one_of(st.integers(0, 200), st.sampled_from([2**16, 2**32, 2**256 - 1]))


@given(
    words=st.lists(
        st.one_of(
            st.builds("{} MLOAD".format, PLACES),
            st.builds("{} {} MSTORE".format, NUMBERS, PLACES),
            st.builds("{} {} MSTORE8".format, NUMBERS, PLACES),
            st.builds("{} {} SHA3".format, PLACES, PLACES),
            st.builds("{} CALLDATALOAD".format, PLACES),
            st.builds("{} {} {} CALLDATACOPY".format, PLACES, PLACES, PLACES),
            st.builds("{} {} {} MCOPY".format, PLACES, PLACES, PLACES),
            st.builds("{} {} LOG0".format, PLACES, PLACES),
            st.builds("{} {} {} {} 0 0x{:x} 500 CALL".format, PLACES, PLACES, PLACES, PLACES, st.integers(1, 9)),
            st.sampled_from(["MSIZE", "GAS", "POP", "DUP1", "DUP2 DUP2 SSTORE", "RETURNDATASIZE", "CALLDATASIZE"]),
        ),
        max_size=25,
    ),
    data=st.binary(max_size=80),
    gas=st.integers(500, 100_000),
)
def test_programs_on_memory_and_call_data_agree(words: list[str], data: bytes, gas: int) -> None:
    assert_same(assemble(" ".join(words) + " MSIZE 0 RETURN"), data=data, gas=gas)


@given(st.binary(max_size=200), st.integers(0, 30_000))
def test_random_bytes_agree(code: bytes, gas: int) -> None:
    assert_same(code, gas=gas)


LOOP = "0 again: DUP1 7 MUL DUP2 SSTORE 1 ADD DUP1 {rounds} GT @again JUMPI GAS 0 MSTORE 32 0 RETURN"


@pytest.mark.parametrize("gas", [0, 1, 2_000, 30_000, 66_500, 66_700, 67_000, 90_000, 10**6])
def test_a_loop_agrees_wherever_its_gas_ends(gas: int) -> None:
    assert_same(assemble(LOOP.format(rounds=3)), gas=gas)


def test_a_loop_agrees_at_every_single_gas_around_its_cost() -> None:
    code = assemble("0 again: 1 ADD DUP1 3 GT @again JUMPI GAS 0 MSTORE 32 0 RETURN")
    used = 10_000 - assert_same(code, gas=10_000).gas_left
    ends = [assert_same(code, gas=gas).succeeded for gas in range(used + 10)]
    assert ends == [False] * used + [True] * 10


@pytest.mark.parametrize(
    "source",
    [
        "@place JUMP STOP place: 1 0 MSTORE 32 0 RETURN",
        "0 @place JUMPI 7 0 MSTORE 32 0 RETURN place: STOP",
        "1 JUMP",
        "3 JUMP STOP",
        "0xffffffffffffffffffffffff JUMP",
        "4 JUMP PUSH0 place:",  # lands beyond the end
        "JUMP",
        "JUMPI",
        "1 JUMPI",
        "1 0 JUMPI",
        "POP",
        "DUP1",
        "SWAP1",
        "1 SWAP1",
        "PC PC PC 0 MSTORE 32 0 RETURN",
        "place: GAS PUSH0 @place JUMPI GAS 0 MSTORE 32 0 RETURN",
    ],
)
def test_jumps_and_empty_stacks_agree(source: str) -> None:
    assert_same(assemble(source))


def test_a_jump_into_the_data_of_a_push_is_refused_both_ways() -> None:
    code = bytes([OPCODES["PUSH1"], 4, OPCODES["JUMP"], OPCODES["PUSH1"], OPCODES["JUMPDEST"], OPCODES["STOP"]])
    assert not assert_same(code).succeeded
    assert not assert_same(bytes([OPCODES["PUSH1"], 3]) + code[2:]).succeeded


def test_code_that_ends_within_a_push_agrees() -> None:
    for width in range(1, 33):
        for given_bytes in range(width + 1):
            assert_same(bytes([OPCODES["PUSH1"] + width - 1]) + b"\x5b" * given_bytes)


@pytest.mark.parametrize("height", [1_021, 1_022, 1_023, 1_024, 1_025])
@pytest.mark.parametrize("last", ["", "PUSH0 POP", "DUP1", "DUP1 POP", "ADDRESS", "0 POP POP"])
def test_a_full_stack_agrees(height: int, last: str) -> None:
    assert_same(assemble("PUSH0 " * height + last + " 0 MSTORE 32 0 RETURN"))


def test_values_that_py_evm_keeps_as_bytes_agree() -> None:
    sources = [
        "ADDRESS",
        "CALLER",
        "ORIGIN",
        "0 CALLDATALOAD",
        "0 MLOAD",
        "32 0 SHA3",
        "COINBASE",
        "ADDRESS EXTCODEHASH",
    ]
    for source in sources:
        for use in ["1 ADD", "DUP1 EQ", "ISZERO", "160 SHR", "NOT", "DUP1 SUB", "DUP1 SLOAD SWAP1 SSTORE 1", "BALANCE"]:
            assert_same(assemble(f"{source} {use} 0 MSTORE 32 0 RETURN"), data=keccak(b"data"))


@pytest.mark.parametrize(
    "data",
    [
        call_data("note(uint256,uint256)", 1, 0),
        call_data("note(uint256,uint256)", 1, 6),
        call_data("note(uint256,uint256)", 2, 2**256 - 1),
        call_data("read(uint256)", 1),
        call_data("fail(uint256)", 9),
        call_data("halt()"),
        call_data("dive()"),
        call_data("moment()"),
        b"",
    ],
    ids=lambda data: data[:4].hex(),
)
def test_a_contract_agrees(data: bytes) -> None:
    assert_same(NOTEBOOK, data=data, gas=200_000)


def test_whole_chains_agree_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    def history() -> list[bytes]:
        clock = ReplayClock(1_000)
        chain = EmbeddedChain(None, clock, chain_id=CHAIN_ID)
        wallet = Wallet("writer")
        notebook = wallet.deploy(chain)
        for number in range(20):
            calls = [call_data("note(uint256,uint256)", number, 5), call_data("fail(uint256)", 1), call_data("dive()")]
            chain.send_raw([wallet.sign(notebook, data, gas=100_000) for data in calls])
        return [chain.block(number).hash for number in range(22)]

    ours = history()
    monkeypatch.setattr(machine, "VirtualMachine", PragueVM)
    assert ours == history()
