"""py-evm with a faster way through a contract's stack instructions, jumps and memory; py-evm executes all else.

py-evm asks the code for the next opcode and executes it. Here the code, asked so, first executes every instruction of
those kinds on the way itself, and answers with the next opcode of any other kind. A test runs random programs and
real ones both ways and wants the same gas, answer, logs and state.
"""

from collections.abc import Iterator
from typing import cast

from eth.abc import MessageAPI, StateAPI, TransactionContextAPI
from eth.exceptions import FullStack, InsufficientStack, InvalidJumpDestination, OutOfGas
from eth.vm.code_stream import CodeStream
from eth.vm.forks.prague.computation import PragueComputation
from eth.vm.opcode_values import JUMP, JUMPI, SELFDESTRUCT, STOP
from eth.vm.stack import Stack as EvmStack

from ledger.chain.embedded.frame import FRAME_INSTRUCTIONS, Frame
from ledger.chain.embedded.program import Run, program_of
from ledger.chain.embedded.steps import Stack, gas_of

STACK_LIMIT = 1024
JUMP_GAS = gas_of(JUMP)
JUMPI_GAS = gas_of(JUMPI)

# py-evm warns, by Python's warnings, whenever a contract destroys itself; what a stranger's contract does must not
# become an exception where warnings are errors.
OPCODES = {
    **PragueComputation.opcodes,
    SELFDESTRUCT: vars(PragueComputation.opcodes[SELFDESTRUCT])["__wrapped__"],
}


class RunningCode(CodeStream):
    """Code in execution in one frame."""

    __slots__ = ("_frame", "_program")

    def __init__(self, code: bytes, frame: Frame) -> None:
        super().__init__(code)
        self._program = program_of(code)
        self._frame = frame

    def __iter__(self) -> Iterator[int]:
        frame, stack, code, run_at = self._frame, self._frame.stack, self._raw_code_bytes, self._program.run_at
        while True:
            run = run_at(self.program_counter)
            self._pay_for(run)
            for step in run.steps:
                step(stack)
            place = run.end
            opcode = code[place] if place < len(code) else STOP
            self.program_counter = place + 1
            if opcode == JUMP:
                self._land(*frame.take(1, gas=JUMP_GAS))
            elif opcode == JUMPI:
                target, condition = frame.take(2, gas=JUMPI_GAS)
                if condition:
                    self._land(target)
            elif (instruction := FRAME_INSTRUCTIONS.get(opcode)) is not None:
                instruction(frame)
            else:
                yield opcode
                # py-evm leaves bytes where bytes came in; all instructions here work on integers.
                if stack and isinstance(stack[-1], bytes):
                    stack[-1] = int.from_bytes(stack[-1], "big")

    def _pay_for(self, run: Run) -> None:
        meter, height = self._frame.meter, len(self._frame.stack)
        if run.gas > meter.gas_remaining:
            raise OutOfGas(f"Out of gas: Needed {run.gas} - Remaining {meter.gas_remaining}")
        if height < run.needs:
            raise InsufficientStack(f"Wanted {run.needs} stack items, only had {height}")
        if height + run.grows > STACK_LIMIT:
            raise FullStack("Stack limit reached")
        meter.gas_remaining -= run.gas

    def _land(self, target: int) -> None:
        if target not in self._program.landings:
            raise InvalidJumpDestination(f"Invalid jump destination: {target}")
        self.program_counter = target


class Computation(PragueComputation):
    """One execution of a message, of code that runs as above."""

    opcodes = OPCODES

    def __init__(self, state: StateAPI, message: MessageAPI, transaction_context: TransactionContextAPI) -> None:
        super().__init__(state, message, transaction_context)
        stack = cast(Stack, cast(EvmStack, self._stack).values)
        self.code = RunningCode(message.code, Frame(self, stack))
