"""Errors of the domain: one rule, one name, the same in Solidity, in Python and on the wire."""

from enum import IntEnum


class Reason(IntEnum):
    """Why the contract refused an item; numbers and names are those of `ILedgerTypes.Reason`."""

    NONE = 0
    SIGNATURE_INVALID = 1
    DEADLINE_PASSED = 2
    NONCE_USED = 3
    ITEMS_MALFORMED = 4
    COUNT_ZERO = 5
    AMOUNT_ZERO = 6
    MERCHANT_UNKNOWN = 7
    MERCHANT_SUSPENDED = 8
    AGENT_NOT_IN_FORCE = 9
    AGENT_KIND_MISMATCH = 10
    ALLOWANCE_EXCEEDED = 11
    CONSUMER_UNKNOWN = 12
    CONSUMER_SUSPENDED = 13
    WALLET_INVALID = 14
    WALLET_TAKEN = 15
    KIND_INVALID = 16
    BATCH_UNKNOWN = 17
    BATCH_NOT_OPEN = 18
    BATCH_EXPIRED = 19
    BATCH_CLOSED = 20
    MERCHANT_NOT_ACCEPTED = 21
    LOT_MISMATCH = 22
    LOT_EXHAUSTED = 23
    COUPON_NOT_ISSUED = 24
    COUPON_REDEEMED = 25
    COUPON_VOID = 26
    COUPON_EXPIRED = 27
    VERSION_STALE = 28
    ORDER_ZERO = 29
    ORDER_ABOVE_MAXIMUM = 30
    ORDER_BELOW_MINIMUM = 31
    CONTRIBUTION_UNFUNDED = 32
    DISCOUNT_UNFUNDED = 33
    REWARD_CAP_REACHED = 34
    CASH_INSUFFICIENT = 35
    WITHDRAWAL_PENDING = 36
    WITHDRAWAL_NOT_DUE = 37
    PAYEE_REFUSED = 38
    SHARE_NOT_ALLOWED = 39
    HOPS_EXHAUSTED = 40
    COPY_UNAVAILABLE = 41
    RECIPIENT_INVALID = 42
    VERSION_EXHAUSTED = 43
    REDEMPTION_NOT_PENDING = 44
    REDEEMER_MISMATCH = 45
    SETTLEMENT_NOT_DUE = 46
    SETTLEMENT_OVER = 47
    ORDER_NOT_LOWER = 48
    BEARER_NOT_ALLOWED = 49
    NOT_REVOCABLE = 50
    POINTS_INSUFFICIENT = 51
    POINTS_UNSPENT = 52
    PERIOD_NOT_OVER = 53
    PERIOD_STATED = 54
    POLICY_UNKNOWN = 55
    COMMISSION_UNFUNDED = 56
    WITHDRAWAL_CAP_REACHED = 57
    PARTIES_EXHAUSTED = 58

    @property
    def title(self) -> str:
        """The name as Solidity writes it: `CouponRedeemed`."""
        return "".join(word.capitalize() for word in self.name.split("_"))


class Verb(IntEnum):
    """The verb of a refused item; numbers are those of `ILedgerTypes.Verb`."""

    NONE = 0
    REGISTER_MERCHANT = 1
    REGISTER_CONSUMER = 2
    APPOINT = 3
    DEPOSIT = 4
    WITHDRAW = 5
    PAY_OUT = 6
    ALLOCATE = 7
    RECALL = 8
    ISSUE = 9
    REDEEM = 10
    CLOSE_LOT = 11
    ISSUE_TO_BEARERS = 12
    TRANSFER = 13
    COPY = 14
    CLAIM = 15
    CANCEL = 16
    REVOKE = 17
    AMEND = 18
    REVERSE = 19
    FORFEIT = 20
    DISTRIBUTE = 21
    STATE = 22
    GRANT = 23
    SPEND = 24
    CASH_OUT = 25
    EXPIRE = 26
    CHANGE_WALLET = 27


class LedgerError(Exception):
    """A rule of the ledger was broken; the message says what to do, nothing was changed."""


class Refused(LedgerError):
    """An item is refused for `reason`; `given` and `limit` are the two values compared, where there are two."""

    def __init__(self, reason: Reason, hint: str = "", *, given: object = None, limit: object = None) -> None:
        self.reason, self.hint, self.given, self.limit = reason, hint, given, limit
        compared = "" if given is None else f" ({given} against {limit})"
        super().__init__(f"{reason.title}{compared}{': ' + hint if hint else ''}")


class TermsInvalid(LedgerError):
    """A batch cannot be minted with these terms; `rule` is the Solidity error of the rule."""

    def __init__(self, rule: str, hint: str, *, given: object = None, limit: object = None) -> None:
        self.rule, self.hint, self.given, self.limit = rule, hint, given, limit
        compared = "" if given is None else f" ({given} against {limit})"
        super().__init__(f"{rule}{compared}: {hint}")


class NotFound(LedgerError):
    """Nothing of that kind has this id or name."""

    def __init__(self, kind: str, name: object, hint: str = "") -> None:
        self.kind, self.name = kind, name
        super().__init__(f"there is no {kind} {name!r}{'; ' + hint if hint else ''}")


class OutOfRange(LedgerError):
    """A number does not fit its field."""

    def __init__(self, field: str, given: int, *, low: int, high: int) -> None:
        self.field, self.given, self.low, self.high = field, given, low, high
        super().__init__(f"{field} is {given}; it must be from {low} to {high}")
