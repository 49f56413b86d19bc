"""A draft made by hand: two batches of four merchants and two consumers, in March 2026."""

from datetime import date

from ledger.replay.days import start_of, zone_named
from ledger.replay.draft import Draft
from ledger.replay.facts import (
    BatchFact,
    ConsumerFact,
    DepositFact,
    IssueFact,
    MerchantFact,
    RedemptionFact,
    Refusal,
    SplitBps,
    TermsFact,
)

ZONE = "Europe/Vienna"
VIENNA = zone_named(ZONE)
SPLIT = SplitBps(platform=10_000, issuer=0, redeemer=0, consumer=0, sharer=0, first_sharer=0, recruiter=0)


def day(number: int, month: int = 3) -> int:
    """The start of a day in Vienna."""
    return start_of(date(2026, month, number), VIENNA)


def _terms(first: int, last: int) -> TermsFact:
    return TermsFact(opens=day(first), closes=day(last + 1), split=SPLIT, remainder_role="platform", text="")


EARLY = BatchFact(key="early", at=day(2), size=10, terms=_terms(2, 10))
LATE = BatchFact(key="late", at=day(12), size=20, terms=_terms(12, 20))
DRAFT = Draft(
    name="made",
    currency="EUR",
    decimals=2,
    zone=ZONE,
    merchants=tuple(MerchantFact(key=key, at=day(1)) for key in ("anna", "bert", "cleo", "dora")),
    consumers=(
        ConsumerFact(key="eva", at=day(2), recruiter_key="anna"),
        ConsumerFact(key="fred", at=day(2), recruiter_key="bert"),
    ),
    batches=(EARLY, LATE),
    issues=(
        IssueFact("early", merchant_key="anna", consumer_key="eva", coupon_key="e1", at=day(3)),
        IssueFact("late", merchant_key="bert", consumer_key="fred", coupon_key="l1", at=day(12)),
        IssueFact("late", merchant_key="bert", consumer_key="fred", coupon_key="l2", at=day(18)),
    ),
    redemptions=(
        RedemptionFact("e1", merchant_key="cleo", order_key="1", order_minor=1_001, at=day(5)),
        RedemptionFact("l1", merchant_key="bert", order_key="2", order_minor=2_000, at=day(15)),
    ),
    refusals=(Refusal("x.csv", line=2, key="", reason="bad"), Refusal("y", line=None, key="k", reason="", at=day(15))),
)


def deposits(draft: Draft) -> dict[str | None, int]:
    """What each merchant, and the operator (None), pays in."""
    found = (fact for fact in draft.plan(None, None).facts if isinstance(fact, DepositFact))
    return {fact.merchant_key: fact.amount_minor for fact in found}
