"""EVM code taken apart once: where jumps may land, and runs of stack instructions that are metered as one."""

from dataclasses import dataclass
from functools import lru_cache

from eth.vm.opcode_values import JUMPDEST, PUSH0, PUSH1, PUSH32

from ledger.chain.embedded.steps import INSTRUCTIONS, PUSH_GAS, Instruction, Step, push

PROGRAMS_KEPT = 128
"""Codes kept taken apart: the ledger's contract and libraries, and wallets that are contracts."""


@dataclass(frozen=True, slots=True)
class Run:
    """Stack instructions from one place up to the first that is none, or up to the end.

    `needs` is the least height of the stack, `grows` what it rises at most. To check gas and stack once for all of
    them changes no outcome: who runs out in the middle loses all gas and every effect, and a run has no effects.
    """

    gas: int
    needs: int
    grows: int
    steps: tuple[Step, ...]
    end: int


class Program:
    """One contract's code; runs are made when execution first comes to them."""

    def __init__(self, code: bytes) -> None:
        self.code = code
        self.landings = _landings(code)
        self._runs: dict[int, Run] = {}

    def run_at(self, start: int) -> Run:
        """The run that starts at a place; it may be empty."""
        run = self._runs.get(start)
        if run is None:
            run = self._runs[start] = self._make_run(start)
        return run

    def _make_run(self, start: int) -> Run:
        gas = needs = grows = height = 0
        steps: list[Step] = []
        place = start
        while (found := self._instruction(place)) is not None:
            instruction, place = found
            gas += instruction.gas
            needs = max(needs, instruction.takes - height)
            height += instruction.leaves - instruction.takes
            grows = max(grows, height)
            if instruction.step is not None:
                steps.append(instruction.step)
        return Run(gas, needs, grows, tuple(steps), place)

    def _instruction(self, place: int) -> tuple[Instruction, int] | None:
        if place >= len(self.code):
            return None
        opcode = self.code[place]
        if PUSH0 <= opcode <= PUSH32:
            end = place + 1 + opcode - PUSH0
            # Code that ends within a PUSH goes on with zeros.
            value = int.from_bytes(self.code[place + 1 : end].ljust(opcode - PUSH0, b"\0"), "big")
            return Instruction(push(value), 0, 1, PUSH_GAS[opcode]), end
        instruction = INSTRUCTIONS.get(opcode)
        return None if instruction is None else (instruction, place + 1)


def _landings(code: bytes) -> frozenset[int]:
    landings = set()
    place = 0
    while place < len(code):
        opcode = code[place]
        if opcode == JUMPDEST:
            landings.add(place)
        place += opcode - PUSH1 + 2 if PUSH1 <= opcode <= PUSH32 else 1
    return frozenset(landings)


@lru_cache(maxsize=PROGRAMS_KEPT)
def program_of(code: bytes) -> Program:
    """The program of a code, remembered."""
    return Program(code)
