"""Events of parties, agents and groups of acceptance."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MerchantsRegistered:
    """Merchants got the ids from `first` on; (wallet, kind) each."""

    first: int
    merchants: tuple[tuple[bytes, int], ...]


@dataclass(frozen=True, slots=True)
class ConsumersRegistered:
    """Consumers got the ids from `first` on."""

    recruiter: int
    agent: int
    first: int
    nonce: int
    wallets: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class MerchantSuspended:
    """A merchant was suspended, or its suspension lifted."""

    merchant: int
    suspended: bool


@dataclass(frozen=True, slots=True)
class ConsumerSuspended:
    """A consumer was suspended, or its suspension lifted."""

    consumer: int
    suspended: bool


@dataclass(frozen=True, slots=True)
class Appointed:
    """A merchant's agent was appointed, changed or (until 0) dismissed."""

    merchant: int
    agent: int
    key: bytes
    until: int
    allowance: int
    kind: int
    nonce: int


@dataclass(frozen=True, slots=True)
class GroupChanged:
    """Merchants joined or left a group of acceptance."""

    group: int
    member: bool
    merchants: tuple[int, ...]
