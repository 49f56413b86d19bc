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
    """A merchant's appointment of a key; `kind` is a set of 1 issues, 2 redeems, 4 recruits, 8 states."""

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


@dataclass(frozen=True, slots=True)
class Transfer:
    """A holder's gift of a coupon to a consumer; `version` is the coupon's own nonce."""

    coupon: int
    version: int
    to: int
    deadline: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A holder's gift of the copy `index` of a coupon."""

    coupon: int
    version: int
    index: int
    to: int
    deadline: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A holder's offer of a coupon, or of copies of it: to a consumer, or (`to` 0) to whoever proves `claim_key`."""

    coupon: int
    version: int
    copy: bool
    to: int
    claim_key: bytes
    price: int
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim key's word on who takes up an offer; `offer` is its struct hash."""

    offer: bytes
    index: int
    claimant: int


@dataclass(frozen=True, slots=True)
class AcceptOffer:
    """A claimant's consent to an offer and its price; `offer` is its struct hash."""

    offer: bytes
    index: int
    claimant: int
    price: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """A holder's end of every offer with a nonce."""

    consumer: int
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True)
class IssueToBearers:
    """A merchant's issue from a lot to bearers' keys, 20 bytes each."""

    merchant: int
    batch: int
    lot: int
    keys: bytes
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True)
class Amend:
    """The redeeming merchant lowers the order of a redemption that waits."""

    coupon: int
    version: int
    merchant: int
    order: int
    deadline: int


@dataclass(frozen=True, slots=True)
class Reverse:
    """The redeeming merchant undoes a redemption that waits."""

    coupon: int
    version: int
    merchant: int
    deadline: int


@dataclass(frozen=True, slots=True)
class State:
    """A merchant's totals of a period, packed in records of 12 bytes, and the root of its purchase lines."""

    merchant: int
    period: int
    period_days: int
    totals: bytes
    root: bytes
    deadline: int


@dataclass(frozen=True, slots=True)
class Spend:
    """A consumer's points for coupons of a merchant; signed by both."""

    consumer: int
    merchant: int
    batch: int
    lot: int
    count: int
    points: int
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True)
class ChangeWallet:
    """A party's change of its wallet, signed by the old one and by the new."""

    consumer: bool
    party: int
    wallet: bytes
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True)
class Veto:
    """A party's word that it has not lost its wallet: it stops the recovery that is ready at `ready_at`."""

    consumer: bool
    party: int
    wallet: bytes
    ready_at: int


Intent = (
    Register
    | Recruit
    | Appoint
    | Withdraw
    | Accept
    | Recall
    | Issue
    | Redeem
    | Present
    | Transfer
    | Copy
    | Offer
    | Claim
    | AcceptOffer
    | Cancel
    | IssueToBearers
    | Amend
    | Reverse
    | State
    | Spend
    | ChangeWallet
    | Veto
)
