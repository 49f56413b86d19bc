"""A contract's functions and errors by name, against the compiler's selectors and eth_abi."""

from typing import Any, Final

import pytest
from eth_abi.abi import decode as abi_decode
from eth_abi.abi import encode as abi_encode
from eth_hash.auto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st
from web3.main import Web3

from ledger.chain.artifacts import Artifact
from ledger.chain.compile import compile_contracts
from ledger.chain.contract import Contract, Revert, creation_arguments
from ledger.chain.deploy import LIBRARIES
from ledger.chain.errors import ArgumentsInvalid, CallReverted
from ledger.domain.ids import OPERATOR
from scripts.world import World, key, some_terms, terms_tuple

ADDRESS: Final = b"\x77" * 20


def artifacts() -> list[Artifact]:
    compiled = compile_contracts()
    return [compiled["CouponLedger"], *(compiled[name] for name in LIBRARIES)]


LEDGER: Final = Contract(artifacts(), ADDRESS)
ERRORS: Final = {
    entry["name"]: tuple(each["type"] for each in entry["inputs"])
    for artifact in artifacts()
    for entry in artifact.abi
    if entry["type"] == "error"
}
VALUES: Final[dict[str, st.SearchStrategy[Any]]] = {
    "bool": st.booleans(),
    "address": st.binary(min_size=20, max_size=20).map(lambda value: f"0x{value.hex()}"),
    "bytes32": st.binary(min_size=32, max_size=32),
    "string": st.text(st.characters(codec="utf-8"), max_size=40),
    **{f"uint{bits}": st.integers(0, 2**bits - 1) for bits in (8, 16, 32, 40, 64, 256)},
}


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("pause", ()),
        ("suspendMerchant", (7, True)),
        ("changeGroup", (0, True, [2, 3])),
        ("mint", (terms_tuple(some_terms()),)),
        ("deposit", ([(False, 2, 500), (True, 1, 2**64 - 1)],)),
        ("issue", ([(2, 0, 1, 1, 9, 10, b"\x01" * 5, b"\x02" * 64)],)),
        ("redeem", ([(2, 0, 5, b"\x01" * 96, b"\x02" * 64)],)),
    ],
)
def test_a_call_is_encoded_as_web3_encodes_it(function: str, arguments: tuple[Any, ...]) -> None:
    ours = LEDGER.encode(function, *arguments)
    compiled = compile_contracts()["CouponLedger"]
    contract = Web3().eth.contract(address=Web3.to_checksum_address(ADDRESS), abi=compiled.abi)
    assert f"0x{ours.hex()}" == contract.encode_abi(function, args=list(arguments))
    assert ours[:4].hex() in compiled.method_identifiers.values()


def test_every_function_has_the_selector_that_the_compiler_gave_it() -> None:
    identifiers = compile_contracts()["CouponLedger"].method_identifiers
    ours = {known.selector.hex() for known in LEDGER._functions.values()}
    assert ours == set(identifiers.values())


@pytest.mark.parametrize(
    ("function", "arguments"),
    [("suspendMerchant", (2**32, True)), ("suspendMerchant", (-1, True)), ("suspendMerchant", (1,)), ("pause", (1,))],
)
def test_arguments_that_do_not_fit_are_a_named_error(function: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ArgumentsInvalid) as caught:
        LEDGER.encode(function, *arguments)
    assert caught.value.function == function
    assert caught.value.detail


def test_one_answer_comes_by_itself_and_several_as_a_tuple(story: World) -> None:
    assert story.token.ask(story.chain, "decimals") == 2
    assert len(story.ledger.ask(story.chain, "slots", [bytes(32), bytes(32)])) == 2
    assert story.ledger.ask(story.chain, "eip712Domain")[1:3] == ("Coupon Ledger", "1")


def test_a_question_that_is_refused_raises_what_the_contract_said(story: World) -> None:
    with pytest.raises(CallReverted) as caught:
        story.ledger.ask(story.chain, "mint", terms_tuple(some_terms()), sender=key("stranger").address)
    assert story.ledger.decode_revert(caught.value.data).name == "AccessControlUnauthorizedAccount"


@pytest.mark.parametrize("name", sorted(ERRORS))
@settings(max_examples=10)
@given(data=st.data())
def test_every_error_is_named_with_its_fields(name: str, data: st.DataObject) -> None:
    types = ERRORS[name]
    values = [data.draw(VALUES[kind]) for kind in types]
    encoded = keccak(f"{name}({','.join(types)})".encode())[:4] + abi_encode(types, values)
    revert = LEDGER.decode_revert(encoded)
    assert revert.name == name
    assert tuple(revert.fields.values()) == abi_decode(types, encoded[4:])
    assert str(revert).startswith(name)


def test_errors_of_libraries_and_of_the_contract_share_no_selector() -> None:
    selectors = {keccak(f"{name}({','.join(types)})".encode())[:4] for name, types in ERRORS.items()}
    assert len(selectors) == len(ERRORS)


@given(message=VALUES["string"])
def test_a_plain_message_is_an_error_with_that_message(message: str) -> None:
    data = bytes.fromhex("08c379a0") + abi_encode(("string",), (message,))
    assert LEDGER.decode_revert(data) == Revert("Error", {"message": message})


@pytest.mark.parametrize("data", [b"", b"\x01", b"\xde\xad\xbe\xef", b"\xde\xad\xbe\xef" + bytes(32)])
def test_anything_else_is_unknown(data: bytes) -> None:
    revert = LEDGER.decode_revert(data)
    assert revert == Revert("Unknown", {"data": data})
    assert str(revert) == f"Unknown(data 0x{data.hex()})"


def test_the_error_a_call_would_end_in_is_asked_for_and_nothing_changes(story: World) -> None:
    head = story.chain.head()
    data = story.ledger.encode("suspendMerchant", OPERATOR, True)
    revert = story.ledger.revert_of(story.chain, data, sender=key("operator").address)
    assert revert == Revert("OperatorNotSuspendable", {})
    assert str(revert) == "OperatorNotSuspendable"
    unpaused = story.ledger.revert_of(story.chain, story.ledger.encode("unpause"), sender=key("pauser").address)
    assert unpaused == Revert("NotPaused", {})
    good = story.ledger.encode("suspendMerchant", 2, True)
    assert story.ledger.revert_of(story.chain, good, sender=key("operator").address) is None
    assert story.chain.head() == head


def test_constructor_arguments_are_encoded_where_there_are_any() -> None:
    compiled = compile_contracts()
    encoded = creation_arguments(compiled["CouponLens"], ADDRESS, "https://example.com/")
    assert abi_decode(("address", "string"), encoded) == (f"0x{ADDRESS.hex()}", "https://example.com/")
    assert creation_arguments(compiled["Members"]) == b""
