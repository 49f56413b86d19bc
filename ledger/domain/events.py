"""What happened on the chain: one frozen type for each event of the contract, amounts in minor units."""

from dataclasses import dataclass

from ledger.domain.events_accounts import (
    CashedOut as CashedOut,
)
from ledger.domain.events_accounts import (
    Expired as Expired,
)
from ledger.domain.events_accounts import (
    Granted as Granted,
)
from ledger.domain.events_accounts import (
    PolicyChanged as PolicyChanged,
)
from ledger.domain.events_accounts import (
    RecoveryStarted as RecoveryStarted,
)
from ledger.domain.events_accounts import (
    RecoveryVetoed as RecoveryVetoed,
)
from ledger.domain.events_accounts import (
    Retiring as Retiring,
)
from ledger.domain.events_accounts import (
    Spent as Spent,
)
from ledger.domain.events_accounts import (
    Stated as Stated,
)
from ledger.domain.events_accounts import (
    StatedTotal as StatedTotal,
)
from ledger.domain.events_accounts import (
    WalletChanged as WalletChanged,
)
from ledger.domain.events_control import (
    LimitsChanged as LimitsChanged,
)
from ledger.domain.events_control import (
    Paused as Paused,
)
from ledger.domain.events_control import (
    Refusals as Refusals,
)
from ledger.domain.events_control import (
    RefusedItem as RefusedItem,
)
from ledger.domain.events_control import (
    RewardCapChanged as RewardCapChanged,
)
from ledger.domain.events_control import (
    RoleGranted as RoleGranted,
)
from ledger.domain.events_control import (
    RoleRevoked as RoleRevoked,
)
from ledger.domain.events_control import (
    Sealed as Sealed,
)
from ledger.domain.events_control import (
    Unpaused as Unpaused,
)
from ledger.domain.events_members import (
    Appointed as Appointed,
)
from ledger.domain.events_members import (
    ConsumersRegistered as ConsumersRegistered,
)
from ledger.domain.events_members import (
    ConsumerSuspended as ConsumerSuspended,
)
from ledger.domain.events_members import (
    GroupChanged as GroupChanged,
)
from ledger.domain.events_members import (
    MerchantsRegistered as MerchantsRegistered,
)
from ledger.domain.events_members import (
    MerchantSuspended as MerchantSuspended,
)
from ledger.domain.events_settlement import (
    Amended as Amended,
)
from ledger.domain.events_settlement import (
    Distributed as Distributed,
)
from ledger.domain.events_settlement import (
    Forfeited as Forfeited,
)
from ledger.domain.events_settlement import (
    Pooled as Pooled,
)
from ledger.domain.events_settlement import (
    PooledItem as PooledItem,
)
from ledger.domain.events_settlement import (
    Redeemed as Redeemed,
)
from ledger.domain.events_settlement import (
    RedeemedItem as RedeemedItem,
)
from ledger.domain.events_settlement import (
    Reversed as Reversed,
)
from ledger.domain.events_sharing import (
    Copied as Copied,
)
from ledger.domain.events_sharing import (
    IssuedToBearers as IssuedToBearers,
)
from ledger.domain.events_sharing import (
    OfferCancelled as OfferCancelled,
)
from ledger.domain.events_sharing import (
    Revoked as Revoked,
)
from ledger.domain.events_sharing import (
    SharedItem as SharedItem,
)
from ledger.domain.events_sharing import (
    Transferred as Transferred,
)
from ledger.domain.terms import Terms


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
    | Transferred
    | Copied
    | OfferCancelled
    | Revoked
    | IssuedToBearers
    | Pooled
    | Distributed
    | Amended
    | Reversed
    | Forfeited
    | Stated
    | PolicyChanged
    | Granted
    | Spent
    | CashedOut
    | Expired
    | WalletChanged
    | RecoveryStarted
    | RecoveryVetoed
    | Retiring
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
