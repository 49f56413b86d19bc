"""The platform's own verbs: close, suspend, group, appoint, pause, limits."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from ledger.domain.errors import LedgerError, NotFound, OutOfRange, Reason, Refused, Verb
from ledger.domain.ids import OPERATOR
from ledger.domain.intents import Appoint
from ledger.intake import reading
from ledger.intake.desk import Accepted, Desk, Draft
from ledger.store import effects
from ledger.store.projections import CONSUMERS, LEDGER_STATE, LOTS, MERCHANTS

CLOSING_GRACE = 7 * reading.DAY
LOTS_LIMIT = 500
"""Lots of one closing at most: they must fit a transaction."""

GROUP_CHANGES_LIMIT = 2_000
"""Merchants of one change of a group at most, for the same reason."""

_APPOINTMENT_BITS = {"agent": 32, "until": 40, "allowance": 40}


class NotFinished(LedgerError):
    """A batch is closed only after the last possible redemption, its settlement delay and a grace of a week."""

    def __init__(self, batch: int, *, finishes: int, time: int) -> None:
        self.batch, self.finishes, self.time = batch, finishes, time
        super().__init__(f"batch {batch} can be closed from {finishes} on (ledger time, Unix seconds); it is {time}")


@dataclass(frozen=True, slots=True)
class Close:
    """A finished batch whose reserve goes back to the operator."""

    batch: int


@dataclass(frozen=True, slots=True)
class CloseLots:
    """Lots of a closed batch whose issuer-funded reserve goes back to their merchants."""

    batch: int
    lots: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Suspend:
    """A party to suspend, or whose suspension to lift."""

    party: int
    suspended: bool
    consumer: bool = False


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Merchants who join or leave a group; group 0 opens a new one."""

    group: int
    member: bool
    merchants: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AppointAgent:
    """A key that a merchant lets act for it; `kind` is a set of 1 issues, 2 redeems, 4 recruits, 8 states."""

    merchant: int
    agent: int
    key: bytes
    until: int
    allowance: int
    kind: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop, or go on."""

    paused: bool


def close(desk: Desk, request: Close, *, key: str) -> Accepted:
    """Take a closing; raises BatchUnknown, BatchClosed, NotFinished."""

    def draft() -> Draft:
        batch = reading.batch(desk.connection, request.batch)
        if batch.closed:
            raise Refused(Reason.BATCH_CLOSED, "the batch is closed already")
        finishes = batch.redeem_end + batch.terms.settlement_delay_hours * 3600 + CLOSING_GRACE
        time = reading.ledger_time(desk.connection, desk.now())
        if time < finishes:
            raise NotFinished(request.batch, finishes=finishes, time=time)
        return Draft(verb="close", payload={"arguments": [request.batch]})

    return desk.accept(key, request, draft)


def close_lots(desk: Desk, request: CloseLots, *, key: str) -> Accepted:
    """Take the closing of lots.

    Raises BatchUnknown, ItemsMalformed for too many, LotMismatch for one that the batch has not, AmountZero where none
    of them holds a reserve.
    """

    def draft() -> Draft:
        reading.batch(desk.connection, request.batch)
        _check_number(request.lots, LOTS_LIMIT)
        query = select(LOTS.c.lot, LOTS.c.reserve).where(LOTS.c.batch == request.batch, LOTS.c.lot.in_(request.lots))
        reserves = {row.lot: row.reserve for row in desk.connection.execute(query)}
        for lot in request.lots:
            if lot not in reserves:
                raise Refused(Reason.LOT_MISMATCH, f"batch {request.batch} has no lot {lot}")
        if not any(reserves.values()):
            raise Refused(Reason.AMOUNT_ZERO, "none of these lots holds a reserve")
        payload = {"arguments": [request.batch, list(request.lots)], "parts": len(request.lots)}
        return Draft(verb="close_lots", payload=payload)

    return desk.accept(key, request, draft)


def suspend(desk: Desk, request: Suspend, *, key: str) -> Accepted:
    """Take a suspension or its end; raises NotFound, KindInvalid for the operator."""

    def draft() -> Draft:
        table = CONSUMERS if request.consumer else MERCHANTS
        if desk.connection.scalar(select(table.c.id).where(table.c.id == request.party)) is None:
            raise NotFound("consumer" if request.consumer else "merchant", request.party)
        if not request.consumer and request.party == OPERATOR:
            raise Refused(Reason.KIND_INVALID, "the operator cannot be suspended")
        verb = "suspend_consumer" if request.consumer else "suspend_merchant"
        return Draft(verb=verb, payload={"arguments": [request.party, request.suspended]})

    return desk.accept(key, request, draft)


def change_group(desk: Desk, request: ChangeGroup, *, key: str) -> Accepted:
    """Take a change of a group of acceptance.

    Raises NotFound, ItemsMalformed for too many, MerchantUnknown; MerchantSuspended and KindInvalid for who would join.
    """

    def draft() -> Draft:
        groups = desk.connection.scalar(select(LEDGER_STATE.c.groups)) or 0
        if not 0 <= request.group <= groups:
            raise NotFound("group", request.group, "group 0 opens a new one")
        _check_number(request.merchants, GROUP_CHANGES_LIMIT)
        for merchant in request.merchants:
            if request.member:
                reading.merchant(desk.connection, merchant)
            else:
                _check_registered(desk.connection, merchant)
        arguments = [request.group, request.member, list(request.merchants)]
        return Draft(verb="change_group", payload={"arguments": arguments, "parts": len(request.merchants)})

    return desk.accept(key, request, draft)


def appoint(desk: Desk, request: AppointAgent, *, key: str) -> Accepted:
    """Take an appointment, signed for the merchant; raises MerchantUnknown, KindInvalid, WalletInvalid, OutOfRange."""

    def draft() -> Draft:
        merchant = reading.merchant(desk.connection, request.merchant)
        if request.agent <= 0 or not 0 < request.kind < 16:
            raise Refused(
                Reason.KIND_INVALID, "number agents from 1; kind is 1 issues + 2 redeems + 4 recruits + 8 states"
            )
        if len(request.key) != 20 or not any(request.key):
            raise Refused(Reason.WALLET_INVALID, "an agent's key is an address of 20 bytes that is not zero")
        for field, bits in _APPOINTMENT_BITS.items():
            value = getattr(request, field)
            if not 0 <= value < 1 << bits:
                raise OutOfRange(field, value, low=0, high=(1 << bits) - 1)
        nonce, deadline = desk.fresh_nonce(), desk.deadline
        fields = (request.merchant, request.agent, request.key, request.until, request.allowance, request.kind)
        intent = Appoint(*fields, nonce, deadline)
        signature = desk.sign(desk.signer(merchant.wallet), intent)
        return Draft(
            verb="appoint",
            payload={"arguments": [*fields, nonce, deadline, signature]},
            effect=effects.by_nonce(Verb.APPOINT, request.merchant, nonce),
        )

    return desk.accept(key, request, draft)


def pause(desk: Desk, request: Pause, *, key: str) -> Accepted:
    """Take a pause or its end."""
    verb = "pause" if request.paused else "unpause"
    return desk.accept(key, request, lambda: Draft(verb=verb, payload={"arguments": []}))


def _check_number(given: Collection[int], limit: int) -> None:
    if len(given) > limit:
        raise Refused(Reason.ITEMS_MALFORMED, "do it in several requests", given=len(given), limit=limit)


def _check_registered(connection: Connection, merchant: int) -> None:
    if connection.scalar(select(MERCHANTS.c.id).where(MERCHANTS.c.id == merchant)) is None:
        raise Refused(Reason.MERCHANT_UNKNOWN, f"register merchant {merchant} first")
