"""Terms of a batch: what a coupon of it is worth, to whom, where and when; immutable once minted."""

from dataclasses import dataclass
from enum import IntEnum

from ledger.domain.errors import OutOfRange, TermsInvalid
from ledger.domain.ids import GROUP_ALL, GROUP_ISSUER_ONLY

BPS = 10_000
INCENTIVE_LIMIT_MINOR = 2**36 - 1
"""The most that reward and contribution of one coupon may reach: a part has 36 bits on the chain."""

REWARD_UNCAPPED_BPS = 2**16 - 1


class ShareMode(IntEnum):
    """How a holder may pass a coupon on."""

    NONE = 0
    TRANSFER = 1
    COPY = 2


class Funder(IntEnum):
    """Who reimburses the redeeming merchant for the discount."""

    OPERATOR = 0
    ISSUER = 1
    REDEEMER = 2


class Role(IntEnum):
    """The parties linked to a redemption, in the order of a split."""

    PLATFORM = 0
    ISSUER = 1
    REDEEMER = 2
    CONSUMER = 3
    SHARER = 4
    FIRST_SHARER = 5
    RECRUITER = 6


ALWAYS_PRESENT = (Role.PLATFORM, Role.ISSUER, Role.REDEEMER, Role.CONSUMER, Role.RECRUITER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Amounts in minor units, times in Unix seconds, shares in basis points; `split_bps` by `Role`, summing to 10,000.

    `group` is 0 (all merchants), `GROUP_ISSUER_ONLY` or a group's id. With `discount_bps` 0 the discount is
    `discount_minor`, else that is its cap. `valid_days` 0: valid to the end of the window; else that many whole days
    (UTC) after the day of issue, and the window bounds the issuing.
    """

    size: int
    opens: int
    closes: int
    valid_days: int = 0
    share_mode: ShareMode = ShareMode.NONE
    copies: int = 0
    hops: int = 0
    group: int = GROUP_ALL
    minimum_order_minor: int = 0
    settlement_delay_hours: int = 0
    revocable: bool = False
    bearer: bool = False
    reward_minor: int = 0
    reward_cap_bps: int = 0
    contribution_bps: int = 0
    contribution_cap_minor: int = 0
    discount_bps: int = 0
    discount_minor: int = 0
    funder: Funder = Funder.OPERATOR
    remainder_role: Role = Role.PLATFORM
    points_price: int = 0
    split_bps: tuple[int, int, int, int, int, int, int]
    text: bytes = bytes(32)

    def check(self) -> None:
        """Raise `OutOfRange` or `TermsInvalid` for what the contract would refuse whatever the time and its state."""
        for field, bits in _BITS.items():
            value = getattr(self, field)
            if not 0 <= value < 1 << bits:
                raise OutOfRange(field, value, low=0, high=(1 << bits) - 1)
        if self.size == 0:
            raise TermsInvalid("SizeZero", "mint at least one coupon")
        if self.opens >= self.closes:
            raise TermsInvalid("WindowEmpty", "close after opening", given=self.opens, limit=self.closes)
        self._check_sharing()
        self._check_money()
        if len(self.text) != 32:
            raise OutOfRange("text (bytes)", len(self.text), low=32, high=32)

    def _check_sharing(self) -> None:
        copying, sharing = self.share_mode is ShareMode.COPY, self.share_mode is not ShareMode.NONE
        if copying != (self.copies != 0) or sharing != (self.hops != 0) or self.hops > 15:
            hint = "none: copies 0, hops 0; transfer: copies 0, hops 1 to 15; copy: copies 1 to 255, hops 1 to 15"
            raise TermsInvalid("ShareTermsInvalid", hint)

    def _check_money(self) -> None:
        if self.reward_minor and not self.reward_cap_bps:
            hint = f"bound the reward by the order, in basis points (the most is {REWARD_UNCAPPED_BPS})"
            raise TermsInvalid("RewardCapMissing", hint)
        for field in ("contribution_bps", "discount_bps"):
            if getattr(self, field) > BPS:
                raise TermsInvalid("BpsTooHigh", f"lower {field}", given=getattr(self, field), limit=BPS)
        if (self.contribution_bps == 0) != (self.contribution_cap_minor == 0):
            raise TermsInvalid("ContributionTermsInvalid", "a contribution needs both its share and its cap")
        if self.discount_bps and not self.discount_minor:
            raise TermsInvalid("DiscountTermsInvalid", "a discount by share needs its cap")
        incentive = self.reward_minor + self.contribution_cap_minor
        if incentive > INCENTIVE_LIMIT_MINOR:
            hint = "lower the reward or the contribution's cap"
            raise TermsInvalid("IncentiveTooLarge", hint, given=incentive, limit=INCENTIVE_LIMIT_MINOR)
        if sum(self.split_bps) != BPS or any(share < 0 for share in self.split_bps):
            raise TermsInvalid("SplitSumWrong", "seven shares sum to 10,000", given=sum(self.split_bps), limit=BPS)
        if self.remainder_role not in ALWAYS_PRESENT:
            raise TermsInvalid("RemainderRoleAbsent", f"a {self.remainder_role.name.lower()} is not always there")
        if self.bearer and self.remainder_role in (Role.CONSUMER, Role.RECRUITER):
            raise TermsInvalid("RemainderRoleAbsent", "a bearer is no consumer and has no recruiter")

    @property
    def operator_funded_minor(self) -> int:
        """The most one coupon, without its copies, takes from the operator's reserve."""
        return self.reward_minor + (self.discount_minor if self.funder is Funder.OPERATOR else 0)

    @property
    def reserve_minor(self) -> int:
        """What minting takes from the operator's cash."""
        return self.operator_funded_minor * self.size * (1 + self.copies)

    @property
    def issuer_reserve_minor(self) -> int:
        """What allocating one coupon takes from its merchant's cash."""
        return self.discount_minor * (1 + self.copies) if self.funder is Funder.ISSUER else 0

    @property
    def issuer_only(self) -> bool:
        """Whether only the issuing merchant redeems."""
        return self.group == GROUP_ISSUER_ONLY


_BITS = {
    "size": 32,
    "opens": 40,
    "closes": 40,
    "valid_days": 16,
    "copies": 8,
    "hops": 8,
    "group": 32,
    "minimum_order_minor": 48,
    "settlement_delay_hours": 16,
    "reward_minor": 40,
    "reward_cap_bps": 16,
    "contribution_bps": 16,
    "contribution_cap_minor": 40,
    "discount_bps": 16,
    "discount_minor": 40,
    "points_price": 40,
}
