"""The steps in the life of a coupon; each says at which log of the chain it stands. Amounts in minor units."""

from dataclasses import dataclass
from enum import StrEnum

from ledger.audit.parties import Party
from ledger.domain.terms import Funder, Role, Terms


class CouponState(StrEnum):
    """Where a coupon is in its life."""

    STOCK = "stock"
    ISSUED = "issued"
    PENDING = "pending"
    REDEEMED = "redeemed"
    FORFEITED = "forfeited"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class LogPlace:
    """A log on the chain; `timestamp` is its block's, Unix seconds."""

    block_number: int
    block_hash: bytes
    transaction_hash: bytes
    log_index: int
    timestamp: int


@dataclass(frozen=True, slots=True)
class Minted:
    """The coupon's batch came into being; `reserve` is the batch's."""

    place: LogPlace
    operator: Party
    terms: Terms
    reserve: int


@dataclass(frozen=True, slots=True)
class Moved:
    """The coupon went with a run of serials into a lot: `merchant` got it (allocate) or gave it back (recall).

    `from_lot` is 0 for the batch's stock; `amount` of issuer-funded discounts was reserved or released for the run.
    """

    place: LogPlace
    kind: str
    from_lot: int
    lot: int
    merchant: Party
    first: int
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class Paid:
    """The coupon was bought: so many of the consumer's points are the merchant's."""

    place: LogPlace
    points: int


@dataclass(frozen=True, slots=True)
class Issued:
    """The coupon went to a consumer; `agent` is 0 where the merchant's own wallet signed.

    `day` counts from 1970 in the ledger's time, which stands still during pauses; `paid` is None where it cost nothing.
    """

    place: LogPlace
    merchant: Party
    agent: int
    consumer: Party
    day: int
    paid: Paid | None


@dataclass(frozen=True, slots=True)
class Part:
    """What a role got. An absent role (no `party`) got nothing: `passed_on` of it went to the remainder role."""

    role: Role
    share_bps: int
    party: Party | None
    amount: int
    passed_on: int


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The coupon was written off; `reward` came from the batch's reserve, `contribution` from the merchant.

    The discount comes out of the reserve of `funded_by`, who bears it; `parts` by `Role`.
    """

    place: LogPlace
    version: int
    merchant: Party
    agent: int
    order: int
    reward: int
    contribution: int
    discount: int
    funder: Funder
    funded_by: Party
    parts: tuple[Part, ...]

    @property
    def incentive(self) -> int:
        """What the coupon's pool held."""
        return self.reward + self.contribution

    @property
    def distributed(self) -> int:
        """What the parts sum to."""
        return sum(part.amount for part in self.parts)

    @property
    def sums_agree(self) -> bool:
        """Whether the parts sum to reward and contribution exactly."""
        return self.distributed == self.incentive


@dataclass(frozen=True, slots=True)
class Settled:
    """A step of a redemption that waits: `kind` pooled, amended, reversed or forfeited; `version` is the one named.

    Amounts are what the pool holds after pooled and amended, and what it gave back after reversed and forfeited. From
    `until` on, Unix seconds, it may be distributed. `merchant` redeemed; a forfeiture of the discount too gives that to
    `funded_by`, any other leaves it to the merchant.
    """

    place: LogPlace
    kind: str
    version: int
    merchant: Party
    agent: int
    order: int
    reward: int
    contribution: int
    discount: int
    until: int
    cause: int
    discount_too: bool
    funder: Funder
    funded_by: Party

    @property
    def pool(self) -> int:
        """What the pool holds, or held: a discount that the merchant itself bears never was in it."""
        return self.reward + self.contribution + (0 if self.funder is Funder.REDEEMER else self.discount)


@dataclass(frozen=True, slots=True)
class Revoked:
    """The operator made the coupon void; `cause` is the operator's own code."""

    place: LogPlace
    cause: int


@dataclass(frozen=True, slots=True)
class Shared:
    """The coupon, or one that was copied from it, went on; `kind` is transfer or copy, `serial` that of what went.

    `version` is what it went on at, `price` what the receiver paid the giver; `then` is what the receiver did with it.
    """

    place: LogPlace
    kind: str
    serial: int
    version: int
    giver: Party
    receiver: Party
    price: int
    then: tuple["Shared", ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A coupon's life so far; `holder` is who has it: a merchant while in stock, then a consumer.

    A copy's life begins with that of `root`, the coupon it was copied from: `minted`, `moved` and `issued` are the
    root's, and `shared` is the whole tree. Of a coupon that is no copy `root` is its own serial.
    """

    batch: int
    serial: int
    coupon: int
    state: CouponState
    holder: Party
    minted: Minted
    moved: tuple[Moved, ...]
    issued: Issued | None
    settled: tuple[Settled, ...]
    redeemed: tuple[Redeemed, ...]
    root: int
    shared: tuple[Shared, ...]
    revoked: Revoked | None

    @property
    def was_distributed(self) -> bool:
        """Whether its redemption waited for a delay: what paid it out was a distribution."""
        return bool(self.settled)

    @property
    def sums_agree(self) -> bool:
        """Whether all money of the coupon was distributed to the last minor unit."""
        return all(step.sums_agree for step in self.redeemed)
