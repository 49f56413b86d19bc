"""Register merchants, institutions and consumers whose keys custody keeps."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from ledger.chain.packing import recruit_record
from ledger.domain.errors import LedgerError, Verb
from ledger.domain.intents import Register
from ledger.intake import reading
from ledger.intake.desk import Accepted, Desk, Draft
from ledger.store import effects
from ledger.store.outbox import ACCOUNTS, OPERATIONS, OperationState
from ledger.store.projections import CONSUMERS, MERCHANTS

REFERENCE_LENGTH = 128


class ReferenceInvalid(LedgerError):
    """A reference is how people name a party: some printable characters."""

    def __init__(self, reference: str) -> None:
        self.reference = reference
        super().__init__(f"{reference!r} is no reference: use 1 to {REFERENCE_LENGTH} printable characters")


class ReferenceTaken(LedgerError):
    """Another party of this kind has the reference."""

    def __init__(self, kind: str, reference: str) -> None:
        self.kind, self.reference = kind, reference
        super().__init__(f"there is a {kind} {reference!r} already; choose another reference")


@dataclass(frozen=True, slots=True)
class RegisterMerchant:
    """A merchant or an institution under our own reference for it."""

    reference: str
    kind: Literal["merchant", "institution"] = "merchant"
    name: str | None = None


@dataclass(frozen=True, slots=True)
class RegisterConsumer:
    """A consumer under our own reference, recruited by a merchant (its id)."""

    reference: str
    recruiter: int


def register_merchant(desk: Desk, request: RegisterMerchant, *, key: str) -> Accepted:
    """Take a merchant in; raises ReferenceInvalid, ReferenceTaken."""

    def draft() -> Draft:
        wallet = _open_account(desk, request.kind, request.reference, name=request.name)
        kind = 1 if request.kind == "merchant" else 2
        deadline = desk.deadline
        signature = desk.sign(desk.signer(wallet), Register(wallet, kind, 0, deadline))
        return Draft(
            verb="register_merchant",
            payload={"arguments": [wallet, kind, deadline, signature]},
            effect=effects.by_wallet(Verb.REGISTER_MERCHANT, wallet),
        )

    return desk.accept(key, request, draft)


def register_consumer(desk: Desk, request: RegisterConsumer, *, key: str) -> Accepted:
    """Take a consumer in (S2.23, S3.3); raises ReferenceInvalid, ReferenceTaken, MerchantUnknown."""

    def draft() -> Draft:
        reading.merchant(desk.connection, request.recruiter)
        wallet = _open_account(desk, "consumer", request.reference, name=None)
        deadline = desk.deadline
        signature = desk.sign(desk.signer(wallet), Register(wallet, 0, request.recruiter, deadline))
        record = recruit_record(wallet, deadline, signature)
        return Draft(
            verb="register_consumer",
            payload={"merchant": request.recruiter, "record": record},
            effect=effects.by_wallet(Verb.REGISTER_CONSUMER, wallet),
        )

    return desk.accept(key, request, draft)


def _open_account(desk: Desk, kind: str, reference: str, *, name: str | None) -> bytes:
    """Note the party under its reference, with a key of custody; its wallet."""
    if not 0 < len(reference) <= REFERENCE_LENGTH or not reference.isprintable():
        raise ReferenceInvalid(reference)
    path = f"{kind}/{reference}"
    wallet = desk.new_signer(path).address
    taken = select(ACCOUNTS.c.wallet).where(ACCOUNTS.c.kind == kind, ACCOUNTS.c.reference == reference)
    held_by = desk.connection.scalar(taken)
    if held_by is not None:
        if held_by != wallet or _is_registered(desk.connection, kind, wallet):
            raise ReferenceTaken(kind, reference)
        desk.connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.wallet == wallet).values(name=name))
        return wallet
    desk.connection.execute(
        insert(ACCOUNTS).values(kind=kind, reference=reference, wallet=wallet, custody_path=path, name=name)
    )
    return wallet


def _is_registered(connection: Connection, kind: str, wallet: bytes) -> bool:
    """Whether a wallet's party is there or on its way; what the chain refused to register left its account behind."""
    table, verb = (CONSUMERS, Verb.REGISTER_CONSUMER) if kind == "consumer" else (MERCHANTS, Verb.REGISTER_MERCHANT)
    if connection.scalar(select(table.c.id).where(table.c.wallet == wallet)) is not None:
        return True
    pending = select(OPERATIONS.c.id).where(
        OPERATIONS.c.effect == effects.by_wallet(verb, wallet), OPERATIONS.c.state != OperationState.REFUSED
    )
    return connection.scalar(pending.limit(1)) is not None
