"""Logs decoded by hand, against the ABI as web3 and eth_abi read it."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

import pytest
from eth_abi.abi import decode as abi_decode
from eth_abi.abi import encode as abi_encode
from eth_hash.auto import keccak
from web3._utils.events import get_event_data
from web3.main import Web3

from ledger.chain import events as codec
from ledger.chain.batch_words import unpack
from ledger.chain.compile import compile_contracts
from ledger.chain.errors import LogUnknown
from ledger.chain.protocol import Log
from ledger.domain import events
from ledger.domain.errors import Reason, Verb
from scripts.world import World
from tests.ledger.chain.story import VERBS

ABI: Final = {
    keccak(f"{entry['name']}({','.join(each['type'] for each in entry['inputs'])})".encode()): entry
    for entry in compile_contracts()["CouponLedger"].abi
    if entry["type"] == "event"
}
PYTHON_NAMES: Final = {"from": "sender", "by": "by", "transfers": "items", "copies": "items"}
PACKED: Final = {
    *("merchants", "wallets", "consumers", "items", "records"),
    *("serials", "keys", "grants", "expiries", "totals"),
}


def logs(world: World) -> list[Log]:
    return world.chain.logs(0, world.chain.head().number, address=world.ledger.address)


def read_by_web3(log: Log) -> Mapping[str, Any]:
    """The arguments of a log as web3 names and types them."""
    entry = {
        "address": Web3.to_checksum_address(log.address),
        "topics": [*log.topics],
        "data": log.data,
        "blockNumber": log.block_number,
        "blockHash": log.block_hash,
        "transactionHash": log.transaction_hash,
        "transactionIndex": log.transaction_index,
        "logIndex": log.log_index,
    }
    found: Mapping[str, Any] = get_event_data(Web3().codec, ABI[log.topics[0]], entry)["args"]
    return found


def plain(value: Any) -> Any:
    """An address as its 20 bytes, everything else as it is."""
    if isinstance(value, str) and value.startswith("0x"):
        return bytes.fromhex(value[2:])
    return tuple(plain(each) for each in value) if isinstance(value, list | tuple) else value


def snake(name: str) -> str:
    return PYTHON_NAMES.get(name, re.sub(r"([A-Z])", r"_\1", name).lower())


def records(packed: bytes, size: int) -> list[bytes]:
    assert len(packed) % size == 0
    return [packed[at : at + size] for at in range(0, len(packed), size)]


def number(record: bytes, first_bit: int, bits: int) -> int:
    """Bits of a record, counted from its front."""
    text = "".join(f"{byte:08b}" for byte in record)
    return int(text[first_bit : first_bit + bits], 2)


def unpacked(event: events.Event, packed: bytes) -> Any:
    """The records of an event as the interface's documentation lays them out."""
    match event:
        case events.MerchantsRegistered():
            return tuple((each[:20], each[20]) for each in records(packed, 21))
        case events.ConsumersRegistered():
            return tuple(records(packed, 20))
        case events.Issued():
            return tuple((number(each, 0, 32), number(each, 32, 8)) for each in records(packed, 5))
        case events.Redeemed() | events.Distributed():
            return tuple(redeemed(each) for each in records(packed, 64))
        case events.Pooled():
            return tuple(pooled(each) for each in records(packed, 64))
        case events.Refusals():
            return tuple(refused(each) for each in records(packed, 32))
        case events.Transferred():
            return tuple(transferred(each) for each in records(packed, 32))
        case events.Copied():
            return tuple(copied(each) for each in records(packed, 32))
        case events.Revoked():
            return tuple(number(each, 0, 40) for each in records(packed, 5))
        case events.IssuedToBearers():
            return tuple(records(packed, 20))
        case events.Granted() | events.Expired():
            return tuple((number(each, 0, 32), number(each, 32, 64)) for each in records(packed, 12))
        case events.Stated():
            return tuple(stated(each) for each in records(packed, 28))
        case _:
            raise AssertionError(event)


def redeemed(record: bytes) -> events.RedeemedItem:
    assert number(record, 84, 4) == 0
    assert number(record, 256, 4) == 0
    # The seven parts stand in the order of `Role` from the lowest bit up.
    parts = [number(record, 260 + 36 * place, 36) for place in range(7)]
    return events.RedeemedItem(
        coupon=number(record, 0, 72),
        version=number(record, 72, 12),
        order=number(record, 88, 48),
        reward=number(record, 136, 40),
        contribution=number(record, 176, 40),
        discount=number(record, 216, 40),
        parts=tuple(reversed(parts)),  # type: ignore[arg-type]
    )


def pooled(record: bytes) -> events.PooledItem:
    assert number(record, 84, 4) == 0
    return events.PooledItem(
        coupon=number(record, 0, 72),
        version=number(record, 72, 12),
        order=number(record, 88, 48),
        reward=number(record, 136, 40),
        contribution=number(record, 176, 40),
        discount=number(record, 216, 40),
        until=number(record, 256, 256),
    )


def transferred(record: bytes) -> events.SharedItem:
    assert number(record, 192, 64) == 0
    return events.SharedItem(
        coupon=number(record, 0, 72),
        version=number(record, 72, 16),
        index=0,
        giver=number(record, 88, 32),
        to=number(record, 120, 32),
        price=number(record, 152, 40),
    )


def copied(record: bytes) -> events.SharedItem:
    assert number(record, 184, 72) == 0
    return events.SharedItem(
        coupon=number(record, 0, 72),
        version=0,
        index=number(record, 72, 8),
        giver=number(record, 80, 32),
        to=number(record, 112, 32),
        price=number(record, 144, 40),
    )


def stated(record: bytes) -> events.StatedTotal:
    return events.StatedTotal(number(record, 0, 32), *(number(record, at, 64) for at in (32, 96, 160)))


def refused(record: bytes) -> events.RefusedItem:
    verb, reason, group, item, zero, party, subject = (
        number(record, *place) for place in ((0, 8), (8, 8), (16, 16), (32, 16), (48, 16), (64, 32), (96, 160))
    )
    assert zero == 0
    return events.RefusedItem(Verb(verb), Reason(reason), group, item, party, subject)


def test_the_story_holds_every_event_that_the_ledger_can_emit_today(story: World) -> None:
    """S2.17: circulation is recorded; each kind of record is read here."""
    seen = {type(codec.decode(log)).__name__ for log in logs(story)}
    known = {kind.__name__ for kind in events.Event.__args__}
    assert seen == known
    refusals = [event for event in map(codec.decode, logs(story)) if isinstance(event, events.Refusals)]
    assert {event.verb for event in refusals} == VERBS
    assert all(item.verb == event.verb for event in refusals for item in event.items)


def test_every_log_is_decoded_as_web3_decodes_it(story: World) -> None:
    for log in logs(story):
        event, arguments = codec.decode(log), read_by_web3(log)
        assert is_dataclass(event)
        if isinstance(event, events.Minted):
            continue
        expected = {snake(name): plain(value) for name, value in arguments.items()}
        if isinstance(event, events.Refusals):
            expected = {"verb": Verb(expected["verb"]), "items": expected["records"]}
        if isinstance(event, events.Sealed):
            expected["rolling"] = expected["rolling"].to_bytes(24, "big")
        for name, value in expected.items():
            if name in PACKED and isinstance(value, bytes):
                expected[name] = unpacked(event, value)
        assert {field.name: getattr(event, field.name) for field in fields(event)} == expected


def test_a_minted_batch_is_its_four_stored_words(story: World) -> None:
    """S2.7: a batch is on the chain from its mint, with the terms it will always have."""
    minted = [log for log in logs(story) if ABI[log.topics[0]]["name"] == "Minted"]
    assert len(minted) >= 2
    for log in minted:
        event, found = codec.decode(log), read_by_web3(log)
        assert isinstance(event, events.Minted)
        state = unpack(found["acceptance"], found["money"], found["state"], found["text"])
        assert event == events.Minted(found["batch"], state.terms, state.reserve, state.paused_at_mint)
        assert (state.lots, state.stock, state.closed) == (0, state.terms.size, False)
        assert state.reserve == state.terms.reserve_minor


def test_every_log_is_encoded_as_its_abi_declares(story: World) -> None:
    for log in logs(story):
        types = [each["type"] for each in ABI[log.topics[0]]["inputs"] if not each["indexed"]]
        assert abi_encode(types, abi_decode(types, log.data)) == log.data


def test_every_event_of_the_contract_is_known() -> None:
    ours = {entry["name"] for entry in ABI.values()} - {"RoleAdminChanged", "EIP712DomainChanged"}
    for topic, entry in ABI.items():
        if entry["name"] in ours:
            assert topic in codec._DECODERS, entry["name"]


def test_an_event_that_is_not_known_is_an_error(story: World) -> None:
    log = logs(story)[-1]
    strange = replace(log, topics=(b"\xab" * 32, bytes(32)))
    with pytest.raises(LogUnknown) as caught:
        codec.decode(strange)
    assert (caught.value.topic, caught.value.transaction) == (b"\xab" * 32, log.transaction_hash)


def test_a_link_of_the_seals_is_the_hash_of_the_log(story: World) -> None:
    log = logs(story)[-1]
    packed = abi_encode(("bytes32",) * 4, (b"\x05" * 32, *log.topics, keccak(log.data)))
    assert codec.roll(b"\x05" * 32, log) == keccak(packed)
