"""What a source has read, made into a plan: cut to the days asked for, stocked, funded and put in order."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.replay.days import end_of, start_of, zone_named
from ledger.replay.errors import RangeEmpty
from ledger.replay.facts import (
    ORDER,
    AllocationFact,
    AmendmentFact,
    BatchFact,
    ConsumerFact,
    CopyFact,
    Counts,
    DepositFact,
    DistributionFact,
    Fact,
    IssueFact,
    MerchantFact,
    Plan,
    PolicyFact,
    RedemptionFact,
    Refusal,
    ReversalFact,
    StatementFact,
    TransferFact,
)
from ledger.replay.funding import commission_up, merchant_deposits, operator_deposits

DAY = 86_400
HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything a source tells, each kind in the order in which it is to stand within one second.

    Every key named exists: recruiters, group members, batches, issuers, consumers and redeemed coupons.
    """

    name: str
    currency: str
    decimals: int
    zone: str
    merchants: tuple[MerchantFact, ...]
    consumers: tuple[ConsumerFact, ...]
    batches: tuple[BatchFact, ...]
    issues: tuple[IssueFact, ...]
    redemptions: tuple[RedemptionFact, ...]
    shared: tuple[TransferFact | CopyFact, ...] = ()
    returned: tuple[AmendmentFact | ReversalFact | RedemptionFact, ...] = ()
    policies: tuple[PolicyFact, ...] = ()
    statements: tuple[StatementFact, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    given_minor: Mapping[str, int] = field(default_factory=dict)

    def plan(self, from_day: date | None, to_day: date | None) -> Plan:
        """The plan of these days, both included; raises RangeEmpty, ZoneUnknown, DayOutOfRange."""
        part = self if from_day is None and to_day is None else _cut(self, from_day, to_day)
        allocations = tuple(_allocations(part))
        deposits = tuple(_deposits(part, allocations))
        facts: list[Fact] = [*part.merchants, *part.consumers, *deposits, *part.policies, *part.batches]
        facts += [*allocations, *part.issues, *part.shared, *part.redemptions, *part.returned]
        facts += [*distributions(part), *part.statements]
        facts.sort(key=lambda fact: (fact.at, ORDER[type(fact)]))
        return Plan(
            name=part.name,
            currency=part.currency,
            decimals=part.decimals,
            zone=part.zone,
            facts=tuple(facts),
            counts=_counts(part, allocations, deposits),
            refusals=part.refusals,
            notes=part.notes,
        )


def _cut(draft: Draft, from_day: date | None, to_day: date | None) -> Draft:
    """The redemptions of these days, every batch active in them with all it has issued by then, and who they need."""
    if from_day is not None and to_day is not None and from_day > to_day:
        raise RangeEmpty(from_day, to_day)
    zone = zone_named(draft.zone)
    start = 0 if from_day is None else start_of(from_day, zone)
    end = 2**63 if to_day is None else end_of(to_day, zone)
    redemptions = tuple(fact for fact in draft.redemptions if start <= fact.at < end)
    batch_of = batches_of(draft)
    used = {batch_of[fact.coupon_key] for fact in redemptions}
    batches = tuple(batch for batch in draft.batches if batch.key in used or _active(batch, start, end))
    kept = {batch.key for batch in batches}
    issues = tuple(issue for issue in draft.issues if issue.batch_key in kept and issue.at < end)
    shared = tuple(fact for fact in draft.shared if batch_of[fact.coupon_key] in kept and fact.at < end)
    redeemed = {fact.coupon_key for fact in redemptions}
    holders = {issue.consumer_key for issue in issues} | {fact.consumer_key for fact in shared}
    consumers = tuple(consumer for consumer in draft.consumers if consumer.key in holders)
    needed = set(_merchants_needed(consumers, batches=batches, issues=issues, redemptions=redemptions))
    return replace(
        draft,
        merchants=tuple(merchant for merchant in draft.merchants if merchant.key in needed),
        consumers=consumers,
        batches=batches,
        issues=issues,
        shared=shared,
        redemptions=redemptions,
        returned=tuple(fact for fact in draft.returned if fact.coupon_key in redeemed),
        policies=tuple(fact for fact in draft.policies if fact.at < end),
        statements=tuple(statements_between(draft, start, end, merchants=needed, consumers=holders)),
        refusals=tuple(refusal for refusal in draft.refusals if refusal.at is None or start <= refusal.at < end),
    )


def batches_of(draft: Draft) -> dict[str, str]:
    """The batch of every coupon, copies included."""
    found = {issue.coupon_key: issue.batch_key for issue in draft.issues}
    for fact in draft.shared:
        if isinstance(fact, CopyFact):
            found[fact.copy_key] = found[fact.coupon_key]
    return found


def distributions(draft: Draft) -> Iterator[DistributionFact]:
    """At the end of each day (UTC) on which the delay of a redemption is over, however late in its day it was."""
    terms = {batch.key: batch.terms for batch in draft.batches}
    batch_of = batches_of(draft)
    again = (fact for fact in draft.returned if isinstance(fact, RedemptionFact))
    days = set()
    for fact in (*draft.redemptions, *again):
        delay = terms[batch_of[fact.coupon_key]].settlement_delay_hours
        if delay:
            # Its block may come at the end of its day: the delay counts from there.
            days.add(-(-((fact.at // DAY + 1) * DAY + delay * HOUR) // DAY))
    return (DistributionFact(day * DAY) for day in sorted(days))


def statements_between(
    draft: Draft, start: int, end: int, *, merchants: Collection[str], consumers: Collection[str]
) -> Iterator[StatementFact]:
    """Statements of whole periods within the days, of these merchants, with the purchases of these consumers."""
    for fact in draft.statements:
        if fact.merchant_key not in merchants or fact.period * DAY < start or (fact.period + fact.days) * DAY > end:
            continue
        lines = tuple(line for line in fact.lines if line.consumer_key in consumers)
        if lines:
            yield replace(fact, lines=lines)


def _active(batch: BatchFact, start: int, end: int) -> bool:
    return batch.at < end and batch.terms.opens < end and batch.terms.closes > start


def _merchants_needed(
    consumers: tuple[ConsumerFact, ...],
    *,
    batches: tuple[BatchFact, ...],
    issues: tuple[IssueFact, ...],
    redemptions: tuple[RedemptionFact, ...],
) -> Iterator[str]:
    yield from (consumer.recruiter_key for consumer in consumers)
    yield from (issue.merchant_key for issue in issues)
    yield from (redemption.merchant_key for redemption in redemptions)
    for batch in batches:
        if isinstance(batch.terms.accepts, tuple):
            yield from batch.terms.accepts


def _allocations(draft: Draft) -> Iterator[AllocationFact]:
    """To each merchant as many coupons of a batch as it issues, as soon as both are there."""
    batch_at = {batch.key: batch.at for batch in draft.batches}
    merchant_at = {merchant.key: merchant.at for merchant in draft.merchants}
    counts = Counter((issue.batch_key, issue.merchant_key) for issue in draft.issues)
    for (batch, merchant), count in counts.items():
        at = max(batch_at[batch], merchant_at[merchant])
        yield AllocationFact(batch_key=batch, merchant_key=merchant, count=count, at=at)


def _deposits(draft: Draft, allocations: tuple[AllocationFact, ...]) -> Iterator[DepositFact]:
    batches = {batch.key: batch for batch in draft.batches}
    batch_of = {coupon: batches[batch] for coupon, batch in batches_of(draft).items()}
    again = (fact for fact in draft.returned if isinstance(fact, RedemptionFact))
    yield from merchant_deposits(
        draft.merchants,
        allocations=allocations,
        redemptions=((each, batch_of[each.coupon_key]) for each in (*draft.redemptions, *again)),
        commissions=((each.merchant_key, commission_up(each, draft.policies)) for each in draft.statements),
        terms_of={key: batch.terms for key, batch in batches.items()},
        given_minor=draft.given_minor,
    )
    yield from operator_deposits(draft.batches)


def _counts(draft: Draft, allocations: tuple[AllocationFact, ...], deposits: tuple[DepositFact, ...]) -> Counts:
    return Counts(
        merchants=len(draft.merchants),
        consumers=len(draft.consumers),
        deposits=len(deposits),
        batches=len(draft.batches),
        allocations=len(allocations),
        issues=len(draft.issues),
        redemptions=len(draft.redemptions) + sum(isinstance(each, RedemptionFact) for each in draft.returned),
        refused=len(draft.refusals),
        transfers=sum(isinstance(each, TransferFact) for each in draft.shared),
        copies=sum(isinstance(each, CopyFact) for each in draft.shared),
        amendments=sum(isinstance(each, AmendmentFact) for each in draft.returned),
        reversals=sum(isinstance(each, ReversalFact) for each in draft.returned),
        statements=len(draft.statements),
        purchases=sum(len(each.lines) for each in draft.statements),
    )
