"""Make a ledger in a folder, also after a creation that was cut short at any point."""

import json
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger import charter as charters
from ledger import ledger as facade
from ledger.chain.deploy import Deployer
from ledger.custody import keystore
from ledger.custody.errors import PasswordWrong
from ledger.folder import FolderEmpty, FolderInUse, FolderTaken, PasswordMissing
from ledger.index.index import Index
from ledger.ledger import Ledger, create_ledger, open_ledger
from ledger.relay.relay import Round
from scripts.world import NOW
from tests.ledger.house import PASSWORD, House, charter, create, furnish


class Cut(BaseException):
    """The process ends here."""


@contextmanager
def cut_at(place: object, name: str, *, call: int = 1, after: bool = False) -> Iterator[None]:
    """A function ends the process at its so-manieth call, before it does anything or right after."""
    original: Callable[..., object] = getattr(place, name)
    calls = 0

    def cutting(*arguments: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls < call:
            return original(*arguments, **named)
        if after:
            original(*arguments, **named)
        raise Cut

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, name, cutting)
        with pytest.raises(Cut):
            yield


CUTS: dict[str, tuple[object, str, int, bool]] = {
    "before the tables": (facade, "migrate", 1, False),
    "after the tables": (facade, "migrate", 1, True),
    "after the keystore": (keystore, "create", 1, True),
    "after the chain": (facade, "_set_clock", 1, True),
    "before the first contract": (Deployer, "create", 1, False),
    "before the ledger itself": (Deployer, "create", 7, False),
    "between the roles": (Deployer, "call", 5, False),
    "before the tables are filled": (Index, "rebuild", 1, False),
    "after the tables are filled": (Index, "rebuild", 1, True),
    "after the charter, not committed": (charters, "write", 1, True),
}


@pytest.mark.parametrize("cut", CUTS)
def test_a_creation_that_was_cut_short_is_done_again(tmp_path: Path, cut: str) -> None:
    place, name, call, after = CUTS[cut]
    path = tmp_path / "state"
    path.mkdir()
    if place is not keystore:
        keystore.create(path / "keystore.json", PASSWORD, work_factor=2)
    with cut_at(place, name, call=call, after=after):
        create_ledger(path, charter(), password=PASSWORD, start=NOW)
    with pytest.raises(FolderEmpty):
        open_ledger(path, password=PASSWORD)
    with create_ledger(path, charter(), password=PASSWORD, start=NOW) as ledger:
        house = House(ledger)
        house.fund(1)
        assert house.register_merchants(["bakery"]) == [2]
        assert house.stock() == 1
    with open_ledger(path, password=PASSWORD) as ledger:
        assert ledger.settle() == Round(0, 0, 0)
        assert ledger.batches.stock_of(2) == ledger.batches.lots(1)


def test_a_new_ledger_is_ready_without_another_step(tmp_path: Path) -> None:
    """S2.1: the platform is there, with its roles, and what the chain says of it is in the tables."""
    with create(tmp_path / "state") as ledger:
        operator = ledger.members.find("merchant", "operator")
        assert (operator.id, operator.kind, operator.cash) == (1, "operator", 0)
        assert ledger.members.count("merchant") == 1
        assert ledger.clock.now() == NOW
        assert ledger.batches.all() == []
        assert ledger.operations.counts() == {}


def test_a_folder_holds_one_ledger(tmp_path: Path) -> None:
    path = tmp_path / "state"
    create(path).close()
    before = {each.name: each.read_bytes() for each in path.iterdir() if "sqlite" not in each.name}
    with pytest.raises(FolderTaken) as caught:
        create_ledger(path, charter(name="other"), password=PASSWORD)
    assert caught.value.path == path
    assert {each.name: each.read_bytes() for each in path.iterdir() if "sqlite" not in each.name} == before
    with open_ledger(path, password=PASSWORD) as ledger:
        assert ledger.charter.name == "house"


def test_a_folder_is_in_one_hand(tmp_path: Path) -> None:
    path = tmp_path / "state"
    with create(path):
        again: list[Callable[[], Ledger]] = [
            lambda: open_ledger(path, password=PASSWORD),
            lambda: create_ledger(path, charter(), password=PASSWORD),
        ]
        for each in again:
            with pytest.raises(FolderInUse) as caught:
                each()
            assert caught.value.path == path
    open_ledger(path, password=PASSWORD).close()


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_a_ledger_is_empty(tmp_path: Path, there: bool) -> None:
    path = tmp_path / "state"
    if there:
        path.mkdir()
    with pytest.raises(FolderEmpty) as caught:
        open_ledger(path, password=PASSWORD)
    assert caught.value.path == path
    assert path.exists() is there


def test_without_a_password_one_is_made_up_and_kept_privately(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = keystore.create
    monkeypatch.setattr(keystore, "create", lambda path, password: original(path, password, work_factor=2))
    path = tmp_path / "state"
    create_ledger(path, charter(), password=None, start=NOW).close()
    file = path / "password"
    assert len(file.read_text()) >= 40
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    open_ledger(path, password=None).close()
    kept = file.read_text()
    file.unlink()
    with pytest.raises(PasswordMissing) as caught:
        open_ledger(path, password=None)
    assert caught.value.path == file
    open_ledger(path, password=kept).close()
    file.write_text("\n")
    with pytest.raises(PasswordMissing):
        open_ledger(path, password=None)


def test_an_empty_password_is_none(tmp_path: Path) -> None:
    create(tmp_path / "state").close()
    with pytest.raises(PasswordMissing):
        open_ledger(tmp_path / "state", password="")


def test_a_wrong_password_opens_nothing_and_lets_the_folder_go(tmp_path: Path) -> None:
    create(tmp_path / "state").close()
    with pytest.raises(PasswordWrong):
        open_ledger(tmp_path / "state", password="wrong")
    open_ledger(tmp_path / "state", password=PASSWORD).close()


def test_the_charter_is_kept_word_for_word(tmp_path: Path) -> None:
    wanted = charter(name="Käse & Brot", currency="JPY", decimals=0, zone="Asia/Tokyo", withdrawal_delay=9)
    path = tmp_path / "state"
    path.mkdir()
    keystore.create(path / "keystore.json", PASSWORD, work_factor=2)
    with create_ledger(path, wanted, password=PASSWORD, start=NOW) as ledger:
        made = ledger.charter
        assert ledger.token.ask(ledger.chain, "symbol") == "JPY"
    assert made.deployment is not None
    assert (made.name, made.currency, made.decimals, made.zone) == ("Käse & Brot", "JPY", 0, "Asia/Tokyo")
    with open_ledger(path, password=PASSWORD) as ledger:
        assert ledger.charter == made


def test_no_secret_is_in_any_file_but_the_keystore(tmp_path: Path) -> None:
    """Promise 29: canaries."""
    path = tmp_path / "state"
    with create(path) as ledger:
        furnish(ledger)
        House(ledger).held()
        seed = ledger._keystore._seed
        assert "Keystore()" in repr(ledger._keystore)
    for file in path.iterdir():
        content = file.read_bytes()
        for canary in (seed, seed.hex().encode(), PASSWORD.encode()):
            assert canary not in content, file.name
    assert json.loads((path / "keystore.json").read_text())["crypto"]["cipher"] == "aes-128-ctr"
