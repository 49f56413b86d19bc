"""EVM instructions that touch nothing but the stack, each a function on a stack of plain integers.

They are most of what a contract executes. py-evm spends some 2 us on each, most of it on metering and type checks that
a run of such instructions needs only once (see `program`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from eth.vm import opcode_values as op
from eth.vm.forks.prague.computation import PragueComputation

Stack = list[int]
Step = Callable[[Stack], object]

WORD = 2**256 - 1


@dataclass(frozen=True, slots=True)
class Instruction:
    """What one instruction does (None: nothing), how many items it takes and leaves, and its gas."""

    step: Step | None
    takes: int
    leaves: int
    gas: int


def _add(stack: Stack) -> None:
    top = stack.pop()
    stack[-1] = (top + stack[-1]) & WORD


def _mul(stack: Stack) -> None:
    top = stack.pop()
    stack[-1] = (top * stack[-1]) & WORD


def _sub(stack: Stack) -> None:
    top = stack.pop()
    stack[-1] = (top - stack[-1]) & WORD


def _div(stack: Stack) -> None:
    top = stack.pop()
    divisor = stack[-1]
    stack[-1] = top // divisor if divisor else 0


def _mod(stack: Stack) -> None:
    top = stack.pop()
    divisor = stack[-1]
    stack[-1] = top % divisor if divisor else 0


def _lt(stack: Stack) -> None:
    top = stack.pop()
    stack[-1] = 1 if top < stack[-1] else 0


def _gt(stack: Stack) -> None:
    top = stack.pop()
    stack[-1] = 1 if top > stack[-1] else 0


def _eq(stack: Stack) -> None:
    top = stack.pop()
    stack[-1] = 1 if top == stack[-1] else 0


def _iszero(stack: Stack) -> None:
    stack[-1] = 0 if stack[-1] else 1


def _and(stack: Stack) -> None:
    top = stack.pop()
    stack[-1] &= top


def _or(stack: Stack) -> None:
    top = stack.pop()
    stack[-1] |= top


def _xor(stack: Stack) -> None:
    top = stack.pop()
    stack[-1] ^= top


def _not(stack: Stack) -> None:
    stack[-1] = WORD - stack[-1]


def _shl(stack: Stack) -> None:
    bits = stack.pop()
    stack[-1] = (stack[-1] << bits) & WORD if bits < 256 else 0


def _shr(stack: Stack) -> None:
    bits = stack.pop()
    stack[-1] = stack[-1] >> bits if bits < 256 else 0


def push(value: int) -> Step:
    """The step of a PUSH."""

    def step(stack: Stack) -> None:
        stack.append(value)

    return step


def _dup(position: int) -> Step:
    def step(stack: Stack) -> None:
        stack.append(stack[-position])

    return step


def _swap(position: int) -> Step:
    other = -position - 1

    def step(stack: Stack) -> None:
        stack[-1], stack[other] = stack[other], stack[-1]

    return step


_BINARY: dict[int, Step] = {
    op.ADD: _add,
    op.MUL: _mul,
    op.SUB: _sub,
    op.DIV: _div,
    op.MOD: _mod,
    op.LT: _lt,
    op.GT: _gt,
    op.EQ: _eq,
    op.AND: _and,
    op.OR: _or,
    op.XOR: _xor,
    op.SHL: _shl,
    op.SHR: _shr,
}


def gas_of(opcode: int) -> int:
    """What Prague takes for an instruction before anything that depends on its operands."""
    return cast(int, vars(PragueComputation)["opcodes"][opcode].gas_cost)


def _table() -> dict[int, Instruction]:
    table = {opcode: Instruction(step, 2, 1, gas_of(opcode)) for opcode, step in _BINARY.items()}
    table[op.ISZERO] = Instruction(_iszero, 1, 1, gas_of(op.ISZERO))
    table[op.NOT] = Instruction(_not, 1, 1, gas_of(op.NOT))
    table[op.POP] = Instruction(list.pop, 1, 0, gas_of(op.POP))
    table[op.JUMPDEST] = Instruction(None, 0, 0, gas_of(op.JUMPDEST))
    for position in range(1, 17):
        duplicate, exchange = op.DUP1 + position - 1, op.SWAP1 + position - 1
        table[duplicate] = Instruction(_dup(position), position, position + 1, gas_of(duplicate))
        table[exchange] = Instruction(_swap(position), position + 1, position + 1, gas_of(exchange))
    return table


INSTRUCTIONS: dict[int, Instruction] = _table()
"""By opcode, all but PUSH, whose step depends on the code that follows it."""

PUSH_GAS: dict[int, int] = {opcode: gas_of(opcode) for opcode in range(op.PUSH0, op.PUSH32 + 1)}
