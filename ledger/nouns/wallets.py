"""Wallets: changed, recovered, and what parties had before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ledger.chain.eip712 import digest
from ledger.domain.intents import ChangeWallet
from ledger.intake import wallets
from ledger.intake.desk import Accepted
from ledger.store.projections_accounts import RECOVERIES, WALLET_CHANGES

if TYPE_CHECKING:
    from ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class ToSign:
    """What a party's own wallet signs to come into force, with its digest (EIP-712)."""

    intent: ChangeWallet
    digest: bytes


@dataclass(frozen=True, slots=True)
class Recovery:
    """A wallet that replaces a lost one from `ready_at` on (Unix seconds) unless it is vetoed."""

    consumer: bool
    party: int
    wallet: bytes
    ready_at: int


class WalletDesk:
    """Changes and recovers wallets."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def to_sign(self, party: int, wallet: bytes, *, consumer: bool) -> ToSign:
        """A change for the new wallet to sign; a day is given to bring it."""
        ledger = self._ledger
        with ledger.desk() as desk:
            intent = ChangeWallet(consumer, party, wallet, desk.fresh_nonce(), desk.deadline)
        return ToSign(intent, digest(ledger.separator, intent))

    def change(self, request: wallets.MoveWallet, *, key: str) -> Accepted:
        """See `ledger.intake.wallets`."""
        with self._ledger.desk() as desk:
            return wallets.change(desk, request, key=key)

    def recover(self, request: wallets.RecoverWallet, *, key: str) -> Accepted:
        """See `ledger.intake.wallets`."""
        with self._ledger.desk() as desk:
            return wallets.recover(desk, request, key=key)

    def veto(self, request: wallets.VetoRecovery, *, key: str) -> Accepted:
        """See `ledger.intake.wallets`."""
        with self._ledger.desk() as desk:
            return wallets.veto(desk, request, key=key)

    def complete(self, request: wallets.CompleteRecovery, *, key: str) -> Accepted:
        """See `ledger.intake.wallets`."""
        with self._ledger.desk() as desk:
            return wallets.complete(desk, request, key=key)

    def recoveries(self) -> list[Recovery]:
        """Recoveries that wait, the first to be ready first."""
        columns = [RECOVERIES.c[name] for name in Recovery.__slots__]
        with self._ledger.store.read() as connection:
            return [Recovery(*row) for row in connection.execute(select(*columns).order_by(RECOVERIES.c.ready_at))]

    def former(self, party: int, *, consumer: bool) -> list[bytes]:
        """Wallets that a party had before, the oldest first."""
        query = (
            select(WALLET_CHANGES.c.former)
            .where(WALLET_CHANGES.c.consumer == consumer, WALLET_CHANGES.c.party == party)
            .order_by(WALLET_CHANGES.c.occurrence_id)
        )
        with self._ledger.store.read() as connection:
            return [bytes(wallet) for wallet in connection.scalars(query)]
