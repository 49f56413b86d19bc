"""Events of statements, points, wallets and the ledger's end."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatedTotal:
    """Purchases of a recruiter's consumers, and what was taken and given back of them; minor units."""

    recruiter: int
    amount: int
    commission: int
    rebate: int


@dataclass(frozen=True, slots=True)
class Stated:
    """A merchant stated the purchases of `period_days` days from `period` (days since 1970) on."""

    merchant: int
    agent: int
    period: int
    period_days: int
    policy: int
    root: bytes
    totals: tuple[StatedTotal, ...]


@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """A commission policy was announced; `equal_codes` is 0 return to seller, 1 platform keeps, 2 no commission."""

    policy: int
    starts_at: int
    commission_bps: int
    rebate_bps: int
    equal_codes: int


@dataclass(frozen=True, slots=True)
class Granted:
    """Consumers got points, (consumer, points) each, out of the operator's cash."""

    total: int
    grants: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Spent:
    """A consumer's points became a merchant's for `count` coupons from serial `first` on."""

    merchant: int
    consumer: int
    batch: int
    first: int
    count: int
    points: int
    nonce: int


@dataclass(frozen=True, slots=True)
class CashedOut:
    """A merchant's points became its cash."""

    merchant: int
    points: int


@dataclass(frozen=True, slots=True)
class Expired:
    """Consumers' points ended, (consumer, points) each; their backing went back to the operator."""

    total: int
    expiries: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class WalletChanged:
    """A party has another wallet; `nonce` 0 for a completed recovery."""

    consumer: bool
    party: int
    wallet: bytes
    nonce: int


@dataclass(frozen=True, slots=True)
class RecoveryStarted:
    """The operator asked for another wallet for a party, in force from `ready_at` on unless vetoed."""

    consumer: bool
    party: int
    wallet: bytes
    ready_at: int


@dataclass(frozen=True, slots=True)
class RecoveryVetoed:
    """A recovery was stopped."""

    consumer: bool
    party: int
    wallet: bytes


@dataclass(frozen=True, slots=True)
class Retiring:
    """From `retires_at` on nothing is minted or issued."""

    retires_at: int
