"""What happened on the chain: one frozen type for each event of the contract, amounts in minor units."""

from dataclasses import dataclass

from ledger.domain.errors import Reason, Verb
from ledger.domain.terms import Terms


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


@dataclass(frozen=True, slots=True)
class Deposited:
    """Tokens came in for a party."""

    consumer: bool
    party: int
    amount: int
    sender: bytes


@dataclass(frozen=True, slots=True)
class WithdrawalRequested:
    """A merchant asked for cash, payable from `ready_at` on."""

    merchant: int
    amount: int
    to: bytes
    ready_at: int
    nonce: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Tokens left for an address; `nonce` 0 for the treasurer and for a paid-out request."""

    consumer: bool
    party: int
    amount: int
    to: bytes
    nonce: int


@dataclass(frozen=True, slots=True)
class Minted:
    """A batch came into being; `paused_at_mint` in seconds, `reserve` taken from the operator."""

    batch: int
    terms: Terms
    reserve: int
    paused_at_mint: int


@dataclass(frozen=True, slots=True)
class Allocated:
    """A lot for a merchant out of stock (`from_lot` 0) or an operator's lot; `reserved` of the merchant's cash."""

    batch: int
    from_lot: int
    lot: int
    merchant: int
    count: int
    reserved: int
    nonce: int


@dataclass(frozen=True, slots=True)
class Recalled:
    """The end of a lot went back to the operator as a new lot."""

    batch: int
    from_lot: int
    lot: int
    count: int
    released: int
    nonce: int


@dataclass(frozen=True, slots=True)
class Issued:
    """Serials from `first` on went to consumers, (consumer, count) in order."""

    batch: int
    lot: int
    first: int
    nonce: int
    agent: int
    consumers: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RedeemedItem:
    """One coupon written off; `parts` by `Role`."""

    coupon: int
    version: int
    order: int
    reward: int
    contribution: int
    discount: int
    parts: tuple[int, int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A merchant wrote coupons off."""

    merchant: int
    agent: int
    items: tuple[RedeemedItem, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """A finished batch gave its reserve back to the operator."""

    batch: int
    released: int


@dataclass(frozen=True, slots=True)
class LotClosed:
    """A lot of a closed batch gave its reserve back to its merchant."""

    batch: int
    lot: int
    merchant: int
    released: int


@dataclass(frozen=True, slots=True)
class LimitsChanged:
    """The admin set the ledger's limits."""

    reward_cap_daily: int
    reserve_cap_daily: int
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
    """An item that changed nothing; `subject` is a wallet, a nonce, or coupon << 16 | version of a redemption."""

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


Event = (
    MerchantsRegistered
    | ConsumersRegistered
    | MerchantSuspended
    | ConsumerSuspended
    | Appointed
    | GroupChanged
    | Deposited
    | WithdrawalRequested
    | Withdrawn
    | Minted
    | Allocated
    | Recalled
    | Issued
    | Redeemed
    | Closed
    | LotClosed
    | LimitsChanged
    | RewardCapChanged
    | Paused
    | Unpaused
    | Refusals
    | Sealed
    | RoleGranted
    | RoleRevoked
)
