"""Deposit, withdraw and pay out."""

from dataclasses import dataclass

from sqlalchemy import select

from ledger.domain.errors import OutOfRange, Reason, Refused, Verb
from ledger.domain.ids import OPERATOR
from ledger.domain.intents import Withdraw
from ledger.intake import reading
from ledger.intake.desk import Accepted, Desk, Draft
from ledger.store import effects
from ledger.store.projections import CONSUMERS, LEDGER_STATE, MERCHANTS, WITHDRAWAL_REQUESTS

_KIND_MERCHANT = 1
DEPOSIT_LIMIT_MINOR = 2**48 - 1
"""The most of one deposit: columns of the database hold 2^63 - 1 for all parties together, the chain 2^64 - 1."""


@dataclass(frozen=True, slots=True)
class Book:
    """Money that arrived at the bank: as many tokens for the treasurer. Embedded default only."""

    amount_minor: int


@dataclass(frozen=True, slots=True)
class DepositCash:
    """The treasurer's tokens for a party's cash."""

    party: int
    amount_minor: int
    consumer: bool = False


@dataclass(frozen=True, slots=True)
class WithdrawCash:
    """A party's cash to an address of 20 bytes."""

    party: int
    amount_minor: int
    to: bytes
    consumer: bool = False


@dataclass(frozen=True, slots=True)
class PayOut:
    """A merchant's requested withdrawal that is due."""

    merchant: int


def book(desk: Desk, request: Book, *, treasurer: bytes, key: str) -> Accepted:
    """Take a booking of money that came in."""

    def draft() -> Draft:
        _check_deposit(request.amount_minor)
        return Draft(verb="book", payload={"arguments": [treasurer, request.amount_minor]})

    return desk.accept(key, request, draft)


def deposit(desk: Desk, request: DepositCash, *, treasurer: bytes, key: str) -> Accepted:
    """Take a deposit with the booking of its money, both under one key.

    Raises AmountZero, OutOfRange, MerchantUnknown, ConsumerUnknown.
    """

    def draft() -> Draft:
        _check_deposit(request.amount_minor)
        table = CONSUMERS if request.consumer else MERCHANTS
        if desk.connection.scalar(select(table.c.id).where(table.c.id == request.party)) is None:
            reason = Reason.CONSUMER_UNKNOWN if request.consumer else Reason.MERCHANT_UNKNOWN
            raise Refused(reason, f"register {request.party} first")
        # The booking comes first: a round of the relay that ends between the two must not end before it.
        book(desk, Book(request.amount_minor), treasurer=treasurer, key=f"{key}/book")
        return Draft(verb="deposit", payload={"arguments": [request.consumer, request.party, request.amount_minor]})

    return desk.accept(key, request, draft)


def withdraw(desk: Desk, request: WithdrawCash, *, key: str) -> Accepted:
    """Take a withdrawal, signed for the party; merchants' wait for the withdrawal delay and `pay_out`.

    Raises AmountZero, WalletInvalid, MerchantUnknown, MerchantSuspended, ConsumerUnknown, ConsumerSuspended,
    CashInsufficient, WithdrawalPending, KindInvalid for the operator, whose cash is the treasurer's.
    """

    def draft() -> Draft:
        _check_amount(request.amount_minor)
        _check_payee(request.to)
        wallet, cash = _payer(desk, request)
        free = cash if request.consumer else cash - desk.held_of(request.party)
        if request.amount_minor > free:
            hint = "withdraw less; what accepted operations hold is not free"
            raise Refused(Reason.CASH_INSUFFICIENT, hint, given=request.amount_minor, limit=free)
        _check_outflow(desk, request)
        nonce, deadline = desk.fresh_nonce(), desk.deadline
        intent = Withdraw(request.consumer, request.party, request.amount_minor, request.to, nonce, deadline)
        signature = desk.sign(desk.signer(wallet), intent)
        name = effects.by_consumer_nonce if request.consumer else effects.by_nonce
        return Draft(
            verb="withdraw",
            payload={
                "arguments": [
                    *(request.consumer, request.party, request.amount_minor, request.to, nonce, deadline),
                    signature,
                ]
            },
            effect=name(Verb.WITHDRAW, request.party, nonce),
        )

    return desk.accept(key, request, draft)


def withdraw_platform(desk: Desk, request: WithdrawCash, *, key: str) -> Accepted:
    """Take a withdrawal of the platform's own cash by the treasurer.

    Raises AmountZero, WalletInvalid, CashInsufficient.
    """

    def draft() -> Draft:
        _check_amount(request.amount_minor)
        _check_payee(request.to)
        cash = desk.connection.scalar(select(MERCHANTS.c.cash).where(MERCHANTS.c.id == OPERATOR)) or 0
        if request.amount_minor > cash:
            raise Refused(Reason.CASH_INSUFFICIENT, "withdraw less", given=request.amount_minor, limit=cash)
        return Draft(verb="withdraw_platform", payload={"arguments": [request.amount_minor, request.to]})

    return desk.accept(key, request, draft)


def pay_out(desk: Desk, request: PayOut, *, key: str) -> Accepted:
    """Take the payment of a due request; raises AmountZero where there is none, WithdrawalNotDue."""

    def draft() -> Draft:
        waiting = desk.connection.execute(
            select(WITHDRAWAL_REQUESTS).where(WITHDRAWAL_REQUESTS.c.merchant == request.merchant)
        ).first()
        if waiting is None:
            raise Refused(Reason.AMOUNT_ZERO, f"merchant {request.merchant} asked for no withdrawal")
        if desk.now() < waiting.ready_at:
            raise Refused(Reason.WITHDRAWAL_NOT_DUE, "wait", given=desk.now(), limit=waiting.ready_at)
        cash = desk.connection.scalar(select(MERCHANTS.c.cash).where(MERCHANTS.c.id == request.merchant)) or 0
        amount, left = min(waiting.amount, cash), _outflow_left(desk)
        if amount > left:
            raise Refused(Reason.WITHDRAWAL_CAP_REACHED, "wait for tomorrow (UTC)", given=amount, limit=left)
        return Draft(verb="pay_out", payload={"arguments": request.merchant})

    return desk.accept(key, request, draft)


def _payer(desk: Desk, request: WithdrawCash) -> tuple[bytes, int]:
    if request.consumer:
        row = reading.consumer(desk.connection, request.party)
        return row.wallet, row.cash
    found = desk.connection.execute(select(MERCHANTS).where(MERCHANTS.c.id == request.party)).first()
    if found is None:
        raise Refused(Reason.MERCHANT_UNKNOWN, f"register merchant {request.party} first")
    if found.suspended:
        raise Refused(Reason.MERCHANT_SUSPENDED, f"merchant {request.party} is suspended")
    if request.party == OPERATOR:
        raise Refused(Reason.KIND_INVALID, "the platform's own cash is the treasurer's to withdraw")
    waiting = select(WITHDRAWAL_REQUESTS.c.ready_at).where(WITHDRAWAL_REQUESTS.c.merchant == request.party)
    ready_at = desk.connection.scalar(waiting)
    # One that is due gives way: the contract pays it before it notes the next.
    if ready_at is not None and desk.now() < ready_at:
        raise Refused(Reason.WITHDRAWAL_PENDING, "one withdrawal waits already", given=desk.now(), limit=ready_at)
    return found.wallet, found.cash


def _check_outflow(desk: Desk, request: WithdrawCash) -> None:
    """What parties withdraw in a day is capped; what a merchant asks for must fit a day, whichever it will be."""
    kind = select(MERCHANTS.c.kind).where(MERCHANTS.c.id == request.party)
    waits = not request.consumer and desk.connection.scalar(kind) == _KIND_MERCHANT
    left = _cap(desk) if waits else _outflow_left(desk)
    if request.amount_minor > left:
        hint = "withdraw it in parts" if waits else "withdraw less, or wait for tomorrow (UTC)"
        raise Refused(Reason.WITHDRAWAL_CAP_REACHED, hint, given=request.amount_minor, limit=left)


def _cap(desk: Desk) -> int:
    return desk.connection.scalar(select(LEDGER_STATE.c.withdrawal_cap_daily)) or 0


def _outflow_left(desk: Desk) -> int:
    """What parties may still withdraw today, all together."""
    state = desk.connection.execute(select(LEDGER_STATE)).one()
    withdrawn = state.withdrawn_today if state.withdrawn_day == desk.now() // reading.DAY else 0
    # A cap that was lowered may be below what left before.
    return int(max(0, state.withdrawal_cap_daily - withdrawn))


def _check_payee(to: bytes) -> None:
    if len(to) != 20 or not any(to):
        raise Refused(Reason.WALLET_INVALID, "pay out to an address of 20 bytes that is not zero")


def _check_amount(amount: int) -> None:
    if amount <= 0:
        raise Refused(Reason.AMOUNT_ZERO, "the amount must be more than nothing")


def _check_deposit(amount: int) -> None:
    _check_amount(amount)
    if amount > DEPOSIT_LIMIT_MINOR:
        raise OutOfRange("amount", amount, low=1, high=DEPOSIT_LIMIT_MINOR)
