"""EVM instructions on the memory and the call data of one execution, for a stack of plain integers."""

from collections.abc import Callable, Sequence
from typing import cast

from eth.exceptions import InsufficientStack
from eth.vm import opcode_values as op
from eth.vm.computation import BaseComputation
from eth.vm.memory import Memory
from eth_hash.auto import keccak

from ledger.chain.embedded.steps import Stack, gas_of


class Frame:
    """One execution's stack, memory, call data and gas, without py-evm's checks at every use."""

    def __init__(self, computation: BaseComputation, stack: Stack) -> None:
        self.stack = stack
        self.meter = computation._gas_meter
        self._computation = computation
        self._memory = cast(Memory, computation._memory)
        self._data = computation.msg.data

    def take(self, items: int, *, gas: int) -> Sequence[int]:
        """Pay, and pop items, the top first."""
        self.meter.consume_gas(gas, "")
        if len(self.stack) < items:
            raise InsufficientStack(f"Wanted {items} stack items, only had {len(self.stack)}")
        return [self.stack.pop() for _ in range(items)]

    def reach(self, start: int, size: int) -> bytearray:
        """The memory, grown and paid for as far as it is needed."""
        buffer = self._memory._bytes
        if start + size > len(buffer):
            # Growing may put another buffer in the place of one that something still reads from.
            self._computation.extend_memory(start, size)
            buffer = self._memory._bytes
        return buffer

    def mload(self) -> None:
        """MLOAD."""
        (start,) = self.take(1, gas=MLOAD_GAS)
        self.stack.append(int.from_bytes(self.reach(start, 32)[start : start + 32], "big"))

    def mstore(self) -> None:
        """MSTORE."""
        start, value = self.take(2, gas=MSTORE_GAS)
        self.reach(start, 32)[start : start + 32] = value.to_bytes(32, "big")

    def calldataload(self) -> None:
        """CALLDATALOAD; beyond the data there are zeros."""
        (start,) = self.take(1, gas=CALLDATALOAD_GAS)
        word = self._data[start : start + 32]
        self.stack.append(int.from_bytes(word, "big") << 8 * (32 - len(word)))

    def sha3(self) -> None:
        """KECCAK256; each word of its input is paid for."""
        start, size = self.take(2, gas=SHA3_GAS)
        buffer = self.reach(start, size) if size else b""
        self.meter.consume_gas(SHA3_WORD_GAS * ((size + 31) // 32), "")
        self.stack.append(int.from_bytes(keccak(bytes(buffer[start : start + size])), "big"))


MLOAD_GAS = gas_of(op.MLOAD)
MSTORE_GAS = gas_of(op.MSTORE)
CALLDATALOAD_GAS = gas_of(op.CALLDATALOAD)
SHA3_GAS = gas_of(op.SHA3)
SHA3_WORD_GAS = 6

FRAME_INSTRUCTIONS: dict[int, Callable[[Frame], None]] = {
    op.MLOAD: Frame.mload,
    op.MSTORE: Frame.mstore,
    op.CALLDATALOAD: Frame.calldataload,
    op.SHA3: Frame.sha3,
}
"""By opcode."""
