"""Commission and rebate on purchases without a coupon, as the contract computes them; every division rounds down."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from ledger.domain.terms import BPS


class EqualCodes(IntEnum):
    """What becomes of the commission where the consumer's code is the seller's own (S3.14)."""

    RETURN_TO_SELLER = 0
    PLATFORM_KEEPS = 1
    NO_COMMISSION = 2


@dataclass(frozen=True, slots=True)
class Policy:
    """A version of the policy, for periods from `starts_at` (Unix seconds) on; shares in basis points."""

    id: int
    starts_at: int
    commission_bps: int
    rebate_bps: int
    equal_codes: EqualCodes


def extract_down(policy: Policy, amount: int, *, equal: bool) -> tuple[int, int]:
    """Commission of an amount, and what of it goes back by code; `equal` if the codes are."""
    if equal and policy.equal_codes is EqualCodes.NO_COMMISSION:
        return 0, 0
    commission = amount * policy.commission_bps // BPS
    if equal and policy.equal_codes is EqualCodes.PLATFORM_KEEPS:
        return commission, 0
    return commission, commission * policy.rebate_bps // BPS


def commission_down(policy: Policy, seller: int, totals: Iterable[tuple[int, int]]) -> int:
    """What a seller's (recruiter, amount) totals take from its cash."""
    return sum(extract_down(policy, amount, equal=recruiter == seller)[0] for recruiter, amount in totals)
