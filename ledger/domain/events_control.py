"""Events of limits, pauses and roles, refused items, and the seal of a transaction."""

from dataclasses import dataclass

from ledger.domain.errors import Reason, Verb


@dataclass(frozen=True, slots=True)
class LimitsChanged:
    """The admin set the ledger's limits."""

    reward_cap_daily: int
    reserve_cap_daily: int
    withdrawal_cap_daily: int
    withdrawal_delay: int


@dataclass(frozen=True, slots=True)
class RewardCapChanged:
    """The admin set one merchant's own daily cap on reward."""

    merchant: int
    reward_cap_daily: int


@dataclass(frozen=True, slots=True)
class Paused:
    """A pause began."""

    by: bytes
    until: int


@dataclass(frozen=True, slots=True)
class Unpaused:
    """A pause was ended early; `paused_total` seconds in all so far."""

    by: bytes
    paused_total: int


@dataclass(frozen=True, slots=True)
class RefusedItem:
    """An item that changed nothing; `subject` is a wallet, a nonce, or a coupon (see ICouponLedger.Refused)."""

    verb: Verb
    reason: Reason
    group: int
    item: int
    party: int
    subject: int


@dataclass(frozen=True, slots=True)
class Refusals:
    """Items of one verb that changed nothing."""

    verb: Verb
    items: tuple[RefusedItem, ...]


@dataclass(frozen=True, slots=True)
class Sealed:
    """The end of a transaction; `rolling` (24 bytes) chains every log up to it."""

    sequence: int
    items: int
    rolling: bytes


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """An account got a role (OpenZeppelin AccessControl)."""

    role: bytes
    account: bytes
    sender: bytes


@dataclass(frozen=True, slots=True)
class RoleRevoked:
    """An account lost a role (OpenZeppelin AccessControl)."""

    role: bytes
    account: bytes
    sender: bytes
