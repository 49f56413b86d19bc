"""Digests of intents packed by hand, against eth_account's reading of the contract's own type strings."""

import re
from typing import Any, Final

import pytest
from eth_account.messages import _hash_eip191_message, encode_typed_data
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.eip712 import TYPES, digest, domain_separator
from ledger.domain.intents import Intent
from scripts.world import CHAIN_ID, World
from tests.ledger.domain.solidity import camel, source

SOURCES: Final = ("libraries/Intents.sol", "libraries/Digests.sol", "libraries/AccountDigests.sol")
IN_SOLIDITY: Final = {
    text: name
    for path in SOURCES
    for text, name in re.findall(r'"((\w+)\([^)]*\))"', source(path))
    if name != "EIP712Domain"
}
"""Type strings of the contract, with their names."""

VALUES: Final[dict[str, st.SearchStrategy[Any]]] = {
    "address": st.binary(min_size=20, max_size=20),
    "bytes": st.binary(max_size=300),
    "bytes32": st.binary(min_size=32, max_size=32),
    "bool": st.booleans(),
    **{f"uint{bits}": st.integers(0, 2**bits - 1) for bits in (8, 16, 32, 40, 48, 64, 72)},
}


def typed_data(intent: Intent, contract: bytes, chain_id: int) -> dict[str, Any]:
    """An intent as wallets are asked to sign it."""
    name = type(intent).__name__
    described = fields_of(name)
    values = [getattr(intent, field) for field in intent.__slots__]
    message = {
        each["name"]: f"0x{value.hex()}" if isinstance(value, bytes) else value
        for each, value in zip(described, values, strict=True)
    }
    domain = {"name": "Coupon Ledger", "version": "1", "chainId": chain_id, "verifyingContract": f"0x{contract.hex()}"}
    kinds = {"name": "string", "version": "string", "chainId": "uint256", "verifyingContract": "address"}
    types = {name: described, "EIP712Domain": [{"name": key, "type": kind} for key, kind in kinds.items()]}
    return {"types": types, "primaryType": name, "domain": domain, "message": message}


def fields_of(name: str) -> list[dict[str, str]]:
    """Names and types of an intent's fields, out of the contract's string."""
    (text,) = (each for each, called in IN_SOLIDITY.items() if called == name)
    pairs = (entry.split(" ") for entry in text[len(name) + 1 : -1].split(","))
    return [{"type": kind, "name": field} for kind, field in pairs]


def test_types_are_those_of_the_contract_word_for_word() -> None:
    assert {kind.__name__: text for kind, text in TYPES.items()} == {name: text for text, name in IN_SOLIDITY.items()}


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_fields_stand_in_the_order_of_the_contract(kind: type[Intent]) -> None:
    assert [camel(field) for field in kind.__slots__] == [each["name"] for each in fields_of(kind.__name__)]


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_a_digest_is_what_any_wallet_would_sign(kind: type[Intent], data: st.DataObject) -> None:
    drawn = [data.draw(VALUES[each["type"]], label=each["name"]) for each in fields_of(kind.__name__)]
    intent: Intent = kind(*drawn)
    contract = data.draw(VALUES["address"], label="contract")
    chain_id = data.draw(st.integers(1, 2**63), label="chain id")
    signable = encode_typed_data(full_message=typed_data(intent, contract, chain_id))
    assert digest(domain_separator(chain_id, contract), intent) == _hash_eip191_message(signable)


def test_the_separator_is_the_contracts_own(story: World) -> None:
    separator = story.ledger.ask(story.chain, "domainSeparator")
    assert domain_separator(CHAIN_ID, story.ledger.address) == separator == story.separator
    assert domain_separator(CHAIN_ID + 1, story.ledger.address) != separator
