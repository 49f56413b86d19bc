"""Where intents are handed in: each becomes one operation under one key, or is refused and changes nothing."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from ledger.chain.eip712 import digest
from ledger.custody.errors import KeyNotHeld
from ledger.custody.keystore import Keystore
from ledger.domain.errors import LedgerError, OutOfRange, Reason, Refused
from ledger.domain.intents import Intent
from ledger.domain.signing import Signer
from ledger.store.outbox import ACCOUNTS, CUSTODY_KEYS, OPERATIONS, OperationState

INTENT_SECONDS = 86_400
"""How long an intent stays good on the chain: long, so that no slow block turns an accepted one into a late one."""


_INTEGER_LIMIT = 2**63 - 1
"""What a column of the database holds, to both sides of 0."""


class KeyReused(LedgerError):
    """An idempotency key came with another body than the first time."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"the key {key!r} was used for another request; choose a new key, or repeat the first request")


@dataclass(frozen=True, slots=True)
class Accepted:
    """An operation on its way; `repeated` if the same request had been accepted before."""

    id: int
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An operation to be: what goes to the chain, what its effect is known by, and what it holds meanwhile."""

    verb: str
    payload: Mapping[str, Any]
    effect: str = ""
    batch: int | None = None
    serial: int | None = None
    version: int | None = None
    merchant: int | None = None
    held_minor: int = 0


class Desk:
    """What every verb needs: the database transaction at hand, keys, the ledger's domain and the time."""

    def __init__(self, connection: Connection, *, keystore: Keystore, separator: bytes, now: Callable[[], int]) -> None:
        self.connection, self._keystore, self._separator, self.now = connection, keystore, separator, now

    @property
    def deadline(self) -> int:
        """The deadline of what is signed now."""
        return self.now() + INTENT_SECONDS

    def signer(self, wallet: bytes) -> Signer:
        """The key custody keeps for a wallet; raises `KeyNotHeld`."""
        path = self.connection.scalar(select(ACCOUNTS.c.custody_path).where(ACCOUNTS.c.wallet == wallet))
        if path is None:
            # A key that takes the place of another is not its party's yet.
            path = self.connection.scalar(select(CUSTODY_KEYS.c.path).where(CUSTODY_KEYS.c.wallet == wallet))
        if path is None:
            raise KeyNotHeld(wallet)
        return self._keystore.signer(path)

    def new_signer(self, path: str) -> Signer:
        """The key of a party that is not registered yet."""
        return self._keystore.signer(path)

    def secret(self, path: str) -> bytes:
        """A derived key that custody gives away and does not keep: a voucher's."""
        return self._keystore.secret(path)

    def sign(self, signer: Signer, intent: Intent) -> bytes:
        """A party's signature of an intent."""
        return signer.sign(digest(self._separator, intent))

    def fresh_nonce(self) -> int:
        """An unordered nonce: 63 random bits, checked by the contract's bitmap; 0 stands for none in events."""
        return secrets.randbits(63) or 1

    def accept(self, key: str, request: Any, draft: Callable[[], Draft]) -> Accepted:
        """Take a request once: the same key and body gives the same operation, another body `KeyReused`.

        `draft` checks the request and makes the operation; it is called only for a new key. Raises `OutOfRange` for a
        number that no field of anything holds.
        """
        body_hash = checked_hash(request)
        known = self.connection.execute(
            select(OPERATIONS.c.id, OPERATIONS.c.body_hash).where(OPERATIONS.c.key == key)
        ).first()
        if known is not None:
            if known.body_hash != body_hash:
                raise KeyReused(key)
            return Accepted(known.id, repeated=True)
        return Accepted(self._insert(key, body_hash, draft()), repeated=False)

    def held_of(self, merchant: int) -> int:
        """Contributions, minor units, that accepted redemptions will still take from a merchant."""
        held = select(func.sum(OPERATIONS.c.held_minor)).where(
            OPERATIONS.c.merchant == merchant,
            OPERATIONS.c.held_minor > 0,
            OPERATIONS.c.state.in_((OperationState.ACCEPTED, OperationState.SENT)),
        )
        return self.connection.scalar(held) or 0

    def _insert(self, key: str, body_hash: bytes, draft: Draft) -> int:
        values = {
            "key": key,
            "body_hash": body_hash,
            "verb": draft.verb,
            "effect": draft.effect,
            "batch": draft.batch,
            "serial": draft.serial,
            "version": draft.version,
            "merchant": draft.merchant,
            "held_minor": draft.held_minor,
            "payload": json.dumps(draft.payload, default=_plain),
            "accepted_at": self.now(),
        }
        try:
            with self.connection.begin_nested():
                statement = insert(OPERATIONS).values(values).returning(OPERATIONS.c.id)
                return int(self.connection.execute(statement).scalar_one())
        except IntegrityError as error:
            if draft.serial is None or "operations.key" in str(error.orig):
                raise
            raise self._taken(draft) from error

    def refuse_taken(self, draft: Draft) -> None:
        """Raise `Refused` if an operation on the draft's coupon, at its version, was accepted and not refused."""
        taken = OPERATIONS.c.state != OperationState.REFUSED
        if self.connection.scalar(select(OPERATIONS.c.id).where(*_same_coupon(draft), taken)) is not None:
            raise self._taken(draft)

    def _taken(self, draft: Draft) -> Refused:
        taken = OPERATIONS.c.state != OperationState.REFUSED
        effect = self.connection.scalar(select(OPERATIONS.c.effect).where(*_same_coupon(draft), taken)) or ""
        return Refused(*_TAKEN.get(effect.partition("/")[0], _TAKEN["redeem"]))


_TAKEN: Final[Mapping[str, tuple[Reason, str]]] = {
    # By the beginning of the effect's name.
    "redeem": (Reason.COUPON_REDEEMED, "another redemption of this coupon was accepted already"),
    "transfer": (Reason.VERSION_STALE, "the coupon is being handed on already"),
    **dict.fromkeys(
        ("amend", "reverse", "forfeit", "distribute"),
        (Reason.VERSION_STALE, "another change of this redemption was accepted already"),
    ),
    "copy": (Reason.COPY_UNAVAILABLE, "this copy is being given already"),
    "revoke": (Reason.COUPON_VOID, "the coupon is being revoked already"),
}


def _same_coupon(draft: Draft) -> tuple[ColumnElement[bool], ...]:
    return (
        OPERATIONS.c.batch == draft.batch,
        OPERATIONS.c.serial == draft.serial,
        OPERATIONS.c.version == draft.version,
    )


def checked_hash(request: Any) -> bytes:
    """A hash over a request's kind and fields, equal for equal requests.

    Raises `OutOfRange` for a number that no field of anything holds.
    """
    body = _body_of(request)
    _check_integers(body, field=type(request).__name__)
    return _hash(request, body)


def _body_of(request: Any) -> Any:
    return asdict(request) if is_dataclass(request) and not isinstance(request, type) else request


def _hash(request: Any, body: Any) -> bytes:
    text = json.dumps([type(request).__name__, body], sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).digest()


def _check_integers(value: Any, field: str) -> None:
    if isinstance(value, dict):
        for name, each in value.items():
            _check_integers(each, field=name)
    elif isinstance(value, list | tuple):
        for each in value:
            _check_integers(each, field=field)
    elif isinstance(value, int) and not -_INTEGER_LIMIT <= value <= _INTEGER_LIMIT:
        raise OutOfRange(field, value, low=-_INTEGER_LIMIT, high=_INTEGER_LIMIT)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    raise TypeError(f"{type(value).__name__} has no plain form")
