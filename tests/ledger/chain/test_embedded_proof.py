"""Proofs, checked by a walker that shares no code with the chain's tries."""

from collections.abc import Sequence

import pytest
from eth_utils.crypto import keccak

from ledger.chain.embedded import EmbeddedChain
from ledger.chain.protocol import AccountProof
from tests.ledger.chain.assembler import call_data
from tests.ledger.chain.wallet import Wallet

Node = bytes | list["Node"]

EMPTY_ROOT = keccak(b"\x80")


def decode_rlp(data: bytes) -> Node:
    """One RLP item that fills its bytes."""
    item, rest = _take(data)
    assert rest == b""
    return item


def _take(data: bytes) -> tuple[Node, bytes]:
    kind = data[0]
    if kind < 0x80:
        return data[:1], data[1:]
    long = (kind < 0xC0 and kind > 0xB7) or kind > 0xF7
    base = 0x80 if kind < 0xC0 else 0xC0
    if long:
        width = kind - base - 55
        length, start = int.from_bytes(data[1 : 1 + width], "big"), 1 + width
    else:
        length, start = kind - base, 1
    body, rest = data[start : start + length], data[start + length :]
    assert len(body) == length
    if base == 0x80:
        return body, rest
    items: list[Node] = []
    while body:
        item, body = _take(body)
        items.append(item)
    return items, rest


def walk(root: bytes, key: bytes, path: Sequence[bytes]) -> bytes:
    """What a Merkle Patricia trie holds under keccak(key), by its proof; empty if it proves absence."""
    if not path:
        assert root == EMPTY_ROOT
        return b""
    nibbles = keccak(key).hex()
    left = list(path)
    reference: Node = root
    while True:
        if isinstance(reference, bytes):
            if reference == b"":
                assert left == []
                return b""
            encoded = left.pop(0)
            assert keccak(encoded) == reference
            node = decode_rlp(encoded)
        else:
            node = reference
        assert isinstance(node, list)
        if len(node) == 17:
            reference = node[int(nibbles[0], 16)]
            nibbles = nibbles[1:]
            continue
        prefix, value = node
        assert isinstance(prefix, bytes)
        is_leaf = prefix[0] >> 4 >= 2
        part = prefix.hex()[1:] if (prefix[0] >> 4) & 1 else prefix.hex()[2:]
        if not nibbles.startswith(part) or (is_leaf and part != nibbles):
            assert left == []
            return b""
        if is_leaf:
            assert left == []
            assert isinstance(value, bytes)
            return value
        nibbles = nibbles[len(part) :]
        reference = value


def check(proof: AccountProof, state_root: bytes) -> None:
    """Assert that a proof shows all that it says."""
    account = walk(state_root, proof.address, proof.path)
    if account:
        fields = decode_rlp(account)
        assert fields == [_number(proof.nonce), _number(proof.balance), proof.storage_root, proof.code_hash]
    else:
        assert (proof.nonce, proof.balance, proof.storage_root) == (0, 0, EMPTY_ROOT)
    for slot in proof.storage:
        value = walk(proof.storage_root, slot.key, slot.path)
        shown = decode_rlp(value) if value else b""
        assert isinstance(shown, bytes)
        assert shown.rjust(32, b"\0") == slot.value


def _number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


@pytest.mark.parametrize("slots", [0, 1, 2, 40, 200])
def test_proofs_of_written_and_unwritten_slots_lead_to_the_state_root(
    chain: EmbeddedChain, wallet: Wallet, notebook: bytes, slots: int
) -> None:
    """N3: an auditor can check a balance against a block's hash alone."""
    results = chain.send_raw(
        [wallet.sign(notebook, call_data("note(uint256,uint256)", slot, 3**slot % 2**256)) for slot in range(slots)]
    )
    assert all(result.accepted for result in results)
    keys = [slot.to_bytes(32, "big") for slot in range(slots + 20)]
    proof = chain.proof(notebook, keys)
    check(proof, chain.head().state_root)
    assert [slot.key for slot in proof.storage] == keys
    assert [slot.value for slot in proof.storage] == [chain.storage_at(notebook, key) for key in keys]


def test_an_account_that_does_not_exist_is_proven_absent(chain: EmbeddedChain, wallet: Wallet, notebook: bytes) -> None:
    for nobody in (b"\x05" * 20, b"\x77" * 20):
        check(chain.proof(nobody, [bytes(32)]), chain.head().state_root)
    check(chain.proof(wallet.address, [bytes(32)]), chain.head().state_root)


def test_a_proof_of_a_past_block_leads_to_that_blocks_root(
    chain: EmbeddedChain, wallet: Wallet, notebook: bytes
) -> None:
    for value in range(1, 4):
        wallet.send(chain, notebook, call_data("note(uint256,uint256)", 9, value))
    for number in range(1, 5):
        proof = chain.proof(notebook, [(9).to_bytes(32, "big")], block=number)
        assert proof.state_root == chain.block(number).state_root
        check(proof, chain.block(number).state_root)
        assert proof.storage[0].value == (number - 1).to_bytes(32, "big")


def test_a_proof_with_one_changed_byte_shows_nothing(chain: EmbeddedChain, wallet: Wallet, notebook: bytes) -> None:
    wallet.send(chain, notebook, call_data("note(uint256,uint256)", 1, 2))
    path = chain.proof(notebook, []).path
    for depth, node in enumerate(path):
        forged = bytearray(node)
        forged[len(forged) // 2] ^= 1
        with pytest.raises(AssertionError):
            walk(chain.head().state_root, notebook, [*path[:depth], bytes(forged), *path[depth + 1 :]])
