"""An encrypted seed in one file, and the keys derived from it."""

import hashlib
import hmac
import json
import logging
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from ledger.custody import keystore
from ledger.custody.errors import KeystoreDamaged, KeystoreExists, KeystoreMissing, PasswordWrong
from ledger.custody.keys import KeySigner
from ledger.custody.keystore import Keystore

PASSWORD = "correct horse battery staple"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A keystore's file; the weak work factor makes it fast to open."""
    path = tmp_path / "keystore.json"
    keystore.create(path, PASSWORD, work_factor=2)
    return path


def rewritten(file: Path, *place: str, value: Any) -> Path:
    """The file with one value in it changed."""
    content = json.loads(file.read_text())
    inner = content
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    file.write_text(json.dumps(content))
    return file


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no such permissions")
def test_the_file_is_its_owners_alone_whatever_the_mask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keystore.create(tmp_path / "keystore.json", PASSWORD, work_factor=2)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "keystore.json").stat().st_mode) == 0o600


def test_nothing_else_is_left_beside_it(file: Path) -> None:
    assert [each.name for each in file.parent.iterdir()] == ["keystore.json"]


def test_a_keystore_is_never_overwritten(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(KeystoreExists) as caught:
        keystore.create(file, "another", work_factor=2)
    assert caught.value.path == file
    assert file.read_bytes() == before


def test_a_creation_that_was_cut_short_is_done_again(tmp_path: Path) -> None:
    (tmp_path / "keystore.json.unfinished").write_text('{"half of a')
    made = keystore.create(tmp_path / "keystore.json", PASSWORD, work_factor=2)
    opened = keystore.open_keystore(tmp_path / "keystore.json", PASSWORD)
    assert opened.signer("role/operator").address == made.signer("role/operator").address


def test_a_path_has_the_same_key_at_every_opening(file: Path) -> None:
    first, second = (keystore.open_keystore(file, PASSWORD) for _ in range(2))
    paths = ["role/operator", "merchant/anna", "consumer/anna", "consumer/Änna", ""]
    assert [first.signer(path).address for path in paths] == [second.signer(path).address for path in paths]
    assert len({first.signer(path).address for path in paths}) == len(paths)


def test_a_key_is_the_hmac_of_its_path() -> None:
    """As the module says: whoever has the seed and the paths can make the keys without us."""
    seed = bytes(range(32))
    secret = hmac.new(seed, b"merchant/anna", hashlib.sha256).digest()
    assert Keystore(seed).signer("merchant/anna").address.hex() == Account.from_key(secret).address[2:].lower()


def test_a_secret_that_is_given_away_is_the_key_of_its_path() -> None:
    store = Keystore(bytes(range(32)))
    secret = store.secret("voucher/1/sheet/0")
    assert KeySigner(secret).address == store.signer("voucher/1/sheet/0").address
    assert secret != store.secret("voucher/1/sheet/1")


def test_two_keystores_share_no_key(tmp_path: Path) -> None:
    made = [keystore.create(tmp_path / f"{each}.json", PASSWORD, work_factor=2) for each in range(2)]
    assert made[0].signer("role/operator").address != made[1].signer("role/operator").address


def test_the_file_opens_with_the_tools_of_others(file: Path) -> None:
    """It is a Web3 Secret Storage."""
    seed = Account.decrypt(json.loads(file.read_text()), PASSWORD)
    assert Keystore(bytes(seed)).signer("x").address == keystore.open_keystore(file, PASSWORD).signer("x").address


@pytest.mark.parametrize("password", ["", "Correct horse battery staple", PASSWORD + " "])
def test_a_wrong_password_opens_nothing(file: Path, password: str) -> None:
    with pytest.raises(PasswordWrong) as caught:
        keystore.open_keystore(file, password)
    assert caught.value.path == file
    assert not password or password not in str(caught.value)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(KeystoreMissing) as caught:
        keystore.open_keystore(tmp_path / "none.json", PASSWORD)
    assert caught.value.path == tmp_path / "none.json"


@pytest.mark.parametrize("content", ["", "{", "[]", "3", '{"version": 3}', '{"crypto": {}}', "\udcff"])
def test_a_file_that_is_no_keystore_is_damaged(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keystore.json"
    path.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(KeystoreDamaged) as caught:
        keystore.open_keystore(path, PASSWORD)
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("crypto", "cipherparams", "iv"), "00" * 16),
        (("crypto", "cipherparams", "iv"), "not hex"),
        (("address",), "00" * 20),
        (("address",), "not hex"),
        (("crypto", "kdf"), "md5"),
        (("crypto", "kdfparams", "n"), 3),
        (("version",), 99),
    ],
)
def test_a_changed_field_is_noticed(file: Path, place: tuple[str, ...], value: Any) -> None:
    """The format itself does not protect the start value: with another one all keys would silently be others."""
    with pytest.raises(KeystoreDamaged):
        keystore.open_keystore(rewritten(file, *place, value=value), PASSWORD)


@pytest.mark.parametrize("name", ["ciphertext", "mac"])
def test_changed_secrets_fail_like_a_wrong_password(file: Path, name: str) -> None:
    with pytest.raises(PasswordWrong):
        keystore.open_keystore(rewritten(file, "crypto", name, value="ab" * 32), PASSWORD)


def test_nothing_shows_a_secret(
    file: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Promise 29: canaries in representations, logs, output and errors."""
    caplog.set_level(logging.DEBUG)
    opened = keystore.open_keystore(file, PASSWORD)
    seed = bytes(Account.decrypt(json.loads(file.read_text()), PASSWORD))
    signer = opened.signer("merchant/anna")
    signer.sign(bytes(32))
    secret = hmac.new(seed, b"merchant/anna", hashlib.sha256).digest()
    said = [repr(opened), str(opened), repr(signer), str(signer), f"{vars(type(signer)).keys()}", caplog.text]
    said += [*capfd.readouterr()]
    for canary in (seed, secret):
        for text in said:
            assert canary.hex() not in text.lower()
            assert str(canary) not in text
    assert PASSWORD not in "".join(said)
    assert repr(signer) == f"KeySigner(0x{signer.address.hex()})"
