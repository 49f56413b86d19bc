"""What parties sign: intents with their fields as the contract types them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Register:
    """A wallet's consent to become a party: `kind` 0 a consumer of `recruiter`, 1 a merchant, 2 an institution."""

    wallet: bytes
    kind: int
    recruiter: int
    deadline: int


@dataclass(frozen=True, slots=True)
class Recruit:
    """A merchant's registration of consumers, packed in records of 96 bytes."""

    merchant: int
    consumers: bytes
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True)
class Appoint:
    """A merchant's appointment of a key; `kind` is a set of 1 issues, 2 redeems, 4 recruits."""

    merchant: int
    agent: int
    key: bytes
    until: int
    allowance: int
    kind: int
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True)
class Withdraw:
    """A party's order to pay cash out to an address."""

    consumer: bool
    party: int
    amount: int
    to: bytes
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True)
class Accept:
    """A merchant's consent to stock whose discount it funds."""

    merchant: int
    batch: int
    count: int
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True)
class Recall:
    """A merchant's return of unissued stock."""

    merchant: int
    batch: int
    lot: int
    count: int
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True)
class Issue:
    """A merchant's issue from a lot to consumers, packed in records of 5 bytes."""

    merchant: int
    batch: int
    lot: int
    consumers: bytes
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True)
class Redeem:
    """A merchant's redemption of presented coupons, packed in records of 96 bytes."""

    merchant: int
    items: bytes
    deadline: int


@dataclass(frozen=True, slots=True)
class Present:
    """A holder's consent to use a coupon at a merchant for an order up to `maximum_order`."""

    coupon: int
    version: int
    merchant: int
    maximum_order: int
    deadline: int


Intent = Register | Recruit | Appoint | Withdraw | Accept | Recall | Issue | Redeem | Present
