"""Real ledgers for the command: made once, copied for each test."""

import shutil
from pathlib import Path

import pytest

from tests.ledger.cli.coupon import MINT, START, Coupon, prepare


@pytest.fixture(scope="session")
def made_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger without anybody in it."""
    coupon = prepare(tmp_path_factory.mktemp("made") / "state")
    coupon.done(f"init --name 'Corner shops' --zone Europe/Vienna --clock replay --start {START} --withdrawal-delay 1h")
    return coupon.state


@pytest.fixture(scope="session")
def made_shop(made_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Anna (#2) recruited and serves carol (#1), who holds 1/400 to 1/409; bert (#3) redeems."""
    coupon = Coupon(tmp_path_factory.mktemp("shop") / "state")
    shutil.copytree(made_ledger, coupon.state)
    for words in (
        'merchant add anna --name "Anna\'s Bakery"',
        "merchant add bert",
        "consumer add carol --recruiter anna",
        "deposit operator 5000",
        "deposit bert 100",
        MINT,
        "batch allocate 1 anna 100",
        "issue 1 anna carol:10",
    ):
        coupon.done(words)
    return coupon.state


@pytest.fixture
def ledger(made_ledger: Path, tmp_path: Path) -> Coupon:
    """The command on a fresh copy of a ledger without anybody in it."""
    return _copied(made_ledger, tmp_path)


@pytest.fixture
def shop(made_shop: Path, tmp_path: Path) -> Coupon:
    """The command on a fresh copy of the shop."""
    return _copied(made_shop, tmp_path)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the settings of whoever runs the tests nor a ledger that lies about."""
    monkeypatch.delenv("COUPON_STATE", raising=False)
    monkeypatch.delenv("COUPON_PASSWORD", raising=False)
    monkeypatch.chdir(tmp_path)


def _copied(made: Path, tmp_path: Path) -> Coupon:
    shutil.copytree(made, tmp_path / "state")
    return Coupon(tmp_path / "state")
