"""Errors of custody."""

from pathlib import Path

from ledger.domain.errors import LedgerError


class KeystoreExists(LedgerError):
    """A keystore is never overwritten: its keys hold other people's coupons."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} holds keys already; open it, or choose another folder")


class KeystoreMissing(LedgerError):
    """There is no keystore where one was expected."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"there is no keystore at {path}; start a ledger there with `coupon init`")


class PasswordWrong(LedgerError):
    """The password does not open the keystore."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"the password does not open {path}; check COUPON_PASSWORD or the password file")


class KeystoreDamaged(LedgerError):
    """The file is not as it was written: something in it is missing or changed."""

    def __init__(self, path: Path, detail: str) -> None:
        self.path, self.detail = path, detail
        super().__init__(f"{path} is damaged ({detail}); put its backup in its place")


class KeyNotHeld(LedgerError):
    """A party signs by itself; custody cannot sign for it."""

    def __init__(self, wallet: bytes) -> None:
        self.wallet = wallet
        super().__init__(f"custody holds no key for 0x{wallet.hex()}: the party must sign by itself")
