"""The native parts that the chain's speed rests on are the ones in use."""

import importlib.util
import sys

import pytest
from eth_hash.auto import keccak
from eth_keys.backends.coincurve import CoinCurveECCBackend
from eth_keys.main import KeyAPI

from ledger.chain.hashing import use_fastest_keccak

EMPTY = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


def test_keccak_is_pysha3_where_it_is_installed() -> None:
    used = use_fastest_keccak()
    installed = importlib.util.find_spec("sha3") is not None
    assert used == ("pysha3" if installed else "pycryptodome")
    assert used in keccak.hasher.__func__.__module__  # type: ignore[attr-defined]
    assert keccak(b"").hex() == keccak.new(b"").digest().hex() == EMPTY
    if sys.platform == "linux":
        assert installed


def test_without_pysha3_the_other_one_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "eth_hash.backends.pysha3", None)
    monkeypatch.delattr("eth_hash.backends.pysha3", raising=False)
    assert use_fastest_keccak() == "pycryptodome"


def test_signatures_are_recovered_by_coincurve() -> None:
    assert isinstance(KeyAPI().backend, CoinCurveECCBackend)
