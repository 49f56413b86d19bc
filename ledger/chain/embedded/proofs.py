"""Merkle proofs of accounts and storage slots, as `eth_getProof` gives them."""

from collections.abc import Mapping, Sequence

from eth_typing import Hash32
from eth_utils.crypto import keccak
from trie.hexary import HexaryTrie

from ledger.chain.embedded.encoding import decode_account, decode_bytes, encode
from ledger.chain.protocol import AccountProof, BlockHeader, StorageProof


def prove(nodes: Mapping[bytes, bytes], header: BlockHeader, address: bytes, keys: Sequence[bytes]) -> AccountProof:
    """An account and some slots in the state of a header; absent ones are proven absent."""
    accounts = HexaryTrie(nodes, Hash32(header.state_root))
    hashed = keccak(address)
    account = decode_account(accounts[hashed])
    slots = HexaryTrie(nodes, Hash32(account.storage_root))
    return AccountProof(
        block_number=header.number,
        state_root=header.state_root,
        address=address,
        nonce=account.nonce,
        balance=account.balance,
        storage_root=account.storage_root,
        code_hash=account.code_hash,
        path=_path(accounts, hashed),
        storage=tuple(_slot(slots, key) for key in keys),
    )


def _slot(slots: HexaryTrie, key: bytes) -> StorageProof:
    hashed = keccak(key)
    encoded = slots[hashed]
    value = decode_bytes(encoded) if encoded else b""
    return StorageProof(key=key, value=value.rjust(32, b"\0"), path=_path(slots, hashed))


def _path(trie: HexaryTrie, key: bytes) -> tuple[bytes, ...]:
    # A node shorter than 32 bytes stands inside its parent and is no step of its own.
    encoded = [encode(node) for node in trie.get_proof(key)]  # type: ignore[no-untyped-call]
    return tuple(node for depth, node in enumerate(encoded) if depth == 0 or len(node) >= 32)
