"""An encrypted seed in one file, and the keys derived from it.

The file is a Web3 Secret Storage of the seed (scrypt, AES-128-CTR), readable by its owner alone. A party's key is
HMAC-SHA256(seed, path): whoever has the seed has them all, and nobody else has one.
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from eth_keyfile.exceptions import EthKeyfileValueError
from eth_keyfile.keyfile import create_keyfile_json, decode_keyfile_json

from ledger.custody.errors import KeystoreDamaged, KeystoreExists, KeystoreMissing, PasswordWrong
from ledger.custody.keys import KeySigner
from ledger.custody.private_file import write_private

_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_CACHED_KEYS = 16_384


class Keystore:
    """Signers by path, out of one seed of 32 bytes."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self.signer = lru_cache(maxsize=_CACHED_KEYS)(self._derive)

    def secret(self, path: str) -> bytes:
        """The key itself of a path, for whoever is to have it: a voucher's bearer."""
        attempt = 0
        while True:
            message = path if attempt == 0 else f"{path}#{attempt}"
            secret = hmac.new(self._seed, message.encode(), "sha256").digest()
            # One in 2^128 digests is no key; the next attempt's is.
            if 0 < int.from_bytes(secret, "big") < _ORDER:
                return secret
            attempt += 1

    def _derive(self, path: str) -> KeySigner:
        """The signer of a path, the same at every call."""
        return KeySigner(self.secret(path))

    def __repr__(self) -> str:
        return "Keystore()"


def create(path: Path, password: str, *, work_factor: int | None = None) -> Keystore:
    """A new seed in a new file; raises `KeystoreExists`. `work_factor` is scrypt's n."""
    if path.exists():
        raise KeystoreExists(path)
    seed = secrets.token_bytes(32)
    text = json.dumps(create_keyfile_json(seed, password.encode(), kdf="scrypt", iterations=work_factor))
    try:
        write_private(path, text)
    except FileExistsError:
        raise KeystoreExists(path) from None
    return Keystore(seed)


def open_keystore(path: Path, password: str) -> Keystore:
    """The keystore in a file; raises `KeystoreMissing`, `KeystoreDamaged`, `PasswordWrong`."""
    try:
        content: Mapping[str, Any] = dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise KeystoreMissing(path) from None
    except (ValueError, TypeError) as error:
        raise KeystoreDamaged(path, "it is no JSON object") from error
    try:
        seed = bytes(decode_keyfile_json(dict(content), password.encode()))
        address = bytes.fromhex(content["address"])
    except EthKeyfileValueError:
        raise PasswordWrong(path) from None
    except (LookupError, TypeError, ValueError, AttributeError, NotImplementedError) as error:
        raise KeystoreDamaged(path, f"{type(error).__name__}: {error}") from error
    # The format's checksum leaves out the cipher's start value: with another one the same password gives other keys.
    if KeySigner(seed).address != address:
        raise KeystoreDamaged(path, "its seed is not the one it was written for")
    return Keystore(seed)
