"""Who signs: a key behind an interface, so that nothing above custody ever holds one."""

from typing import Protocol


class Signer(Protocol):
    """A secp256k1 key that signs digests."""

    @property
    def address(self) -> bytes:
        """The 20 bytes of its account."""

    def sign(self, digest: bytes) -> bytes:
        """The compact signature (64 bytes, EIP-2098) of a digest of 32 bytes."""
