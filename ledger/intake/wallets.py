"""Change a party's wallet, and recover a lost one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, insert, select

from ledger.domain.errors import LedgerError, NotFound, Reason, Refused, Verb
from ledger.domain.intents import ChangeWallet, Veto
from ledger.intake.desk import Accepted, Desk, Draft
from ledger.store import effects
from ledger.store.outbox import CUSTODY_KEYS
from ledger.store.projections import CONSUMERS, MERCHANTS
from ledger.store.projections_accounts import RECOVERIES

SIGNATURE_BYTES = 64


class RecoveryPending(LedgerError):
    """A party has one recovery at a time, so that its week is never cut short."""

    def __init__(self, ready_at: int) -> None:
        self.ready_at = ready_at
        super().__init__(f"a recovery waits already; it can be completed from {ready_at} on (Unix seconds)")


class RecoveryNotReady(LedgerError):
    """The wallet in force has a week to stop its recovery."""

    def __init__(self, *, ready_at: int, time: int) -> None:
        self.ready_at, self.time = ready_at, time
        super().__init__(f"the recovery can be completed from {ready_at} on (Unix seconds); it is {time}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWallet:
    """A wallet that its party keeps, with its compact signature of the change named by nonce and deadline."""

    wallet: bytes
    nonce: int
    deadline: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class MoveWallet:
    """A party to move: to a new key of custody, or to a wallet of its own."""

    party: int
    consumer: bool = False
    own: OwnWallet | None = None


@dataclass(frozen=True, slots=True)
class RecoverWallet:
    """A party whose wallet is lost, and the one to come: a new key of custody, or an address of 20 bytes."""

    party: int
    consumer: bool = False
    wallet: bytes | None = None


@dataclass(frozen=True, slots=True)
class VetoRecovery:
    """A recovery to stop: in the party's name, signed by custody or as given, or by the pauser."""

    party: int
    consumer: bool = False
    by_pauser: bool = False
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class CompleteRecovery:
    """A recovery whose week is over."""

    party: int
    consumer: bool = False


def change(desk: Desk, request: MoveWallet, *, key: str) -> Accepted:
    """Take a change of wallet; both wallets sign.

    Raises MerchantUnknown, MerchantSuspended, ConsumerUnknown, ConsumerSuspended, WalletInvalid, WalletTaken,
    SignatureInvalid, DeadlinePassed, KeyNotHeld where custody has not the key in force.
    """

    def draft() -> Draft:
        party = _party_in_force(desk, request.party, consumer=request.consumer)
        old = desk.signer(party.wallet)
        own = request.own
        if own is None:
            nonce, deadline = desk.fresh_nonce(), desk.deadline
            wallet = _new_key(desk)
            intent = ChangeWallet(request.consumer, request.party, wallet, nonce, deadline)
            by_new = desk.sign(desk.signer(wallet), intent)
        else:
            _check_own(desk, own)
            intent = ChangeWallet(request.consumer, request.party, own.wallet, own.nonce, own.deadline)
            by_new = own.signature
        name = effects.by_consumer_nonce if request.consumer else effects.by_nonce
        fields = [request.consumer, request.party, intent.wallet, intent.nonce, intent.deadline]
        return Draft(
            verb="change_wallet",
            payload={"arguments": [*fields, desk.sign(old, intent), by_new]},
            effect=name(Verb.CHANGE_WALLET, request.party, intent.nonce),
        )

    return desk.accept(key, request, draft)


def recover(desk: Desk, request: RecoverWallet, *, key: str) -> Accepted:
    """Take the start of a recovery; raises MerchantUnknown, ConsumerUnknown, WalletInvalid, WalletTaken,
    RecoveryPending."""

    def draft() -> Draft:
        _party(desk, request.party, consumer=request.consumer)
        waiting = _recovery(desk, request.party, consumer=request.consumer)
        if waiting is not None:
            raise RecoveryPending(waiting.ready_at)
        if request.wallet is not None:
            _check_wallet(desk, request.wallet)
        wallet = _new_key(desk) if request.wallet is None else request.wallet
        return Draft(verb="start_recovery", payload={"arguments": [request.consumer, request.party, wallet]})

    return desk.accept(key, request, draft)


def veto(desk: Desk, request: VetoRecovery, *, key: str) -> Accepted:
    """Take a veto; raises NotFound without a recovery, KeyNotHeld where nobody can sign."""

    def draft() -> Draft:
        party = _party(desk, request.party, consumer=request.consumer)
        waiting = _waiting(desk, request.party, consumer=request.consumer)
        signature = request.signature
        if not request.by_pauser and not signature:
            intent = Veto(request.consumer, request.party, waiting.wallet, waiting.ready_at)
            signature = desk.sign(desk.signer(party.wallet), intent)
        verb = "stop_recovery" if request.by_pauser else "veto_recovery"
        return Draft(verb=verb, payload={"arguments": [request.consumer, request.party, signature]})

    return desk.accept(key, request, draft)


def complete(desk: Desk, request: CompleteRecovery, *, key: str) -> Accepted:
    """Take the completion of a recovery; raises NotFound, RecoveryNotReady, WalletTaken."""

    def draft() -> Draft:
        waiting = _waiting(desk, request.party, consumer=request.consumer)
        if desk.now() < waiting.ready_at:
            raise RecoveryNotReady(ready_at=waiting.ready_at, time=desk.now())
        _check_wallet(desk, waiting.wallet)
        return Draft(verb="complete_recovery", payload={"arguments": [request.consumer, request.party]})

    return desk.accept(key, request, draft)


def _new_key(desk: Desk) -> bytes:
    """The wallet of a key that custody makes; how it is derived is noted before anybody depends on it."""
    path = f"changed/{desk.fresh_nonce():016x}"
    wallet = desk.new_signer(path).address
    desk.connection.execute(insert(CUSTODY_KEYS).values(wallet=wallet, path=path))
    return wallet


def _check_own(desk: Desk, own: OwnWallet) -> None:
    _check_wallet(desk, own.wallet)
    if len(own.signature) != SIGNATURE_BYTES:
        hint = "a signature is compact: 64 bytes (EIP-2098)"
        raise Refused(Reason.SIGNATURE_INVALID, hint, given=len(own.signature), limit=SIGNATURE_BYTES)
    if own.deadline < desk.now():
        raise Refused(Reason.DEADLINE_PASSED, "sign again", given=own.deadline, limit=desk.now())


def _check_wallet(desk: Desk, wallet: bytes) -> None:
    if len(wallet) != 20 or not any(wallet):
        raise Refused(Reason.WALLET_INVALID, "a wallet is an address of 20 bytes that is not zero")
    for table in (CONSUMERS, MERCHANTS):
        if desk.connection.scalar(select(table.c.id).where(table.c.wallet == wallet)) is not None:
            raise Refused(Reason.WALLET_TAKEN, "the wallet is a party's already")


def _party(desk: Desk, party: int, *, consumer: bool) -> Row[Any]:
    """Wallet and suspension of a party."""
    table = CONSUMERS if consumer else MERCHANTS
    query: Select[Any] = select(table.c.wallet, table.c.suspended).where(table.c.id == party)
    row = desk.connection.execute(query).first()
    if row is None:
        reason = Reason.CONSUMER_UNKNOWN if consumer else Reason.MERCHANT_UNKNOWN
        raise Refused(reason, f"register {party} first")
    return row


def _party_in_force(desk: Desk, party: int, *, consumer: bool) -> Row[Any]:
    row = _party(desk, party, consumer=consumer)
    if row.suspended:
        reason = Reason.CONSUMER_SUSPENDED if consumer else Reason.MERCHANT_SUSPENDED
        raise Refused(reason, f"{party} is suspended")
    return row


def _recovery(desk: Desk, party: int, *, consumer: bool) -> Row[Any] | None:
    query: Select[Any] = select(RECOVERIES.c.wallet, RECOVERIES.c.ready_at)
    here = (RECOVERIES.c.party == party, RECOVERIES.c.consumer == consumer)
    return desk.connection.execute(query.where(*here)).first()


def _waiting(desk: Desk, party: int, *, consumer: bool) -> Row[Any]:
    waiting = _recovery(desk, party, consumer=consumer)
    if waiting is None:
        raise NotFound("recovery", party, "none waits for this party")
    return waiting
