"""The state folder: one ledger's files, in the hands of one process at a time."""

import secrets
import sys
from pathlib import Path
from typing import BinaryIO

from ledger.custody.private_file import write_private
from ledger.domain.errors import LedgerError


class FolderInUse(LedgerError):
    """Another process has the ledger open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} is in use by another process; wait for it, or stop it")


class FolderEmpty(LedgerError):
    """There is no ledger in the folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"there is no ledger in {path}; make one with `coupon init`, or name its folder with --state")


class FolderTaken(LedgerError):
    """There is a ledger in the folder already."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} holds a ledger already; use it, or choose another folder with --state")


class PasswordMissing(LedgerError):
    """The keystore's password is neither in the environment nor in its file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"no password: set COUPON_PASSWORD, or put it into {path}")


class Folder:
    """Paths of a ledger's files, and the lock that keeps others out while it is open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: BinaryIO | None = None

    @property
    def chain(self) -> Path:
        """The embedded chain."""
        return self.path / "chain.sqlite"

    @property
    def database(self) -> Path:
        """The database."""
        return self.path / "ledger.sqlite"

    @property
    def keystore(self) -> Path:
        """The encrypted seed."""
        return self.path / "keystore.json"

    def lock(self, *, create: bool = False) -> None:
        """Keep other processes out until `unlock`; the system lets go when this one dies. Raises FolderInUse."""
        if create:
            self.path.mkdir(parents=True, exist_ok=True)
        elif not self.database.exists():
            raise FolderEmpty(self.path)
        file = (self.path / "lock").open("a+b")
        try:
            _lock_file(file)
        except OSError:
            file.close()
            raise FolderInUse(self.path) from None
        self._lock = file

    def unlock(self) -> None:
        """Let others in."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def password(self, given: str | None) -> str:
        """The keystore's password: as given, or from its file. Raises PasswordMissing."""
        if given:
            return given
        file = self.path / "password"
        password = file.read_text(encoding="utf-8").strip() if file.exists() else ""
        if not password:
            raise PasswordMissing(file)
        return password

    def new_password(self, given: str | None) -> str:
        """The password for a new keystore: as given, or a random one kept in a file that its owner alone can read."""
        file = self.path / "password"
        if given or file.exists():
            return self.password(given)
        write_private(file, secrets.token_urlsafe(32))
        return self.password(None)


def _lock_file(file: BinaryIO) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
