"""Each step of a replay as the request that any user of the ledger would make."""

import hashlib

from ledger.domain.errors import LedgerError, Reason, Refused, TermsInvalid
from ledger.domain.ids import GROUP_ALL, GROUP_ISSUER_ONLY, OPERATOR
from ledger.domain.terms import Funder, Role, ShareMode, Terms
from ledger.intake import cash, control, issue, mint, redeem, register, stock
from ledger.intake.desk import Desk
from ledger.rebates import purchases
from ledger.rebates.closing import ClosePeriod, close_period
from ledger.replay.book import Book
from ledger.replay.facts import (
    AllocationFact,
    BatchFact,
    ConsumerFact,
    DepositFact,
    IssueFact,
    MerchantFact,
    RedemptionFact,
    StatementFact,
    TermsFact,
)
from ledger.replay.later_acts import LaterActs
from ledger.replay.steps import Step


class Acts:
    """Hands a step in at the desk; raises what the desk raises, or `Refused` for what was never done before it."""

    def __init__(self, book: Book, *, treasurer: bytes) -> None:
        self._book, self._treasurer, self._later = book, treasurer, LaterActs(book)

    def do(self, desk: Desk, step: Step) -> None:
        """Accept a step's operation under its key."""
        key, fact = self._book.key(step), step.facts[0]
        match fact:
            case MerchantFact():
                if fact.key not in self._book.merchants:
                    register.register_merchant(desk, register.RegisterMerchant(fact.key), key=key)
            case ConsumerFact():
                if fact.key not in self._book.consumers:
                    request = register.RegisterConsumer(fact.key, self._merchant(fact.recruiter_key))
                    register.register_consumer(desk, request, key=key)
            case DepositFact():
                self._deposit(desk, fact, key)
            case BatchFact() if step.kind == "group":
                accepts = fact.terms.accepts if isinstance(fact.terms.accepts, tuple) else ()
                merchants = tuple(self._merchant(each) for each in accepts)
                control.change_group(desk, control.ChangeGroup(0, True, merchants), key=key)
            case BatchFact():
                mint.mint(desk, mint.Mint(terms_of(fact.terms, fact.size, self._group(fact))), key=key)
            case AllocationFact():
                merchant = self._merchant(fact.merchant_key)
                stock.allocate(desk, stock.Allocate(self._batch(fact.batch_key), merchant, fact.count), key=key)
            case IssueFact():
                self._issue(desk, step, fact, key)
            case RedemptionFact():
                self._redeem(desk, fact, key)
            case StatementFact():
                self._state(desk, step, fact, key)
            case _:
                self._later.do(desk, fact, key)

    def _deposit(self, desk: Desk, fact: DepositFact, key: str) -> None:
        party = OPERATOR if fact.merchant_key is None else self._merchant(fact.merchant_key)
        cash.deposit(desk, cash.DepositCash(party, fact.amount_minor), treasurer=self._treasurer, key=key)

    def _issue(self, desk: Desk, step: Step, first: IssueFact, key: str) -> None:
        batch, merchant = self._batch(first.batch_key), self._merchant(first.merchant_key)
        lot = self._book.lots.get((batch, merchant))
        if lot is None:
            raise Refused(Reason.LOT_MISMATCH, f"{first.merchant_key} has no stock of {first.batch_key}")
        pairs: list[tuple[int, int]] = []
        for fact in step.facts:
            if isinstance(fact, IssueFact):
                consumer = self._consumer(fact.consumer_key)
                count = pairs.pop()[1] if pairs and pairs[-1][0] == consumer else 0
                pairs.append((consumer, count + 1))
        issue.issue(desk, issue.IssueCoupons(merchant, batch, lot, tuple(pairs)), key=key)

    def _state(self, desk: Desk, step: Step, fact: StatementFact, key: str) -> None:
        """The purchases of a period are reported first, as a step of their own."""
        merchant = self._merchant(fact.merchant_key)
        if step.kind == "purchases":
            requests = [
                purchases.ReportPurchase(
                    merchant, line.reference, self._consumer(line.consumer_key), line.amount_minor, line.at
                )
                for line in fact.lines
            ]
            purchases.report_all(desk, requests)
            return
        request_of_all = ClosePeriod(merchant, fact.period, fact.period + fact.days - 1)
        close_period(desk, request_of_all, key=key)

    def _redeem(self, desk: Desk, fact: RedemptionFact, key: str) -> None:
        place = self._book.place(fact.coupon_key)
        merchant = self._merchant(fact.merchant_key)
        request = redeem.RedeemCoupon(*place, merchant, fact.order_minor, fact.order_key)
        redeem.redeem(desk, request, key=key)

    def _merchant(self, key: str) -> int:
        return self._book.merchant(key)

    def _consumer(self, key: str) -> int:
        return self._book.consumer(key)

    def _batch(self, key: str) -> int:
        if key not in self._book.batches:
            raise Refused(Reason.BATCH_UNKNOWN, f"{key} was not minted")
        return self._book.batches[key]

    def _group(self, fact: BatchFact) -> int:
        if fact.terms.accepts == "all":
            return GROUP_ALL
        if fact.terms.accepts == "issuer":
            return GROUP_ISSUER_ONLY
        if fact.key not in self._book.groups:
            raise TermsInvalid("GroupUnknown", f"the group of {fact.key} was not opened")
        return self._book.groups[fact.key]


def rule_of(error: LedgerError) -> str:
    """The name of the rule that refused a step."""
    if isinstance(error, Refused):
        return error.reason.title
    return error.rule if isinstance(error, TermsInvalid) else type(error).__name__


def terms_of(terms: TermsFact, size: int, group: int) -> Terms:
    """A source's terms as the ledger's; the wording becomes its SHA-256."""
    split = terms.split
    return Terms(
        size=size,
        opens=terms.opens,
        closes=terms.closes,
        valid_days=terms.valid_days,
        share_mode=ShareMode[terms.share_mode.upper()],
        copies=terms.copies_per_coupon,
        hops=terms.hops,
        group=group,
        minimum_order_minor=terms.minimum_order_minor,
        settlement_delay_hours=terms.settlement_delay_hours,
        revocable=terms.revocable,
        bearer=terms.bearer,
        reward_minor=terms.reward_minor,
        reward_cap_bps=terms.reward_cap_bps,
        contribution_bps=terms.contribution_bps,
        contribution_cap_minor=terms.contribution_cap_minor,
        discount_bps=terms.discount_bps if terms.discount_kind == "bps" else 0,
        discount_minor=0 if terms.discount_kind == "none" else terms.discount_minor,
        funder=Funder[terms.funder.upper()],
        remainder_role=Role[terms.remainder_role.upper()],
        points_price=terms.points_price,
        split_bps=(
            *(split.platform, split.issuer, split.redeemer, split.consumer),
            *(split.sharer, split.first_sharer, split.recruiter),
        ),
        text=hashlib.sha256(terms.text.encode()).digest(),
    )
