"""A key in memory signs digests compactly."""

from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from ledger.custody.keys import KeySigner

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@given(secret=st.integers(1, ORDER - 1), digest=st.binary(min_size=32, max_size=32))
def test_a_signature_is_recovered_to_its_address_by_others(secret: int, digest: bytes) -> None:
    signer = KeySigner(secret.to_bytes(32, "big"))
    signature = signer.sign(digest)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    parity, s = s >> 255, s & (2**255 - 1)
    assert s <= ORDER // 2, "a malleable signature would be refused"
    recovered = Account._recover_hash(digest, vrs=(27 + parity, r, s))
    assert recovered.lower() == f"0x{signer.address.hex()}"
    assert recovered == Account.from_key(secret.to_bytes(32, "big")).address
    assert signer.sign(digest) == signature, "the same every time (RFC 6979)"
