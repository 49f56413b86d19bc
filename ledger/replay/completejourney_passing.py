"""Coupons that change hands before they are used, and redemptions that are partly returned or undone.

The data knows nothing of either: both are invented, a share decided by a hash of the coupon's key, so that every run
has the same. Who uses a coupon, where, when and for which order stays as the data has it: another household of the
same campaign and the same recruiting store got it first and gave it on, or gave a copy.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ledger.replay.facts import (
    AmendmentFact,
    BatchFact,
    CopyFact,
    IssueFact,
    RedemptionFact,
    ReversalFact,
    TermsFact,
    TransferFact,
)

PASSED_SHARE: Final = 40
"""Of a hundred coupons that are used, of batches that may be shared."""

IDLE_SHARE: Final = 3
"""Of a hundred coupons that are never used."""

TWICE_SHARE: Final = 40
"""Of a hundred transfers before use, those by two hands."""

AMENDED_SHARE: Final = 15
REVERSED_SHARE: Final = 10
"""Of a hundred redemptions that wait for their settlement; every other one undone is made again."""

HOUR: Final = 3_600

Shared = TransferFact | CopyFact
Returned = AmendmentFact | ReversalFact | RedemptionFact


@dataclass(frozen=True, slots=True)
class Passing:
    """What becomes of issues when coupons change hands."""

    issues: tuple[IssueFact, ...]
    shared: tuple[Shared, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long the redemption of a coupon waits, in hours, and the first second at which the coupon is out of date."""

    hours: int
    usable_until: int


def pass_on(
    issues: Sequence[IssueFact], redemptions: Iterable[RedemptionFact], batches: Iterable[BatchFact]
) -> Passing:
    """Issue a share of the coupons to others first; they give them on between the issue and the use."""
    used_at = {fact.coupon_key: fact.at for fact in redemptions}
    terms = {batch.key: batch.terms for batch in batches}
    households = _households(issues)
    made: list[IssueFact] = []
    shared: list[Shared] = []
    for issue in issues:
        allowed = terms[issue.batch_key]
        end = min(used_at.get(issue.coupon_key, allowed.closes), allowed.usable_until(issue.at))
        share = PASSED_SHARE if issue.coupon_key in used_at else IDLE_SHARE
        chosen = allowed.share_mode != "none" and end > issue.at + HOUR and _chosen("pass", issue.coupon_key, share)
        others = households[issue.batch_key, issue.merchant_key] if chosen else []
        others = [each for each in others if each != issue.consumer_key]
        if not others:
            made.append(issue)
            continue
        first, steps = _path(issue, others, end=end, terms=allowed)
        made.append(first)
        shared.extend(steps)
    return Passing(tuple(made), tuple(shared))


def returns(redemptions: Iterable[RedemptionFact], waiting: Mapping[str, Waiting]) -> Iterator[Returned]:
    """Of redemptions that wait (by coupon): parts that come back, and some undone and made again while they can be."""
    for fact in redemptions:
        waits = waiting.get(fact.coupon_key)
        if waits is None:
            continue
        later = fact.at + 1 + _number("when", fact.coupon_key) % (waits.hours * HOUR // 2)
        if _chosen("reverse", fact.coupon_key, REVERSED_SHARE):
            yield ReversalFact(fact.coupon_key, fact.merchant_key, later)
            if later + 1 < waits.usable_until and _chosen("again", fact.coupon_key, 50):
                yield replace(fact, at=later + 1, order_key=f"{fact.order_key}-again")
        elif _chosen("amend", fact.coupon_key, AMENDED_SHARE) and fact.order_minor > 1:
            left = max(1, fact.order_minor * (20 + _number("left", fact.coupon_key) % 70) // 100)
            yield AmendmentFact(fact.coupon_key, fact.merchant_key, left, later)


def _households(issues: Iterable[IssueFact]) -> dict[tuple[str, str], list[str]]:
    """Who gets coupons of a batch from a store, in order."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for issue in issues:
        found.setdefault((issue.batch_key, issue.merchant_key), {})[issue.consumer_key] = None
    return {key: list(consumers) for key, consumers in found.items()}


def _path(
    issue: IssueFact, others: Sequence[str], *, end: int, terms: TermsFact
) -> tuple[IssueFact, tuple[Shared, ...]]:
    """The issue to another household, and the way from there."""
    key, user = issue.coupon_key, issue.consumer_key
    giver = others[_number("giver", key) % len(others)]
    length = end - issue.at
    at = issue.at + 1 + _number("at", key) % (length // 2)
    if terms.share_mode == "copy" and _chosen("copy", key, 50):
        root = replace(issue, consumer_key=giver, coupon_key=f"{key}/root")
        return root, (CopyFact(root.coupon_key, key, user, at),)
    first = replace(issue, consumer_key=giver)
    between = others[_number("between", key) % len(others)]
    if terms.hops < 2 or between == giver or not _chosen("twice", key, TWICE_SHARE):
        return first, (TransferFact(key, user, at),)
    return first, (TransferFact(key, between, at), TransferFact(key, user, at + 1 + length // 4))


def _chosen(what: str, key: str, share: int) -> bool:
    return _number(what, key) % 100 < share


def _number(what: str, key: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{what}/{key}".encode()).digest()[:6], "big")
