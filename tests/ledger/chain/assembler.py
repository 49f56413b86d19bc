"""A small assembler, so that the chain's tests need no compiler, and a contract written in it."""

import re

from eth.vm import opcode_values
from eth_utils.crypto import keccak

OPCODES = {name: value for name, value in vars(opcode_values).items() if isinstance(value, int)} | {"INVALID": 0xFE}


def assemble(source: str) -> bytes:
    """EVM code from words: mnemonics, numbers (pushed), `@name` (a place, pushed as two bytes), `name:` (a place)."""
    code = bytearray()
    places: dict[str, int] = {}
    wanted: list[tuple[int, str]] = []
    for word in re.sub(r"//.*", "", source).split():
        if word.endswith(":"):
            places[word[:-1]] = len(code)
            code.append(OPCODES["JUMPDEST"])
        elif word.startswith("@"):
            wanted.append((len(code) + 1, word[1:]))
            code += bytes([OPCODES["PUSH2"], 0, 0])
        elif word[0].isdigit():
            number = int(word, 0)
            pushed = number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")
            code += bytes([OPCODES["PUSH1"] + len(pushed) - 1]) + pushed
        else:
            code.append(OPCODES[word])
    for position, name in wanted:
        code[position : position + 2] = places[name].to_bytes(2, "big")
    return bytes(code)


def deployment(runtime: bytes) -> bytes:
    """Code that deploys `runtime`."""
    copy = assemble(f"{len(runtime)} DUP1 11 0 CODECOPY 0 RETURN")
    padded = copy.rjust(11, bytes([OPCODES["JUMPDEST"]]))
    return padded + runtime


def selector(signature: str) -> str:
    """A function's selector as the assembler's number."""
    return "0x" + keccak(text=signature)[:4].hex()


NOTED = keccak(text="Noted(uint256,uint256,uint256)")
"""The event of `note`: the slot and what it held are indexed, the new value is data."""

NOTEBOOK = assemble(
    f"""
    0 CALLDATALOAD 224 SHR
    DUP1 {selector("note(uint256,uint256)")} EQ @note JUMPI
    DUP1 {selector("read(uint256)")} EQ @read JUMPI
    DUP1 {selector("fail(uint256)")} EQ @fail JUMPI
    DUP1 {selector("halt()")} EQ @halt JUMPI
    DUP1 {selector("dive()")} EQ @dive JUMPI
    DUP1 {selector("moment()")} EQ @moment JUMPI
    0 0 REVERT

    note:
    4 CALLDATALOAD SLOAD            // what the slot holds
    36 CALLDATALOAD 0 MSTORE
    36 CALLDATALOAD 4 CALLDATALOAD SSTORE
    4 CALLDATALOAD                  // the slot
    0x{NOTED.hex()}
    32 0 LOG3
    STOP

    read:
    4 CALLDATALOAD SLOAD 0 MSTORE 32 0 RETURN

    fail:
    4 CALLDATALOAD 0 MSTORE 32 0 REVERT

    halt:
    INVALID

    dive:                           // calls itself as deep as gas and the limit of 1,024 allow, then counts
    {selector("dive()")} 224 SHL 0 MSTORE
    32 32 4 0 0 ADDRESS GAS CALL POP
    32 MLOAD 1 ADD 0 MSTORE 32 0 RETURN

    moment:
    TIMESTAMP 0 MSTORE NUMBER 32 MSTORE 64 0 RETURN
    """
)


def call_data(signature: str, *arguments: int) -> bytes:
    """A call of one of the notebook's functions, whose arguments are all numbers."""
    return keccak(text=signature)[:4] + b"".join(argument.to_bytes(32, "big") for argument in arguments)
