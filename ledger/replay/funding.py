"""The cash a replay needs, so that every promise in it is funded, and not absurdly."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from ledger.replay.facts import (
    AllocationFact,
    BatchFact,
    DepositFact,
    MerchantFact,
    PolicyFact,
    RedemptionFact,
    StatementFact,
    TermsFact,
)
from ledger.replay.limits import BPS_MAX, reserve_minor

MARGIN_BPS = 1_000
ROUND_UP_TO_MINOR = 100


def operator_deposits(batches: Iterable[BatchFact]) -> Iterator[DepositFact]:
    """Before each mint, what that batch reserves and a margin."""
    for batch in batches:
        need = reserve_minor(batch.terms, batch.size)
        if need:
            yield DepositFact(merchant_key=None, amount_minor=_with_margin_up(need), at=batch.at)


def merchant_deposits(
    merchants: Iterable[MerchantFact],
    *,
    allocations: Iterable[AllocationFact],
    redemptions: Iterable[tuple[RedemptionFact, BatchFact]],
    commissions: Iterable[tuple[str, int]],
    terms_of: Mapping[str, TermsFact],
    given_minor: Mapping[str, int],
) -> Iterator[DepositFact]:
    """One deposit when a merchant settles in: the amount given for it, or else all it will need and a margin.

    A merchant needs the contributions of its redemptions, the commissions of its statements and, as an issuer that
    funds discounts, one maximal discount for every coupon allocated to it. A discount funded by its redeemer moves no
    cash.
    """
    need: Counter[str] = Counter()
    for allocation in allocations:
        terms = terms_of[allocation.batch_key]
        if terms.funder == "issuer":
            need[allocation.merchant_key] += allocation.count * (1 + terms.copies_per_coupon) * terms.discount_minor
    for redemption, batch in redemptions:
        need[redemption.merchant_key] += _contribution_up(batch.terms, redemption.order_minor)
    for key, commission in commissions:
        need[key] += commission
    for merchant in merchants:
        amount = given_minor.get(merchant.key, _with_margin_up(need[merchant.key]))
        if amount:
            yield DepositFact(merchant_key=merchant.key, amount_minor=amount, at=merchant.at)


def commission_up(fact: StatementFact, policies: Iterable[PolicyFact]) -> int:
    """The most that a statement takes from its merchant under any of the policies, minor units.

    Returns do not lessen it: they may fall on codes whose lines are carried into a later period.
    """
    rate = max((each.commission_bps for each in policies), default=0)
    return -(-sum(max(0, line.amount_minor) for line in fact.lines) * rate // BPS_MAX)


def _contribution_up(terms: TermsFact, order_minor: int) -> int:
    return min(-(-order_minor * terms.contribution_bps // BPS_MAX), terms.contribution_cap_minor)


def _with_margin_up(need_minor: int) -> int:
    wanted = -(-need_minor * (BPS_MAX + MARGIN_BPS) // BPS_MAX)
    return -(-wanted // ROUND_UP_TO_MINOR) * ROUND_UP_TO_MINOR
