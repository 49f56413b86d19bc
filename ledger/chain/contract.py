"""One contract's functions and errors by name, over eth_abi: no web3 in the loop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import EncodingError
from eth_hash.auto import keccak

from ledger.chain.artifacts import Artifact
from ledger.chain.errors import ArgumentsInvalid, CallReverted
from ledger.chain.protocol import BlockTag, Chain


@dataclass(frozen=True, slots=True)
class Revert:
    """A named error of the contract with its fields by name."""

    name: str
    fields: Mapping[str, Any]

    def __str__(self) -> str:
        values = ", ".join(f"{key} {_plain(value)}" for key, value in self.fields.items())
        return f"{self.name}({values})" if values else self.name


@dataclass(frozen=True, slots=True)
class _Function:
    selector: bytes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


class Contract:
    """Encodes calls of a deployed contract, asks it, and names its errors."""

    def __init__(self, artifacts: Sequence[Artifact], address: bytes) -> None:
        """`artifacts`: the contract's own first, then those of libraries whose errors it passes on."""
        self.address = address
        self._functions = {
            entry["name"]: _Function(_selector(entry), _types(entry["inputs"]), _types(entry["outputs"]))
            for entry in artifacts[0].abi
            if entry["type"] == "function"
        }
        self._errors = {
            _selector(entry): entry for artifact in artifacts for entry in artifact.abi if entry["type"] == "error"
        }

    def encode(self, function: str, *arguments: Any) -> bytes:
        """Calldata of a call; raises `ArgumentsInvalid`."""
        known = self._functions[function]
        try:
            return known.selector + encode(known.inputs, arguments)
        except EncodingError as error:
            raise ArgumentsInvalid(function, str(error)) from error

    def ask(
        self, chain: Chain, function: str, *arguments: Any, sender: bytes | None = None, block: BlockTag | None = None
    ) -> Any:
        """What a read-only call answers: one value, or a tuple of several. Raises `CallReverted`."""
        answer = chain.call(self.address, self.encode(function, *arguments), sender=sender, block=block)
        values = decode(self._functions[function].outputs, answer)
        return values[0] if len(values) == 1 else values

    def revert_of(self, chain: Chain, data: bytes, *, sender: bytes, block: BlockTag | None = None) -> Revert | None:
        """The error a call would end in, None if it would succeed. Nothing is changed."""
        try:
            chain.call(self.address, data, sender=sender, block=block)
        except CallReverted as reverted:
            return self.decode_revert(reverted.data)
        return None

    def decode_revert(self, data: bytes) -> Revert:
        """Name and fields of a revert's data; a plain message is `Error`, unknown data is `Unknown`."""
        if data[:4] == bytes.fromhex("08c379a0"):
            return Revert("Error", {"message": decode(("string",), data[4:])[0]})
        entry = self._errors.get(data[:4])
        if entry is None:
            return Revert("Unknown", {"data": data})
        values = decode(_types(entry["inputs"]), data[4:])
        return Revert(entry["name"], {each["name"]: value for each, value in zip(entry["inputs"], values, strict=True)})


def creation_arguments(artifact: Artifact, *arguments: Any) -> bytes:
    """The encoded arguments that follow a contract's creation code."""
    constructor = next((entry for entry in artifact.abi if entry["type"] == "constructor"), None)
    return b"" if constructor is None else encode(_types(constructor["inputs"]), arguments)


def _types(inputs: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(_type(entry) for entry in inputs)


def _type(entry: Mapping[str, Any]) -> str:
    name = str(entry["type"])
    if not name.startswith("tuple"):
        return name
    return f"({','.join(_types(entry['components']))}){name.removeprefix('tuple')}"


def _selector(entry: Mapping[str, Any]) -> bytes:
    return keccak(f"{entry['name']}({','.join(_types(entry['inputs']))})".encode())[:4]


def _plain(value: Any) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
