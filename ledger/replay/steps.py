"""A plan as steps: one for each operation, the same for the same plan every time, each with what it needs and gives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ledger.replay.facts import (
    AllocationFact,
    AmendmentFact,
    BatchFact,
    ConsumerFact,
    CopyFact,
    DepositFact,
    DistributionFact,
    Fact,
    IssueFact,
    MerchantFact,
    PolicyFact,
    RedemptionFact,
    ReversalFact,
    StatementFact,
    TransferFact,
)

ISSUE_COUPONS = 1_000
"""Coupons of one issue at most; the desk takes 2,000."""

Need = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One operation to be: the fact, or the run of issues, it comes from."""

    number: int
    at: int
    kind: str
    facts: tuple[Fact, ...]
    needs: frozenset[Need]
    gives: frozenset[Need]
    hourly: bool
    """Delays end with whole hours: it shares no block with what comes in a later hour."""


def steps_of(facts: Sequence[Fact]) -> list[Step]:
    """The steps of a plan's facts, in their order."""
    waiting = _waiting(facts)
    return [
        Step(
            number,
            facts[0].at,
            kind,
            tuple(facts),
            needs=frozenset(_needs(facts)),
            gives=frozenset(() if kind == "purchases" else _gives(facts)),
            hourly=_is_hourly(facts[0], waiting),
        )
        for number, (kind, facts) in enumerate(_grouped(facts))
    ]


def _waiting(facts: Sequence[Fact]) -> set[str]:
    """The coupons whose redemptions wait for their settlement."""
    delayed = {each.key for each in facts if isinstance(each, BatchFact) and each.terms.settlement_delay_hours}
    found: set[str] = set()
    for fact in facts:
        match fact:
            case IssueFact() if fact.batch_key in delayed:
                found.add(fact.coupon_key)
            case CopyFact() if fact.coupon_key in found:
                found.add(fact.copy_key)
            case _:
                pass
    return found


def _is_hourly(fact: Fact, waiting: set[str]) -> bool:
    match fact:
        case AmendmentFact() | ReversalFact():
            return True
        case RedemptionFact():
            return fact.coupon_key in waiting
        case _:
            return False


def _grouped(facts: Sequence[Fact]) -> Iterator[tuple[str, list[Fact]]]:
    """Each fact by itself, but issues of one moment and lot together; a group of acceptance before its batch."""
    for kind, run in groupby(facts, key=type):
        if kind is IssueFact:
            yield from (("issue", group) for group in _issues([each for each in run if isinstance(each, IssueFact)]))
            continue
        for fact in run:
            if isinstance(fact, BatchFact) and isinstance(fact.terms.accepts, tuple):
                yield "group", [fact]
            if isinstance(fact, StatementFact):
                yield "purchases", [fact]
            yield _KINDS[kind], [fact]


def _issues(run: list[IssueFact]) -> Iterator[list[Fact]]:
    run.sort(key=lambda each: (each.at, each.batch_key, each.merchant_key))
    for _, group in groupby(run, key=lambda each: (each.at, each.batch_key, each.merchant_key)):
        issues = sorted(group, key=lambda each: each.consumer_key)
        for start in range(0, len(issues), ISSUE_COUPONS):
            yield list(issues[start : start + ISSUE_COUPONS])


_KINDS: dict[type, str] = {
    MerchantFact: "merchant",
    ConsumerFact: "consumer",
    DepositFact: "deposit",
    BatchFact: "mint",
    AllocationFact: "allocate",
    RedemptionFact: "redeem",
    TransferFact: "transfer",
    CopyFact: "copy",
    AmendmentFact: "amend",
    ReversalFact: "reverse",
    DistributionFact: "distribute",
    PolicyFact: "policy",
    StatementFact: "state",
}

OPERATOR_CASH: Need = ("cash", "")


def _needs(facts: Sequence[Fact]) -> Iterator[Need]:
    for fact in facts:
        match fact:
            case ConsumerFact():
                yield ("merchant", fact.recruiter_key)
            case DepositFact(merchant_key=str(merchant)):
                yield ("merchant", merchant)
            case BatchFact():
                yield OPERATOR_CASH
                yield ("group", fact.key)
                if isinstance(fact.terms.accepts, tuple):
                    yield from (("merchant", merchant) for merchant in fact.terms.accepts)
            case AllocationFact():
                yield from (("batch", fact.batch_key), ("merchant", fact.merchant_key), ("cash", fact.merchant_key))
            case IssueFact():
                yield from (("lot", fact.batch_key, fact.merchant_key), ("consumer", fact.consumer_key))
            case RedemptionFact():
                yield from (
                    ("coupon", fact.coupon_key),
                    ("merchant", fact.merchant_key),
                    ("cash", fact.merchant_key),
                )
            case TransferFact() | CopyFact():
                yield from (("coupon", fact.coupon_key), ("consumer", fact.consumer_key))
                # Copies of one root take its indices one after the other.
                yield ("copied", fact.coupon_key)
            case AmendmentFact() | ReversalFact():
                yield ("redeemed", fact.coupon_key)
            case StatementFact():
                yield from (("merchant", fact.merchant_key), ("cash", fact.merchant_key), ("stated", fact.merchant_key))
                yield from (("consumer", line.consumer_key) for line in fact.lines)
            case _:
                pass


def _gives(facts: Sequence[Fact]) -> Iterator[Need]:
    for fact in facts:
        match fact:
            case MerchantFact():
                yield ("merchant", fact.key)
            case ConsumerFact():
                yield ("consumer", fact.key)
            case DepositFact():
                yield ("cash", fact.merchant_key or "")
            case BatchFact():
                yield from (("batch", fact.key), ("group", fact.key))
            case AllocationFact():
                yield ("lot", fact.batch_key, fact.merchant_key)
            case IssueFact() | TransferFact():
                yield ("coupon", fact.coupon_key)
            case CopyFact():
                yield from (("coupon", fact.copy_key), ("copied", fact.coupon_key))
            case RedemptionFact() | AmendmentFact():
                yield ("redeemed", fact.coupon_key)
            case ReversalFact():
                yield ("coupon", fact.coupon_key)
            case StatementFact():
                yield ("stated", fact.merchant_key)
            case _:
                pass
