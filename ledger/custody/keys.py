"""A secp256k1 key in memory that signs digests."""

from coincurve import PrivateKey
from eth_hash.auto import keccak


class KeySigner:
    """A `Signer` over a private key of 32 bytes."""

    __slots__ = ("_key", "address")

    def __init__(self, secret: bytes) -> None:
        self._key = PrivateKey(secret)
        self.address = keccak(self._key.public_key.format(compressed=False)[1:])[12:]

    def sign(self, digest: bytes) -> bytes:
        """The compact signature (EIP-2098): r, then s with the parity in its top bit."""
        signature = self._key.sign_recoverable(digest, hasher=None)
        return signature[:32] + bytes((signature[32] | signature[64] << 7,)) + signature[33:64]

    def __repr__(self) -> str:
        return f"KeySigner(0x{self.address.hex()})"
