"""Asking a contract something: executed on a state that is thrown away."""

from collections.abc import Callable
from dataclasses import dataclass

from eth.abc import ComputationAPI, VirtualMachineAPI
from eth.constants import CREATE_CONTRACT_ADDRESS, ZERO_ADDRESS
from eth.exceptions import Revert
from eth.vm.spoof import SpoofTransaction
from eth_typing import Address
from eth_utils.exceptions import ValidationError

from ledger.chain.embedded.admission import floor_gas
from ledger.chain.embedded.limits import TRANSACTION_GAS
from ledger.chain.errors import CallHalted, CallReverted

ESTIMATE_STEP = 1_000
"""How near, in gas, an estimate comes to the least that is enough."""


@dataclass(frozen=True, slots=True)
class Question:
    """A transaction that nobody signed: `to` None creates a contract; `value` in wei."""

    to: bytes | None
    data: bytes
    sender: bytes | None = None
    value: int = 0


def call(machine: VirtualMachineAPI, question: Question, *, gas: int) -> bytes:
    """The answer in the machine's block, at most `gas` used; raises `CallReverted` or `CallHalted`."""
    return _answer(_execute(machine, question, gas))


def estimate_gas(fresh_machine: Callable[[], VirtualMachineAPI], question: Question) -> int:
    """The gas with which a transaction succeeds, at most a step above the least; raises as `call` does."""
    computation = _execute(fresh_machine(), question, TRANSACTION_GAS)
    _answer(computation)
    # What was used before refunds is the least, save where an inner call must be left a part it does not use.
    least = max(TRANSACTION_GAS - computation.get_gas_remaining(), floor_gas(question.data))
    if _execute(fresh_machine(), question, least).is_success:
        return least
    too_low, enough = least, TRANSACTION_GAS
    while enough - too_low > ESTIMATE_STEP:
        middle = (too_low + enough) // 2
        if _execute(fresh_machine(), question, middle).is_success:
            enough = middle
        else:
            too_low = middle
    return enough


def _execute(machine: VirtualMachineAPI, question: Question, gas: int) -> ComputationAPI:
    sender = Address(question.sender or ZERO_ADDRESS)
    unsigned = machine.create_unsigned_transaction(
        nonce=machine.state.get_nonce(sender),
        gas_price=0,
        gas=gas,
        to=Address(question.to or CREATE_CONTRACT_ADDRESS),
        value=question.value,
        data=question.data,
    )
    try:
        return machine.state.apply_transaction(SpoofTransaction(unsigned, from_=sender))  # type: ignore[arg-type]
    except ValidationError as error:
        raise CallHalted(str(error)) from error


def _answer(computation: ComputationAPI) -> bytes:
    if computation.is_success:
        return bytes(computation.output)
    if isinstance(computation.error, Revert):
        raise CallReverted(bytes(computation.output))
    raise CallHalted(f"{type(computation.error).__name__}: {computation.error}")
