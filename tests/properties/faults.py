"""Every rule that an item of a random life breaks: it must be refused for one of them; if for none, it must be done."""

from ledger.domain.errors import Reason
from ledger.domain.ids import OPERATOR
from tests.properties.ghost import Ghost
from tests.properties.holdings import Party

Faults = frozenset[Reason]

NO_FAULT: Faults = frozenset()


def those(*broken: tuple[bool, Reason]) -> Faults:
    """The reasons of the rules that are broken."""
    return frozenset(reason for is_broken, reason in broken if is_broken)


def party(consumer: bool, number: int) -> Party:
    """A party by its kind and its number."""
    return ("consumer", number) if consumer else ("merchant", number)


def of_merchant(ghost: Ghost, merchant: int) -> Faults:
    """Why a merchant may not sign for anything of coupons."""
    return those(
        (merchant not in ghost.merchants, Reason.MERCHANT_UNKNOWN),
        (("merchant", merchant) in ghost.suspended, Reason.MERCHANT_SUSPENDED),
        (merchant in ghost.institutions, Reason.KIND_INVALID),
    )


def of_signature(ghost: Ghost, merchant: int, by: str, deadline: int) -> Faults:
    """Why an intent of a merchant, signed with a key, may not be done."""
    return of_merchant(ghost, merchant) | those(
        (deadline < ghost.now, Reason.DEADLINE_PASSED),
        (by != ghost.names.get(("merchant", merchant)), Reason.SIGNATURE_INVALID),
    )


def of_deposit(ghost: Ghost, consumer: bool, number: int, amount: int) -> Faults:
    """Money for a party."""
    return those(
        (amount == 0, Reason.AMOUNT_ZERO),
        (consumer and number not in ghost.consumers, Reason.CONSUMER_UNKNOWN),
        (not consumer and number not in ghost.merchants, Reason.MERCHANT_UNKNOWN),
    )


def of_withdrawal(ghost: Ghost, consumer: bool, number: int, amount: int) -> Faults:
    """Cash for a party's own wallet; a merchant's, which waits, may be as much as may leave on one day."""
    suspended = Reason.CONSUMER_SUSPENDED if consumer else Reason.MERCHANT_SUSPENDED
    cash = ghost.consumers[number] if consumer else ghost.merchants[number]
    waits = not consumer and number not in ghost.institutions
    pending = waits and number in ghost.requests and ghost.now < ghost.requests[number][1]
    most = ghost.withdrawal_cap_daily if waits else _withdrawable(ghost)
    return those(
        (amount == 0, Reason.AMOUNT_ZERO),
        (party(consumer, number) in ghost.suspended, suspended),
        (not consumer and number == OPERATOR, Reason.KIND_INVALID),
        (amount > cash, Reason.CASH_INSUFFICIENT),
        (pending, Reason.WITHDRAWAL_PENDING),
        (amount > most, Reason.WITHDRAWAL_CAP_REACHED),
    )


def of_pay_out(ghost: Ghost, merchant: int) -> Faults:
    """A request that is due."""
    if merchant not in ghost.requests:
        return frozenset({Reason.AMOUNT_ZERO})
    amount, ready_at = ghost.requests[merchant]
    return those(
        (ghost.now < ready_at, Reason.WITHDRAWAL_NOT_DUE),
        (("merchant", merchant) in ghost.suspended, Reason.MERCHANT_SUSPENDED),
        (ghost.merchants[merchant] == 0, Reason.CASH_INSUFFICIENT),
        (min(amount, ghost.merchants[merchant]) > _withdrawable(ghost), Reason.WITHDRAWAL_CAP_REACHED),
    )


def _withdrawable(ghost: Ghost) -> int:
    return ghost.withdrawal_cap_daily - ghost.withdrawn[ghost.today]


def of_wallet(ghost: Ghost, of: Party, name: str, *, by: str, nonce: int) -> Faults:
    """Another wallet, signed by the old one and the new one."""
    kind, number = of
    if of not in ghost.names:
        return frozenset({Reason.CONSUMER_UNKNOWN if kind == "consumer" else Reason.MERCHANT_UNKNOWN})
    suspended = Reason.CONSUMER_SUSPENDED if kind == "consumer" else Reason.MERCHANT_SUSPENDED
    return those(
        (of in ghost.suspended, suspended),
        (name in ghost.names.values(), Reason.WALLET_TAKEN),
        (kind == "consumer" and (number, nonce) in ghost.nonces, Reason.NONCE_USED),
        (by != ghost.names[of], Reason.SIGNATURE_INVALID),
    )
