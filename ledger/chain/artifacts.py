"""What the compiler made of one contract, and putting library addresses into it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

SIZE_LIMIT_BYTES = 24_576
"""No chain deploys more code than this at one address (EIP-170)."""

SIZE_WARNING_BYTES = 20_000


class LibraryAddressMissing(Exception):
    """A contract was linked without the address of a library it calls."""

    def __init__(self, contract: str, library: str, given: Iterable[str]) -> None:
        self.contract, self.library, self.given = contract, library, tuple(sorted(given))
        super().__init__(f"{contract} calls the library {library}; addresses were given for {self.given or 'none'}")


class LibraryAddressInvalid(Exception):
    """A library's address has not the 20 bytes of an address."""

    def __init__(self, library: str, length_bytes: int) -> None:
        self.library, self.length_bytes, self.expected_bytes = library, length_bytes, 20
        super().__init__(f"the address of the library {library} has {length_bytes} bytes, not 20")


@dataclass(frozen=True, slots=True)
class LinkReference:
    """A place in the code, `offset` bytes from its start, where the 20 bytes of a library's address go."""

    library: str
    offset: int


@dataclass(frozen=True, slots=True)
class Artifact:
    """One compiled contract.

    `bytecode` (creation) and `deployed_bytecode` are hex without 0x and hold placeholders where libraries are called.
    `metadata` is the compiler's JSON text, byte for byte as the hash at the end of the code names it.
    """

    name: str
    source: str
    abi: tuple[Mapping[str, Any], ...]
    bytecode: str
    link_references: tuple[LinkReference, ...]
    deployed_bytecode: str
    deployed_link_references: tuple[LinkReference, ...]
    method_identifiers: Mapping[str, str]
    storage_layout: Mapping[str, Any]
    metadata: str

    @property
    def deployed_size(self) -> int:
        """Size of the code on the chain, in bytes."""
        return len(self.deployed_bytecode) // 2

    @property
    def libraries(self) -> frozenset[str]:
        """Names of the libraries that must be deployed before this contract."""
        return frozenset(reference.library for reference in self.link_references)

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON; `from_json` reads them back."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Artifact":
        """The artifact that `to_json` wrote."""
        return cls(
            **{
                **values,
                "abi": tuple(values["abi"]),
                "link_references": tuple(LinkReference(**each) for each in values["link_references"]),
                "deployed_link_references": tuple(LinkReference(**each) for each in values["deployed_link_references"]),
            }
        )

    @classmethod
    def from_compiler(cls, *, name: str, source: str, output: Mapping[str, Any]) -> "Artifact":
        """The artifact of one entry below `contracts` in solc's standard output."""
        creation, deployed = output["evm"]["bytecode"], output["evm"]["deployedBytecode"]
        return cls(
            name=name,
            source=source,
            abi=tuple(output["abi"]),
            bytecode=creation["object"],
            link_references=_link_references(creation["linkReferences"]),
            deployed_bytecode=deployed["object"],
            deployed_link_references=_link_references(deployed["linkReferences"]),
            method_identifiers=output["evm"]["methodIdentifiers"],
            storage_layout=output.get("storageLayout", {}),
            metadata=output["metadata"],
        )


@dataclass(frozen=True, slots=True)
class SizeRow:
    """How much of the code limit one contract takes, in bytes."""

    name: str
    deployed_bytes: int
    limit_bytes: int
    near_limit: bool


def link(artifact: Artifact, addresses: Mapping[str, bytes]) -> bytes:
    """Creation code of a contract with the addresses of its libraries, by library name, put in.

    Addresses of libraries it does not call are ignored. Raises LibraryAddressMissing, LibraryAddressInvalid.
    """
    code = artifact.bytecode
    for reference in artifact.link_references:
        address = addresses.get(reference.library)
        if address is None:
            raise LibraryAddressMissing(artifact.name, reference.library, addresses)
        if len(address) != 20:
            raise LibraryAddressInvalid(reference.library, len(address))
        start = reference.offset * 2
        code = code[:start] + address.hex() + code[start + 40 :]
    return bytes.fromhex(code)


def size_rows(artifacts: Mapping[str, Artifact]) -> tuple[SizeRow, ...]:
    """Deployed sizes, largest first, of all contracts that have code."""
    deployable = (artifact for artifact in artifacts.values() if artifact.deployed_size)
    return tuple(
        SizeRow(each.name, each.deployed_size, SIZE_LIMIT_BYTES, each.deployed_size >= SIZE_WARNING_BYTES)
        for each in sorted(deployable, key=lambda each: (-each.deployed_size, each.name))
    )


def _link_references(by_source: Mapping[str, Mapping[str, list[Mapping[str, int]]]]) -> tuple[LinkReference, ...]:
    return tuple(
        LinkReference(library, place["start"])
        for libraries in by_source.values()
        for library, places in libraries.items()
        for place in places
    )
